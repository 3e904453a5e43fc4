"""Leaks and discharges from looks made by hand."""

import numpy as np
import pytest

from patrolgym.agents.signals import FLOOR_DB, Signals
from patrolgym.envs.types import InspectionPoint

FRONT = ((0.0, -1.0, 0.0), (0.0, 0.0, 1.0), 0.2, 125.0)
FLANGE = InspectionPoint("V/flange", "V", "flange", "tdlas", (0.0, 0.0, 1.0), *FRONT, details={"gas": "CH4"})
BUSHINGS = [
    InspectionPoint(f"TR/bushing_{k}", "TR", "discharge", "ultrasound", (3.0 * k, 0.0, 1.0), *FRONT) for k in range(2)
]
LENS = np.array([0.0, -2.05, 1.0])


def listen(points: list[InspectionPoint], levels: list[np.ndarray], modulation: list[float], column: float) -> Signals:
    """One look straight at each point from 2 m before it."""
    signals = Signals(points, (), lambda origins, _directions, _distances: np.zeros(len(origins), dtype=bool))
    for point, level, pulse in zip(points, levels, modulation, strict=True):
        for _ in range(5):
            signals.sample(np.array([column, 0.0, 0.0, 0.0, 0.0, 2.0]), np.append(level, pulse))
        signals.close(LENS + (point.position_m[0], 0.0, 0.0), np.array([0.0, 1.0, 0.0]), point.name)
    return signals


@pytest.mark.parametrize(
    ("hiss_db", "column", "found"), [(50.0, 600.0, True), (50.0, 2.0, False), (33.0, 600.0, False)]
)
def test_a_leak_must_hiss_and_show_in_the_column(hiss_db: float, column: float, found: bool) -> None:
    level = np.array(FLOOR_DB) + (0.0, 0.0, hiss_db - FLOOR_DB[2], 0.0)
    reports, _ = listen([FLANGE], [level], [0.0], column).conclude()
    assert [report.anomaly_class for report in reports] == (["gas_leak"] if found else [])


def test_only_the_bushing_that_pulses_is_reported() -> None:
    loud = np.array(FLOOR_DB) + (14.0, 14.0, 12.0, 4.0)
    reports, readings = listen(BUSHINGS, [loud, loud], [0.95, 0.0], 0.0).conclude()
    assert [report.position_m for report in reports] == [BUSHINGS[0].position_m]
    assert [reading.point for reading in readings] == ["TR/bushing_0", "TR/bushing_1"]
    assert readings[0].value == pytest.approx(14.0, abs=1.5)
    assert readings[1].value == pytest.approx(0.0, abs=0.5)


def test_nothing_heard_is_nothing_said() -> None:
    assert listen([], [], [], 0.0).conclude() == ([], [])
