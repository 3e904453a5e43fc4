"""How rotors shake: levels as asked, lines where geometry says, less with distance, the same at any time."""

from dataclasses import replace

import numpy as np
import pytest

from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Site, Weather
from patrolgym.envs.site.rotor import RACES, Rotor, draw_plate, healthy_rotor
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.vibration import RATE_HZ, Shaker, VibrationField, band_rms

INDOORS = Weather(20.0, 20.0, (0.0, 0.0, 1.0), 0.0, 0.5, (0.0, 0.0))


def rotor(seed: int = 0, **changes: object) -> Rotor:
    rng = np.random.default_rng(seed)
    return replace(healthy_rotor(rng, draw_plate(rng)), **changes)  # type: ignore[arg-type]


def line(wave: FloatArray, hz: float) -> float:
    """RMS within 1.5 Hz of a rate."""
    return band_rms(wave * np.hanning(len(wave)) * np.sqrt(8.0 / 3.0), (hz - 1.5, hz + 1.5))


def fans(*rotors: Rotor) -> Site:
    """Exhaust fans 3 m apart."""
    site = Site("test", "small", (0.0, 0.0, 20.0, 20.0), (0.0, 0.0, 0.0), INDOORS, {})
    for k, spinning in enumerate(rotors):
        fan = KINDS["exhaust_fan"].make(f"EF-{k}", (3.0 * k, 0.0, 0.0), 0.0, np.random.default_rng(0), {})
        fan.state["rotor"] = spinning
        site.equipment[fan.tag] = fan
    return site


def test_lines_have_the_levels_of_the_rotor() -> None:
    spinning = rotor(1, imbalance_mm_s=3.0, misalignment_mm_s=0.0, harmonics_mm_s=(1.0, 0.0, 0.0, 0.0))
    wave = Shaker(spinning).waves(40.0).lines
    assert line(wave, spinning.shaft_hz) == pytest.approx(3.0, rel=0.03)
    assert line(wave, 2 * spinning.shaft_hz) == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("level", [0.6, 5.0])
def test_a_fault_adds_its_level_at_the_rate_of_its_race(race: str, level: float) -> None:
    spinning = rotor(2, fault=race, fault_mm_s=level)
    impacts = Shaker(spinning).waves(10.0).impacts
    assert band_rms(impacts) == pytest.approx(level, rel=0.1)
    size = np.abs(np.fft.rfft(np.square(impacts - impacts.mean()) * np.hanning(RATE_HZ)))
    knocks = spinning.bearing.passes(race) * spinning.shaft_hz
    strongest = 20 + int(size[20:400].argmax())
    multiples = [m * knocks + s * spinning.shaft_hz for m in (1, 2, 3) for s in (-1, 0, 1)] + [spinning.shaft_hz]
    assert min(abs(strongest / hz - 1.0) for hz in multiples) < 0.02


def test_the_inner_race_knocks_hardest_once_a_turn() -> None:
    spinning = rotor(3, fault="inner", fault_mm_s=3.0)
    outer = replace(spinning, fault="outer")
    swell = []
    for machine in (spinning, outer):
        ringing = Shaker(machine).waves(0.0).ringing
        swell.append(line(np.abs(ringing) - np.abs(ringing).mean(), machine.shaft_hz) / ringing.std())
    assert swell[0] > 3.0 * swell[1]


def test_any_second_comes_out_the_same_again_and_joins_the_next() -> None:
    shaker = Shaker(rotor(4, fault="outer", fault_mm_s=2.0))
    one, later = shaker.waves(5.0), shaker.waves(5.5)
    half = RATE_HZ // 2
    for name in ("lines", "impacts", "ringing"):
        np.testing.assert_array_equal(getattr(one, name), getattr(shaker.waves(5.0), name))
        np.testing.assert_allclose(getattr(one, name)[half:], getattr(later, name)[:half], atol=2e-3)


def test_less_is_felt_farther_away_and_on_other_machines() -> None:
    field = VibrationField(fans(rotor(1), rotor(2)))
    site = fans(rotor(1), rotor(2))
    (bearing,) = (p for p in site.points() if p.name == "EF-0/vibration")
    place, axis = np.array(bearing.position_m), -np.array(bearing.normal)
    own = field.gains(place, axis, "EF-0")
    np.testing.assert_allclose(own[0], 1.0)
    assert 0.0 < own[1].max() < 0.05
    assert field.gains(place + (0.4, 0.0, 0.0), axis, "EF-0")[0].max() < 0.7
    assert field.gains(place, axis, None)[0].max() < 0.3
    slanting = np.array([np.sin(1.0), np.cos(1.0), 0.0])
    assert field.gains(place, slanting, "EF-0")[0, 0] == pytest.approx(np.cos(1.0))


def test_the_second_of_a_place_has_its_machines_overall_level() -> None:
    spinning = rotor(5, imbalance_mm_s=2.5, broadband_mm_s=1.0)
    field = VibrationField(fans(spinning))
    levels = [band_rms(field.second(float(k), np.ones((10, 1, 3)), np.random.default_rng(k))) for k in range(5)]
    assert np.mean(levels) == pytest.approx(spinning.overall_mm_s, rel=0.08)


def test_a_rotor_needs_a_vibration_point() -> None:
    site = fans()
    dock = KINDS["charging_dock"].make("D-1", (0.0, 0.0, 0.0), 0.0, np.random.default_rng(0), {})
    dock.state["rotor"] = rotor()
    site.equipment["D-1"] = dock
    with pytest.raises(ValueError, match="D-1 has a rotor but no inspection point for its vibration"):
        VibrationField(site)
