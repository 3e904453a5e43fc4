"""What the map makes of steps, pipes, walls and zones; and a pilot that keeps to what it allows."""

import numpy as np
import pytest

from patrolgym.agents.navigation.map import ZONE_MARGIN_M, SiteMap, build_map
from patrolgym.agents.navigation.pilot import Pilot
from patrolgym.agents.navigation.planner import Router
from patrolgym.envs.site.zones import contains
from patrolgym.envs.types import Briefing, FloatArray, Zone
from patrolgym.envs.world.raycast import RayMesh

from .yard import ROBOT, Box, yard

SQUARE = ((4.0, 2.0), (8.0, 2.0), (8.0, 6.0), (4.0, 6.0))


def mapped(briefing: Briefing) -> SiteMap:
    return build_map(briefing, RayMesh(briefing.vertices_m, briefing.faces), 0.45)


def free(site_map: SiteMap, x: float, y: float) -> bool:
    return bool(site_map.free_at(np.array([[x, y]]))[0])


@pytest.mark.parametrize(
    ("box", "passable"),
    [
        ((6.0, 4.0, 0.05, 2.0, 2.0, 0.10), True),  # a plinth of 10 cm is stepped on
        ((6.0, 4.0, 0.10, 2.0, 2.0, 0.20), False),  # one of 20 cm is not
        ((6.0, 4.0, 1.60, 2.0, 2.0, 0.20), True),  # a pipe at 1.5 m is walked under
        ((6.0, 4.0, 1.00, 2.0, 2.0, 0.20), False),  # one at 0.9 m is not
    ],
)
def test_steps_and_headroom(box: Box, passable: bool) -> None:
    assert free(mapped(yard([box])), 5.0, 4.0) is passable


@pytest.mark.parametrize(
    ("deep_m", "machine", "belongs"), [(0.25, True, True), (0.25, False, False), (1.5, True, False)]
)
def test_a_narrow_plinth_belongs_to_what_stands_on_it(deep_m: float, machine: bool, belongs: bool) -> None:
    plinth = (6.0, 4.0 - deep_m / 2, 0.05, 3.0, deep_m, 0.10)
    site_map = mapped(yard([plinth, (6.0, 4.5, 0.5, 3.0, 1.0, 1.0)] if machine else [plinth]))
    before = np.array([6.0, 4.0 - deep_m])
    assert free(site_map, *(before - (0.0, 0.55)))
    assert free(site_map, *(before - (0.0, 0.3))) is not belongs
    edge = before + (0.0, 0.05)
    assert bool(len(site_map.solid_near(edge, 0.08))) is belongs


def test_walls_are_kept_off_by_the_radius() -> None:
    site_map = mapped(yard([(6.0, 4.0, 1.0, 0.1, 8.0, 2.0)]))
    assert not free(site_map, 5.6, 4.0)
    assert free(site_map, 5.2, 4.0)


@pytest.mark.parametrize(("ex_zone", "gas", "open_"), [(0, "CH4", False), (1, "CH4", True), (2, "H2", False)])
def test_zones_by_rating(ex_zone: int, gas: str, open_: bool) -> None:
    site_map = mapped(yard(zones=(Zone("Z", "hazard", SQUARE, ex_zone, gas),)))
    assert free(site_map, 6.0, 4.0) is open_
    assert free(site_map, 4.0 - ZONE_MARGIN_M + 0.2, 4.0) is open_
    assert free(site_map, 2.5, 4.0)


def walked(briefing: Briefing, start: tuple[float, float, float], goal: tuple[float, float]) -> FloatArray:
    """(steps, 3) x, y, yaw of a body that does what a pilot says for half a minute."""
    site_map = mapped(briefing)
    pilot = Pilot(site_map, Router.over(site_map), ROBOT)
    pose, path = np.array(start), []
    pilot.go_to(np.array(goal), np.zeros(2), pose[:2], float(pose[2]), 0.0)
    for step in range(300):
        forward, lateral, turn = pilot.step(pose[:2], float(pose[2]), step * 0.1)
        c, s = np.cos(pose[2]), np.sin(pose[2])
        pose = pose + 0.1 * np.array([c * forward - s * lateral, s * forward + c * lateral, turn])
        path.append(pose)
    return np.array(path)


@pytest.mark.parametrize("kerb", [True, False])
def test_a_short_way_back_is_walked_backwards_but_not_over_steps(kerb: bool) -> None:
    path = walked(yard([(5.5, 4.0, 0.05, 0.5, 8.0, 0.1)] if kerb else []), (7.0, 4.0, 0.0), (4.0, 4.0))
    x, y, yaw = path.T
    assert np.hypot(x[-1] - 4.0, y[-1] - 4.0) < 0.2
    crossing = (x > 5.2) & (x < 5.8)
    assert (np.cos(yaw[crossing]) < -0.7).all() if kerb else (np.cos(yaw[crossing]) > 0.7).all()


def test_a_pilot_never_enters_a_forbidden_zone() -> None:
    briefing = yard(zones=(Zone("Z0", "hazard", SQUARE, 0, "CH4"),))
    path = walked(briefing, (2.0, 4.0, 0.0), (10.0, 4.0))[:, :2]
    assert np.linalg.norm(path[-1] - np.array([10.0, 4.0])) < 0.2
    assert not contains(SQUARE, path).any()
