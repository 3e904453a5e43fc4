"""A flat grid over the site: world coordinates to cells and back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patrolgym.envs.site.zones import contains
from patrolgym.envs.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Grid:
    """Square cells in rows (y) and columns (x).

    Attributes:
        x0_m, y0_m: world position of the lower left corner.
        cell_m: side of a cell.
        rows, columns: how many cells.
    """

    x0_m: float
    y0_m: float
    cell_m: float
    rows: int
    columns: int

    def __post_init__(self) -> None:
        if self.cell_m <= 0 or self.rows < 1 or self.columns < 1:
            raise ValueError(f"a grid needs cells, got {self.rows} x {self.columns} of {self.cell_m} m")

    @classmethod
    def over(cls, bounds_m: tuple[float, float, float, float], cell_m: float) -> "Grid":
        """The grid that covers (x0, y0, x1, y1)."""
        x0, y0, x1, y1 = bounds_m
        if not (x1 > x0 and y1 > y0):
            raise ValueError(f"bounds must be (x0, y0, x1, y1) with x1 > x0 and y1 > y0, got {bounds_m!r}")
        return cls(x0, y0, cell_m, int(np.ceil((y1 - y0) / cell_m)), int(np.ceil((x1 - x0) / cell_m)))

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return (self.rows, self.columns)

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.rows * self.columns

    def centres(self) -> FloatArray:
        """(rows, columns, 2) world x, y of the cell centres."""
        x = self.x0_m + (np.arange(self.columns) + 0.5) * self.cell_m
        y = self.y0_m + (np.arange(self.rows) + 0.5) * self.cell_m
        return np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1)

    def cells(self, points_m: FloatArray) -> IntArray:
        """(n,) flat index of the cell of each point (n, 2+); points outside go to the nearest border cell."""
        points = np.asarray(points_m)
        column = ((points[:, 0] - self.x0_m) / self.cell_m).astype(np.int64)
        row = ((points[:, 1] - self.y0_m) / self.cell_m).astype(np.int64)
        # np.clip costs more than all the rest for the few points that mostly come.
        column = np.minimum(np.maximum(column, 0), self.columns - 1)
        row = np.minimum(np.maximum(row, 0), self.rows - 1)
        return np.asarray(row * self.columns + column)

    def inside(self, points_m: FloatArray) -> BoolArray:
        """(n,) whether each point (n, 2+) lies on the grid."""
        points = np.asarray(points_m)
        x, y = (points[:, 0] - self.x0_m) / self.cell_m, (points[:, 1] - self.y0_m) / self.cell_m
        return np.asarray((x >= 0) & (x < self.columns) & (y >= 0) & (y < self.rows))

    def positions(self, cells: IntArray) -> FloatArray:
        """(n, 2) world x, y of the centres of flat cell indices (n,)."""
        row, column = np.divmod(np.asarray(cells), self.columns)
        return np.stack([self.x0_m + (column + 0.5) * self.cell_m, self.y0_m + (row + 0.5) * self.cell_m], axis=-1)

    def within(self, polygon_m: Sequence[Sequence[float]]) -> BoolArray:
        """(rows, columns) cells whose centre lies in the polygon (k, 2)."""
        return np.asarray(contains(polygon_m, self.centres().reshape(-1, 2)).reshape(self.shape))
