"""From light on the sensor to an 8-bit picture: lens blur, exposure, noise, tone curve."""

from dataclasses import dataclass

import cv2
import numpy as np

from ..types import ByteArray, FloatArray

#: Rec. 709 luma.
_LUMA = (np.float32(0.2126), np.float32(0.7152), np.float32(0.0722))
_LEAST_SMEAR_PX = 0.7
#: All but the brightest 4 % of a picture stay below this, on the square root of light.
_ADAPTATION = 0.88
_BRIGHT_SHARE, _BRIGHTEST = 0.96, 1.08


@dataclass(frozen=True)
class Film:
    """A camera's optics and sensor.

    Attributes:
        blur_px: deviation of the lens's point spread.
        noise: deviation of the shot noise of a white area at gain 1, of full scale.
        key: mean brightness that the automatic exposure aims at, 0..1 on the square root of light.
        gain: least and most exposure; the most bounds what can be seen in the dark, where noise grows with it.
        exposure_s: exposure time at gain 1 and at most; it grows with gain.
    """

    blur_px: float = 0.55
    noise: float = 0.006
    key: float = 0.50
    gain: tuple[float, float] = (0.25, 24.0)
    exposure_s: tuple[float, float] = (0.004, 0.02)

    def picture(
        self, light: FloatArray, shape: tuple[int, int], vignette: FloatArray, smear_px_s: FloatArray, noise: FloatArray
    ) -> ByteArray:
        """(h, w, 3) uint8 sRGB.

        Args:
            light: (3, h * w) linear radiance; spoilt.
            shape: (h, w).
            vignette: (h * w,) share of light that the lens lets through.
            smear_px_s: (2,) speed of the picture across the sensor in pixels a second, right and down.
            noise: (3 * h * w,) of deviation 1.
        """
        gain = self._gain(light)
        exposure_s = min(self.exposure_s[0] * gain, self.exposure_s[1])
        exposed = vignette * np.float32(gain)
        grain = np.float32(self.noise * np.sqrt(max(gain, 1.0)))
        planes = []
        # One colour after the other: what is in work then fits the processor's cache.
        for plane, grains in zip(light, noise.reshape(3, -1), strict=True):
            plane *= exposed
            root = self._blurred(plane.reshape(shape), smear_px_s * exposure_s).ravel()
            # On the square root of light shot noise is equally strong everywhere (Anscombe 1948).
            np.sqrt(root, out=root)
            root += grains * grain
            planes.append(cv2.convertScaleAbs(_tone(root).reshape(shape)))
        return np.asarray(cv2.merge(planes), np.uint8)

    def _gain(self, light: FloatArray) -> float:
        """Automatic exposure on a sparse choice of pixels: the mean brightness wanted, yet few burnt highlights."""
        red, green, blue = light[:, ::79]
        root = np.sqrt(np.maximum(_LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue, 0.0))
        mean = float(np.minimum(root, 1.7 * root.mean()).mean())
        rank = int(_BRIGHT_SHARE * (len(root) - 1))
        bright = float(np.partition(root, rank)[rank])
        wanted = min(self.key / max(mean, 1e-4), _BRIGHTEST / max(bright, 1e-4))
        # Cameras, like eyes, leave the dark a little darker and the glaring a little brighter.
        return float(np.clip(wanted ** (2.0 * _ADAPTATION), *self.gain))

    def _blurred(self, plane: FloatArray, smear_px: FloatArray) -> FloatArray:
        plane = np.asarray(cv2.GaussianBlur(plane, (3, 3), self.blur_px), np.float32)
        length = float(np.hypot(*smear_px))
        if length < _LEAST_SMEAR_PX:
            return plane
        return np.asarray(cv2.filter2D(plane, -1, _line(smear_px, min(length, 31.0) / length)), np.float32)


def _tone(root: FloatArray) -> FloatArray:
    """0..255 of the square root of light, which is near sRGB's curve; the cubic rolls highlights off."""
    np.minimum(root, np.float32(1.25), out=root)
    tone: FloatArray = root * root
    tone *= np.float32(-0.20 * 255.0)
    tone += np.float32(1.18 * 255.0)
    tone *= root
    return tone


def _line(smear_px: FloatArray, shrink: float) -> FloatArray:
    """Kernel that averages along the smear."""
    x, y = smear_px * shrink
    half = int(np.ceil(max(abs(x), abs(y)) / 2))
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    scale = 16
    start = (round((half - x / 2) * scale), round((half - y / 2) * scale))
    stop = (round((half + x / 2) * scale), round((half + y / 2) * scale))
    cv2.line(kernel, start, stop, 1.0, 1, cv2.LINE_AA, shift=4)
    result: FloatArray = kernel / kernel.sum()
    return result
