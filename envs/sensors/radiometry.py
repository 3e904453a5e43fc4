"""The thermal imager behind the camera's lens: apparent temperature of what the rays met (domain notes, section 4)."""

from dataclasses import dataclass

import cv2
import numpy as np

from ..site.model import Weather
from ..types import FloatArray
from ..world.light import Points

_ZERO_C_K = np.float32(273.15)
#: A sky without clouds is what a surface that faces up mirrors, one that faces down mirrors the ground.
_SKY_EDGE = np.float32(3.0)


@dataclass(frozen=True)
class ThermalImager:
    """An uncooled 8-14 um imager.

    Attributes:
        netd_k: noise-equivalent temperature difference; 40-50 mK are usual.
        pattern_k: fixed pattern that is left after a flat-field correction.
        offset_k: largest error of the absolute temperature that stays the same over a picture.
        blur_px: deviation of the point spread, as its lens and slow detector give.
        range_c: what it can tell.
    """

    netd_k: float = 0.045
    pattern_k: float = 0.03
    offset_k: float = 1.0
    blur_px: float = 0.6
    range_c: tuple[float, float] = (-20.0, 400.0)

    def picture(self, apparent: FloatArray, noise: FloatArray, pattern: FloatArray, drift: float) -> FloatArray:
        """(h, w) float32 measured temperature in °C for an assumed emissivity of 1.

        Args:
            apparent: (h, w) what a perfect imager would show, in °C.
            noise: (h * w,) of deviation 1.
            pattern: (h * w,) of deviation 1, the same in each picture of one imager.
            drift: -1..1 share of the offset error.
        """
        celsius: FloatArray = np.asarray(cv2.GaussianBlur(apparent, (5, 5), self.blur_px), np.float32)
        celsius += (noise * np.float32(self.netd_k)).reshape(celsius.shape)
        celsius += (pattern * np.float32(self.pattern_k)).reshape(celsius.shape)
        celsius += np.float32(drift * self.offset_k)
        np.clip(celsius, *self.range_c, out=celsius)
        return celsius


def apparent_c(points: Points, rays: FloatArray, weather: Weather) -> FloatArray:
    """(m,) apparent temperature in °C along (3, m) rays: T_a^4 = e T^4 + (1 - e) T_r^4 in kelvin.

    Stefan-Boltzmann's law stands in for Planck's over the band. What is mirrored is the sky above and surroundings at
    ambient below, so bare metal shows these rather than itself. Where nothing is met the sky shows.
    """
    look = points.look
    ambient, sky = np.float32(weather.ambient_c) + _ZERO_C_K, np.float32(weather.sky_c) + _ZERO_C_K
    up = points.direction[2] + np.float32(2.0) * look.cos_view * look.normal[2]
    np.clip(up * _SKY_EDGE, 0.0, 1.0, out=up)
    # Neighbours hide the sky as they hide its light.
    up *= np.minimum(points.ambient, np.float32(1.0))
    mirrored = _fourth(ambient + up * (sky - ambient))
    kelvin = _fourth(look.surface_c + _ZERO_C_K)
    kelvin -= mirrored
    kelvin *= look.emissivity
    kelvin += mirrored
    np.sqrt(kelvin, out=kelvin)
    np.sqrt(kelvin, out=kelvin)
    kelvin -= _ZERO_C_K
    if len(kelvin) == rays.shape[1]:
        return kelvin
    celsius: FloatArray = ambient - _ZERO_C_K + np.clip(rays[2] * np.float32(2.0), 0.0, 1.0) * (sky - ambient)
    celsius[points.pixel] = kelvin
    return celsius


def _fourth(values: FloatArray) -> FloatArray:
    square = values * values
    return square * square
