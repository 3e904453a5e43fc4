"""What a second of vibration is made of: shaft rate, lines that keep step with it, and the rest.

Waves are velocities in mm/s at `RATE_HZ`; levels are RMS between 10 and 1000 Hz, as ISO 10816 has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.fft import rfft
from scipy.signal import decimate

from patrolgym.envs.types import FloatArray

RATE_HZ = 12800
BAND_HZ = (10.0, 1000.0)
MAINS_HZ = 100.0
"""Twice the mains: what the iron of motors hums at."""
ORDERS = (1, 2, 3, 4, 5)
SPEED_SPAN, SPEED_STEPS = (0.962, 1.018), (0.0012, 0.0002)
"""Where the shaft rate is sought, as shares of the plate's, and in which steps."""
RIVAL_SHARE, RIVAL_ERROR = 0.006, 1.6
"""Another rate, that far away, is a rival of the best if it leaves no more than so many times as much unexplained."""
FITTED_HZ = 330.0
"""Lines beyond say little more about the rate."""
FINER, BROAD_HZ = 4, 2.0
"""Steps a hertz in which broad lines are looked at, and how far they reach."""
QUIET_HZ = (5200.0, 6300.0)
"""Nothing mechanical is left there: what is, is the laser's white noise."""


@dataclass(frozen=True, eq=False)
class ShaftLines:
    """Lines that keep step with the shaft, and what is left of the wave without them.

    Attributes:
        shaft_hz: its rate.
        orders: RMS in mm/s at one to five times the rate.
        vanes: RMS at the rate of the vanes.
        mains: RMS at 100 Hz.
        rest: (n,) wave without all these.
    """

    shaft_hz: float
    orders: tuple[float, ...]
    vanes: float
    mains: float
    rest: FloatArray


@dataclass(frozen=True, eq=False)
class Lines:
    """Power (m,) in (mm/s)² in steps of `step_hz`; its sum over a line is the line's mean square.

    Attributes:
        white: power in a step that the laser's noise has.
    """

    power: FloatArray
    step_hz: float
    white: float

    def level(self, low_hz: float, high_hz: float) -> float:
        """RMS within a band, without white noise."""
        first, last = (round(hz / self.step_hz) for hz in (low_hz, high_hz))
        return float(np.sqrt(max(float((self.power[first : last + 1] - self.white).sum()), 0.0)))

    def levels(self, rates_hz: FloatArray, reach_hz: float) -> FloatArray:
        """(k,) RMS within `reach_hz` of each rate (k,), without white noise."""
        power = self.near(rates_hz, reach_hz) - self.white * (2.0 * reach_hz / self.step_hz + 1.0)
        return np.asarray(np.sqrt(np.maximum(power, 0.0)))

    def near(self, rates_hz: FloatArray, reach_hz: float) -> FloatArray:
        """(k,) mean square within `reach_hz` of each rate (k,), the noise around it not taken off."""
        reach = max(round(reach_hz / self.step_hz), 1)
        middle = np.round(np.asarray(rates_hz) / self.step_hz).astype(np.int64)
        total = np.concatenate([[0.0], np.cumsum(self.power)])
        last = len(self.power)
        return np.asarray(total[np.clip(middle + reach + 1, 0, last)] - total[np.clip(middle - reach, 0, last)])


def lines_of(wave: FloatArray, finer: int = 1, rate_hz: float = RATE_HZ) -> Lines:
    """The spectrum of a wave (n,) behind a Hann window, laid out `finer` times as fine as a hertz."""
    window = np.hanning(len(wave))
    length = len(wave) * finer
    spectrum = rfft((wave - wave.mean()) * window, length)
    power = 2.0 * np.square(np.abs(spectrum)) / (np.square(window).sum() * length)
    step_hz = rate_hz / length
    quiet = power[round(QUIET_HZ[0] / step_hz) : round(QUIET_HZ[1] / step_hz)]
    # The median of noise power is less than its mean by ln 2.
    white = float(np.median(quiet)) / float(np.log(2.0)) if len(quiet) else 0.0
    return Lines(power, step_hz, white)


