"""Needle gauges: pressure and temperature dials."""

from typing import ClassVar

import numpy as np

from patrolgym.envs.types import InspectionPoint

from .base import DETECTORS, Inspection, PointDetector
from .light import grey, lab
from .patch import look, verdict
from .pointer import Dial, find_dial, find_needle
from .view import View

_RING = (0.18, 0.62)
_SLACK_DEG = 6.0
_GOOD_FIT = 0.6
#: Deviation of a good reading, share of full scale; a limit is passed surely only by more than this.
_SIGMA_FULL_SCALE = 0.006


class GaugeDetector(PointDetector):
    """Reads a dial by its needle and compares it with the point's normal range.

    The dial lies where the aligned pose says, or else is found as a circle, in the patch seen head-on. It is unrolled
    about its centre, and the needle is the ray that differs from the face all the way from the hub outwards.
    """

    name: ClassVar[str] = "gauge"
    quantity: ClassVar[str] = "gauge"
    anomaly_class: ClassVar[str] = "gauge_out_of_range"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Reading in the point's unit; needs `scale` and details "zero_deg", "span_deg" (and "face_m", if known)."""
        seen = look(view, point, reference, 0.6)
        if seen is None or point.scale is None:
            return Inspection(None, 0.0)
        grow = max(1.3, 1 + 2 * seen.stray_m / point.size_m)
        side = int(np.clip(seen.view.density_px_m(point) * point.size_m * grow, 64, 256))
        patch = seen.view.rectify(seen.view.rgb, point, side, grow).astype(np.uint8)
        scale = side / grow / point.size_m
        radius = scale * 0.5 * float(point.details.get("face_m", 0.9 * point.size_m))
        middle = (side - 1) / 2
        dial = Dial((middle, middle), radius, 1.0)
        if not seen.sure:
            dial = find_dial(grey(patch), radius, seen.stray_m * scale)
        zero, span = float(point.details["zero_deg"]), float(point.details["span_deg"])
        needle = find_needle(lab(patch), dial, _RING, (zero - _SLACK_DEG, zero + span + _SLACK_DEG))
        low, high = point.scale
        reading = low + needle_share(needle.angle_deg, zero, span) * (high - low)
        confidence = needle.clarity * min(1.0, radius / 30.0, dial.fit / _GOOD_FIT)
        confidence *= float(np.clip((seen.view.shows(point) - 0.5) / 0.35, 0, 1))
        found = verdict(seen, self.anomaly_class, reading, confidence, _SIGMA_FULL_SCALE * (high - low))
        return Inspection(reading, confidence, found)


def needle_share(angle_deg: float, zero_deg: float, span_deg: float) -> float:
    """Share of the scale, 0..1, at a needle angle; in the gap between the scale's ends the nearer end."""
    turn = (angle_deg - zero_deg) % 360.0
    if turn > span_deg:
        return 1.0 if turn - span_deg < (360.0 - span_deg) / 2 else 0.0
    return turn / span_deg


DETECTORS.add(GaugeDetector.name, GaugeDetector())
