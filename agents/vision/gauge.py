"""Needle gauges: pressure and temperature dials."""

from typing import ClassVar

import numpy as np

from patrolgym.envs.types import InspectionPoint

from .base import DETECTORS, Inspection, PointDetector
from .light import grey, lab
from .patch import look, verdict
from .pointer import find_dial, find_needle
from .view import View

_RING = (0.18, 0.62)
_SLACK_DEG = 6.0
#: Deviation of a good reading, share of full scale; a limit is passed surely only by more than this.
_SIGMA_FULL_SCALE = 0.006


class GaugeDetector(PointDetector):
    """Reads a dial by its needle and compares it with the point's normal range.

    The dial is found as a circle in the patch seen head-on, unrolled about its centre, and the needle found as
    the ray that differs from the face all the way from the hub outwards.
    """

    name: ClassVar[str] = "gauge"
    quantity: ClassVar[str] = "gauge"
    anomaly_class: ClassVar[str] = "gauge_out_of_range"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Reading in the point's unit; `details` must hold "zero_deg" and "span_deg", and `scale` be set."""
        seen = look(view, point, reference)
        if seen is None or point.scale is None:
            return Inspection(None, 0.0)
        grow = max(1.3, 1 + 2 * seen.stray_m / point.size_m)
        side = int(np.clip(seen.view.density_px_m(point) * point.size_m * grow, 64, 256))
        patch = seen.view.rectify(seen.view.rgb, point, side, grow).astype(np.uint8)
        dial = find_dial(grey(patch), side / grow / 2, seen.stray_m / point.size_m * side / grow)
        zero, span = float(point.details["zero_deg"]), float(point.details["span_deg"])
        needle = find_needle(lab(patch), dial, _RING, (zero - _SLACK_DEG, zero + span + _SLACK_DEG))
        low, high = point.scale
        reading = low + needle_share(needle.angle_deg, zero, span) * (high - low)
        confidence = float(needle.clarity * min(1.0, side / grow / 60.0))
        found = verdict(seen, self.anomaly_class, reading, confidence, _SIGMA_FULL_SCALE * (high - low))
        return Inspection(reading, confidence, found)


def needle_share(angle_deg: float, zero_deg: float, span_deg: float) -> float:
    """Share of the scale, 0..1, at a needle angle; in the gap between the scale's ends the nearer end."""
    turn = (angle_deg - zero_deg) % 360.0
    if turn > span_deg:
        return 1.0 if turn - span_deg < (360.0 - span_deg) / 2 else 0.0
    return turn / span_deg


DETECTORS.add(GaugeDetector.name, GaugeDetector())
