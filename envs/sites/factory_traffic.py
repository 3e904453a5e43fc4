"""What moves in a body shop: bodies on the lines, the arms that weld them, driverless carts."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from ..site.car_body import draw_car
from ..site.draft import Route
from ..site.model import Site
from ..site.robot_arm import arm
from ..site.vehicles import Drive, Indexing, cart, line_body

TAKT_S = (38.0, 52.0)  # of a line
MOVE_S = 11.0  # of that for the bodies to move on
WORK_M = 1.52  # from a robot's first axis to where it welds
CART_M_S, CART_REST_S = (0.5, 0.9), (8.0, 20.0)
CARTS_EVERY_M = 45.0  # of a lane, the largest number


def add_traffic(site: Site, routes: Sequence[Route], rng: np.random.Generator) -> None:
    """Add to `site` what moves along `routes`."""
    for route in routes:
        _MAKERS[route.kind](site, route, rng)


def _add_line(site: Site, route: Route, rng: np.random.Generator) -> None:
    """Bodies that move from stop to stop, and the arms that weld while they stand."""
    stops = np.array(route.stops_m)
    step = stops[1] - stops[0]
    takt, offset = float(rng.uniform(*TAKT_S)), float(rng.uniform(0.0, 200.0))
    ambient = site.weather.ambient_c
    for k in range(len(stops) - 1):
        motion = Indexing(
            route.stops_m[0],
            float(np.arctan2(step[1], step[0])),
            len(stops) - 1,
            float(np.linalg.norm(step)),
            k,
            takt,
            MOVE_S,
            offset,
        )
        site.movers.append(line_body(draw_car(rng), motion, ambient))
    for tag in route.facts["robots"]:
        robot, work = site.equipment.get(tag), (MOVE_S + 1.0, takt - 0.5)
        motion_rng = np.random.default_rng(rng.integers(2**63))
        # Whether a robot has been taken away or not, the others work as they would.
        if robot is not None:
            site.movers.append(arm(robot, motion_rng, ambient, WORK_M, work, takt, offset))


def _add_carts(site: Site, route: Route, rng: np.random.Generator) -> None:
    """Carts that drive to and fro, each on its own stretch of a lane."""
    start, end = np.array(route.stops_m)
    length = float(np.linalg.norm(end - start))
    count = int(rng.integers(1, max(1, round(length / CARTS_EVERY_M)) + 1))
    edges = np.linspace(0.0, 1.0, count + 1)
    for low, high in pairwise(edges):
        margin = 1.0 / length
        a, b = (start + (end - start) * share for share in (low + margin, high - margin))
        path = np.array([a, b]) if rng.random() < 0.5 else np.array([b, a])
        drive = Drive(path, float(rng.uniform(*CART_M_S)), float(rng.uniform(*CART_REST_S)), float(rng.uniform(0, 200)))
        site.movers.append(cart(rng, drive, site.weather.ambient_c))


_MAKERS: dict[str, Callable[[Site, Route, np.random.Generator], None]] = {"line": _add_line, "vehicle": _add_carts}
