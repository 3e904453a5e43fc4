"""Low things on the floor, which the briefing does not know and the feet would stumble over, seen by the lidar."""

import numpy as np

from patrolgym.agents.vision.plane import fit_plane
from patrolgym.envs.types import BoolArray, FloatArray

from .grid import Grid

REACH_M = 3.0
"""Farther off, the rings are too far apart to show them."""
LEAST_M = 0.06
"""Mats and cable covers are lower, and the noise over the fitted floor is a quarter of it."""
FIT_M, FIT_LEAST = (0.15, 0.05), 60
"""In two rounds the floor is fitted to what lies so near to where it was built: a pose wrong by 1° lifts it by 5 cm."""
SEEN, UNSEEN, SURE, MOST = 2, 1, 4, 6
"""What a thing seen in a cell adds to its count, and the floor alone takes from it; when the thing is believed."""


class LowThings:
    """Cells of a grid with the evidence that something low stands there; it stays until the floor is seen again.

    Args:
        grid: the cells.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._count = np.zeros(grid.size, dtype=int)

    @property
    def present(self) -> BoolArray:
        """(rows, columns) cells in which something low stands."""
        return np.asarray((self._count >= SURE).reshape(self._grid.shape))

    def update(self, points_m: FloatArray, height_m: FloatArray, top_m: float, from_m: FloatArray) -> None:
        """Take in what one scan shows over even floor away from everything built.

        Args:
            points_m: (n, 3) hits, world frame.
            height_m: (n,) over the floor as it was built.
            top_m: what is higher is no low thing, nor is what stands at its foot.
            from_m: (2+,) the robot.
        """
        away = points_m[:, :2] - from_m[:2]
        near = np.hypot(*away.T) < REACH_M
        lift, *slope = fit_plane(away[near], height_m[near], FIT_M, FIT_LEAST)
        cells, height = self._grid.cells(points_m[near]), height_m[near] - lift - away[near] @ slope
        beside = np.add.outer((-self._grid.columns, 0, self._grid.columns), (-1, 0, 1)).ravel()
        foot = np.isin(cells, np.add.outer(np.unique(cells[height > top_m]), beside))
        low, floor = (np.unique(cells[~foot & shown]) for shown in (height > LEAST_M, np.abs(height) < 0.5 * LEAST_M))
        bare = np.setdiff1d(floor, low)
        self._count[bare] = np.maximum(self._count[bare] - UNSEEN, 0)
        self._count[low] = np.minimum(self._count[low] + SEEN, MOST)
