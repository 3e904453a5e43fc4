"""Valve positions: the angle of a lever or of a pointer on its plate."""

from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .base import DETECTORS, Inspection, PointDetector
from .light import lab
from .patch import BLIND, Look, look, verdict
from .pointer import Dial, Needle, find_needle
from .view import View

_SIGMA_DEG = 1.5
#: A handle may stand a little beyond the ends of its travel.
_SLACK_DEG = 6.0
#: Between which shares of the patch's radius a pointer is looked for; the plate's outer half holds marks and words.
_POINTER_RING = (0.16, 0.46)
#: What lies between these heights over the patch's plane is the lever; the pipe is some 5 cm or more behind it.
_LEVER_HEIGHT_M = (-0.03, 0.05)
_LEAST_PX = 40
#: A lever is at least this many times longer than wide.
_SLENDER = 3.0


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
    """The lever by depth: the long thing in the patch's plane; None where nothing like it stands free there.

    Its direction is that of its own long axis, so a patch centre that is a little off does no harm.
    """
    right, up, height = _in_patch(seen)
    half = seen.point.size_m / 2
    front = (height > _LEVER_HEIGHT_M[0]) & (height < _LEVER_HEIGHT_M[1]) & (np.hypot(right, up) < 1.15 * half)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(front.astype(np.uint8))
    label = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if len(stats) > 1 else 0
    if label == 0 or stats[label, cv2.CC_STAT_AREA] < _LEAST_PX:
        return None
    # Each pixel counts by the area it covers, which in one patch is alike.
    place = np.column_stack([right[labels == label], up[labels == label]])
    middle = place.mean(axis=0)
    spread, axes = np.linalg.eigh(np.cov((place - middle).T))
    if spread[1] < _SLENDER**2 * spread[0] or np.linalg.norm(middle) < 0.2 * half:
        return None
    along = axes[:, 1] * np.sign(axes[:, 1] @ middle)
    angle = float(np.rad2deg(np.arctan2(along[0], along[1])))
    if (angle - sweep_deg[0]) % 360.0 > sweep_deg[1] - sweep_deg[0]:
        return Needle(angle, 0.0)
    off_axis = abs(float(along[0] * middle[1] - along[1] * middle[0])) / half
    return Needle(angle, float(np.clip(1.3 - 2.0 * off_axis, 0, 1)) * (1.0 if seen.sure else BLIND))


def _pointer(seen: Look, sweep_deg: tuple[float, float]) -> Needle:
    """The pointer by its colour against the plate."""
    side = int(np.clip(2 * seen.view.density_px_m(seen.point) * seen.point.size_m, 96, 192))
    patch = seen.view.rectify(seen.view.rgb, seen.point, side).astype(np.uint8)
    middle = (side - 1) / 2
    needle = find_needle(lab(patch), Dial((middle, middle), side / 2, 1.0), _POINTER_RING, sweep_deg)
    return needle if seen.sure else Needle(needle.angle_deg, BLIND * needle.clarity)


def _in_patch(seen: Look) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What the depth picture shows in the patch's box: (h, w) metres right, up and out of its plane."""
    left, top, last_column, last_row = seen.box_px()
    rows, columns = np.mgrid[top : last_row + 1, left : last_column + 1]
    # Noise of depth is independent from pixel to pixel: a median takes most of it and keeps edges.
    depth = cv2.medianBlur(seen.view.depth_m[top : last_row + 1, left : last_column + 1].astype(np.float32), 5)
    pixels = np.column_stack([columns.ravel(), rows.ravel()]).astype(float)
    offset = seen.view.unproject(pixels, np.asarray(depth, dtype=float).ravel()) - np.asarray(seen.point.position_m)
    normal, up = np.asarray(seen.point.normal), np.asarray(seen.point.up)
    # Where nothing returned, depth is 0 and the place is the lens itself: far in front of the patch.
    right, upward, out = (offset @ way for way in (np.cross(up, normal), up, normal))
    return right.reshape(rows.shape), upward.reshape(rows.shape), out.reshape(rows.shape)


DETECTORS.add(ValveDetector.name, ValveDetector())
