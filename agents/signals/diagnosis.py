"""What is wrong with a rotating machine, by one second of its vibration and its data sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from patrolgym.envs.types import FloatArray

from .bearings import RACES, Race, knocks, races
from .spectrum import BAND_HZ, ORDERS, RATE_HZ, ShaftLines, lines_of, shaft_lines, shaft_rates

KNOCKS_MM_S, KNOCKS_SPREAD = 0.40, 0.12
"""A bearing is bad from that level on; deviation of the logarithm of what is measured."""
STANDING, STANDING_SPREAD = 1.1, 0.15
"""How far its lines must stand out of the envelope's noise; sound bearings reach 1."""
UNCLEAR, CLEAR = 2.0, 3.0
"""A rival of the best shaft rate is right if a race stands out that clearly at it, and none at the other."""
LEVEL_SPREAD = 0.05
"""Deviation of the logarithm of a measured level (aim, speckle)."""
ALARM_SHARE = 0.985
"""Lines that keep step with the shaft reach that share of the overall level where they are the cause of it."""
TWICE = 0.95
"""Misaligned shafts shake at twice their rate about as much as once or more; unbalanced ones far less."""
MISALIGNED_SPREAD = 0.2


@dataclass(frozen=True)
class Diagnosis:
    """What a second of vibration amounts to.

    Attributes:
        overall_mm_s: RMS between 10 and 1000 Hz.
        shaft: rate and lines, mm/s; its `rest` is what they leave.
        knocks: what speaks for each race of the bearing.
        race: the one that more speaks for.
        chances: anomaly class -> 0..1.
    """

    overall_mm_s: float
    shaft: ShaftLines
    knocks: Mapping[str, Race]
    race: str
    chances: Mapping[str, float]

    def reading(self, anomaly_class: str) -> float:
        """Value in mm/s that goes with a class: of the knocks for a bearing, else the overall level."""
        return self.knocks[self.race].level_mm_s if anomaly_class == "bearing_fault" else self.overall_mm_s


def diagnose(wave: FloatArray, details: Mapping[str, Any], facing: float = 1.0) -> Diagnosis:
    """Judge a wave.

    Args:
        wave: (12800,) velocity in mm/s at 12.8 kHz along the beam.
        details: of a vibration point: "shaft_hz", "vanes", "bearing" (balls, ball_mm, pitch_mm, contact_rad) and
            "zones_mm_s", whose middle border is the alarm.
        facing: cosine between the beam and the point's normal.

    Raises:
        ValueError: the wave has another length, or `facing` is not within (0, 1].
    """
    if np.shape(wave) != (RATE_HZ,):
        raise ValueError(f"the wave must have {RATE_HZ} samples, got an array of shape {np.shape(wave)}")
    if not 0.0 < facing <= 1.0:
        raise ValueError(f"facing must be within (0, 1], got {facing!r}")
    bearing, vanes = details["bearing"], int(details.get("vanes", 0))
    normal = np.asarray(wave, dtype=float) / facing
    # A knock of a strong fault may pass for a harmonic at a wrong rate, at which no race explains the rest so well.
    rates = shaft_rates(normal, float(details["shaft_hz"]), vanes, knocks(bearing))
    tried = [shaft_lines(normal, rate, vanes) for rate in rates]
    judged = [(shaft, races(shaft.rest, shaft.shaft_hz, bearing)) for shaft in tried]
    best = [max(race.standing for race in found.values()) for _, found in judged]
    shaft, found = judged[1 if len(judged) > 1 and best[0] < UNCLEAR and best[1] > CLEAR else 0]
    race = max(RACES, key=lambda name: _weight(found[name]))
    chances = {
        **_shaft_chances(shaft, vanes, float(details["zones_mm_s"][1])),
        "bearing_fault": _bearing_chance(found[race]),
    }
    return Diagnosis(lines_of(normal).level(*BAND_HZ), shaft, found, race, chances)


def _shaft_chances(shaft: ShaftLines, vanes: int, alarm_mm_s: float) -> dict[str, float]:
    """Unbalanced or misaligned: lines that keep step with the shaft make an alarm, and more of once or of twice."""
    level = float(np.sqrt(sum(line**2 for order, line in zip(ORDERS, shaft.orders, strict=True) if order != vanes)))
    alarm = _chance(np.log(max(level, 1e-6) / (ALARM_SHARE * alarm_mm_s)) / LEVEL_SPREAD)
    once, twice = shaft.orders[0], shaft.orders[1]
    misaligned = _chance(np.log(max(twice, 1e-6) / (TWICE * max(once, 1e-6))) / MISALIGNED_SPREAD)
    return {"imbalance": alarm * (1.0 - misaligned), "misalignment": alarm * misaligned}


def _weight(race: Race) -> float:
    """How much speaks for a race: lines that stand out, and are strong."""
    return race.standing + float(np.log(race.level_mm_s + 0.05))


def _bearing_chance(race: Race) -> float:
    loud = _chance(np.log(max(race.level_mm_s, 1e-6) / KNOCKS_MM_S) / KNOCKS_SPREAD)
    return loud * _chance((race.standing - STANDING) / STANDING_SPREAD)


def _chance(sigmas: float) -> float:
    """Logistic stand-in for the normal distribution."""
    return float(1.0 / (1.0 + np.exp(-1.7 * np.clip(sigmas, -20.0, 20.0))))
