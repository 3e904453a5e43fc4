"""Camera pictures as compressed bytes."""

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray, FloatArray

#: Least and most °C between black and white.
_SPAN_C = (10.0, 150.0)


def jpeg(picture: ByteArray, quality: int) -> bytes:
    """JPEG of an (h, w, 3) RGB or (h, w) grey uint8 picture; `quality` 0..100."""
    ordered = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR) if picture.ndim == 3 else picture
    done, data = cv2.imencode(".jpg", ordered, (cv2.IMWRITE_JPEG_QUALITY, quality))
    assert done
    return data.tobytes()


def grey(thermal_c: FloatArray, low_c: float, high_c: float) -> ByteArray:
    """(h, w) uint8 of temperatures in °C: `low_c` and below is black, `high_c` and above white, linear between."""
    scaled = (thermal_c - np.float32(low_c)) * np.float32(255.0 / (high_c - low_c))
    return np.asarray(cv2.convertScaleAbs(np.maximum(scaled, 0.0)), np.uint8)


def span_c(thermal_c: FloatArray) -> tuple[float, float]:
    """What black and white best mean in a picture: its coldest and warmest, not too near and not too far apart."""
    low, high = float(thermal_c.min()), float(thermal_c.max())
    return low, low + min(max(high - low, _SPAN_C[0]), _SPAN_C[1])
