"""Glances while walking, in the test yard."""

import numpy as np
import pytest

from patrolgym.agents.camerawork import glance
from patrolgym.agents.navigation.gaze import Gaze
from patrolgym.agents.navigation.plan import Plan, make_plan
from patrolgym.envs.types import FloatArray

from .navigation.yard import ROBOT, yard

BASE_M = np.array([6.0, 3.0, 0.6])
WEST_M, EAST_M = np.array([3.0, 3.0]), np.array([9.0, 3.0])


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Of two equal boxes, 3 m to the west and 3 m to the east of the robot, which looks east."""
    return make_plan(yard(equipment=[(x, y, 0.75, 1.0, 1.0, 1.5) for x, y in (WEST_M, EAST_M)]))


def left_of(plan: Plan, *middles_m: FloatArray) -> FloatArray:
    """(n,) weights of the targets on some of the boxes, zero for all others."""
    away = np.array([np.abs(plan.targets.position_m[:, :2] - middle).max(axis=1) for middle in middles_m])
    return np.where(away.min(axis=0) < 0.6, plan.targets.weight, 0.0)


def azimuth(plan: Plan, left: FloatArray) -> float | None:
    gaze = Gaze(ROBOT, BASE_M[2])
    aim = glance(plan, left, gaze, BASE_M, np.eye(3), 0.0, 0.0)
    return None if aim is None else abs(gaze.aim(BASE_M, np.eye(3), aim.look_at_m)[0])


def test_it_looks_for_nothing_where_nothing_is_left(plan: Plan) -> None:
    assert azimuth(plan, np.zeros(len(plan.targets))) is None


def test_it_looks_where_the_head_points_already_rather_than_behind(plan: Plan) -> None:
    ahead = azimuth(plan, left_of(plan, WEST_M, EAST_M))
    assert ahead is not None and ahead < 0.3


def test_it_turns_round_for_what_is_left_behind(plan: Plan) -> None:
    behind = azimuth(plan, left_of(plan, WEST_M))
    assert behind is not None and 2.5 < behind <= ROBOT.pan_rad
