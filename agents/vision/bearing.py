"""Bearings too hot for their limit."""

from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .base import DETECTORS, Inspection, PointDetector
from .patch import look, verdict
from .view import View

#: Deviation of the camera's reading (drift, emissivity), K.
_SIGMA_K = 1.5
_ZERO_C_K = 273.15


class BearingDetector(PointDetector):
    """Reads a bearing housing's temperature in °C and compares it with the point's normal range.

    The reading is a robust maximum over the patch: the hottest few per cent after a median filter, so that neither a
    single pixel nor a cool edge of background decides. What the surface does not emit it reflects from the
    surroundings; the reading is corrected for the emissivity in the point's `details` ("emissivity", 1 if missing).
    """

    name: ClassVar[str] = "bearing"
    quantity: ClassVar[str] = "bearing"
    anomaly_class: ClassVar[str] = "hot_bearing"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Temperature in °C."""
        seen = look(view, point, reference)
        if seen is None:
            return Inspection(None, 0.0)
        heat = cv2.medianBlur(seen.view.thermal_c.astype(np.float32), 3)
        values = seen.spot(np.asarray(heat), (0.0, 0.0), 0.5 * point.size_m + (0.0 if seen.sure else seen.stray_m / 2))
        if len(values) < 9:
            return Inspection(None, 0.0)
        apparent = float(np.percentile(values, 95))
        reading = true_temperature_c(apparent, float(point.details.get("emissivity", 1.0)), background_c(view))
        confidence = 1.0 if seen.sure else 0.9
        return Inspection(reading, confidence, verdict(seen, self.anomaly_class, reading, confidence, _SIGMA_K))


def background_c(view: View) -> float:
    """What shiny surfaces reflect: the frame's typical temperature, °C."""
    return float(np.median(view.thermal_c[::4, ::4]))


def true_temperature_c(apparent_c: float, emissivity: float, reflected_c: float) -> float:
    """Surface temperature from the apparent one by the grey-body balance T_a⁴ = ε T⁴ + (1 - ε) T_r⁴, °C.

    Raises:
        ValueError: emissivity outside (0, 1].
    """
    if not 0.0 < emissivity <= 1.0:
        raise ValueError(f"emissivity must be within (0, 1], got {emissivity!r}")
    fourth = np.power(np.array([apparent_c, reflected_c]) + _ZERO_C_K, 4)
    return float(max((fourth[0] - (1 - emissivity) * fourth[1]) / emissivity, 0.0) ** 0.25 - _ZERO_C_K)


def smoothed(thermal_c: FloatArray) -> FloatArray:
    """Thermal picture without single-pixel noise, float32."""
    return np.asarray(cv2.medianBlur(thermal_c.astype(np.float32, copy=False), 3))


DETECTORS.add(BearingDetector.name, BearingDetector())