def shaft_rates(wave: FloatArray, plate_hz: float, vanes: int, knocks: Sequence[float] = ()) -> list[float]:
    """Rates near the plate's at which lines that go with it explain most of a wave (n,), the best first.

    Args:
        wave: of a machine.
        plate_hz: what its plate says.
        vanes: pulses a turn, 0 for none.
        knocks: multiples of the shaft rate that a bad bearing would have. They are no part of the answer, but a wrong
            rate at which one of them passes for a harmonic explains less than the right one.
    """
    slow = decimate(decimate(wave - wave.mean(), 4, ftype="fir"), 4, ftype="fir")
    time_s, window, rough = np.arange(len(slow)) * 16 / RATE_HZ, np.hanning(len(slow)), _sway(len(slow))
    multiples = np.array([*_orders(vanes), *knocks])
    multiples = multiples[multiples * plate_hz < FITTED_HZ]

    def errors(shares: FloatArray) -> FloatArray:
        rates = [[*(multiples * plate_hz * share), MAINS_HZ] for share in shares]
        return np.array([_fit(slow, window, _waves(time_s, hz), rough)[0] for hz in rates])

    coarse = np.arange(*SPEED_SPAN, SPEED_STEPS[0])
    missed = errors(coarse)
    apart = np.abs(coarse - coarse[int(missed.argmin())]) > RIVAL_SHARE
    starts = [int(missed.argmin())]
    if apart.any() and missed[apart].min() < RIVAL_ERROR * missed.min():
        starts.append(int(np.where(apart, missed, np.inf).argmin()))
    found = []
    for start in starts:
        fine = coarse[start] + np.arange(-SPEED_STEPS[0], SPEED_STEPS[0], SPEED_STEPS[1])
        found.append(plate_hz * float(fine[int(errors(fine).argmin())]))
    return found


def shaft_lines(wave: FloatArray, shaft_hz: float, vanes: int) -> ShaftLines:
    """The lines of a wave (n,) for a shaft rate.

    Lines at all orders, at the vanes' rate and at 100 Hz are fitted together, since 100 Hz may lie a hertz beside twice
    the rate.
    """
    orders = _orders(vanes)
    slow = decimate(wave - wave.mean(), 4, ftype="fir")
    time_s = np.arange(len(slow)) * 4 / RATE_HZ
    rates = [*(order * shaft_hz for order in orders), MAINS_HZ]
    _, weights = _fit(slow, np.hanning(len(slow)), _waves(time_s, rates), _sway(len(slow)))
    levels = np.sqrt(0.5 * np.square(weights).reshape(-1, 2).sum(axis=1))
    rest = wave - _waves(np.arange(len(wave)) / RATE_HZ, rates) @ weights
    # A rate that wanders blurs its lines: those with nothing else near them are taken as broad as they are.
    others = _waves(np.arange(len(wave)) / RATE_HZ, rates[2:]) @ weights[4:]
    broad = lines_of(wave - others, FINER).levels(np.array(rates[:2]), BROAD_HZ)
    by_order = (*(float(level) for level in broad), *(float(level) for level in levels[2 : len(ORDERS)]))
    vane = float(levels[len(ORDERS)]) if len(orders) > len(ORDERS) else 0.0
    return ShaftLines(shaft_hz, by_order, vane, float(levels[-1]), rest)


def _orders(vanes: int) -> list[int]:
    return [*ORDERS, *([vanes] if vanes > ORDERS[-1] else [])]


def _waves(time_s: FloatArray, rates_hz: Sequence[float]) -> FloatArray:
    """(n, 2 k) cosine and sine of each rate."""
    angle = 2 * np.pi * np.outer(time_s, rates_hz)
    return np.asarray(np.stack([np.cos(angle), np.sin(angle)], axis=2).reshape(len(time_s), -1))


def _sway(count: int) -> FloatArray:
    """(count, 7) slow functions that the robot's swaying may be made of."""
    return np.asarray(np.polynomial.chebyshev.chebvander(np.linspace(-1.0, 1.0, count), 6))


def _fit(wave: FloatArray, window: FloatArray, waves: FloatArray, rough: FloatArray) -> tuple[float, FloatArray]:
    """Squared error of the best fit of `waves` (n, k) and `rough`, and the weights (k,) of `waves`."""
    design = np.concatenate([waves, rough], axis=1) * window[:, None]
    target = wave * window
    gram, match = design.T @ design, design.T @ target
    weights = np.linalg.solve(gram + 1e-9 * np.trace(gram) * np.eye(len(gram)), match)
    return float(target @ target - match @ weights), weights[: waves.shape[1]]
