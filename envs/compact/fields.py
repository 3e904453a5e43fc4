"""Maps of the site that move with the robot: where it can stand, and where there is something left to see."""

import math

import cv2
import numpy as np

from ..types import Briefing, FloatArray, IntArray
from .account import AREA_M2, Account

CELLS, CELL_M = 16, 0.75
"""The crop is 12 m wide; the robot stands in its middle and looks along its rows."""
#: This much unseen surface in a cell fills it.
_FULL_M2 = 2.0
_PAD = 2


class Fields:
    """Rasters in cells of a quarter of a metre, read off in the robot's own directions.

    Args:
        briefing: of the episode.
        account: where one can stand and what is left to see.
    """

    def __init__(self, briefing: Briefing, account: Account) -> None:
        self._account = account
        cell = account.access.cell_m
        x0, y0, x1, y1 = briefing.bounds_m
        self._cell_m, self._corner = cell, (x0 - _PAD * cell, y0 - _PAD * cell)
        self._shape = (math.ceil((y1 - y0) / cell) + 2 * _PAD, math.ceil((x1 - x0) / cell) + 2 * _PAD)
        self._width = max(round(CELL_M / cell), 1)
        free = self._cells(account.access.positions)
        self._surfels = self._cells(account.seen.surfels.position_m)
        #: Rows: where it can be stood, where something is left to see.
        self._maps = np.zeros((2, self._shape[0] * self._shape[1]), np.float32)
        self._maps[0] = self._blurred(free, 1.0) / self._width**2
        offset = (np.arange(CELLS) - 0.5 * (CELLS - 1)) * CELL_M
        ahead, left = (grid.ravel() for grid in np.meshgrid(offset, offset, indexing="ij"))
        self._grid, self._quarter_turned = np.stack([ahead, left]), np.stack([-left, ahead])
        self.look()

    def look(self) -> None:
        """Take over what the account has seen."""
        left = self._surfels[~self._account.seen.seen]
        self._maps[1] = np.minimum(self._blurred(left, AREA_M2) / _FULL_M2, 1.0)

    def crop(self, x: float, y: float, yaw: float) -> FloatArray:
        """(2 * 256,) shares of each cell that can be stood on, and of what is left to see there, each 0..1.

        Cells run row by row, from behind the robot to ahead of it, within a row from right to left.
        """
        middle = np.array([[x - self._corner[0]], [y - self._corner[1]]])
        places = math.cos(yaw) * self._grid + math.sin(yaw) * self._quarter_turned + middle
        return np.asarray(self._maps.take(self._flat(places), axis=1).ravel())

    def _cells(self, points_m: FloatArray) -> IntArray:
        """(n,) cells of (n, 2+) points."""
        return self._flat(np.stack([points_m[:, k] - self._corner[k] for k in (0, 1)]))

    def _flat(self, places_m: FloatArray) -> IntArray:
        """(n,) cells of (2, n) places as seen from the corner; beyond the border lies the margin, which is empty."""
        column, row = (places_m / self._cell_m).astype(np.intp)
        return np.asarray(np.ravel_multi_index((row, column), self._shape, mode="clip"))

    def _blurred(self, cells: IntArray, weight: float) -> FloatArray:
        """(rows * columns,) sum of the weights of `cells` within the width of a crop's cell."""
        count = np.bincount(cells, np.full(len(cells), weight), minlength=self._shape[0] * self._shape[1])
        image = count.reshape(self._shape).astype(np.float32)
        size = (self._width, self._width)
        blurred = cv2.boxFilter(image, -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(blurred, np.float32).ravel()
