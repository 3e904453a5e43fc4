"""Electrical joints hotter than their twin phases."""

from typing import ClassVar

import numpy as np

from patrolgym.envs.types import InspectionPoint

from .base import DETECTORS, Inspection, PointDetector
from .bearing import smoothed
from .patch import BLIND, Look, look, verdict
from .view import View

#: Deviation of a difference between neighbouring spots of one picture, K: drift and reflections cancel.
_SIGMA_K = 0.6
_SPOT_M = 0.012


class JointDetector(PointDetector):
    """Compares three like terminals under like load: the hottest against the coolest, in K (NETA MTS).

    `details["terminals"]` holds their places as (right, up) offsets in metres in the patch plane. A box warmed by the
    sun or a loaded feeder warms all three alike and reads near zero.
    """

    name: ClassVar[str] = "joint"
    quantity: ClassVar[str] = "joint"
    anomaly_class: ClassVar[str] = "hot_joint"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Excess of the hottest terminal over the coolest, K; `details["emissivity"]` is corrected for."""
        seen = look(view, point, reference)
        if seen is None:
            return Inspection(None, 0.0)
        levels = self._levels(seen)
        if levels is None:
            return Inspection(None, 0.0)
        reading = (levels[-1] - levels[0]) / float(point.details.get("emissivity", 1.0))
        confidence = 1.0 if seen.sure else BLIND
        return Inspection(reading, confidence, verdict(seen, self.anomaly_class, reading, confidence, _SIGMA_K))

    def _levels(self, seen: Look) -> list[float] | None:
        """Temperatures of the terminals in rising order, °C; None where one is out of the frame."""
        heat = smoothed(seen.view.thermal_c)
        spots = [
            seen.spot(heat, (right, up), _SPOT_M + seen.stray_m / 2) for right, up in seen.point.details["terminals"]
        ]
        if len(spots) < 2 or any(len(values) == 0 for values in spots):
            return None
        return sorted(float(np.percentile(values, 80)) for values in spots)


DETECTORS.add(JointDetector.name, JointDetector())
