"""Ways over the map and tours of many stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from patrolgym.envs.types import BoolArray, FloatArray, IntArray

from .grid import Grid
from .map import SiteMap

SEARCH_M = 1.5
BESIDE_M = 0.6
"""Places that much farther from a point that is taken are as good as the nearest: the robot need not go round it."""
STRIDE = 2
"""Routes run on every second cell of the map (0.2 m)."""


@dataclass(frozen=True, eq=False)
class Router:
    """Cheapest ways over a map.

    Attributes:
        grid: the coarse grid routes run on.
        cost: (rows, columns) cost of a metre, infinite where the robot may not be.
        graph: (cells, cells) sparse costs between neighbouring cells.
    """

    grid: Grid
    cost: FloatArray
    graph: sparse.csr_array

    @classmethod
    def over(cls, site_map: SiteMap, extra_cost: FloatArray | None = None) -> "Router":
        """The router of a map; `extra_cost` (rows, columns) is added to the map's own, such as for live obstacles."""
        fine = site_map.grid
        total = site_map.cost if extra_cost is None else site_map.cost + extra_cost
        cost = total[::STRIDE, ::STRIDE]
        # A coarse cell stands for the fine cell at its corner: shift the grid so that centres coincide.
        shift = (STRIDE - 1) / 2 * fine.cell_m
        grid = Grid(fine.x0_m - shift, fine.y0_m - shift, fine.cell_m * STRIDE, *cost.shape)
        return cls(grid, cost, neighbour_graph(cost, grid.cell_m))

    def nearest_free(self, xy_m: FloatArray) -> int:
        """The free cell nearest to a point (2+,); ValueError on a map without any."""
        xy = np.asarray(xy_m, dtype=float)[:2]
        own = int(self.grid.cells(xy[None])[0])
        if np.isfinite(self.cost.flat[own]):
            return own
        free, tree = self._free
        if not len(free):
            raise ValueError("the map has no place where the robot may be")
        return int(free[tree.query(xy)[1]])

    def free_beside(self, xy_m: FloatArray, from_m: FloatArray) -> FloatArray:
        """(2,) free place for a point (2,) that may be taken: of those about as near to it, the nearest to `from_m`."""
        nearest = self.grid.positions(np.array([self.nearest_free(xy_m)]))[0]
        gap = float(np.hypot(*(nearest - xy_m)))
        if gap < self.grid.cell_m:
            return np.asarray(xy_m)
        free, tree = self._free
        places = self.grid.positions(free[tree.query_ball_point(xy_m, gap + BESIDE_M, return_sorted=True)])
        return np.asarray(places[int(np.argmin(np.hypot(*(places - from_m).T)))])

    @cached_property
    def _free(self) -> "tuple[IntArray, cKDTree[None]]":
        """Free cells, and their centres to search in."""
        free = np.flatnonzero(np.isfinite(self.cost))
        return free, cKDTree(self.grid.positions(free))

    def costs_from(self, xy_m: FloatArray) -> FloatArray:
        """(rows, columns) cost of the cheapest way from a point to every cell; infinite where none leads."""
        costs = csgraph.dijkstra(self.graph, indices=np.array([self.nearest_free(xy_m)]))
        return np.asarray(costs).reshape(self.grid.shape)

    def matrix(self, xy_m: FloatArray) -> FloatArray:
        """(n, n) costs of the cheapest ways between points (n, 2)."""
        cells = np.array([self.nearest_free(point) for point in xy_m], dtype=np.int64)
        rows = [csgraph.dijkstra(self.graph, indices=cells[i : i + 1])[0, cells] for i in range(len(cells))]
        return np.asarray(rows).reshape(len(cells), len(cells))

    def matrix_from(self, start_m: FloatArray, xy_m: FloatArray) -> FloatArray:
        """(n,) costs of the cheapest ways from a point to points (n, 2)."""
        costs = self.costs_from(start_m).ravel()
        return np.asarray(costs[[self.nearest_free(point) for point in xy_m]])

    def route(self, start_m: FloatArray, goal_m: FloatArray) -> FloatArray | None:
        """Smoothed way (k, 2) from start to goal, both included; None where there is none."""
        if self.near_and_clear(start_m, goal_m):
            return np.stack([np.asarray(start_m, dtype=float)[:2], np.asarray(goal_m, dtype=float)[:2]])
        goal = self.nearest_free(goal_m)
        costs, before = csgraph.dijkstra(self.graph, indices=np.array([goal]), return_predecessors=True)
        cell = self.nearest_free(start_m)
        if not np.isfinite(costs[0, cell]):
            return None
        cells = [cell]
        while cells[-1] != goal:
            cells.append(int(before[0, cells[-1]]))
        way = self.grid.positions(np.array(cells))
        way = np.vstack([np.asarray(start_m, dtype=float)[:2], way[1:-1], np.asarray(goal_m, dtype=float)[:2]])
        return self.smooth(way)

    def near_and_clear(self, start_m: FloatArray, goal_m: FloatArray) -> bool:
        """Whether the straight line is short and costs little, so that no search is needed."""
        start, goal = np.asarray(start_m, dtype=float)[:2], np.asarray(goal_m, dtype=float)[:2]
        length = float(np.linalg.norm(goal - start))
        return length < SEARCH_M and self.line_cost(start, goal) <= 1.5 * length + 1e-9

    def smooth(self, way_m: FloatArray) -> FloatArray:
        """The way with corners cut wherever the straight line costs no more than the way it replaces."""
        spent = np.concatenate([[0.0], np.cumsum([self.line_cost(a, b) for a, b in pairwise(way_m)])])
        kept, at = [0], 0
        while at < len(way_m) - 1:
            ahead = at + 1
            step = len(way_m) - 1 - at
            while step >= 1:
                to = min(at + step, len(way_m) - 1)
                if to > ahead and self.line_cost(way_m[at], way_m[to]) <= (spent[to] - spent[at]) * 1.02 + 1e-9:
                    ahead = to
                    break
                step //= 2
            at = ahead
            kept.append(at)
        return np.asarray(way_m[kept])

    def line_cost(self, start_m: FloatArray, end_m: FloatArray) -> float:
        """Cost of walking straight from a to b, infinite through a place where the robot may not be."""
        length = float(np.linalg.norm(end_m - start_m))
        if length == 0.0:
            return 0.0
        steps = max(int(length / (self.grid.cell_m / 2)), 1)
        along = start_m + (end_m - start_m) * ((np.arange(steps) + 0.5) / steps)[:, None]
        cost = self.cost.ravel()[self.grid.cells(along)]
        # The ends may lie in a cell the robot should not be in, such as a dock beside a wall.
        ends = np.minimum(np.arange(steps), np.arange(steps)[::-1]) * length / steps < self.grid.cell_m
        return float(np.where(ends & ~np.isfinite(cost), 5.0, cost).mean() * length)


