"""Several looks at one point put together."""

import numpy as np
import pytest

from patrolgym.agents.fusion import PointLog
from patrolgym.agents.vision.base import Detection, Inspection
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import InspectionPoint

POINT = InspectionPoint(
    "V/position", "V", "valve", "rgb", (0.0, 0.0, 1.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0), 0.2, 500.0, unit="deg"
)
VIEW = View(
    np.zeros((8, 8, 3), np.uint8), np.ones((8, 8)), np.ones((8, 8)), np.array([0.0, -1.0, 1.0]), np.eye(3), 10.0
)


def log(*looks: tuple[float, float]) -> PointLog:
    """Looks of (confidence in the reading, chance that what was read is wrong)."""
    found = PointLog(POINT)
    for confidence, chance in looks:
        wrong = Detection("valve_wrong_position", POINT.position_m, confidence * chance, 30.0, (1, 1, 3, 3), "V")
        found.add(Inspection(30.0, confidence, (wrong,) if chance else ()), VIEW)
    return found


@pytest.mark.parametrize(
    ("looks", "claimed"),
    [
        ([(0.95, 1.0)], True),
        ([(0.45, 1.0)], False),
        ([(0.45, 1.0)] * 3, True),
        ([(0.45, 0.5)] * 3, False),
        ([(0.95, 0.0), (0.45, 1.0)], False),
        ([], False),
    ],
    ids=["one sure", "one unsure", "three unsure that agree", "three at the limit", "unsure against sure", "none"],
)
def test_a_claim_needs_a_sure_look_or_several_that_agree(looks: list[tuple[float, float]], claimed: bool) -> None:
    assert (log(*looks).report() is not None) == claimed


def test_an_unsure_look_asks_for_more_and_a_sure_one_does_not() -> None:
    assert log((0.45, 1.0)).wants_more
    assert not log((0.97, 1.0)).wants_more
    assert not log((0.97, 0.0)).wants_more
