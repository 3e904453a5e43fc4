"""Guard doors: how far they stand open, by where their leaf is."""

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
#: The post beside the lock: how far off the patch's middle it may seem, being wrong by the pose.
_POST_REACH_M, _SURE_REACH_M = 0.11, 0.07
_LEAST_PX, _LEAST_WIRES_PX = 60, 25
#: Share of the way from hinge to leading edge beyond which pixels tell the leaf's angle, and the step of the search.
_OUTER, _STEP_RAD = 0.45, 0.01


class GuardDetector(PointDetector):
    """Reads the gap between a guard door's leading edge and its lock, in m.

    A hinged leaf is a plane through the hinge: most of what the depth picture shows within its sweep lies at one angle.
    A sliding leaf stays in its plane, and ends in a stile that is denser than the wires. The lock's post, which never
    moves, tells how far the pose is off.
    """

    name: ClassVar[str] = "guard"
    quantity: ClassVar[str] = "guard"
    anomaly_class: ClassVar[str] = "guard_open"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Gap in m; `details`: "width_m", "motion", and where the shut leaf ends: "lock_m" and "leaf_m"."""
        seen = look(view, point, reference, 0.7)
        if seen is None:
            return Inspection(None, 0.0)
        right, out = _plan(seen)
        shift = _post_shift(right, out, seen.sure)
        if shift is None:
            return Inspection(None, 0.0)
        right, out = right - shift[0], out - shift[1]
        lock, leaf = float(point.details["lock_m"][0]), float(point.details["leaf_m"])
        width = float(point.details["width_m"])
        measure = _swing if point.details["motion"] == "hinged" else _slide
        gap, confidence = measure(right - lock, out - leaf - _FACE_M, width)
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
    """Places right of and out from the point's patch, (n,) each, of pixels at the heights of the leaf."""
    point, view = seen.point, seen.view
    up, normal = np.asarray(point.up), np.asarray(point.normal)
    place = view.cloud().astype(float).reshape(-1, 3) - np.asarray(point.position_m)
    right, high, out = (place @ way for way in (np.cross(up, normal), up, normal))
    width = float(point.details["width_m"])
    near = (high > _HEIGHT_M[0]) & (high < _HEIGHT_M[1]) & (view.depth_m.ravel() > 0.0)
    near &= (right > -2.1 * width) & (right < 0.3) & (out > -0.4) & (out < width + 0.2)
    return right[near], out[near]


def _post_shift(right: FloatArray, out: FloatArray, sure: bool) -> tuple[float, float] | None:
    """By how much the post with the lock seems off its place (right, out).

    It is the densest upright thing near there; where the pose is not sure, the rightmost of the dense ones, as the
    leaf's stile stands left of it.
    """
    reach = _SURE_REACH_M if sure else _POST_REACH_M
    near = (np.abs(right) < reach + 0.04) & (np.abs(out + 0.05) < reach + 0.04)
    if near.sum() < _LEAST_PX:
        return None
    edges = np.arange(-reach - 0.04, reach + 0.04 + _BIN_M, _BIN_M)
    wide = np.convolve(np.histogram(right[near], edges)[0].astype(float), np.ones(6), mode="same")
    middle = 0.5 * (edges[:-1] + edges[1:])
    weighed = wide * np.exp(-0.5 * (middle / 0.07) ** 2)
    best = float(middle[int(np.argmax(weighed)) if sure else int(np.flatnonzero(wide >= 0.7 * wide.max())[-1])])
    own = near & (np.abs(right - best) < 0.035)
    if own.sum() < _LEAST_PX:
        return None
    # Its front face, before which the lock stands out a little, lies 5 cm behind the point.
    return float(np.median(right[own])), float(np.median(out[own])) + 0.05


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
