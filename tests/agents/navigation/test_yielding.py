"""A point robot with the real pilot among things that move on rails, seen by a light stand-in for the lidar."""

from dataclasses import dataclass

import numpy as np
import pytest

from patrolgym.agents.navigation.live import PARKED_S
from patrolgym.agents.navigation.map import build_map
from patrolgym.agents.navigation.pilot import Pilot
from patrolgym.agents.navigation.planner import Router
from patrolgym.envs.types import FloatArray, Zone
from patrolgym.envs.world.raycast import RayMesh

from .yard import ROBOT, yard

HALF_LENGTH_M, HALF_WIDTH_M = 0.6, 0.3


@dataclass(frozen=True)
class Rail:
    """A round thing that goes from a to b and minds nobody; it waits off the yard until `start_s`."""

    a_m: tuple[float, float]
    b_m: tuple[float, float]
    speed_m_s: float = 1.0
    radius_m: float = 0.45
    start_s: float = 0.0

    def at(self, time_s: float) -> FloatArray:
        a, b = np.array(self.a_m), np.array(self.b_m)
        share = self.speed_m_s * max(time_s - self.start_s, 0.0) / float(np.linalg.norm(b - a))
        return np.asarray(a + (b - a) * share)

    def returns(self, eye_m: FloatArray, time_s: float, rng: np.random.Generator) -> FloatArray:
        """(n, 3) the side that faces the eye, 2° apart, at two heights, with 2 cm of noise."""
        offset = self.at(time_s) - eye_m
        half = np.arcsin(min(self.radius_m / float(np.hypot(*offset)), 1.0))
        azimuth = np.arange(-np.floor(half / 0.035), np.floor(half / 0.035) + 1) * 0.035
        along = np.cos(azimuth) * np.hypot(*offset)
        reach = along - np.sqrt(np.maximum(self.radius_m**2 - (np.sin(azimuth) * np.hypot(*offset)) ** 2, 0.0))
        reach = reach + rng.normal(0.0, 0.02, len(reach))
        bearing = np.arctan2(offset[1], offset[0]) + azimuth
        points = eye_m + reach[:, None] * np.column_stack([np.cos(bearing), np.sin(bearing)])
        return np.vstack([np.column_stack([points, np.full(len(points), z)]) for z in (0.4, 0.55)])


class Walk:
    """The robot in a yard of 12 x 8 m, walking as commanded with the legs' lag."""

    def __init__(
        self, rails: list[Rail], start: tuple[float, float, float], boxes: tuple = (), zones: tuple = ()
    ) -> None:
        briefing = yard(boxes=boxes, zones=zones)
        site_map = build_map(briefing, RayMesh(briefing.vertices_m, briefing.faces), 0.5)
        self.pilot = Pilot(site_map, Router.over(site_map), ROBOT)
        self.rails, self.pose, self.time_s = rails, np.array(start), 0.0
        self.path, self.gaps = [self.pose], [np.inf]
        self._moving, self._rng = np.zeros(3), np.random.default_rng(0)

    def go(self, seconds: float) -> None:
        for step in range(round(seconds * 10)):
            if step % 2 == 0:
                seen = [rail.returns(self.pose[:2], self.time_s, self._rng) for rail in self.rails]
                self.pilot.sense(np.vstack([np.zeros((0, 3)), *seen]), self.pose[:2], self.time_s)
            command = self.pilot.step(self.pose[:2], self.pose[2], self.time_s)
            self._moving = self._moving + 0.4 * (command - self._moving)
            c, s = np.cos(self.pose[2]), np.sin(self.pose[2])
            forward, left, turn = self._moving
            self.pose = self.pose + 0.1 * np.array([c * forward - s * left, s * forward + c * left, turn])
            self.time_s += 0.1
            self.path.append(self.pose)
            self.gaps.append(min((self._gap(rail) for rail in self.rails), default=np.inf))

    def _gap(self, rail: Rail) -> float:
        c, s = np.cos(self.pose[2]), np.sin(self.pose[2])
        x, y = np.abs(np.array([[c, s], [-s, c]]) @ (rail.at(self.time_s) - self.pose[:2]))
        return float(np.hypot(max(x - HALF_LENGTH_M, 0.0), max(y - HALF_WIDTH_M, 0.0))) - rail.radius_m


@pytest.mark.parametrize("speed_m_s", [0.6, 1.0])
@pytest.mark.parametrize("yaw", [0.0, np.pi / 2, np.pi])
def test_it_leaves_the_lane_to_what_comes_along_it_and_comes_back(yaw: float, speed_m_s: float) -> None:
    walk = Walk([Rail((11.5, 4.0), (-30.0, 4.0), speed_m_s)], (3.0, 4.0, yaw))
    walk.go(20.0 / speed_m_s)
    assert min(walk.gaps) > 0.1
    assert np.hypot(*(walk.pose[:2] - (3.0, 4.0))) < 0.6


def test_it_lets_pass_what_crosses_its_way() -> None:
    walk = Walk([Rail((6.0, -4.0), (6.0, 30.0))], (1.5, 4.0, 0.0))
    walk.pilot.go_to(np.array([10.5, 4.0]), np.zeros(2), walk.pose[:2], 0.0, 0.0)
    walk.go(25.0)
    assert min(walk.gaps) > 0.2
    assert walk.pilot.arrived
    assert np.hypot(*(walk.pose[:2] - (10.5, 4.0))) < 0.3


def test_it_meets_what_comes_the_other_way() -> None:
    walk = Walk([Rail((11.5, 4.0), (-30.0, 4.0))], (1.5, 4.0, 0.0))
    walk.pilot.go_to(np.array([10.5, 4.0]), np.zeros(2), walk.pose[:2], 0.0, 0.0)
    walk.go(25.0)
    assert min(walk.gaps) > 0.1
    assert walk.pilot.arrived


