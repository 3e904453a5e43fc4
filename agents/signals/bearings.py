"""Which race of a rolling bearing is damaged, and how much that adds to the vibration.

Each ball that passes a damaged spot knocks. The knocks make the housing ring at some kilohertz, so the envelope of a
band there has lines at the rate of the knocks (envelope analysis); those of the inner race come and go with the turns
of the shaft, as the spot passes through the loaded part. The knocks' own lines below 1 kHz say how strong they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.signal import butter, hilbert, sosfiltfilt

from patrolgym.envs.types import FloatArray

from .spectrum import BAND_HZ, RATE_HZ, Lines, lines_of

RACES = ("outer", "inner")
BANDS_HZ = ((1200.0, 2300.0), (2000.0, 3400.0), (3000.0, 5000.0))
SLIP, SLIP_STEP = 0.013, 0.0005
"""Balls slip: they pass up to that share less often than the geometry says."""
HARMONICS, SIDEBANDS = 4, 2
FINER = 4
REACH_HZ = 0.8
FLOOR_HZ = 12.0
MOST_SIGMAS = 4.0
"""What stands out further from a band's envelope is a dark speckle, not a bearing."""


@dataclass(frozen=True)
class Race:
    """What speaks for a damaged race.

    Attributes:
        knocks_hz: rate of the knocks.
        standing: how far lines at that rate stand out of the envelope's noise: mean of ln(1 + ratio) over harmonics.
        level_mm_s: what the knocks add below 1 kHz.
    """

    knocks_hz: float
    standing: float
    level_mm_s: float


def passes(bearing: Mapping[str, Any], race: str) -> float:
    """Knocks a turn of a damaged "outer" or "inner" race: balls / 2 (1 -+ d / D cos contact angle)."""
    ratio = float(bearing["ball_mm"]) / float(bearing["pitch_mm"]) * float(np.cos(bearing.get("contact_rad", 0.0)))
    return 0.5 * int(bearing["balls"]) * (1.0 + (ratio if race == "inner" else -ratio))


def knocks(bearing: Mapping[str, Any]) -> list[float]:
    """Multiples of the shaft rate at which a bad bearing would have its strongest lines."""
    outer, inner = (passes(bearing, race) * (1.0 - 0.5 * SLIP) for race in RACES)
    return [outer, 2 * outer, 3 * outer, inner - 1, inner, inner + 1, 2 * inner - 1, 2 * inner, 2 * inner + 1]


def races(rest: FloatArray, shaft_hz: float, bearing: Mapping[str, Any]) -> dict[str, Race]:
    """Both races by a wave (n,) without shaft lines, for a shaft rate and the geometry in a point's details."""
    envelopes = [lines_of(envelope(rest, band), FINER) for band in BANDS_HZ]
    below = lines_of(rest, FINER)
    return {race: _race(envelopes, below, shaft_hz, passes(bearing, race), race) for race in RACES}


def envelope(wave: FloatArray, band_hz: tuple[float, float]) -> FloatArray:
    """(n,) envelope of a wave within a band, its bursts cut off."""
    size = np.abs(hilbert(sosfiltfilt(butter(3, band_hz, "bandpass", fs=RATE_HZ, output="sos"), wave)))
    middle = float(np.median(size))
    spread = 1.4826 * float(np.median(np.abs(size - middle)))
    return np.asarray(np.minimum(size, middle + MOST_SIGMAS * spread))


def _race(envelopes: list[Lines], below: Lines, shaft_hz: float, per_turn: float, race: str) -> Race:
    rates = per_turn * shaft_hz * (1.0 - np.arange(0.0, SLIP, SLIP_STEP))
    standing = np.max([_standing(lines, rates, shaft_hz, race) for lines in envelopes], axis=0)
    best = int(standing.argmax())
    return Race(float(rates[best]), float(standing[best]), _level(below, float(rates[best]), shaft_hz, race))


def _standing(lines: Lines, knocks_hz: FloatArray, shaft_hz: float, race: str) -> FloatArray:
    """(k,) mean of ln(1 + line over noise) over the lines that go with each rate of knocks (k,)."""
    rates = knocks_hz[:, None] * np.arange(1, HARMONICS + 1)
    if race == "inner":
        turns = np.full((len(rates), 1), shaft_hz)
        rates = np.concatenate([rates, turns, rates[:, :2] - shaft_hz, rates[:, :2] + shaft_hz], axis=1)
    line = lines.near(rates, REACH_HZ)
    around = lines.near(rates, FLOOR_HZ) - lines.near(rates, 2.0 * REACH_HZ)
    noise = around * REACH_HZ / (FLOOR_HZ - 2.0 * REACH_HZ) + 1e-12
    return np.asarray(np.log1p(np.maximum(line / noise - 1.0, 0.0)).mean(axis=1))


def _level(below: Lines, knocks_hz: float, shaft_hz: float, race: str) -> float:
    """RMS of the knocks' lines within the band of ISO 10816, without the noise around them."""
    sides = np.arange(-SIDEBANDS, SIDEBANDS + 1) * shaft_hz if race == "inner" else np.zeros(1)
    rates = (knocks_hz * np.arange(1, int(BAND_HZ[1] / knocks_hz) + 1)[:, None] + sides).ravel()
    rates = rates[(rates > BAND_HZ[0]) & (rates < BAND_HZ[1])]
    line = below.near(rates, 2.0 * REACH_HZ)
    around = (below.near(rates, 4.0 * REACH_HZ) - line) * 0.5
    return float(np.sqrt(max(float((line - 2.0 * around).sum()), 0.0)))
