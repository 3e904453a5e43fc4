"""Signal towers: which lamp shines."""

from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray, FloatArray, InspectionPoint

from .base import DETECTORS, Detection, Inspection, PointDetector
from .light import lab
from .patch import Look, look
from .view import View

#: Readings: all well (or material short), no lamp shines, red shines.
_WELL, _DARK, _RED = 0.0, 1.0, 2.0
_PX_M, _LAMP_M = 400.0, 0.075
#: The tower is looked for at most so far from its place.
_REACH_M = 0.16
#: Shares of a lamp's width and height over which its colour is taken.
_WIDE, _HIGH = 1.2, 0.55
#: Chroma (L*a*b*) at which a glass is plainly of its colour; agreement of all three lamps at which they are a tower.
_CHROMA, _LEAST_AGREE, _PLENTY_AGREE = 10.0, 0.9, 1.8
#: A lamp shines that is so bright (of 255), and so many times brighter than the others.
_BRIGHT, _BRIGHTER = 195.0, 1.35
#: Axis of chroma (a*, b*) of each colour's glass.
_HUES = {"green": (-1.0, 0.0), "amber": (0.35, 0.95), "red": (0.95, 0.3)}


class StackLightDetector(PointDetector):
    """Reads a signal tower: 0 for green or amber, 1 for dark, 2 for red; anything but 0 is a fault.

    The tower is found as three glasses above each other in the order of its data sheet; then the lamp that outshines
    the others is the one that is lit. A lamp beside the tower is none of its own.
    """

    name: ClassVar[str] = "stack_light"
    quantity: ClassVar[str] = "stack_light"
    anomaly_class: ClassVar[str] = "stack_light_fault"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """The state; `details` holds "lamps", from bottom to top, their heights "lamps_m" and "radius_m"."""
        seen = look(view, point, reference)
        if seen is None:
            return Inspection(None, 0.0)
        agree, shown = _lamps(*_patch(seen, seen.stray_m + 0.015), point)
        if agree < _PLENTY_AGREE:
            agree, shown = _lamps(*_patch(seen, _REACH_M), point)
        confidence = float(np.clip((agree - _LEAST_AGREE) / (_PLENTY_AGREE - _LEAST_AGREE), 0.0, 1.0))
        if confidence <= 0.05:
            return Inspection(None, 0.0)
        order = np.argsort(shown)
        lit = shown[order[-1]] > _BRIGHT and shown[order[-1]] > _BRIGHTER * max(shown[order[-2]], 1.0)
        name = str(point.details["lamps"][int(order[-1])]) if lit else ""
        reading = _DARK if not name else _RED if name == "red" else _WELL
        if reading == _WELL:
            return Inspection(reading, confidence)
        label = "red" if name else "dark"
        found = Detection(
            self.anomaly_class, point.position_m, 0.97 * confidence, reading, seen.box_px(), point.tag, label
        )
        return Inspection(reading, confidence, (found,))


def _patch(seen: Look, reach_m: float) -> tuple[ByteArray, float]:
    """The tower's plane at `_PX_M` with what surrounds it, and how far the tower may lie from its middle, m."""
    reach = min(reach_m, _REACH_M)
    side_m = seen.point.size_m + 2 * reach
    picture = seen.view.rectify(seen.view.rgb, seen.point, round(side_m * _PX_M), side_m / seen.point.size_m)
    return picture.astype(np.uint8), reach


def _lamps(patch: ByteArray, reach_m: float, point: InspectionPoint) -> tuple[float, FloatArray]:
    """How well three glasses of the tower's colours are there (0..3), and the brightness of each, bottom to top."""
    radius = float(point.details["radius_m"])
    kernel = (max(round(_WIDE * radius * _PX_M), 3), max(round(_HIGH * _LAMP_M * _PX_M), 3))
    colour = lab(patch)
    chroma = [np.asarray(cv2.blur(colour[..., k], kernel)) for k in (1, 2)]
    value = np.asarray(cv2.blur(patch.max(axis=2).astype(np.float32), kernel))
    heights = [round(float(h) * _PX_M) for h in point.details["lamps_m"]]
    middle, span = patch.shape[0] // 2, round(reach_m * _PX_M)
    window = np.arange(middle - span, middle + span + 1)
    agree = np.zeros((len(window), len(window)), np.float32)
    for name, up in zip(point.details["lamps"], heights, strict=True):
        a, b = (channel[np.ix_(window - up, window)] for channel in chroma)
        along = _HUES[name][0] * a + _HUES[name][1] * b
        agree += np.tanh(along / _CHROMA)
    # Nearer to where it belongs is likelier.
    away = np.hypot(*np.meshgrid(window - middle, window - middle)) / max(span, 1)
    row, column = np.unravel_index(int(np.argmax(agree - 0.25 * away)), agree.shape)
    shown = np.array([float(value[window[row] - up, window[column]]) for up in heights])
    return float(agree[row, column]), shown


DETECTORS.add(StackLightDetector.name, StackLightDetector())
