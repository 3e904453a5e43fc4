"""Pictures made comparable across light: exposure, shade and colour cast taken out."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from patrolgym.envs.types import ByteArray, FloatArray

Picture = npt.NDArray[np.integer[Any] | np.floating[Any]]


def grey(rgb: ByteArray) -> ByteArray:
    """(h, w) uint8 luminance."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def lab(rgb: ByteArray) -> FloatArray:
    """(h, w, 3) float32 CIE L*a*b*: distances are about just-noticeable differences (L 0..100)."""
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB))


def flattened(image: Picture, size_px: int = 15, floor: float = 4.0) -> FloatArray:
    """Local contrast: (image - local mean) / (local deviation + floor), (h, w) float32.

    Shade and exposure change a neighbourhood's mean and spread, not its pattern.

    Args:
        image: (h, w) grey levels.
        size_px: side of the neighbourhood, odd.
        floor: grey levels; keeps the noise of flat areas from being blown up to texture.
    """
    value = image.astype(np.float32, copy=False)
    size = (size_px, size_px)
    mean = cv2.blur(value, size)
    spread = np.sqrt(np.maximum(cv2.blur(value * value, size) - mean * mean, 0.0))
    return np.asarray((value - mean) / (spread + np.float32(floor)))
