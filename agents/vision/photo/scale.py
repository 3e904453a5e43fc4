"""The scale of a dial: an even row of ticks around the ring, where it starts and where it ends."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import find_peaks

from patrolgym.envs.types import FloatArray, IntArray

from .face import Ticks

#: Between which distances from the ring ticks are measured, radii.
_BAND = (0.015, 0.055)
#: Ticks are this far apart, degrees.
_APART_DEG = (1.0, 46.0)
#: Glare or a shadow may hide so much of a scale; the gap between its ends is at least so wide.
_HIDDEN_DEG, _GAP_DEG = 40.0, 18.0
_LEAST_TICKS = 7
_LEAST_SPAN_DEG = 80.0
#: How the ticks between two figures are counted.
_GROUPS = (2, 4, 5, 10)


@dataclass(frozen=True, eq=False)
class Row:
    """An even row of ticks.

    Attributes:
        index: (n,) which tick of the row each found one is.
        angle: (n,) where it was found, degrees clockwise from up, growing beyond 360.
        fit: (6,) angle(k) = fit0 + fit1·k + waves of fit2..5 over (cos, sin, cos 2, sin 2) of the even angle.
        quality: 0..1, how regular and complete it is.
    """

    index: IntArray
    angle: FloatArray
    fit: FloatArray
    quality: float

    @property
    def spacing_deg(self) -> float:
        """Degrees from tick to tick."""
        return float(self.fit[1])

    def even_deg(self, index: FloatArray | IntArray) -> FloatArray:
        """Where ticks are on the undistorted dial."""
        return np.asarray(self.fit[0] + self.fit[1] * np.asarray(index, dtype=float))

    def seen_deg(self, index: FloatArray | IntArray) -> FloatArray:
        """Where ticks are seen."""
        even = self.even_deg(index)
        return even + _waves(even) @ self.fit[2:]


@dataclass(frozen=True)
class Span:
    """Where a scale may start and end.

    Attributes:
        start_deg, end_deg: angles of its first and last tick on the undistorted dial, end > start.
        divisions: ticks from one to the other.
        chance: probability among all the spans considered.
    """

    start_deg: float
    end_deg: float
    divisions: int
    chance: float

    def share(self, angle_deg: float) -> float:
        """Share of the scale at an angle; a little beyond 0..1 just outside, NaN far outside."""
        sweep = self.end_deg - self.start_deg
        middle = (self.start_deg + self.end_deg) / 2
        turn = (angle_deg - middle + 180.0) % 360.0 - 180.0
        share = 0.5 + turn / sweep
        slack = min(0.06, 0.5 * (360.0 - sweep) / sweep)
        return float(share) if -slack <= share <= 1 + slack else float("nan")


def tick_signal(ticks: Ticks, side: int, radius: FloatArray | float = 1.0) -> FloatArray:
    """(angles,) strength of ticks along a ring, on its inner (side 1) or outer (-1) side.

    Args:
        ticks: marks of the unrolled face.
        side: on which side of the ring the ticks are.
        radius: of the ring, one for all or (angles,).
    """
    marks = ticks.strength
    curve = np.broadcast_to(np.asarray(radius, dtype=float) * ticks.radius_px, (len(marks),))[:, None]
    steps = np.linspace(*_BAND, max(2, round((_BAND[1] - _BAND[0]) * ticks.radius_px)))
    column = np.clip(np.rint(curve * (1 - side * steps)).astype(int), 0, marks.shape[1] - 1)
    return np.asarray(np.take_along_axis(marks, column, axis=1).mean(axis=1), dtype=float)


def find_rows(signal: FloatArray, effort: int, most: int = 1) -> list[Row]:
    """Even rows of ticks in a ring's signal, the best first; `effort` is how many places rows are begun at."""
    rows: list[Row] = []
    for least in _levels(signal):
        peaks, height = _peaks(signal, least)
        if len(peaks) < _LEAST_TICKS:
            continue
        for spacing in _spacings(peaks):
            starts = np.argsort(-height)[:: max(1, len(peaks) // effort)][:effort]
            tried = [_row(peaks, spacing, int(start)) for start in starts]
            rows += [row for row in tried if row is not None]
    rows.sort(key=lambda r: -r.quality)
    kept: list[Row] = []
    for row in rows:
        if len(kept) < most and all(abs(row.spacing_deg / k.spacing_deg - 1) > 0.05 for k in kept):
            kept.append(row)
    return kept


def _levels(signal: FloatArray) -> list[float]:
    """Strengths that may tell ticks from dirt: a share of the many fine ones, and one of the few bold ones."""
    _, height = _peaks(signal, 4.0)
    if len(height) < _LEAST_TICKS:
        return []
    fine = 0.3 * float(np.percentile(height, 75))
    bold = 0.45 * float(np.sort(height)[-_LEAST_TICKS])
    return [fine, bold] if bold > 1.3 * fine else [fine]


def _peaks(signal: FloatArray, least: float) -> tuple[FloatArray, FloatArray]:
    """Angles (degrees) and heights of what is stronger than `least` in a circular signal."""
    count = len(signal)
    step = 360.0 / count
    lap = np.concatenate([signal, signal, signal])
    at, _ = find_peaks(lap, height=max(least, 4.0), distance=max(1, round(0.7 / step)))
    at = at[(at >= count) & (at < 2 * count)]
    low, mid, high = lap[at - 1], lap[at], lap[at + 1]
    shift = 0.5 * (low - high) / np.minimum(low - 2 * mid + high, -1e-6)
    angle = (at - count + np.clip(shift, -0.5, 0.5)) * step % 360.0
    order = np.argsort(angle)
    return angle[order], mid[order]


def _spacings(peaks: FloatArray) -> list[float]:
    """Likely distances from tick to tick, degrees: where many distances between neighbours are alike."""
    gaps = np.diff(np.concatenate([peaks, [peaks[0] + 360.0]]))
    two = gaps + np.roll(gaps, -1)
    both = np.concatenate([gaps, two])
    weight = np.concatenate([np.ones(len(gaps)), np.full(len(two), 0.35)])
    inside = (both > _APART_DEG[0]) & (both < _APART_DEG[1])
    both, weight = both[inside], weight[inside]
    found: list[float] = []
    while len(both) and len(found) < 4:
        near = np.abs(np.log(both[:, None] / both[None])) < 0.09
        best = int(np.argmax((near * weight[None]).sum(axis=1)))
        found.append(float(np.average(both[near[best]], weights=weight[near[best]])))
        keep = ~near[best]
        both, weight = both[keep], weight[keep]
    return found


def _row(peaks: FloatArray, spacing: float, start: int) -> Row | None:
    """The row through the peak `start`, followed both ways tick by tick, then fitted as a whole."""
    ahead = _followed(peaks, peaks[start], spacing, 1)
    back = _followed(peaks, peaks[start], spacing, -1)
    index = np.array([-k for k, _ in reversed(back)] + [0] + [k for k, _ in ahead])
    angle = np.array([a for _, a in reversed(back)] + [peaks[start]] + [a for _, a in ahead])
    for _ in range(2):
        within = angle - angle[0] < 360.0 - _GAP_DEG / 2
        index, angle = index[within], angle[within]
        if len(index) < _LEAST_TICKS or angle[-1] - angle[0] < _LEAST_SPAN_DEG:
            return None
        fit = _fitted(index, angle)
        if fit[1] <= 0:
            return None
        row = Row(index, angle, fit, 0.0)
        index, angle = _matched(peaks, row)
    if len(index) < _LEAST_TICKS:
        return None
    return _rated(peaks, Row(index, angle, fit, 0.0))


def _followed(peaks: FloatArray, origin: float, spacing: float, way: int) -> list[tuple[int, float]]:
    """Ticks (steps from the origin, angle) one after another, the step adapting to what is found."""
    lap = [float(peaks[-1]) - 360.0, *peaks.tolist(), float(peaks[0]) + 360.0]
    found: list[tuple[int, float]] = []
    here, last, last_steps, local, steps = origin, origin, 0, spacing, 0
    most = max(2, int(_HIDDEN_DEG / spacing))
    while steps - last_steps <= most and abs(here - origin) < 350.0:
        steps += 1
        here += way * local
        turn = here % 360.0
        above = bisect_left(lap, turn)
        off = min(lap[above - 1] - turn, lap[above] - turn, key=abs)
        if abs(off) < 0.27 * local:
            here += off
            seen = abs(here - last) / (steps - last_steps)
            local = min(max(0.7 * local + 0.3 * seen, 0.8 * spacing), 1.25 * spacing)
            last, last_steps = here, steps
            found.append((steps, here))
    return found


def _fitted(index: IntArray, angle: FloatArray) -> FloatArray:
    """Even spacing with gentle waves, which are held small."""
    slope, offset = np.polyfit(index, angle, 1)
    fit = np.array([offset, slope, 0, 0, 0, 0.0])
    hold = np.diag(np.array([0, 0, 1.0, 1.0, 3.0, 3.0]) * 0.02 * len(index))
    for _ in range(3):
        even = fit[0] + fit[1] * index
        terms = np.column_stack([np.ones(len(index)), index, _waves(even)])
        miss = angle - terms @ fit
        weight = 1 / (1 + (miss / (0.12 * abs(slope))) ** 2)
        fit = np.linalg.solve(terms.T @ (weight[:, None] * terms) + hold, terms.T @ (weight * angle))
    return np.asarray(fit)


def _matched(peaks: FloatArray, row: Row) -> tuple[IntArray, FloatArray]:
    """The peaks that lie where the fitted row has a tick."""
    index = np.arange(row.index[0] - 1, row.index[-1] + 2)
    seen = row.seen_deg(index)
    off = (peaks[None] - seen[:, None] + 180.0) % 360.0 - 180.0
    nearest = np.argmin(np.abs(off), axis=1)
    miss = off[np.arange(len(index)), nearest]
    hit = np.abs(miss) < 0.2 * row.spacing_deg
    return index[hit], (seen + miss)[hit]


def _rated(peaks: FloatArray, row: Row) -> Row | None:
    """The row with its quality; None if it is no row."""
    first, last = int(row.index[0]), int(row.index[-1])
    sweep = float(row.angle[-1] - row.angle[0])
    if sweep < _LEAST_SPAN_DEG or sweep > 360.0 - _GAP_DEG / 2:
        return None
    hits = len(row.index)
    missed = last - first + 1 - hits
    inside = ((peaks - row.angle[0]) % 360.0) <= sweep
    rms = float(np.sqrt(np.mean((row.angle - row.seen_deg(row.index)) ** 2))) / row.spacing_deg
    wave = float(np.abs(row.fit[2:]).sum()) / 15.0
    # What else lies on the ring, in the gap: words at worst, or ticks that the row has lost.
    stray = max(int(inside.sum()) - hits, 0) + 0.5 * int((~inside).sum())
    quality = hits / (hits + missed) * hits / (hits + 0.7 * stray) * np.exp(-((rms / 0.12) ** 2) - wave**2)
    # Evenness by chance: a row of few ticks says less; one that covers little of the circle too.
    quality *= min(1.0, hits / 14) ** 0.5 * min(1.0, sweep / 180.0)
    return Row(row.index, row.angle, row.fit, float(quality))


def find_spans(
    row: Row, signal: FloatArray, length: FloatArray, limits: tuple[float, float], down_deg: float = 180.0
) -> list[Span]:
    """Where the scale may start and end, by what is seen, by its long ticks, by round values, the likeliest first.

    Args:
        row: the ticks.
        signal: (angles,) strength along the ring.
        length: (angles,) how long the mark there is, radii.
        limits: lowest and highest value.
        down_deg: where down lies in the picture; gauges hang more or less upright.
    """
    first, last = int(row.index[0]), int(row.index[-1])
    index = np.arange(first - 4, last + 5)
    level = _level_at(signal, row.seen_deg(index), 0.2 * row.spacing_deg)
    long = _level_at(length, row.seen_deg(index), 0.2 * row.spacing_deg)
    inside = (index >= first) & (index <= last)
    usual = float(np.median(level[inside][level[inside] > 0.2 * np.percentile(level[inside], 80)]))
    seen = np.clip(level / max(0.75 * usual, 1e-6), 0, 1)
    groups = _grouping(np.where(seen > 0.4, long, 0.0), index, inside)
    options: list[tuple[float, int, int]] = []
    for i in range(first - 2, last - 4):
        for j in range(max(i + 4, last - 12), last + 3):
            sweep = row.spacing_deg * (j - i)
            if i > first + 12 or sweep < _LEAST_SPAN_DEG or sweep > 360.0 - 0.5 * _GAP_DEG:
                continue
            own = (index >= i) & (index <= j)
            near = ~own & (index >= i - 3) & (index <= j + 3)
            value = 2.2 * float((seen[own] - 0.5).sum())
            value -= 2.2 * float((seen[near] - 0.25).clip(0).sum())
            value += _even_ends(groups, i, j) + roundness(limits, j - i) + _habit(row, i, j, down_deg)
            options.append((value, i, j))
    if not options:
        return []
    values = np.array([o[0] for o in options])
    chance = np.exp(values - values.max())
    chance /= chance.sum()
    order = np.argsort(-chance)[:8]
    return [
        Span(float(row.even_deg(np.array(i))), float(row.even_deg(np.array(j))), j - i, float(chance[k]))
        for k, (_, i, j) in ((int(k), options[int(k)]) for k in order)
    ]


def _level_at(signal: FloatArray, angle_deg: FloatArray, reach_deg: float) -> FloatArray:
    """Largest value of a circular signal within `reach_deg` of each angle."""
    count = len(signal)
    reach = max(1, round(reach_deg * count / 360.0))
    at = np.rint(angle_deg * count / 360.0).astype(int)
    return np.asarray(signal[(at[:, None] + np.arange(-reach, reach + 1)) % count].max(axis=1))


def _grouping(long: FloatArray, index: IntArray, inside: npt.NDArray[np.bool_]) -> dict[tuple[int, int], float]:
    """How clearly every m-th tick, beginning with o, is longer than the rest: {(m, o): deviations}."""
    use = inside & (long > 0)
    found: dict[tuple[int, int], float] = {}
    if use.sum() < 8:
        return found
    size, which = long[use], index[use]
    # Figures behind a tick and the needle make single ticks endless.
    size = np.minimum(size, 1.6 * np.percentile(size, 70))
    for m in _GROUPS:
        for o in range(m):
            own = which % m == o
            if own.sum() >= 2 and (~own).sum() >= 2:
                step = np.median(size[own]) - np.median(size[~own])
                noise = 0.5 * (_spread(size[own]) + _spread(size[~own])) + 0.012
                found[m, o] = float(step / noise)
    return found


def _spread(values: FloatArray) -> float:
    return float(np.median(np.abs(values - np.median(values)))) * 1.48


def _even_ends(groups: dict[tuple[int, int], float], i: int, j: int) -> float:
    """Weight for a scale that starts and ends with long ticks."""
    if not groups:
        return 0.0
    best = max(groups, key=lambda key: groups[key] * (1 + 0.02 * key[0]))
    clear = float(np.clip((groups[best] - 0.8) / 2.0, 0, 1))
    m, o = best
    return 2.2 * clear * ((i % m == o) + (j % m == o) - 1.0)


def roundness(limits: tuple[float, float], divisions: int) -> float:
    """Weight for a round value of one division (1, 2 or 5, less so 2.5, 4, …)."""
    value = (limits[1] - limits[0]) / divisions
    lead = value / 10.0 ** np.floor(np.log10(value) + 1e-9)
    for rounds, weight in (((1.0, 2.0, 5.0), 1.6), ((2.5, 4.0), 1.2), ((1.25, 3.0, 6.0, 8.0, 7.5, 1.5), 0.4)):
        if any(abs(lead / r - 1) < 2e-3 for r in rounds):
            return weight
    return 0.0 if divisions % 5 and divisions % 4 else 0.2


def _habit(row: Row, i: int, j: int, down_deg: float) -> float:
    """Weight for what gauges are like: 270° more than any other sweep, and the gap at the bottom."""
    sweep = row.spacing_deg * (j - i)
    common = max(
        w * np.exp(-0.5 * ((sweep - s) / 1.5) ** 2)
        for s, w in ((270, 1.2), (300, 0.7), (240, 0.7), (260, 0.5), (280, 0.5), (250, 0.4), (180, 0.5), (230, 0.3))
    )
    middle = (row.even_deg(np.array(i)) + row.even_deg(np.array(j))) / 2 + 180.0
    off = abs((float(middle) - down_deg + 180.0) % 360.0 - 180.0)
    return float(common - min(off / 60.0, 2.0))


def tick_lengths(ticks: Ticks, side: int) -> FloatArray:
    """(angles,) how far the mark at each angle reaches from the ring, radii; 0 without a mark."""
    start = round((1 - side * _BAND[0]) * ticks.radius_px)
    deep = round(0.3 * ticks.radius_px)
    marks: npt.NDArray[Any] = ticks.strength
    ray = marks[:, start - deep : start + 1][:, ::-1] if side > 0 else marks[:, start : start + deep + 1]
    base = np.maximum(ray[:, : max(2, round(0.03 * ticks.radius_px))].max(axis=1), 1e-6)
    solid = ray > 0.45 * base[:, None]
    ended = np.argmin(np.concatenate([solid, np.zeros((len(ray), 1), bool)], axis=1), axis=1)
    return np.asarray(np.where(base > 4.0, ended / ticks.radius_px, 0.0))


def _waves(even_deg: FloatArray) -> FloatArray:
    turn = np.deg2rad(even_deg)
    return np.stack([np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)], axis=-1)
