"""Places where somebody or something may stand without barring the robot's way. Not an anomaly itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..site.model import Mover, Site
from ..site.people import Look, person
from ..site.zones import contains, distance_m
from ..types import FloatArray, Zone, as_point
from .base import Candidate
from .survey import Survey, inside_m, survey

ROOM_M, INSET_M = 0.35, 0.3
#: With this much room round whatever stands there, nearly all places for the robot still hang together.
PASS_M, THING_PASS_M, _CONNECTED, _MOST_SPOTS = 1.2, 0.75, 0.97, 60
_STAYS_M = 2.0
_PACE_M = 0.4


@dataclass(frozen=True, eq=False)
class Raised:
    """A schedule on a floor at `z_m`; called with seconds, gives x, y, z, yaw."""

    schedule: Callable[[float], tuple[float, float, float, float]]
    z_m: float

    def __call__(self, time_s: float) -> tuple[float, float, float, float]:
        """(x, y, z, yaw) at `time_s`."""
        x, y, _, yaw = self.schedule(time_s)
        return (x, y, self.z_m, yaw)


def zones_of(site: Site, kinds: Sequence[str]) -> list[Zone]:
    """The zones of these kinds."""
    return [zone for zone in site.zones if zone.kind in kinds]


def places_in(site: Site, zone: Zone, height_m: float, seen_from_m: float, barred: Sequence[str] = ()) -> FloatArray:
    """(n, 3) places spread over a zone whose point at `height_m` can be seen, outside zones of the kinds `barred`."""
    places = survey(site)
    spots = places.within(zone.polygon_m, ROOM_M, INSET_M)
    for other in zones_of(site, barred):
        spots = spots[~contains(other.polygon_m, spots[:, :2])]
    spots = some(spots)
    return np.asarray(spots[places.seen(spots, height_m, seen_from_m)])


def single_candidates(spots: FloatArray) -> list[Candidate]:
    """Each place as a candidate without a carrier; data are all places (n, 3), the nearest first."""
    found = []
    for spot in spots:
        order = np.argsort(np.linalg.norm(spots - spot, axis=1), kind="stable")
        found.append(Candidate(None, as_point(spot, "place"), spots[order]))
    return found


def beside(site: Site, kinds: Sequence[str], band_m: tuple[float, float], room_m: float) -> FloatArray:
    """(n, 3) places with room whose distance to the nearest zone of `kinds` is within `band_m`."""
    places = survey(site)
    spots = places.floor_m[places.clear_m >= room_m]
    zones = zones_of(site, kinds)
    if not zones or not len(spots):
        return np.zeros((0, 3))
    away = np.min([distance_m(zone.polygon_m, spots[:, :2]) for zone in zones], axis=0)
    return some(spots[(away >= band_m[0]) & (away <= band_m[1])])


def some(spots: FloatArray) -> FloatArray:
    """At most `_MOST_SPOTS` of the places, spread over all."""
    return np.asarray(spots[np.linspace(0, len(spots) - 1, min(_MOST_SPOTS, len(spots))).astype(int)])


def unbarred(site: Site, spots: FloatArray, rng: np.random.Generator | None = None, pass_m: float = PASS_M) -> int:
    """Index of a place where what stands there leaves the robot a way past, or the best of all.

    They are tried at random, or in their order where there is no `rng`.
    """
    there = np.array([*_people(site), *_things(site)]).reshape(-1, 3)
    before = survey(site).connected_share(there[:, :2], there[:, 2])
    tried: list[tuple[float, int]] = []
    order = np.arange(len(spots)) if rng is None else rng.permutation(len(spots))
    for k in order:
        barred = np.vstack([there, [*spots[k, :2], pass_m]])
        share = survey(site).connected_share(barred[:, :2], barred[:, 2])
        if share >= _CONNECTED * before:
            return int(k)
        tried.append((share, -int(k)))
    return -max(tried)[1]


def _people(site: Site) -> Iterator[tuple[float, float, float]]:
    """x, y and reach of everybody who stays about where they are; who walks on bars nothing for long."""
    for mover in site.movers:
        way = np.array([mover.pose_at(time_s)[:2] for time_s in np.arange(0.0, 60.0, 6.0)])
        if mover.kind == "person" and np.ptp(way, axis=0).max() < _STAYS_M:
            yield from ((float(x), float(y), PASS_M) for x, y in way)


def _things(site: Site) -> Iterator[tuple[float, float, float]]:
    """x, y and reach of every solid thing that was put down."""
    for _, part in site.extras:
        if part.solid:
            low, high = part.vertices_m[:, :2].min(axis=0), part.vertices_m[:, :2].max(axis=0)
            x, y = (low + high) / 2
            yield float(x), float(y), THING_PASS_M + 0.5 * float(np.hypot(*(high - low)))


def pacing(places: Survey, spot: FloatArray, rng: np.random.Generator, zone: Zone | None = None) -> FloatArray | None:
    """(2, 2) a short way through `spot` over level floor (within the zone), None where there is none."""
    for angle in rng.permutation(8) * (np.pi / 8):
        ends = spot[:2] + _PACE_M * np.array([[1.0], [-1.0]]) * (np.cos(angle), np.sin(angle))
        line = spot[:2] + np.linspace(-1.6, 1.6, 33)[:, None] * (ends[0] - spot[:2])
        if np.ptp(places.heights_m(line)) < 0.02 and (zone is None or (inside_m(zone.polygon_m, ends) > 0.1).all()):
            return np.asarray(ends)
    return None


def standing(
    spot: FloatArray,
    path: FloatArray | None,
    rng: np.random.Generator,
    helmet: bool,
    ambient_c: float,
    dress: Callable[[Look], Look] | None = None,
) -> Mover:
    """Somebody at `spot` (3,) who stands, or walks to and fro along `path`; see `people.person`."""
    yaw = float(rng.uniform(-np.pi, np.pi))
    mover = person(rng, float(spot[0]), float(spot[1]), yaw, path, helmet, ambient_c, dress)
    return replace(mover, pose_at=Raised(mover.pose_at, float(spot[2])))
