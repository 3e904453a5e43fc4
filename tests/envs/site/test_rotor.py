"""Bearing geometry, plates, and how sound machines run."""

import numpy as np
import pytest

from patrolgym.envs.site.rotor import BEARINGS, Bearing, draw_plate, healthy_rotor


def test_ball_passes_of_the_6205_are_the_published_ones() -> None:
    bearing = next(b for b in BEARINGS if b.name == "6205")
    assert bearing.passes("outer") == pytest.approx(3.585, abs=0.003)
    assert bearing.passes("inner") == pytest.approx(5.415, abs=0.003)
    assert bearing.cage == pytest.approx(0.398, abs=0.001)


@pytest.mark.parametrize("bearing", BEARINGS, ids=lambda b: b.name)
def test_both_races_together_see_each_ball_once_a_turn(bearing: Bearing) -> None:
    assert bearing.passes("outer") + bearing.passes("inner") == pytest.approx(bearing.balls)
    assert bearing.passes("outer") == pytest.approx(bearing.balls * bearing.cage)


def test_another_race_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown race 'cage'; choose from: outer, inner"):
        BEARINGS[0].passes("cage")


def test_a_number_of_poles_without_a_motor_is_refused() -> None:
    with pytest.raises(ValueError, match="poles must be one of 2, 4, 6, got 5"):
        draw_plate(np.random.default_rng(0), poles=5)


def test_sound_machines_run_near_their_plate_and_below_the_alarm() -> None:
    rng = np.random.default_rng(1)
    for poles in (2, 4, 6):
        for _ in range(100):
            plate = draw_plate(rng, poles, vanes=6, flexible=bool(rng.random() < 0.5))
            rotor = healthy_rotor(rng, plate)
            assert abs(rotor.shaft_hz / plate.shaft_hz - 1.0) <= 0.03
            assert rotor.overall_mm_s < 0.6 * plate.zones_mm_s[1]
            assert rotor.fault == ""


def test_the_overall_level_sums_energies() -> None:
    rotor = healthy_rotor(np.random.default_rng(2), draw_plate(np.random.default_rng(2)))
    lines = np.array([rotor.imbalance_mm_s, *rotor.harmonics_mm_s, rotor.electrical_mm_s, rotor.broadband_mm_s])
    assert rotor.overall_mm_s == pytest.approx(float(np.sqrt((lines**2).sum())))
