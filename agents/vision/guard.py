"""Guard doors: how far they stand open, by where their leaf is."""

from itertools import pairwise
from typing import ClassVar

import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .base import DETECTORS, Detection, Inspection, PointDetector
from .patch import Look, chance_beyond, look
from .view import View

#: Deviation of the reading, m.
_SIGMA_M = 0.018
#: Heights from the point between which the leaf is looked for.
_HEIGHT_M = (-0.75, 0.75)
#: The front face of a leaf lies so far before its middle.
_FACE_M = 0.015
#: A leaf is so thick, its stile so wide.
_THICK_M, _STILE_M, _BIN_M = 0.045, 0.05, 0.01
_MOST_GAP_M = 0.95
#: The post with the lock: how far off the patch's middle it may seem, being wrong by the pose; how far the lock stands
#: out before it, and within which heights.
_POST_REACH_M, _LOCK_OUT_M, _LOCK_HIGH_M = 0.11, 0.05, 0.09
#: Rows of that height with so many times the usual number of pixels are solid across.
_ROW_M, _SOLID = 0.05, 2.0
_LEAST_PX, _LEAST_WIRES_PX = 60, 25
#: What lies this near to the plane of the shut leaf is leaf; so far from the lock begin the steps it is sought in:
#: the first takes in the handle, the others a wire or two.
_PLANE_M, _BESIDE_M, _HANDLE_M, _STEP_M = 0.09, 0.05, 0.04, 0.11
#: Wires cover this share of it at least (4 mm in 75 mm, seen through gaps between others' edges); looks through it.
_WIRES, _LEAST_THROUGH = 0.02, 150
#: How sure it is that a door is open whose leaf is not in sight.
_SEEN_THROUGH = 0.9
#: Share of the way from hinge to leading edge beyond which pixels tell the leaf's angle, and the step of the search.
_OUTER, _STEP_RAD = 0.45, 0.01


class GuardDetector(PointDetector):
    """Reads the gap between a guard door's leading edge and its lock, in m.

    A hinged leaf is a plane through the hinge: most of what the depth picture shows within its sweep lies at one angle.
    A sliding leaf stays in its plane, and ends in a stile that is denser than the wires. The lock's post, which never
    moves, tells how far the pose is off. Where no wires are in the plane of the shut leaf beside the lock the door is
    open, even if the leaf is out of the frame.
    """

    name: ClassVar[str] = "guard"
    quantity: ClassVar[str] = "guard"
    anomaly_class: ClassVar[str] = "guard_open"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Gap in m; `details`: "width_m", "motion", and where the shut leaf ends: "lock_m" and "leaf_m"."""
        seen = look(view, point, reference, 0.7)
        if seen is None:
            return Inspection(None, 0.0)
        places, eye = _plan(seen)
        width = float(point.details["width_m"])
        right, high, out = _near(places, width)
        shift = _post_shift(right, high, out)
        if shift is None:
            return Inspection(None, 0.0)
        lock, leaf = float(point.details["lock_m"][0]), float(point.details["leaf_m"]) + _FACE_M
        origin = np.array([lock + shift[0], 0.0, leaf + shift[1]])
        open_m = _seen_through(places - origin, eye - origin)
        right, out = right - origin[0], out - origin[2]
        if open_m > 0.0:
            # The post is no leaf.
            right, out = right[right < -_BESIDE_M], out[right < -_BESIDE_M]
        measure = _swing if point.details["motion"] == "hinged" else _slide
        gap, confidence = measure(right, out, width)
        if gap < open_m:
            gap, confidence = open_m, _SEEN_THROUGH
        if confidence <= 0.0:
            return Inspection(None, 0.0)
        limit = point.normal_range[1] if point.normal_range is not None else 0.0
        chance = confidence * chance_beyond(gap, (-99.0, limit), _SIGMA_M)
        if chance < 0.05:
            return Inspection(gap, confidence)
        label = f"gap {gap:.2f} m"
        found = Detection(self.anomaly_class, point.position_m, chance, gap, seen.box_px(), point.tag, label)
        return Inspection(gap, confidence, (found,))


def _plan(seen: Look) -> tuple[FloatArray, FloatArray]:
    """Places (n, 3) right of, over and out from the point's patch, of all pixels with depth, and of the lens (3,)."""
    point, view = seen.point, seen.view
    up, normal = np.asarray(point.up), np.asarray(point.normal)
    axes = np.column_stack([np.cross(up, normal), up, normal])
    cloud = view.cloud().astype(float).reshape(-1, 3)[view.depth_m.ravel() > 0.0]
    middle = np.asarray(point.position_m)
    return (cloud - middle) @ axes, (view.position_m - middle) @ axes


def _near(places: FloatArray, width: float) -> FloatArray:
    """(3, m) places right, over and out of those (n, 3) that may be leaf or post, without tape: solid at one height."""
    right, high, out = places.T
    near = (high > _HEIGHT_M[0]) & (high < _HEIGHT_M[1])
    near &= (right > -2.1 * width) & (right < 0.3) & (out > -0.4) & (out < width + 0.2)
    row = ((high[near] - _HEIGHT_M[0]) / _ROW_M).astype(np.int64)
    count = np.bincount(row)
    level = count[row] <= _SOLID * np.median(count[count > 0]) if len(row) else np.zeros(0, dtype=bool)
    return np.asarray(places[near][level].T)


