"""Obstacles the briefing does not know, seen by the lidar; they fade when they are not seen again."""

import numpy as np
from scipy import ndimage

from patrolgym.envs.types import BoolArray, FloatArray

from .grid import Grid
from .low import LowThings
from .map import SiteMap, within_reach
from .movers import Movers

LOW_M, HIGH_M = 0.2, 1.9
EVEN_M = 0.03
"""Low things are looked for where the ground varies by less: beside a step a place wrong by 5 cm makes it one."""
KNOWN_M = 0.25
"""What is seen this near to a mapped obstacle is taken for it."""
KEEP_S, RECALL_S = 4.0, 30.0
"""Something unknown bars the way for the first time after it was seen; for the second its place is only unattractive:
without that memory the robot would run to and fro between two ways that somebody walks on."""
GLIMPSE_S, BESIDE_M, BESIDE_S = 1.5, 1.3, 4.0
REACH_M = 8.0
PERSONAL_M = 1.35
"""Routes keep this far from unknown obstacles, which may be people: nearer than 1 m counts as a near miss."""
RECALLED_COST = 6.0
MOVERS_REACH_M = 12.0
CORRIDOR_S, CORRIDOR_M = 5.0, 0.9
"""Routes avoid where something that moves will be so long, and so far to each side."""
START_M, START_COST = 3.5, 15.0
"""What stands on a lane may drive off while the robot crosses nearer to it than that: a metre there costs more."""
BAR_M, BAR_REACH_M, ENTERED_M = 1.6, 2.0, 0.35
"""So near before what stands on a lane the robot does not enter it (from farther off it does not mind); once it has its
middle on the lane, it goes on."""
PARKED_S, PARKED_M = 25.0, 0.7
"""What has stood longer than vehicles rest will not drive off, with all that is so near to it."""
BODY_M = 0.6
TAKEN_M = 0.9
"""Where something unknown is nearer than that there is no room for the body."""
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
        self._since_s = np.full(self._grid.size, -np.inf)
        self._lanes = site_map.lanes.ravel()[site_map.grid.cells(self._grid.centres().reshape(-1, 2))]
        self._lane_m = self._grid.positions(np.flatnonzero(self._lanes))
        self._movers = Movers()
        self._low = LowThings(self._grid)
        self.body_m: FloatArray = np.zeros((0, 3))
        self.unknown_m: FloatArray = np.zeros((0, 3))

    def update(self, points_m: FloatArray, from_m: FloatArray, time_s: float) -> None:
        """Take in one scan.

        Args:
            points_m: (n, 3) hits, world frame.
            from_m: (2+,) the robot.
            time_s: now.
        """
        apart = np.hypot(points_m[:, 0] - from_m[0], points_m[:, 1] - from_m[1])
        seen = (apart < MOVERS_REACH_M) & self._map.grid.inside(points_m)
        points, near = points_m[seen], apart[seen] < REACH_M
        height = points[:, 2] - self._map.height_at(points)
        body = (height > LOW_M) & (height < HIGH_M)
        cells = self._map.grid.cells(points)
        away = self._map.clearance_m.ravel()[cells] > KNOWN_M
        new = body & away
        # What is low on a lane is a part of what drives there.
        even = away & (self._map.rough_m.ravel()[cells] < EVEN_M) & ~self._map.lanes.ravel()[cells]
        self._low.update(points[even], height[even], LOW_M, from_m)
        self._movers.update(points[new], from_m, time_s)
        # What moves on leaves its place free.
        self.body_m = self._resting(points[body & near], time_s)
        self.unknown_m = self._resting(points[new & near], time_s)
        # One ray may be a wrong return; people and boxes give several.
        index, count = np.unique(self._grid.cells(self.unknown_m), return_counts=True)
        sure = index[count >= 2]
        self._since_s[sure[time_s - self._seen_s[sure] > KEEP_S]] = time_s
        self._seen_s[sure] = time_s

    def moving(self, time_s: float) -> FloatArray:
        """(m, 5) what moves: x, y, radius, velocity along x and y."""
        return self._movers.moving(time_s)

    def _resting(self, points_m: FloatArray, time_s: float) -> FloatArray:
        """Those of some points (n, 3) that belong to nothing that moves."""
        for x, y, radius, *_ in self.moving(time_s):
            points_m = points_m[np.hypot(points_m[:, 0] - x, points_m[:, 1] - y) > radius + CELL_M]
        return points_m

    def present(self, time_s: float, keep_s: float = KEEP_S) -> BoolArray:
        """(rows, columns) cells of 0.2 m in which something unknown was seen in the last `keep_s`; not low things."""
        return np.asarray((time_s - self._seen_s < keep_s).reshape(self._grid.shape))

    def places(self, time_s: float, keep_s: float = KEEP_S) -> FloatArray:
        """(n, 2) centres of those cells."""
        return self._grid.positions(np.flatnonzero(self.present(time_s, keep_s)))

    @property
    def low_m(self) -> FloatArray:
        """(n, 2) centres of the cells in which something low stands."""
        return self._grid.positions(np.flatnonzero(self._low.present))

    def before_starters(self, places_m: FloatArray, time_s: float) -> BoolArray:
        """(n,) which of some places (n, 2) lie on a lane not far from something that stands there."""
        on_lane = self._lanes[self._grid.cells(places_m)]
        return on_lane if not on_lane.any() else np.asarray(on_lane & (self._gaps(places_m, time_s) < START_M))

    def barred(self, xy_m: FloatArray, time_s: float) -> FloatArray:
        """(n, 2) places of lanes not to be entered from (2,): what stands there would be upon the robot too soon."""
        apart = np.hypot(*(self._lane_m - xy_m).T)
        near = apart < BAR_REACH_M
        if not near.any() or float(apart.min()) < ENTERED_M:
            return np.zeros((0, 2))
        lane = self._lane_m[near]
        return np.asarray(lane[self._gaps(lane, time_s) < BAR_M])

    def _gaps(self, places_m: FloatArray, time_s: float) -> FloatArray:
        """(n,) from places (n, 2) to the nearest of what stands on lanes and may drive off, inf if nothing does."""
        standing = self._grid.positions(np.flatnonzero(self._starters(time_s)))
        return np.asarray(np.linalg.norm(places_m[:, None] - standing[None], axis=2).min(axis=1, initial=np.inf))

    def _starters(self, time_s: float) -> BoolArray:
        """(rows, columns) cells in which something stands on a lane, and not for long."""
        present, lanes = self.present(time_s), self._lanes.reshape(self._grid.shape)
        parked = present & (time_s - self._since_s.reshape(present.shape) > PARKED_S)
        return np.asarray(present & lanes & ~within_reach(parked, PARKED_M, CELL_M))

    def remembered(self, xy_m: FloatArray, time_s: float) -> FloatArray:
        """(n, 2) centres of cells that count as taken though the last scan may not show it.

        What was seen beside the robot is remembered longer: its body may hide it now.
        """
        cells = np.flatnonzero(time_s - self._seen_s < BESIDE_S)
        places = self._grid.positions(cells)
        just = time_s - self._seen_s[cells] < GLIMPSE_S
        beside = np.hypot(places[:, 0] - xy_m[0], places[:, 1] - xy_m[1]) < BESIDE_M
        return np.asarray(places[just | beside])

    def gap_to(self, xy_m: FloatArray, time_s: float) -> float:
        """Distance from a point (2+,) to the nearest unknown obstacle, inf if there is none."""
        places = np.vstack([self.places(time_s), self.low_m])
        return float(np.hypot(*(places - np.asarray(xy_m)[:2]).T).min(initial=np.inf))

    def clear(self, places_m: FloatArray, time_s: float) -> BoolArray:
        """(n,) which of some places (n, 2+) nothing unknown was seen on for a good while."""
        taken = within_reach(self.present(time_s, RECALL_S) | self._low.present, TAKEN_M, CELL_M)
        return np.asarray(~taken.ravel()[self._grid.cells(places_m)])

    def extra_cost(self, time_s: float, corridors: bool = True) -> FloatArray:
        """(rows, columns) of the map: cost to add for a way round them, infinite right beside them.

        Args:
            time_s: now.
            corridors: keep out of where moving things will be as well.
        """
        shape = self._map.grid.shape
        present, recalled, low = self.present(time_s), self.present(time_s, RECALL_S), self._low.present
        movers = self.moving(time_s)[: None if corridors else 0]
        if not recalled.any() and not len(movers) and not low.any():
            return np.zeros(shape)
        avoided = self._corridors(movers) | within_reach(recalled, PERSONAL_M, CELL_M)
        cost = np.where(avoided, RECALLED_COST, 0.0)
        if present.any():
            lanes = self._lanes.reshape(self._grid.shape)
            cost += START_COST * (lanes & within_reach(self._starters(time_s), START_M, CELL_M))
            distance = ndimage.distance_transform_edt(~present) * CELL_M
            cost += np.where(distance < BODY_M, np.inf, np.clip(PERSONAL_M - distance, 0.0, None) * 12.0)
        cost[within_reach(low, BODY_M, CELL_M)] = np.inf
        repeat = round(CELL_M / self._map.grid.cell_m)
        return np.kron(cost, np.ones((repeat, repeat)))[: shape[0], : shape[1]] if repeat > 1 else cost

    def _corridors(self, movers: FloatArray) -> BoolArray:
        """(rows, columns) cells of 0.2 m where things that move (m, 5) will be soon."""
        inside = np.zeros(self._grid.shape, dtype=bool)
        if len(movers):
            centres = self._grid.centres()
            for x, y, radius, vx, vy in movers:
                offset, way = centres - (x, y), CORRIDOR_S * np.array([vx, vy])
                share = np.clip(offset @ way / float(way @ way), 0.0, 1.0)
                inside |= np.hypot(*np.moveaxis(offset - share[..., None] * way, -1, 0)) < radius + CORRIDOR_M
        return inside
