"""What the robot knows of the ground: an elevation map fed by lidar points and by its own feet."""

import math

import cv2
import numpy as np

from patrolgym.envs.types import FloatArray, IntArray

_CELL_M = 0.05
_CELLS = 96
# The window follows the robot this many cells late.
_LAG_CELLS = 10
#: The map takes in nothing farther from the robot than this, along x or y.
REACH_M = (_CELLS // 2 + _LAG_CELLS + 1) * _CELL_M
#: Higher than any step over the ground beside it: a body that may walk or drive on. If its rim is not seen again for so
#: many updates, it is taken for ground, and then what was behind the rim.
_TALL_M = 0.16
_FADE_UPDATES = 5
_NEVER = 1 << 20
_ALONG = tuple(part / 8 for part in range(9))
_CROSS, _GAP, _WIDE = (np.ones((size, size), dtype=np.uint8) for size in (3, 5, 7))
_FAR_M = np.float32(1e3)
#: Second differences vanish on any slope. Those of the median, and of single cells, that are no edge and no bump.
_BEND, _EDGE_M, _BUMP_M = [1.0, -2.0, 1.0], 0.025, 0.06
#: An edge may be spread over two cells: a rise over 10 cm that is still a slope.
_RISE, _STEEP_M = [-1.0, 0.0, 1.0], 0.05


class ElevationMap:
    """Ground heights round the robot in 5 cm cells, world-aligned, moving along with it.

    Lidar points raise a cell at once and lower it slowly, because a ray that grazes the side of a kerb reads low.
    What is too tall to step on is let go sooner, and forgotten when it is not seen again: people and vehicles pass.
    Points higher than `reach_m` over the feet belong to things that no foot steps on; they count as `reach_m`
    high, and those above `ceiling_m` are left out.
    """

    def __init__(self, reach_m: float, ceiling_m: float) -> None:
        self._reach_m, self._ceiling_m = reach_m, ceiling_m
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._corner = (0, 0)
        self._height = np.full((_CELLS, _CELLS), np.nan, dtype=np.float32)
        self._unseen = np.full((_CELLS, _CELLS), _NEVER, dtype=np.int32)
        self._derive()

    def update(self, points: FloatArray, centre: FloatArray, ground_m: float) -> None:
        """Take in points.

        Args:
            points: (n, 3) hits in the world frame, none of them on the robot itself.
            centre: (2,) where the robot is.
            ground_m: height of its feet.
        """
        self._follow(centre)
        row, column = self._cells(points[:, :2])
        kept = (row >= 0) & (row < _CELLS) & (column >= 0) & (column < _CELLS)
        kept &= np.abs(points[:, 2] - ground_m) < self._ceiling_m
        cell = (row * _CELLS + column)[kept]
        height = np.minimum(points[kept, 2], ground_m + self._reach_m)
        count = np.bincount(cell, minlength=_CELLS**2)
        hit = np.flatnonzero(count)
        mean = np.bincount(cell, weights=height, minlength=_CELLS**2)[hit] / count[hit]
        highest = np.full(_CELLS**2, -np.inf)
        np.maximum.at(highest, cell, height)
        top = highest[hit]
        # On level cells the mean rejects noise; where the spread is large the cell holds an edge, and its top counts.
        seen = np.where(top - mean > 0.03, top, mean)
        old = self._height.flat[hit]
        rate = np.where(seen > old + 0.03, 1.0, np.where(seen < old - 0.03, 0.2, 0.4))
        rate[old - seen > _TALL_M] = 0.5
        self._height.flat[hit] = np.where(np.isnan(old), seen, old + rate * (seen - old))
        self._unseen += 1
        self._unseen.flat[hit] = 0
        # Heights not seen of late say nothing: on a slope those ahead were cut off at the reach of an earlier place.
        around = cv2.erode(np.where(self._unseen <= _FADE_UPDATES, self._height, np.float32(1e3)), _WIDE)
        stale = (self._height - around > _TALL_M) & (self._unseen > _FADE_UPDATES)
        self._height[stale] = around[stale]
        self._unseen[stale] = 0
        self._derive()

    def touch(self, x: float, y: float, height_m: float) -> None:
        """A foot stands at (x, y): that cell is exactly so high."""
        row, column = self._cell(x, y)
        if 0 <= row < _CELLS and 0 <= column < _CELLS:
            self._height[row, column] = height_m
            self._unseen[row, column] = 0
            self._filled[row, column] = height_m

    def height(self, x: float, y: float) -> float:
        """Height at a place, NaN where nothing near it was seen."""
        row, column = self._cell(x, y)
        if 0 <= row < _CELLS and 0 <= column < _CELLS:
            return float(self._filled[row, column])
        return float("nan")

    def top(self, x: float, y: float, to_x: float, to_y: float) -> float:
        """Highest ground within one cell of the line from (x, y) to (to_x, to_y); -inf where nothing is known."""
        highest = -math.inf
        for part in _ALONG:
            row, column = self._cell(x + part * (to_x - x), y + part * (to_y - y))
            if 0 <= row < _CELLS and 0 <= column < _CELLS:
                highest = max(highest, float(self._top[row, column]))
        return highest

    def foothold(self, x: float, y: float, search_m: float) -> tuple[float, float]:
        """The place nearest to (x, y), within `search_m`, that is flat enough to stand on; (x, y) if all are alike."""
        row, column = self._cell(x, y)
        steps = int(search_m / _CELL_M)
        if not (steps <= row < _CELLS - steps and steps <= column < _CELLS - steps):
            return x, y
        window = self._unevenness[row - steps : row + steps + 1, column - steps : column + steps + 1]
        if window[steps, steps] == 0.0:
            return x, y
        offsets = _CELL_M * np.arange(-steps, steps + 1)
        distance = np.hypot(offsets[:, None], offsets[None, :])
        best = int(np.argmin(window + distance))
        return x + float(offsets[best % len(offsets)]), y + float(offsets[best // len(offsets)])

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        return math.floor(y / _CELL_M) - self._corner[0], math.floor(x / _CELL_M) - self._corner[1]

    def _cells(self, xy: FloatArray) -> tuple[IntArray, IntArray]:
        index = np.floor(xy / _CELL_M).astype(np.int64)
        return index[:, 1] - self._corner[0], index[:, 0] - self._corner[1]

    def _follow(self, centre: FloatArray) -> None:
        """Move the window once the robot is half a metre off its middle."""
        corner = np.floor(centre[::-1] / _CELL_M).astype(np.int64) - _CELLS // 2
        shift = corner - self._corner
        if np.abs(shift).max() < _LAG_CELLS:
            return
        moved, unseen = np.full_like(self._height, np.nan), np.full_like(self._unseen, _NEVER)
        if np.abs(shift).max() < _CELLS:
            (to_row, from_row), (to_column, from_column) = (_overlap(int(part)) for part in shift)
            moved[to_row, to_column] = self._height[from_row, from_column]
            unseen[to_row, to_column] = self._unseen[from_row, from_column]
        self._height, self._unseen, self._corner = moved, unseen, (int(corner[0]), int(corner[1]))

    def _derive(self) -> None:
        """Fill small gaps, then the layers a step asks for: highest neighbour and unevenness."""
        known = ~np.isnan(self._height)
        # What the lidar does not see behind an edge lies low.
        lowest = cv2.erode(np.where(known, self._height, _FAR_M).astype(np.float32), _GAP)
        near = lowest < _FAR_M
        filled = np.where(known, self._height, lowest).astype(np.float32)
        solid = np.where(near, filled, -_FAR_M)
        self._top = np.where(near, cv2.dilate(solid, _CROSS), -np.inf)
        # The median of nine rejects noise and keeps edges, but loses what is as thin as a hose.
        flat = np.where(near, filled, np.float32(0.0))
        smooth = np.asarray(cv2.medianBlur(flat, 3), np.float32)
        steps = (
            _along_axes(smooth, _BEND) - _EDGE_M,
            _along_axes(flat, _BEND) - _BUMP_M,
            _along_axes(smooth, _RISE) - _STEEP_M,
        )
        edge = np.maximum(np.maximum.reduce(steps), np.float32(0.0))
        edge[cv2.erode(near.astype(np.uint8), _GAP) == 0] = 0.0
        self._filled = np.where(near, smooth, np.nan)
        # An edge of 10 cm is worth a detour of half a metre; the dilation keeps the whole foot off it.
        uneven = cv2.dilate(5.0 * edge, _CROSS)
        # The shank leans back over the foot: it needs 15 cm of room from whatever stands higher than a hose.
        below = np.where(near, cv2.dilate(solid, _WIDE) - solid, 0.0)
        self._unevenness = uneven + 3.0 * np.maximum(below - 0.06, 0.0)


def _along_axes(height: FloatArray, stencil: list[float]) -> FloatArray:
    """Size of what a stencil of three cells gives, along the axis where it is larger."""
    row = np.array([stencil], dtype=np.float32)
    return np.maximum(np.abs(cv2.filter2D(height, -1, row)), np.abs(cv2.filter2D(height, -1, row.T)))


def _overlap(shift: int) -> tuple[slice, slice]:
    """Where rows go to and come from when the window moves by `shift` cells."""
    return (
        slice(max(0, -shift), _CELLS - max(0, shift)),
        slice(max(0, shift), _CELLS - max(0, -shift)),
    )
