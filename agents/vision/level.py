"""Liquid levels in sight glasses."""

from typing import ClassVar

import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .base import DETECTORS, Inspection, PointDetector
from .light import lab
from .patch import Look, look, verdict
from .view import View, rectify_quad

_SIGMA_PCT = 1.2
#: A pose off by 5 cm is off by an eighth of the glass: where the view does not tell the place, no report by itself.
_BLIND = 0.45
_ROWS = 240
#: A step of colour smaller than this (L*a*b*) is no liquid line.
_LEAST_STEP = 4.0
#: Share of the tube at each end where its fittings may show, the pose being a pixel or two off.
_END = 0.03


class LevelDetector(PointDetector):
    """Reads the liquid's line in a glass tube, in percent of its visible length.

    The tube's middle is warped to an upright strip; the line is where one step of colour explains the strip best. A
    tube without a step is full or empty, told apart by the reference where there is one.
    """

    name: ClassVar[str] = "level"
    quantity: ClassVar[str] = "level"
    anomaly_class: ClassVar[str] = "level_out_of_range"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Level in percent; `details` may hold "width_m", the tube's diameter, and "length_m", its visible length."""
        # A line outside the frame would be missed, and another step of colour taken for it.
        seen = look(view, point, reference, 0.96)
        if seen is None:
            return Inspection(None, 0.0)
        strip = _strip(seen)
        hidden = round(_END * _ROWS)
        row, step = liquid_line(strip[hidden:-hidden])
        row = _END + (1 - 2 * _END) * row
        if step < _LEAST_STEP:
            return Inspection(None, 0.0)
        low, high = point.scale or (0.0, 100.0)
        reading = float(high - row * (high - low))
        confidence = float(np.clip(step / 12.0, 0, 1)) * (1.0 if seen.sure else _BLIND)
        return Inspection(reading, confidence, verdict(seen, self.anomaly_class, reading, confidence, _SIGMA_PCT))


def _strip(seen: Look) -> FloatArray:
    """(rows, 3) L*a*b* colours down the middle of the tube."""
    point = seen.point
    length, width = float(point.details.get("length_m", point.size_m)), float(point.details.get("width_m", 0.03))
    up, normal = np.asarray(point.up), np.asarray(point.normal)
    axis = np.asarray(point.position_m) - 0.5 * width * normal
    # A round tube shows its axis in its middle from everywhere: the strip turns about the axis to face the camera.
    right = np.cross(up, seen.view.position_m - axis)
    right *= 0.3 * width / np.linalg.norm(right)
    corners = np.array([axis + s * right + t * length / 2 * up for s, t in ((-1, 1), (1, 1), (1, -1), (-1, -1))])
    return np.asarray(
        np.median(lab(rectify_quad(seen.view, seen.view.rgb, corners, (7, _ROWS)).astype(np.uint8)), axis=1)
    )


def liquid_line(strip: FloatArray) -> tuple[float, float]:
    """Where a strip (n, 3) changes colour once: (share of its length from the top, size of the step).

    The two-part fit with the least squared error; the step is measured close to the line, so a slow change of light
    along the tube is none.
    """
    count = len(strip)
    sums = np.concatenate([np.zeros((1, 3)), np.cumsum(strip, axis=0)])
    k = np.arange(4, count - 4)
    above, below = sums[k] / k[:, None], (sums[-1] - sums[k]) / (count - k)[:, None]
    gain = (k * (count - k) / count) * ((above - below) ** 2).sum(axis=1)
    best = int(k[np.argmax(gain)])
    near = count // 12
    step = np.median(strip[max(best - near, 0) : best], axis=0) - np.median(strip[best : best + near], axis=0)
    return best / count, float(np.linalg.norm(step))


DETECTORS.add(LevelDetector.name, LevelDetector())
