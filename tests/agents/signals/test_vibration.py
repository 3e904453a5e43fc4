"""The listener: which waves it takes, and what it says of a point."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from patrolgym.agents.signals.vibration import Vibration
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.types import FloatArray, InspectionPoint
from patrolgym.envs.world.vibration import Shaker

FAN = KINDS["exhaust_fan"].make("EF-1", (0.0, 0.0, 0.0), 0.0, np.random.default_rng(0), {})
POINT = next(p for p in KINDS["exhaust_fan"].points_in_world(FAN) if p.quantity == "vibration")
AWAY = np.asarray(POINT.position_m) + 2.0 * np.asarray(POINT.normal)


def listener() -> Vibration:
    briefing: Any = SimpleNamespace(points=(POINT,))
    return Vibration(briefing, lambda *_: np.zeros(1, bool))


def bad_wave() -> FloatArray:
    waves = Shaker(replace(FAN.state["rotor"], fault="inner", fault_mm_s=3.0)).waves(3.0)
    noise = 0.3 * np.random.default_rng(0).standard_normal(len(waves.lines))
    return np.asarray(waves.lines + waves.impacts + waves.ringing + noise)


def hold(
    ear: Vibration, wave: FloatArray, reach_m: float = 2.0, aside_m: float = 0.0, first_aside_m: float = 0.0
) -> None:
    """A second with the beam on the point, or beside it (in the first tenth)."""
    for k in range(10):
        target = np.asarray(POINT.position_m) + (aside_m + first_aside_m * (k == 0), 0.0, 0.0)
        axis = (target - AWAY) / np.linalg.norm(target - AWAY)
        moment: Any = SimpleNamespace(vibration=wave if k == 9 else None, vibration_range_m=reach_m)
        ear.hear(moment, AWAY, axis)


def test_a_second_on_the_point_is_judged_and_told_once() -> None:
    ear = listener()
    assert ear.wants(POINT.name)
    hold(ear, bad_wave())
    assert not ear.wants(POINT.name)
    (report,), (reading,) = ear.close([POINT.name])
    assert (report.anomaly_class, report.tag, report.detail) == ("bearing_fault", "EF-1", "inner")
    assert report.reading == pytest.approx(3.0, rel=0.2)
    assert reading.point == POINT.name
    assert ear.conclude() == ([], [])


@pytest.mark.parametrize("how", [{"aside_m": 0.3}, {"first_aside_m": 0.3}, {"reach_m": 1.2}, {"reach_m": 0.0}])
def test_a_beam_that_was_elsewhere_tells_nothing(how: dict[str, float]) -> None:
    ear = listener()
    hold(ear, bad_wave(), **how)
    assert ear.wants(POINT.name)
    assert ear.conclude() == ([], [])


def test_a_wave_of_a_walking_robot_is_not_taken() -> None:
    ear = listener()
    hold(ear, bad_wave() + 100.0)
    assert ear.wants(POINT.name)


def test_other_points_are_nothing_to_it() -> None:
    other: InspectionPoint = replace(POINT, name="EF-1/motor", quantity="motor")
    assert not listener().wants(other.name)
