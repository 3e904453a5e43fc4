"""A map of the sky that is drawn once, so that pictures only look it up."""

from collections.abc import Callable

import cv2
import numpy as np

from ..types import FloatArray

_SIDE_PX = 256
_ROW = 1024


class SkyMap:
    """The upper half-space seen from the ground, on a paraboloid map; below the horizon its rim goes on.

    Args:
        radiance: (3, n) of (3, n) unit directions.
    """

    def __init__(self, radiance: Callable[[FloatArray], FloatArray]) -> None:
        axis = np.linspace(-1.0, 1.0, _SIDE_PX)
        x, y = (grid.ravel() for grid in np.meshgrid(axis, axis))
        square = x * x + y * y
        direction = np.stack([2.0 * x, 2.0 * y, 1.0 - square]) / (1.0 + square)
        colours = radiance(direction).astype(np.float32)
        self._image = np.ascontiguousarray(colours.T.reshape(_SIDE_PX, _SIDE_PX, 3))

    def sample(self, direction: FloatArray) -> FloatArray:
        """(3, n) radiance along (3, n) unit directions."""
        count = direction.shape[1]
        rows = -(-count // _ROW)
        if not rows:
            return np.zeros((3, 0), np.float32)
        place = np.zeros((2, rows * _ROW), np.float32)
        scale = np.float32(0.5 * (_SIDE_PX - 1)) / (np.float32(1.0) + np.maximum(direction[2], np.float32(0.0)))
        for row, component in zip(place, direction, strict=False):
            np.multiply(component, scale, out=row[:count])
            row += np.float32(0.5 * (_SIDE_PX - 1))
        x, y = (row.reshape(rows, _ROW) for row in place)
        found = cv2.remap(self._image, x, y, cv2.INTER_LINEAR)
        return np.asarray(found, np.float32).reshape(-1, 3)[:count].T
