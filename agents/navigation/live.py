"""Obstacles the briefing does not know, seen by the lidar; they fade when they are not seen again."""

import numpy as np
from scipy import ndimage

from patrolgym.envs.types import BoolArray, FloatArray

from .grid import Grid
from .map import SiteMap

LOW_M, HIGH_M = 0.2, 1.9
KNOWN_M = 0.25
"""What is seen this near to a mapped obstacle is taken for it."""
KEEP_S, RECALL_S = 4.0, 30.0
"""Something unknown bars the way for the first time after it was seen; for the second its place is only unattractive:
without that memory the robot would run to and fro between two ways that somebody walks on."""
REACH_M = 8.0
PERSONAL_M = 1.35
"""Routes keep this far from unknown obstacles, which may be people: nearer than 1 m counts as a near miss."""
RECALLED_COST = 6.0
BODY_M = 0.6
CELL_M = 0.2


class LiveObstacles:
    """Unknown obstacles on a grid of 0.2 m, each with the time it was seen last.

    Args:
        site_map: what is known.
    """

    def __init__(self, site_map: SiteMap) -> None:
        self._map = site_map
        self._grid = Grid.over(
            (
                site_map.grid.x0_m,
                site_map.grid.y0_m,
                site_map.grid.x0_m + site_map.grid.columns * site_map.grid.cell_m,
                site_map.grid.y0_m + site_map.grid.rows * site_map.grid.cell_m,
            ),
            CELL_M,
        )
        self._seen_s = np.full(self._grid.size, -np.inf)
        self.body_m = np.zeros((0, 3))
        self.unknown_m = np.zeros((0, 3))

    def update(self, points_m: FloatArray, from_m: FloatArray, time_s: float) -> None:
        """Take in one scan.

        Args:
            points_m: (n, 3) hits, world frame.
            from_m: (2+,) the robot.
            time_s: now.
        """
        near = np.hypot(points_m[:, 0] - from_m[0], points_m[:, 1] - from_m[1]) < REACH_M
        points = points_m[near & self._map.grid.inside(points_m)]
        height = points[:, 2] - self._map.height_at(points)
        body = points[(height > LOW_M) & (height < HIGH_M)]
        cells = self._map.grid.cells(body)
        new = body[self._map.clearance_m.ravel()[cells] > KNOWN_M]
        self.body_m, self.unknown_m = body, new
        # One ray may be a wrong return; people and boxes give several.
        index, count = np.unique(self._grid.cells(new), return_counts=True)
        self._seen_s[index[count >= 2]] = time_s

    def present(self, time_s: float, keep_s: float = KEEP_S) -> BoolArray:
        """(rows, columns) cells of 0.2 m in which something unknown was seen in the last `keep_s`."""
        return np.asarray((time_s - self._seen_s < keep_s).reshape(self._grid.shape))

    def places(self, time_s: float, keep_s: float = KEEP_S) -> FloatArray:
        """(n, 2) centres of those cells."""
        return self._grid.positions(np.flatnonzero(self.present(time_s, keep_s)))

    def gap_to(self, xy_m: FloatArray, time_s: float) -> float:
        """Distance from a point (2+,) to the nearest unknown obstacle, inf if there is none."""
        places = self.places(time_s)
        if not len(places):
            return float("inf")
        return float(np.hypot(*(places - np.asarray(xy_m)[:2]).T).min())

    def extra_cost(self, time_s: float) -> FloatArray:
        """(rows, columns) of the map: cost to add for a way round them, infinite right beside them."""
        shape = self._map.grid.shape
        present = self.present(time_s)
        recalled = (time_s - self._seen_s < RECALL_S).reshape(self._grid.shape)
        if not recalled.any():
            return np.zeros(shape)
        cost = np.where(ndimage.distance_transform_edt(~recalled) * CELL_M < PERSONAL_M, RECALLED_COST, 0.0)
        if present.any():
            distance = ndimage.distance_transform_edt(~present) * CELL_M
            cost += np.where(distance < BODY_M, np.inf, np.clip(PERSONAL_M - distance, 0.0, None) * 12.0)
        repeat = round(CELL_M / self._map.grid.cell_m)
        return np.kron(cost, np.ones((repeat, repeat)))[: shape[0], : shape[1]] if repeat > 1 else cost
