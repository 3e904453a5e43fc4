"""Ultrasound: distance, absorption, direction, obstacles, modulation."""

import numpy as np
import pytest

from patrolgym.envs.site.model import Equipment, Site, SoundSource, Weather
from patrolgym.envs.site.shapes import box
from patrolgym.envs.world.raycast import RayMesh
from patrolgym.envs.world.sound import (
    BANDS_KHZ,
    FLOOR_DB,
    SoundField,
    absorption_db_m,
    discharge_db,
    hiss_db,
)

AIR = RayMesh(np.zeros((0, 3)), np.zeros((0, 3), np.int32))
X = np.array([1.0, 0.0, 0.0])
LOUD = (100.0,) * 4


def make_field(*sources: SoundSource, kinds: tuple[str, ...] = ()) -> SoundField:
    site = Site("t", "small", (0, 0, 9, 9), (0, 0, 0), Weather(20.0, 10.0, (0, 0, 1), 1.0, 0.5, (1.0, 0.0)), {})
    site.sound_sources = list(sources)
    site.equipment = {kind: Equipment(kind, kind, (2.0, 0.0, 0.0), 0.0, {"size_m": (1.0, 1.0, 1.0)}) for kind in kinds}
    return SoundField(site)


@pytest.mark.parametrize(("hz", "db_km"), [(1000.0, 5.0), (4000.0, 22.9), (8000.0, 76.6)])
def test_absorption_is_that_of_iso_9613(hz: float, db_km: float) -> None:
    assert 1000.0 * absorption_db_m(np.array(hz), 20.0, 70.0) == pytest.approx(db_km, rel=0.03)  # ISO 9613-2, table 2


def test_level_falls_with_distance_and_absorption() -> None:
    field = make_field(SoundSource((0.0, 0.0, 0.0), LOUD))
    near, _ = field.levels_db(AIR, -2.0 * X, X)
    far, _ = field.levels_db(AIR, -4.0 * X, X)
    middle_hz = np.array([1e3 * np.sqrt(a * b) for a, b in BANDS_KHZ])
    expected = 20.0 * np.log10(2.0) + 2.0 * absorption_db_m(middle_hz, 20.0, 60.0)
    np.testing.assert_allclose(near - far, expected, atol=0.02)
    assert (np.diff(near - far) > 0.0).all(), "high bands fade faster"


def test_two_equal_sources_are_three_decibels_louder() -> None:
    one = make_field(SoundSource((0.0, 0.0, 0.0), LOUD)).levels_db(AIR, -2.0 * X, X)[0]
    two = make_field(*[SoundSource((0.0, 0.0, 0.0), LOUD)] * 2).levels_db(AIR, -2.0 * X, X)[0]
    np.testing.assert_allclose(two - one, 3.01, atol=0.02)


def test_a_quiet_plant_has_the_floor() -> None:
    levels, modulation = make_field().levels_db(AIR, np.zeros(3), X)
    np.testing.assert_allclose(levels, FLOOR_DB)
    assert modulation == 0.0


def test_it_hears_along_its_axis() -> None:
    field = make_field(SoundSource((0.0, 0.0, 0.0), LOUD))

    def heard(angle_deg: float) -> float:
        angle = np.radians(angle_deg)
        return float(field.levels_db(AIR, -2.0 * X, np.array([np.cos(angle), np.sin(angle), 0.0]))[0][1])

    assert heard(0.0) - heard(15.0) == pytest.approx(6.0, abs=0.1)
    assert heard(0.0) > heard(8.0) > heard(15.0) > heard(25.0) > heard(90.0)
    assert heard(0.0) - heard(180.0) == pytest.approx(24.0, abs=0.2)


def test_a_wall_takes_some_decibels_away() -> None:
    wall = box((0.1, 4.0, 4.0), (-1.0, 0.0, 0.0))
    field = make_field(SoundSource((0.0, 0.0, 0.0), LOUD))
    free = field.levels_db(AIR, -2.0 * X, X)[0]
    hidden = field.levels_db(RayMesh(wall.vertices_m, wall.faces), -2.0 * X, X)[0]
    assert (free - hidden > 6.0).all()


def test_only_discharge_pulses_with_the_mains() -> None:
    discharge = SoundSource((0.0, 0.0, 0.0), discharge_db(15.0), 100.0)
    hiss = SoundSource((0.0, 0.0, 0.0), hiss_db(500.0))
    assert make_field(discharge).levels_db(AIR, -2.0 * X, X)[1] > 0.9
    assert make_field(hiss).levels_db(AIR, -2.0 * X, X)[1] == 0.0
    both = make_field(discharge, hiss).levels_db(AIR, -2.0 * X, X)[1]
    assert 0.0 < both < 0.95


def test_a_discharge_stands_over_the_floor_by_its_severity_at_two_metres() -> None:
    levels, _ = make_field(SoundSource((0.0, 0.0, 0.0), discharge_db(20.0), 100.0)).levels_db(AIR, -2.0 * X, X)
    assert levels[0] - FLOOR_DB[0] == pytest.approx(20.0, abs=1.0)


def test_a_leak_hisses_mostly_above_twenty_kilohertz() -> None:
    levels = hiss_db(300.0)
    assert max(levels[1:]) > levels[0]
    assert hiss_db(3000.0)[2] == pytest.approx(levels[2] + 10.0)


def test_machines_make_steady_noise() -> None:
    quiet, _ = make_field().levels_db(AIR, np.zeros(3), X)
    noisy, modulation = make_field(kinds=("centrifugal_pump",)).levels_db(AIR, np.zeros(3), X)
    assert noisy[0] > quiet[0] + 0.5
    assert modulation == 0.0
