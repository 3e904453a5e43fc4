"""Curves over time as paths of an SVG picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import FloatArray

from .words import clock

WIDTH, HEIGHT = 440, 210
LEFT, RIGHT, TOP, BOTTOM = 48, 18, 12, 26
_MOST_VALUES = 300
_TIME_STEPS_S = (10, 20, 30, 60, 120, 300, 600, 1200)


@dataclass(frozen=True)
class Chart:
    """One curve, ready to be drawn in a picture of `WIDTH` by `HEIGHT`.

    Attributes:
        heading, unit, note: what it shows, in what, and a sentence for people.
        path, area: SVG paths of the curve and of the area under it, or under `truth`.
        x_ticks, y_ticks: (place, label).
        limits: (y, label) of horizontal lines.
        hover: times, values and their places, for the reader under the pointer.
    """

    heading: str
    unit: str
    note: str
    path: str
    area: str
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    limits: tuple[tuple[float, str], ...]
    hover: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True, eq=False)
class Curve:
    """What a chart shows.

    Attributes:
        heading, unit, note: what it is, in what, and a sentence for people.
        time_s, values: (n,) each, at least one, rising in time.
        limits: (value, label) of lines to draw; the axis makes room for them.
        log_from: lower end of a logarithmic axis; None for a linear one.
        truth: (n,) what the values should be, shown as an area; None where the values are true.
    """

    heading: str
    unit: str
    note: str
    time_s: FloatArray
    values: FloatArray
    limits: Sequence[tuple[float, str]] = ()
    log_from: float | None = None
    truth: FloatArray | None = None


def chart(curve: Curve, end_s: float) -> Chart:
    """Lay out a curve on a time axis that ends at `end_s`."""
    shown = curve.values if curve.truth is None else np.maximum(curve.values, curve.truth)
    scale = _Scale([*shown, *(value for value, _ in curve.limits)], curve.log_from)
    time_s, values = _thinned(curve.time_s, curve.values)
    x, y = _across(time_s, end_s), scale.up(values)
    under_s, under = _thinned(curve.time_s, curve.values if curve.truth is None else curve.truth)
    step_s = next((s for s in _TIME_STEPS_S if end_s / s <= 6), _TIME_STEPS_S[-1])
    return Chart(
        heading=curve.heading,
        unit=curve.unit,
        note=curve.note,
        path=_path(x, y),
        area=_closed(_across(under_s, end_s), scale.up(under)),
        x_ticks=tuple((float(_across(t, end_s)), clock(t)) for t in np.arange(0.0, end_s + 1e-6, step_s)),
        y_ticks=tuple((float(scale.up(tick)), f"{tick:,.6g}".replace(",", " ")) for tick in scale.ticks),
        limits=tuple((float(scale.up(value)), label) for value, label in curve.limits),
        hover=tuple(
            (round(float(a), 1), round(float(b), 1), f"{clock(t)}  {v:.3g} {curve.unit}")
            for a, b, t, v in zip(x, y, time_s, values, strict=True)
        ),
    )


class _Scale:
    """The upright axis that holds all of `values`."""

    def __init__(self, values: Sequence[float], log_from: float | None) -> None:
        self._log_from = log_from
        if log_from is None:
            self.ticks = _round_ticks(min(values), max(values))
            self._low, self._high = self.ticks[0], self.ticks[-1]
        else:
            self._low = math.log10(log_from)
            self._high = math.ceil(math.log10(max(*values, 10.0 * log_from)) + 0.1)
            self.ticks = [10.0**k for k in range(math.floor(self._low), round(self._high) + 1)]

    def up(self, values: FloatArray | float) -> FloatArray:
        """Where values are in the picture."""
        placed = values if self._log_from is None else np.log10(np.maximum(values, self._log_from))
        share = (np.asarray(placed) - self._low) / (self._high - self._low)
        return np.asarray(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share)


def _across(time_s: FloatArray | float, end_s: float) -> FloatArray:
    return np.asarray(LEFT + (WIDTH - LEFT - RIGHT) * np.asarray(time_s) / max(end_s, 1e-9))


def _path(x: FloatArray, y: FloatArray) -> str:
    return "M" + " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _closed(x: FloatArray, y: FloatArray) -> str:
    """The area between a curve and the floor."""
    floor = HEIGHT - BOTTOM
    return f"{_path(x, y)} L{x[-1]:.1f},{floor} L{x[0]:.1f},{floor}Z"


def _thinned(time_s: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """At most `_MOST_VALUES` of the values: of each stretch of time the highest, so that no peak is lost."""
    if len(values) <= _MOST_VALUES:
        return time_s, values
    stretches = np.array_split(np.arange(len(values)), _MOST_VALUES)
    kept = np.array([stretch[int(np.argmax(values[stretch]))] for stretch in stretches])
    return time_s[kept], values[kept]


def _round_ticks(low: float, high: float) -> list[float]:
    """About five round numbers that enclose a range."""
    span = max(high - low, 1e-6)
    power = 10.0 ** math.floor(math.log10(span / 4.0))
    step = next(power * k for k in (1.0, 2.0, 2.5, 5.0, 10.0) if span / (power * k) <= 4.5)
    first, last = math.floor(low / step), math.ceil(high / step + 1e-9)
    return [round(k * step, 9) for k in range(first, max(last, first + 1) + 1)]
