"""Leaks and discharges from looks made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from patrolgym.agents.senses import Moment
from patrolgym.agents.signals.hearing import ABSORPTION_DB_M, FLOOR_DB, LEAK_DB
from patrolgym.agents.signals.sound import Sound
from patrolgym.envs.types import InspectionPoint

from ..navigation.yard import yard

FRONT = ((0.0, -1.0, 0.0), (0.0, 0.0, 1.0), 0.2, 125.0)
FLANGE = InspectionPoint("V/flange", "V", "flange", "tdlas", (0.0, 0.0, 1.0), *FRONT, details={"gas": "CH4"})
BUSHINGS = [
    InspectionPoint(f"TR/bushing_{k}", "TR", "discharge", "ultrasound", (3.0 * k, 0.0, 1.0), *FRONT) for k in range(2)
]
STILL = Moment(0.0, np.zeros(3), np.eye(3), np.zeros(3), 1.0, None, None)
LENS = np.array([0.0, -2.05, 1.0])


def listen(points: list[InspectionPoint], levels: list[np.ndarray], modulation: list[float], column: float) -> Sound:
    """One look straight at each point from 2 m before it."""
    briefing = replace(yard(), points=tuple(points), equipment=())
    sound = Sound(briefing, lambda origins, _directions, _distances: np.zeros(len(origins), dtype=bool))
    for point, level, pulse in zip(points, levels, modulation, strict=True):
        for _ in range(5):
            moment = replace(
                STILL, tdlas=np.array([column, 0.0, 0.0, 0.0, 0.0, 2.0]), ultrasound=np.append(level, pulse)
            )
            sound.hear(moment, LENS + (point.position_m[0], 0.0, 0.0), np.array([0.0, 1.0, 0.0]))
    return sound


@pytest.mark.parametrize(
    ("hiss_db", "column", "found"), [(50.0, 600.0, True), (50.0, 2.0, False), (33.0, 600.0, False)]
)
def test_a_leak_must_hiss_and_show_in_the_column(hiss_db: float, column: float, found: bool) -> None:
    hiss = np.array(LEAK_DB) + hiss_db - LEAK_DB[2]
    level = 10.0 * np.log10(10.0 ** (np.array(FLOOR_DB) / 10.0) + 10.0 ** (hiss / 10.0))
    reports, _ = listen([FLANGE], [level], [0.0], column).conclude()
    assert [report.anomaly_class for report in reports] == (["gas_leak"] if found else [])


def test_only_the_bushing_that_pulses_is_reported() -> None:
    loud = np.array(FLOOR_DB) + (14.0, 14.0, 12.0, 4.0)
    reports, readings = listen(BUSHINGS, [loud, loud], [0.95, 0.0], 0.0).conclude()
    assert [report.position_m for report in reports] == [BUSHINGS[0].position_m]
    assert [reading.point for reading in readings] == ["TR/bushing_0", "TR/bushing_1"]
    assert readings[0].value == pytest.approx(14.0, abs=1.5)
    assert readings[1].value == pytest.approx(0.0, abs=0.5)


def test_a_leak_beside_a_loud_one_is_not_heard_double() -> None:
    flanges = [FLANGE, replace(FLANGE, name="V/flange_1", position_m=(0.5, 0.0, 1.0))]
    place = np.array([0.0, -0.05, 1.0])
    levels = []
    for flange in flanges:
        away = place - (LENS + (flange.position_m[0], 0.0, 0.0))
        off_rad, distance = np.arctan2(abs(away[0]), away[1]), np.linalg.norm(away)
        gain = -6.0 * (off_rad / np.deg2rad(15.0)) ** 2 - 20.0 * np.log10(distance)
        hiss = np.array(LEAK_DB) + 10.0 + gain - distance * np.array(ABSORPTION_DB_M)
        levels.append(10.0 * np.log10(10.0 ** (np.array(FLOOR_DB) / 10.0) + 10.0 ** (hiss / 10.0)))
    reports, _ = listen(flanges, levels, [0.0, 0.0], 600.0).conclude()
    assert [report.position_m for report in reports] == [FLANGE.position_m]
    assert reports[0].reading == pytest.approx(1000.0, rel=0.2)


def test_nothing_heard_is_nothing_said() -> None:
    assert listen([], [], [], 0.0).conclude() == ([], [])
