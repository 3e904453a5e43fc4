"""What a second of vibration is taken for, without a robot: arrays in, diagnosis out."""

from dataclasses import replace

import numpy as np
import pytest

from patrolgym.agents.signals.diagnosis import Diagnosis, diagnose
from patrolgym.envs.site.rotor import RACES, Rotor, RotorPlate, draw_plate, healthy_rotor
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.vibration import RATE_HZ, Shaker

SEEDS = range(4)


def machine(seed: int, poles: int = 4) -> tuple[RotorPlate, Rotor]:
    rng = np.random.default_rng(seed)
    plate = draw_plate(rng, poles, vanes=7)
    return plate, replace(healthy_rotor(rng, plate), broadband_mm_s=0.0)


def wave(rotor: Rotor, seed: int = 0, share: float = 1.0) -> FloatArray:
    """A second with a laser's noise, on a robot that sways."""
    rng = np.random.default_rng(seed)
    waves = Shaker(rotor).waves(float(rng.uniform(0.0, 500.0)))
    time_s = np.arange(RATE_HZ) / RATE_HZ
    sway = 2.0 * np.cos(2 * np.pi * 1.3 * time_s + 1.0)
    own = waves.lines + waves.impacts + waves.ringing
    return np.asarray(share * own + sway + 0.4 * rng.standard_normal(RATE_HZ))


def named(found: Diagnosis) -> set[str]:
    return {name for name, chance in found.chances.items() if chance >= 0.5}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("poles", [2, 4, 6])
def test_the_shaft_rate_is_found_and_nothing_is_wrong(seed: int, poles: int) -> None:
    plate, rotor = machine(seed, poles)
    found = diagnose(wave(rotor, seed), plate.details())
    assert found.shaft.shaft_hz == pytest.approx(rotor.shaft_hz, rel=0.006)
    assert found.overall_mm_s == pytest.approx(rotor.overall_mm_s, rel=0.15)
    assert named(found) == set()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("level", [1.0, 5.0])
def test_the_bad_race_is_named(seed: int, race: str, level: float) -> None:
    plate, rotor = machine(seed)
    found = diagnose(wave(replace(rotor, fault=race, fault_mm_s=level), seed), plate.details())
    assert named(found) == {"bearing_fault"}
    assert found.race == race
    assert found.reading("bearing_fault") == pytest.approx(level, rel=0.25)


@pytest.mark.parametrize("seed", SEEDS)
def test_once_a_turn_is_imbalance_and_twice_misalignment(seed: int) -> None:
    plate, rotor = machine(seed, poles=2)
    assert named(diagnose(wave(replace(rotor, imbalance_mm_s=3.3), seed), plate.details())) == {"imbalance"}
    assert named(diagnose(wave(replace(rotor, misalignment_mm_s=3.3), seed), plate.details())) == {"misalignment"}


@pytest.mark.parametrize("seed", SEEDS)
def test_hum_and_vanes_are_no_fault_of_the_shaft(seed: int) -> None:
    plate, rotor = machine(seed, poles=2)
    assert named(diagnose(wave(replace(rotor, electrical_mm_s=3.0), seed), plate.details())) == set()
    assert named(diagnose(wave(replace(rotor, vane_mm_s=3.0), seed), plate.details())) == set()


def test_a_slanting_beam_is_accounted_for() -> None:
    plate, rotor = machine(1)
    shaken = replace(rotor, imbalance_mm_s=4.0)
    found = diagnose(wave(shaken, share=0.5), plate.details(), facing=0.5)
    assert found.reading("imbalance") == pytest.approx(shaken.overall_mm_s, rel=0.05)


@pytest.mark.parametrize(
    ("samples", "facing", "message"),
    [(100, 1.0, "the wave must have 12800 samples, got an array of shape"), (RATE_HZ, 0.0, "facing must be within")],
)
def test_malformed_input_is_refused(samples: int, facing: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        diagnose(np.zeros(samples), machine(0)[0].details(), facing)