def _seen_through(places: FloatArray, eye: FloatArray) -> float:
    """How far from the lock there are no wires in the plane of the shut leaf, in m; 0 where there are beside it.

    Args:
        places: (n, 3) right of, over and out from where the leading edge of the shut leaf is.
        eye: (3,) the lens.
    """
    behind = places[:, 2] < _PLANE_M
    share = eye[2] / np.maximum(eye[2] - places[behind, 2], 1e-6)
    through = eye + share[:, None] * (places[behind] - eye)
    level = (through[:, 1] > _HEIGHT_M[0]) & (through[:, 1] < _HEIGHT_M[1])
    at, on_leaf = -through[level, 0], np.abs(places[behind, 2][level]) < _PLANE_M
    edges = (_BESIDE_M, *np.arange(_BESIDE_M + _HANDLE_M, _MOST_GAP_M, _STEP_M).tolist())
    clear = 0.0
    for start, end in pairwise(edges):
        here = on_leaf[(at > start) & (at < end)]
        if len(here) < _LEAST_THROUGH or here.mean() > _WIRES:
            break
        clear = float(end)
    return clear


def _post_shift(right: FloatArray, high: FloatArray, out: FloatArray) -> tuple[float, float] | None:
    """By how much the post with the lock seems off its place (right, out), None where it is not seen.

    It is upright and dense, as the leaf's stile and other posts are, but only before it a lock stands out.
    """
    reach = _POST_REACH_M + 0.04
    near = (np.abs(right) < reach) & (np.abs(out + _LOCK_OUT_M) < reach)
    if near.sum() < _LEAST_PX:
        return None
    right, high, out = right[near], high[near], out[near]
    edges = np.arange(-reach, reach + _BIN_M, _BIN_M)
    wide = np.convolve(np.histogram(right, edges)[0].astype(float), np.ones(6), mode="same")
    best, found = 0.0, None
    for middle, dense in zip(0.5 * (edges[:-1] + edges[1:]), wide / wide.max(), strict=True):
        own = np.abs(right - middle) < 0.035
        if dense < 0.5 or own.sum() < _LEAST_PX:
            continue
        beside = own & (np.abs(high) > _LOCK_HIGH_M)
        front = float(np.percentile(out[beside if beside.any() else own], 80))
        lock = own & ~beside & (np.abs(out - front - _LOCK_OUT_M) < 0.02)
        merit = dense * float(np.exp(-0.5 * (middle / 0.07) ** 2)) * (1.0 + 2.0 * min(lock.sum() / _LEAST_PX, 1.0))
        if merit > best:
            best, found = merit, (float(np.median(right[own])), front + _LOCK_OUT_M)
    return found


def _swing(right: FloatArray, out: FloatArray, width: float) -> tuple[float, float]:
    """(gap, confidence) of a leaf hinged `width` left of the lock, that swings outwards."""
    along = right + width
    reach = np.hypot(along, out)
    leaf = (reach > _OUTER * width) & (reach < width + 0.04)
    angle = np.arctan2(out[leaf], along[leaf])
    reach = reach[leaf]
    most = 2.0 * np.arcsin(0.5 * _MOST_GAP_M / width)
    steps = np.arange(-0.06, most + 0.1, _STEP_RAD)
    if len(angle) < _LEAST_PX:
        return 0.0, 0.0
    # Everything a leaf's thickness off a plane through the hinge supports it.
    order = np.sort(angle)
    half = 0.6 * _THICK_M / (0.8 * width)
    support = np.searchsorted(order, steps + half) - np.searchsorted(order, steps - half)
    best = float(steps[int(np.argmax(support))])
    own = np.abs(angle - best) < half
    stile = own & (reach > width - _STILE_M - 0.02)
    turned = float(np.median(angle[stile] if stile.sum() > 20 else angle[own]))
    confidence = float(np.clip(support.max() / max(_LEAST_PX * 2.0, 0.12 * len(angle)), 0.0, 1.0))
    return float(2.0 * width * np.sin(0.5 * max(turned, 0.0))), confidence


def _slide(right: FloatArray, out: FloatArray, width: float) -> tuple[float, float]:
    """(gap, confidence) of a leaf that slides left in its plane."""
    near = (np.abs(out) < 2.0 * _THICK_M) & (right < 0.02) & (right > -_MOST_GAP_M - 0.1)
    edges = np.arange(-_MOST_GAP_M - 0.1, 0.02 + _BIN_M, _BIN_M)
    count = np.histogram(right[near], edges)[0].astype(float)
    stile = np.convolve(count, np.ones(3), mode="same")
    wires = float(np.percentile(stile, 60))
    # The leading stile is the rightmost; the hinge side may show a post, which is twice as wide, there.
    least = max(3.0 * wires, 30.0, 0.3 * float(stile.max()))
    if near.sum() < _LEAST_PX or stile.max() < least:
        return 0.0, 0.0
    middle = 0.5 * (edges[:-1] + edges[1:])
    rightmost = int(np.flatnonzero(stile >= least)[-1])
    end = float(middle[max(rightmost - 1, 0)]) + 0.5 * 0.03
    # The lock's post alone looks like the stile of a shut leaf; but then a leaf's wires stand beside it.
    if end > -_STILE_M and (right[near] < -_STILE_M - 0.03).sum() < _LEAST_WIRES_PX:
        return 0.0, 0.0
    return max(-end, 0.0), float(np.clip(stile.max() / 120.0, 0.3, 1.0))


DETECTORS.add(GuardDetector.name, GuardDetector())