def test_it_is_not_run_over_from_behind() -> None:
    walk = Walk([Rail((0.5, 4.0), (40.0, 4.0), 1.0, start_s=5.0)], (4.0, 4.0, 0.0))
    walk.pilot.go_to(np.array([11.0, 4.0]), np.zeros(2), walk.pose[:2], 0.0, 0.0)
    walk.go(20.0)
    assert min(walk.gaps) > 0.1


def test_it_backs_out_of_an_aisle_that_something_comes_down() -> None:
    walls = ((7.0, 3.0, 1.0, 8.0, 0.2, 2.0), (7.0, 5.0, 1.0, 8.0, 0.2, 2.0))
    walk = Walk([Rail((14.0, 4.0), (-30.0, 4.0), 0.7, 0.4)], (5.0, 4.0, 0.0), walls)
    walk.go(28.0)
    assert min(walk.gaps) > 0.05
    assert np.hypot(*(walk.pose[:2] - (5.0, 4.0))) < 0.7


def test_it_minds_nothing_that_only_stands() -> None:
    walk = Walk([Rail((6.0, 4.0), (7.0, 4.0), 0.0, 0.3)], (1.5, 4.0, 0.0))
    walk.pilot.go_to(np.array([10.5, 4.0]), np.zeros(2), walk.pose[:2], 0.0, 0.0)
    walk.go(20.0)
    assert walk.pilot.arrived
    assert min(walk.gaps) > 0.4


def test_it_does_not_wait_for_a_place_that_somebody_stands_on() -> None:
    walk = Walk([Rail((6.0, 4.0), (7.0, 4.0), 1e-6, 0.3)], (2.0, 4.0, 0.0))
    walk.pilot.go_to(np.array([6.0, 4.0]), np.zeros(2), walk.pose[:2], 0.0, 0.0)
    walk.go(10.0)
    assert walk.pilot.arrived
    assert min(walk.gaps) > 0.0


def test_lanes_are_crossed_well_before_what_stands_on_them() -> None:
    lane = Zone("lane", "vehicle_lane", ((0.0, 3.3), (12.0, 3.3), (12.0, 4.7), (0.0, 4.7)))
    walk = Walk([Rail((6.0, 4.0), (7.0, 4.0), 1e-6, 0.3)], (4.0, 1.5, 0.0), zones=(lane,))
    walk.go(1.0)
    walk.pilot.go_to(np.array([4.0, 6.5]), np.zeros(2), walk.pose[:2], 0.0, walk.time_s)
    walk.go(15.0)
    crossed = np.array([x for x, y, _ in walk.path if 3.3 < y < 4.7])
    assert walk.pilot.arrived and len(crossed)
    assert (np.abs(crossed - 6.0) > 3.0).all()


def before_a_lane(start_s: float) -> Walk:
    """The only way across a lane leads close before something that drives off at `start_s`."""
    lane = Zone("lane", "vehicle_lane", ((0.0, 3.3), (12.0, 3.3), (12.0, 4.7), (0.0, 4.7)))
    walls = ((8.6, 2.6, 1.0, 6.8, 0.2, 2.0), (8.6, 5.4, 1.0, 6.8, 0.2, 2.0))
    return Walk([Rail((2.6, 4.0), (30.0, 4.0), 0.8, 0.45, start_s)], (4.5, 1.2, np.pi / 2), walls, (lane,))


def test_what_has_stood_longer_than_vehicles_rest_is_passed() -> None:
    walk = before_a_lane(1e3)
    walk.go(PARKED_S + 1.0)
    walk.pilot.go_to(np.array([4.5, 6.8]), np.zeros(2), walk.pose[:2], walk.pose[2], walk.time_s)
    walk.go(12.0)
    assert walk.pilot.arrived and walk.pose[1] > 6.0
    assert min(walk.gaps) > 0.2


@pytest.mark.parametrize("start_s", [2.25, 2.75, 3.25, 30.0])
def test_it_is_not_caught_before_what_drives_off_where_there_is_no_other_way_across(start_s: float) -> None:
    walk = before_a_lane(start_s)
    walk.go(0.6)
    walk.pilot.go_to(np.array([4.5, 6.8]), np.zeros(2), walk.pose[:2], walk.pose[2], walk.time_s)
    walk.go(22.0)
    assert min(walk.gaps) > 0.2
    # What stays is waited for only so long.
    assert walk.pilot.failed if start_s > 22.0 else walk.pose[1] > 6.0


@pytest.mark.parametrize("from_y_m", [4.0, 4.3])
def test_it_does_not_flee_into_a_forbidden_zone(from_y_m: float) -> None:
    zone = Zone("Z", "hazard", ((4.0, 0.5), (8.0, 0.5), (8.0, 7.5), (4.0, 7.5)), 0, "CH4")
    walk = Walk([Rail((0.5, from_y_m), (6.0, 4.0), 0.6, 0.3)], (3.2, 4.0, 0.0), zones=(zone,))
    walk.go(8.0)
    assert max(x for x, _, _ in walk.path) < 4.0
    assert min(walk.gaps) > 0.0


def test_beside_its_goal_it_does_not_wait_for_what_passes() -> None:
    walk = Walk([Rail((7.7, 0.5), (7.7, 7.5), 0.5)], (6.0, 4.0, 0.0))
    walk.go(1.5)
    walk.pilot.go_to(np.array([6.35, 4.0]), np.zeros(2), walk.pose[:2], walk.pose[2], walk.time_s)
    walk.go(1.0)
    assert walk.pilot.arrived and not walk.pilot.failed
