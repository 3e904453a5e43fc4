"""Maps of the site that move with the robot: where it can stand, and where there is something left to see."""

import math

import cv2
import numpy as np

from ..types import Briefing, FloatArray
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
        ones = np.ones(len(account.access.positions))
        self._free = self._blurred(account.access.positions, ones) / self._width**2
        offset = (np.arange(CELLS) - 0.5 * (CELLS - 1)) * CELL_M
        ahead, left = np.meshgrid(offset, offset, indexing="ij")
        self._grid = np.stack([ahead.ravel(), left.ravel()])
        self.look()

    def look(self) -> None:
        """Take over what the account has seen."""
        seen = self._account.seen
        left = seen.surfels.position_m[~seen.seen]
        area = self._blurred(left, np.full(len(left), AREA_M2))
        self._left = np.minimum(area / _FULL_M2, 1.0)

    def crop(self, x: float, y: float, yaw: float) -> FloatArray:
        """(2 * 256,) shares of each cell that can be stood on, and of what is left to see there, each 0..1.

        Cells run row by row, from behind the robot to ahead of it, within a row from right to left.
        """
        cos, sin = math.cos(yaw), math.sin(yaw)
        ahead, left = self._grid
        column = ((x + cos * ahead - sin * left - self._corner[0]) / self._cell_m).astype(np.intp)
        row = ((y + sin * ahead + cos * left - self._corner[1]) / self._cell_m).astype(np.intp)
        # Beyond the border lies the margin, where there is nothing.
        column, row = column.clip(0, self._shape[1] - 1), row.clip(0, self._shape[0] - 1)
        return np.concatenate([self._free[row, column], self._left[row, column]])

    def _blurred(self, points_m: FloatArray, weight: FloatArray) -> FloatArray:
        """(rows, columns) sum of weights within the width of a crop's cell."""
        column = ((points_m[:, 0] - self._corner[0]) / self._cell_m).astype(np.intp).clip(0, self._shape[1] - 1)
        row = ((points_m[:, 1] - self._corner[1]) / self._cell_m).astype(np.intp).clip(0, self._shape[0] - 1)
        count = np.bincount(row * self._shape[1] + column, weight, minlength=self._shape[0] * self._shape[1])
        image = count.reshape(self._shape).astype(np.float32)
        blurred = cv2.boxFilter(image, -1, (self._width, self._width), normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(blurred)
