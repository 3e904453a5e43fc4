"""The thermal picture as a sensor; how it is made stands in `radiometry`."""

import numpy as np
from gymnasium.spaces import Box

from ..types import FloatArray
from .base import SENSORS
from .camera import Frame, LensSensor


class Thermal(LensSensor):
    """Thermal picture `thermal` (h, w) float32, apparent temperature in °C for an emissivity of 1, -20..400."""

    name = "thermal"

    def picture_space(self) -> Box:
        """(h, w) float32 °C."""
        low, high = self.camera.imager.range_c
        return Box(low, high, (self.camera.height_px, self.camera.width_px), np.float32)

    def picture(self, frame: Frame) -> FloatArray:
        """The temperatures."""
        return frame.thermal_c


SENSORS.add("thermal", Thermal)
