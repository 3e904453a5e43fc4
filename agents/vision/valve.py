"""Valve positions: the angle of a lever or of a pointer on its plate."""

from typing import ClassVar

import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .base import DETECTORS, Inspection, PointDetector
from .light import lab
from .patch import Look, look, verdict
from .pointer import Dial, Needle, find_needle
from .view import View

_SIGMA_DEG = 1.5
#: A handle may stand a little beyond the ends of its travel.
_SLACK_DEG = 6.0
#: Between which shares of the patch's radius a free lever is looked for: outside the stem, inside the tip.
_LEVER_RING = (0.25, 0.85)
#: The same for a pointer on a plate, whose outer half holds the marks and words.
_POINTER_RING = (0.16, 0.46)
_BINS = 180


class ValveDetector(PointDetector):
    """Reads the angle of a handle, clockwise from the patch's up, and compares it with the point's normal range.

    A lever stands free: of all that the depth picture shows in the patch, only the lever lies in the patch's plane,
    whatever the light. Where the plane is filled (a position plate) the pointer is told from the plate by colour.
    """

    name: ClassVar[str] = "valve"
    quantity: ClassVar[str] = "valve"
    anomaly_class: ClassVar[str] = "valve_wrong_position"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Angle in degrees; `details["limits_deg"]` holds the ends of the travel (0..90 if missing)."""
        seen = look(view, point, reference)
        if seen is None:
            return Inspection(None, 0.0)
        first, last = point.details.get("limits_deg", (0.0, 90.0))
        sweep = (float(first) - _SLACK_DEG, float(last) + _SLACK_DEG)
        handle = _lever(seen, sweep)
        if handle is None:
            handle = _pointer(seen, sweep)
        if handle.clarity <= 0.0:
            return Inspection(None, 0.0)
        reading = float((handle.angle_deg + 180.0) % 360.0 - 180.0)
        found = verdict(seen, self.anomaly_class, reading, handle.clarity, _SIGMA_DEG)
        return Inspection(reading, handle.clarity, found)


def _lever(seen: Look, sweep_deg: tuple[float, float]) -> Needle | None:
    """The lever by depth; None where the plane of the patch is not that of a free lever."""
    right, up, height = _in_patch(seen)
    half = seen.point.size_m / 2
    radius = np.hypot(right, up) / half
    ring = (radius > _LEVER_RING[0]) & (radius < _LEVER_RING[1])
    if ring.sum() < 60:
        return None
    tolerance = 0.025 + (0.0 if seen.sure else 0.5 * seen.stray_m)
    inside = ring & (np.abs(height) < tolerance)
    angle = np.rad2deg(np.arctan2(right[inside], up[inside]))
    turn = (angle - sweep_deg[0]) % 360.0
    span = sweep_deg[1] - sweep_deg[0]
    if inside.sum() < 12 or inside.sum() > 0.35 * ring.sum() or (turn < span).sum() < 12:
        return None
    histogram = np.bincount((turn[turn < span] / span * _BINS).astype(int), radius[inside][turn < span], _BINS)
    width = max(round(6.0 / span * _BINS), 1)
    peak = sweep_deg[0] + (np.argmax(np.convolve(histogram, np.ones(2 * width + 1), "same")) + 0.5) * span / _BINS
    near = np.abs((angle - peak + 180.0) % 360.0 - 180.0) < 20.0
    a, b = right[inside][near], up[inside][near]
    direction = float(np.rad2deg(np.arctan2((a * radius[inside][near]).sum(), (b * radius[inside][near]).sum())))
    reach = np.unique((radius[inside][near] * 20).astype(int)).size / ((_LEVER_RING[1] - _LEVER_RING[0]) * 20)
    return Needle(direction, float(np.clip(1.4 * reach * near.mean(), 0, 1)))


def _pointer(seen: Look, sweep_deg: tuple[float, float]) -> Needle:
    """The pointer by its colour against the plate."""
    side = int(np.clip(2 * seen.view.density_px_m(seen.point) * seen.point.size_m, 96, 192))
    patch = seen.view.rectify(seen.view.rgb, seen.point, side).astype(np.uint8)
    middle = (side - 1) / 2
    return find_needle(lab(patch), Dial((middle, middle), side / 2, 1.0), _POINTER_RING, sweep_deg)


def _in_patch(seen: Look) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Everything the depth picture shows in the patch's box: (n,) metres right, up and out of its plane."""
    left, top, last_column, last_row = seen.box_px()
    rows, columns = np.mgrid[top : last_row + 1, left : last_column + 1]
    depth = seen.view.depth_m[top : last_row + 1, left : last_column + 1]
    some = depth > 0
    pixels = np.stack([columns[some], rows[some]], axis=1).astype(float)
    offset = seen.view.unproject(pixels, depth[some]) - np.asarray(seen.point.position_m)
    normal, up = np.asarray(seen.point.normal), np.asarray(seen.point.up)
    return offset @ np.cross(up, normal), offset @ up, offset @ normal


DETECTORS.add(ValveDetector.name, ValveDetector())
