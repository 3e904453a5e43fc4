"""Light of many lamps under one roof: their light vectors are summed up once, on a grid."""

from collections.abc import Sequence

import cv2
import numpy as np

from ..site.model import Light
from ..types import FloatArray

_CELLS_M = np.array([1.0, 1.0, 0.25], np.float32)
#: Lamps farther than this add next to nothing that the diffuse light does not.
_REACH_M = 25.0
_ROW = 1024


class HallLight:
    """The light vector (Gershun 1939): its product with a normal is the light on a surface that all lamps look on.

    With few lamps a picture adds them one by one; in a hall with dozens of them the sum is looked up instead.

    Args:
        lamps: of one colour; nearer than a cell to none of the surfaces that are to be lit.
        bounds_m: (x0, y0, x1, y1) of the hall.
    """

    def __init__(self, lamps: Sequence[Light], bounds_m: tuple[float, float, float, float]) -> None:
        x0, y0, x1, y1 = bounds_m
        self._low = np.array([x0, y0, 0.0])
        top_m = min(lamp.position_m[2] for lamp in lamps)
        nx, ny, nz = (int(count) + 1 for count in np.ceil(np.array([x1 - x0, y1 - y0, top_m]) / _CELLS_M))
        self._shape = (nz, ny, nx)
        z, y, x = np.mgrid[0:nz, 0:ny, 0:nx].astype(np.float32)
        places = np.stack([x, y, z]) * _CELLS_M[:, None, None, None] + self._low.astype(np.float32)[:, None, None, None]
        total = np.zeros_like(places)
        for lamp in lamps:
            self._add(total, places, lamp)
        self._image = np.ascontiguousarray(total.reshape(3, nz * ny, nx).transpose(1, 2, 0))

    def _add(self, total: FloatArray, places: FloatArray, lamp: Light) -> None:
        """Add the light of one lamp where it reaches."""
        at = np.asarray(lamp.position_m)
        column, row = (int((at[k] - self._low[k]) / _CELLS_M[k]) for k in (0, 1))
        reach = int(_REACH_M / _CELLS_M[0])
        near = np.s_[:, :, max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1]
        way = at.astype(np.float32)[:, None, None, None] - places[near]
        square = np.maximum((way * way).sum(axis=0), np.float32(1.0))
        total[near] += way * (np.float32(lamp.strength) / (square * np.sqrt(square)))

    def vector(self, points_m: FloatArray) -> FloatArray:
        """(3, n) light vector at (3, n) points."""
        nz, ny, nx = self._shape
        count = points_m.shape[1]
        rows = -(-count // _ROW)
        if not rows:
            return np.zeros((3, 0), np.float32)
        place = np.zeros((3, rows * _ROW), np.float32)
        for k, size in enumerate((nx, ny, nz)):
            np.subtract(points_m[k], np.float32(self._low[k]), out=place[k, :count])
            place[k] /= _CELLS_M[k]
            np.clip(place[k], 0.0, size - 1.0, out=place[k])
        level = np.rint(place[2])
        y = place[1] + level * np.float32(ny)
        found = cv2.remap(self._image, place[0].reshape(rows, _ROW), y.reshape(rows, _ROW), cv2.INTER_LINEAR)
        return np.asarray(found.reshape(-1, 3)[:count].T, np.float32)