def neighbour_graph(cost: FloatArray, cell_m: float) -> sparse.csr_array:
    """Symmetric graph of the 8 neighbours: mean cost of both cells times the distance; diagonals cut no corner."""
    rows, columns = cost.shape
    index = np.arange(rows * columns).reshape(rows, columns)
    free = np.isfinite(cost)
    starts, ends, weights = [], [], []
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, rows - dr), slice(max(-dc, 0), columns - max(dc, 0)))
        b = (slice(dr, rows), slice(max(dc, 0), columns - max(-dc, 0)))
        open_ = free[a] & free[b]
        if dr and dc:
            open_ &= free[a[0], b[1]] & free[b[0], a[1]]
        starts.append(index[a][open_])
        ends.append(index[b][open_])
        weights.append((cost[a][open_] + cost[b][open_]) / 2 * cell_m * float(np.hypot(dr, dc)))
    i, j, w = np.concatenate(starts), np.concatenate(ends), np.concatenate(weights)
    both = (np.concatenate([w, w]), (np.concatenate([i, j]), np.concatenate([j, i])))
    return sparse.csr_array(both, shape=(rows * columns, rows * columns))


def tour(costs: FloatArray) -> list[int]:
    """Short round trip over all places from place 0 and back.

    Args:
        costs: (n, n) costs between the places.

    Returns:
        The order of places 1..n-1 (place 0, start and end, is left out).
    """
    order = [0, *improve(insert_nearest(costs), costs)]
    return order[1:]


def insert_nearest(costs: FloatArray) -> list[int]:
    """Tour by inserting the place nearest to the tour where it lengthens it least."""
    n = len(costs)
    order = [0]
    left = list(range(1, n))
    gap = costs[0].copy()
    while left:
        place = min(left, key=lambda p: (gap[p], p))
        ring = np.array([*order, 0])
        added = costs[ring[:-1], place] + costs[place, ring[1:]] - costs[ring[:-1], ring[1:]]
        order.insert(int(np.argmin(added)) + 1, place)
        left.remove(place)
        gap = np.minimum(gap, costs[place])
    return order[1:]


def improve(order: Sequence[int], costs: FloatArray) -> list[int]:
    """2-opt (reversing a stretch) and or-opt (moving up to three places) until neither shortens the tour."""
    ring = np.array([0, *order, 0])
    better = True
    while better:
        ring, turned = _two_opt(ring, costs)
        ring, moved = _or_opt(ring, costs)
        better = turned or moved
    return [int(place) for place in ring[1:-1]]


def _two_opt(ring: IntArray, costs: FloatArray) -> tuple[IntArray, bool]:
    changed = False
    i = 1
    while i < len(ring) - 2:
        ends = np.arange(i + 1, len(ring) - 1)
        gain = (
            costs[ring[i - 1], ring[i]]
            + costs[ring[ends], ring[ends + 1]]
            - costs[ring[i - 1], ring[ends]]
            - costs[ring[i], ring[ends + 1]]
        )
        best = int(np.argmax(gain))
        if gain[best] > 1e-9:
            ring[i : ends[best] + 1] = ring[i : ends[best] + 1][::-1].copy()
            changed = True
        else:
            i += 1
    return ring, changed


def _or_opt(ring: IntArray, costs: FloatArray) -> tuple[IntArray, bool]:
    changed = False
    for length in (1, 2, 3):
        i = 1
        while i + length < len(ring):
            block = ring[i : i + length]
            rest = np.concatenate([ring[:i], ring[i + length :]])
            a, b = ring[i - 1], ring[i + length]
            removed = costs[a, block[0]] + costs[block[-1], b] - costs[a, b]
            added = costs[rest[:-1], block[0]] + costs[block[-1], rest[1:]] - costs[rest[:-1], rest[1:]]
            best = int(np.argmin(added))
            if removed - added[best] > 1e-9:
                ring = np.concatenate([rest[: best + 1], block, rest[best + 1 :]])
                changed = True
            else:
                i += 1
    return ring, changed


def reachable(router: Router, from_m: FloatArray) -> BoolArray:
    """(rows, columns) coarse cells a way leads to from a point."""
    return np.isfinite(router.costs_from(from_m))
