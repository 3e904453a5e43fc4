"""Workers of a site: they stand or walk in the aisles, outside restricted and hazardous zones and vehicle lanes."""

import numpy as np
from scipy.spatial import cKDTree

from ..site.access import Access
from ..site.model import Mover, Site
from ..site.people import person
from ..site.zones import contains, distance_m
from ..types import BoolArray, FloatArray

WORKERS = {"small": (1, 2), "medium": (2, 4), "large": (4, 8)}
KEEP_CLEAR_M = 1.2  # of people, so that nobody bars the only way
DOCK_CLEAR_M = 2.5
LANE_CLEAR_M = 0.6


def add_people(site: Site, places: Access, rng: np.random.Generator, count: int | None = None) -> None:
    """Add workers to `site` at places that leave the rest of `places` connected; without `count` by its size."""
    allowed = _allowed(site, places)
    wanted = int(rng.integers(WORKERS[site.size][0], WORKERS[site.size][1] + 1)) if count is None else count
    taken = np.zeros(len(places.positions), dtype=bool)
    for _ in range(40 * wanted):
        if wanted == 0 or not allowed.any():
            return
        start = int(rng.choice(np.flatnonzero(allowed)))
        path = _path(places, allowed, start, rng) if rng.random() < 0.5 else places.positions[[start]]
        near = _near(places.positions, path, KEEP_CLEAR_M)
        if not _still_connected(places, taken | near, site.dock):
            continue
        site.movers.append(_worker(path, site.weather.ambient_c, rng))
        taken |= near
        allowed &= ~_near(places.positions, path, 3.0)
        wanted -= 1


def _worker(path: FloatArray, ambient_c: float, rng: np.random.Generator) -> Mover:
    x, y = path[0]
    yaw = float(rng.uniform(-np.pi, np.pi))
    return person(rng, float(x), float(y), yaw, path if len(path) > 1 else None, True, ambient_c)


def _allowed(site: Site, places: Access) -> BoolArray:
    """Places on walkways and on the floor's level, away from the dock, restricted and hazardous zones and lanes."""
    positions = places.positions
    allowed: BoolArray = places.ground_z < 0.01
    walkway = np.zeros(len(positions), dtype=bool)
    for zone in site.zones:
        inside = contains(zone.polygon_m, positions)
        if zone.kind == "walkway":
            walkway |= inside
        elif zone.kind == "vehicle_lane":
            allowed &= distance_m(zone.polygon_m, positions) > LANE_CLEAR_M
        elif zone.kind in ("restricted", "hazard", "escape_route"):
            allowed &= ~inside
    return np.asarray(allowed & walkway & (np.linalg.norm(positions - site.dock[:2], axis=1) > DOCK_CLEAR_M))


def _path(places: Access, allowed: BoolArray, start: int, rng: np.random.Generator) -> FloatArray:
    """A straight way of up to 6 m along an axis that stays on allowed places; the start alone where there is none."""
    direction = np.array(((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(rng.integers(4))])
    steps = int(rng.integers(8, 25))
    line = places.positions[start] + np.arange(steps)[:, None] * places.cell_m * direction
    distance, index = cKDTree(places.positions).query(line)
    good = (distance < 0.01) & allowed[index]
    reach = steps if good.all() else int(np.argmin(good))
    return line[[0, reach - 1]] if reach * places.cell_m > 2.0 else places.positions[[start]]


def _near(positions: FloatArray, path: FloatArray, distance_m: float) -> BoolArray:
    """Positions within `distance_m` of the path's straight line."""
    a, b = path[0], path[-1]
    along = b - a
    share = np.clip((positions - a) @ along / max(float(along @ along), 1e-9), 0.0, 1.0)
    return np.asarray(np.linalg.norm(positions - a - share[:, None] * along, axis=1) < distance_m)


def _still_connected(places: Access, taken: BoolArray, dock: tuple[float, float, float]) -> bool:
    """Whether (nearly) all places that are not taken can still be reached from the dock."""
    return bool(places.reached_without(taken, dock).sum() > 0.97 * (~taken).sum())
