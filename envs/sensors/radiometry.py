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

    def picture(
        self,
        points: Points,
        shape: tuple[int, int],
        weather: Weather,
        noise: FloatArray,
        pattern: FloatArray,
        drift: float,
    ) -> FloatArray:
        """(h, w) float32 apparent temperature in °C for an assumed emissivity of 1.

        Args:
            points: what each pixel shows.
            shape: (h, w).
            weather: temperatures that are mirrored.
            noise, pattern: (h * w,) of deviation 1; the pattern is the same in each picture of one imager.
            drift: -1..1 share of the offset error.
        """
        celsius = apparent_c(points, weather).reshape(shape)
        celsius = np.asarray(cv2.GaussianBlur(celsius, (5, 5), self.blur_px), np.float32)
        celsius += (noise * np.float32(self.netd_k)).reshape(shape)
        celsius += (pattern * np.float32(self.pattern_k)).reshape(shape)
        celsius += np.float32(drift * self.offset_k)
        return np.clip(celsius, *self.range_c, out=celsius)


def apparent_c(points: Points, weather: Weather) -> FloatArray:
    """(n,) apparent temperature in °C: T_a^4 = e T^4 + (1 - e) T_r^4 in kelvin.

    Stefan-Boltzmann's law stands in for Planck's over the band. What is mirrored is the sky above and surroundings at
    ambient below, so bare metal shows these rather than itself.
    """
    look = points.look
    ambient, sky = np.float32(weather.ambient_c) + _ZERO_C_K, np.float32(weather.sky_c) + _ZERO_C_K
    up = points.direction[2] + np.float32(2.0) * look.cos_view * look.normal[2]
    np.clip(up * _SKY_EDGE, 0.0, 1.0, out=up)
    # Neighbours hide the sky as they hide its light.
    up *= np.minimum(points.ambient, np.float32(1.0))
    mirrored = ambient + up * (sky - ambient)
    own = _fourth(look.surface_c + _ZERO_C_K)
    own -= _fourth(mirrored)
    own *= look.emissivity
    own += _fourth(mirrored)
    kelvin = np.sqrt(np.sqrt(own))
    above = np.clip(points.direction[2] * np.float32(2.0), 0.0, 1.0)
    kelvin = np.where(np.isinf(points.distance_m), ambient + above * (sky - ambient), kelvin)
    result: FloatArray = kelvin - _ZERO_C_K
    return result


def _fourth(values: FloatArray) -> FloatArray:
    square = values * values
    return square * square
