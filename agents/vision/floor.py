"""The floor as a map from above: what has changed on it since the site was commissioned, over all pictures of a patrol.

One picture shows a spill at a glance and from afar; the map puts every glance together. It is built from the reference
pictures, and each picture of the patrol adds by how much the floor it shows is warmer and of other colour than then.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray, IntArray, Point
from patrolgym.envs.world.raycast import RayMesh

from .view import View

#: What liquid on the floor is called, by what sort of site it is.
FLOOR_CLASSES = ("liquid_spill", "coolant_leak")
#: Side of a cell, wider on large sites: so many at most.
_CELL_M, _MOST_CELLS = 0.05, 1_200_000
#: Heights of floors and low plinths; a cell is level if it differs less from its neighbours, free if nothing stands on
#: it nearer than this.
_FLOOR_M, _LEVEL_M, _FREE_M, _KNEE_M = (-0.25, 0.3), 0.03, 0.12, 0.6
#: A pixel shows the floor if it lies this near to it, the more the farther it is; not too far and not too flat.
_NEAR_FLOOR_M, _NEAR_FLOOR_M_M2, _REACH_M, _FLATTEST = 0.04, 0.008, (0.2, 6.5), 0.17
_STEP_PX, _LEAST_PX = 2, 150
#: Beside a hot thing the lens blurs its warmth over the floor: a step of more than this within that many pixels.
_EDGE_K, _EDGE_PX = 6.0, 7
#: Heights at which legs and the like stand out of the floor, how many pixels of them, and how far they are kept off.
_VISITOR_M, _VISITOR_PX, _BESIDE_M = (0.05, 0.7), 6, 0.3
#: Grey levels added before the logarithm: noise of dark pictures must not count as colour.
_DARK = 6.0
_LOGARITHM = np.log(np.arange(256, dtype=np.float32) + np.float32(_DARK))
#: Temperature and three logarithms of colour.
_BANDS = 4
#: Sides of the windows of the floor's slow trend of warmth, and how far a cell may lie off its middle to count there.
_TREND_M, _TREND_K = 2.0, 1.0
#: Contours at which patches are cut out: one that runs into its surroundings at one stands alone at another.
_CONTOURS_K = (0.6, 1.0, 1.6, 2.6, 4.2)
_AREA_M2 = (0.07, 4.0)
#: A spill is this much warmer than the floor round it, beyond what sun does to a darker patch (K a unit of logarithm).
_WARM_K, _WARM_SPREAD_K, _SUN_K = 1.05, 0.2, 1.6
#: … and beyond what another day's sun does to floor that was of another colour already (K a unit of logarithm).
_BEFORE_K = 2.5
#: Most slender and most ragged patch, and the least share of its surroundings that must be known floor.
_SLENDER, _RAGGED, _KNOWN = 2.4, 0.7, 0.5
#: Share of a patch's cells that must have been seen themselves.
_DENSE = 0.6
#: Somebody who walked by was warm but once.
_FICKLE_K, _FICKLE_SHARE = 0.5, 0.35
#: Fire heats the floor round it.
_HOT_K = 14.0
#: Flames are hotter than machines and lamps, and heat the floor so far round their middle.
_FLAME_C, _FIRE_REACH_M = 220.0, 2.0
#: How much colder than the floor round it a warm patch may still be, where two kinds of floor meet.
_SLACK_K = 0.5


@dataclass(frozen=True)
class Spill:
    """A patch that liquid has made: middle (world), area, and chance that it is one."""

    position_m: Point
    area_m2: float
    chance: float


class FloorMap:
    """What changed on the floor.

    Args:
        bounds_m: (x0, y0, x1, y1) of the site.
        built: ray caster over the as-built mesh.
        references: pictures of the healthy site.
    """

    def __init__(self, bounds_m: tuple[float, float, float, float], built: RayMesh, references: Sequence[View]) -> None:
        x0, y0, x1, y1 = bounds_m
        self._corner = np.array([x0, y0])
        self._cell_m = max(_CELL_M, float(np.sqrt((x1 - x0) * (y1 - y0) / _MOST_CELLS)))
        self._shape = (int(np.ceil((y1 - y0) / self._cell_m)), int(np.ceil((x1 - x0) / self._cell_m)))
        self._height, self._floor = self._levels(built)
        self._was = np.zeros((*self._shape, _BANDS), dtype=np.float32)
        self._change = np.zeros((*self._shape, _BANDS), dtype=np.float32)
        self._square = np.zeros(self._shape, dtype=np.float32)
        self._weight = np.zeros(self._shape, dtype=np.float32)
        self._known = self._commission(references)
        self._hot_m: list[FloatArray] = []

    def see(self, view: View) -> None:
        """Take in a picture of the patrol."""
        hot = (view.thermal_c > _FLAME_C) & (view.depth_m > 0.0)
        if hot.any():
            self._hot_m.append(np.median(view.cloud()[hot], axis=0))
        row, column, look, weight = self._seen(view)
        told = self._known[row, column]
        row, column, weight = row[told], column[told], weight[told]
        if len(row) < _LEAST_PX:
            return
        change = look[told] - self._was[row, column]
        change -= _level(change, self._change[row, column], self._weight[row, column])
        layers = [(self._change, change), (self._square, change[:, 0] ** 2), (self._weight, np.ones(len(row)))]
        self._add(row, column, layers, weight)

    def spills(self) -> list[Spill]:
        """Patches that are warmer than the floor round them, by all pictures so far, the surest first."""
        seen = cv2.blur((self._weight > 0).astype(np.float32), (3, 3)) > 0.3
        if not seen.any():
            return []
        total = np.maximum(self._weight, 1e-9)
        change = _mean(self._change / total[..., None], self._weight > 0, 3)
        fickle = np.sqrt(np.maximum(self._square / total - (self._change[..., 0] / total) ** 2, 0.0))
        excess = np.where(seen, change[..., 0] - self._trend(change[..., 0], seen), 0.0).astype(np.float32)
        found: list[Spill] = []
        taken = np.zeros(self._shape, dtype=bool)
        for contour in _CONTOURS_K:
            solid = cv2.morphologyEx((excess > contour).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
            _, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
            for label in range(1, len(stats)):
                left, top, width, height, count = (int(v) for v in stats[label])
                if not _AREA_M2[0] <= count * self._cell_m**2 <= _AREA_M2[1]:
                    continue
                margin = 8
                box = (
                    slice(max(top - margin, 0), top + height + margin),
                    slice(max(left - margin, 0), left + width + margin),
                )
                patch = labels[box] == label
                if (taken[box] & patch).any():
                    continue
                ring = _ring(patch) & seen[box] & (excess[box] < max(0.5 * contour, _CONTOURS_K[0]))
                if (self._weight[box][patch] > 0).mean() < _DENSE or self._by_fire(patch, box):
                    continue
                chance = self._chance(patch, ring, change[box], self._was[box], fickle[box])
                if chance >= 0.05:
                    taken[box] |= patch
                    found.append(self._spill(patch, box, chance))
        return sorted(found, key=lambda spill: -spill.chance)

    def _commission(self, references: Sequence[View]) -> BoolArray:
        """Fill in what the floor was, and give (rows, columns) where that is known."""
        known = np.zeros(self._shape, dtype=np.float32)
        frames = [frame for frame in map(self._seen, references) if len(frame[0]) >= _LEAST_PX]
        for row, column, look, weight in frames:
            level = _level(look, self._was[row, column], known[row, column])
            self._add(row, column, [(self._was, look - level), (known, np.ones(len(row)))], weight)
        self._was /= np.maximum(known, 1e-9)[..., None]
        return known > 0.0

    def _levels(self, built: RayMesh) -> tuple[FloatArray, BoolArray]:
        """(rows, columns) height of the floor, and where it is level and free."""
        rows, columns = np.indices(self._shape)
        place = np.stack([columns, rows], axis=-1).reshape(-1, 2) * self._cell_m + 0.5 * self._cell_m + self._corner
        above = np.column_stack([place, np.full(len(place), _KNEE_M)])
        down = np.broadcast_to(np.array([0.0, 0.0, -1.0]), above.shape)
        drop = np.asarray(built.cast(above, down, np.full(len(above), _KNEE_M - _FLOOR_M[0])).distance_m, dtype=float)
        height = np.where(np.isfinite(drop), _KNEE_M - drop, 9.0).astype(np.float32).reshape(self._shape)
        square = np.ones((3, 3), np.uint8)
        level = (cv2.dilate(height, square) - cv2.erode(height, square) < _LEVEL_M) & (height < _FLOOR_M[1])
        flat = np.flatnonzero(level)
        ankle = np.column_stack([place[flat], height.ravel()[flat] + 0.08])
        blocked = np.zeros(len(flat), dtype=bool)
        for turn in np.arange(8) * np.pi / 4:
            way = np.broadcast_to(np.array([np.cos(turn), np.sin(turn), 0.0]), ankle.shape)
            blocked |= np.asarray(built.occluded(ankle, way, np.full(len(flat), _FREE_M)), dtype=bool)
        level.ravel()[flat[blocked]] = False
        return height, np.asarray(level)

    def _seen(self, view: View) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
        """Floor that a view shows: rows (n,), columns (n,), temperature and colour (n, 4), weights (n,)."""
        place, start = view.cloud(_STEP_PX).reshape(-1, 3), _STEP_PX // 2
        every = (slice(start, None, _STEP_PX), slice(start, None, _STEP_PX))
        depth = view.depth_m[every].ravel()
        x, y, z = (np.ascontiguousarray(place[:, k]) for k in range(3))
        # What stands higher than that over the highest floor says nothing of the floor.
        low = z < _FLOOR_M[1] + _VISITOR_M[1]
        pixel = np.flatnonzero((depth > _REACH_M[0]) & (depth < _REACH_M[1]) & low)
        column, row = (
            np.floor((values.take(pixel) - corner) / self._cell_m).astype(np.int64)
            for values, corner in zip((x, y), self._corner, strict=True)
        )
        good = (row >= 0) & (row < self._shape[0]) & (column >= 0) & (column < self._shape[1])
        pixel, row, column = pixel[good], row[good], column[good]
        cell, z, depth = row * self._shape[1] + column, z.take(pixel), depth.take(pixel)
        distance = np.linalg.norm(place.take(pixel, axis=0) - view.position_m, axis=1)
        above, slack = z - self._height.take(cell), _NEAR_FLOOR_M + _NEAR_FLOOR_M_M2 * depth**2
        level = self._floor.take(cell)
        visitor = level & (above > slack + _VISITOR_M[0]) & (above < _VISITOR_M[1])
        floor = level & (view.position_m[2] - z > _FLATTEST * distance) & (np.abs(above) < slack)
        floor &= ~self._beside(row, column, visitor)
        thermal = view.thermal_c.astype(np.float32, copy=False)
        near = np.ones((_EDGE_PX, _EDGE_PX), np.uint8)
        edge = (cv2.dilate(thermal, near)[every] - cv2.erode(thermal, near)[every]).ravel()
        floor &= edge.take(pixel) < _EDGE_K
        kept = np.flatnonzero(floor)
        pixel = pixel.take(kept)
        look = np.empty((len(kept), _BANDS), dtype=np.float32)
        look[:, 0] = cv2.blur(thermal, (3, 3))[every].ravel().take(pixel)
        rgb = cv2.blur(view.rgb, (3, 3))[every].reshape(-1, 3).take(pixel, axis=0)
        look[:, 1:] = _LOGARITHM.take(rgb)
        return row.take(kept), column.take(kept), look, 1.0 / (0.5 + distance.take(kept)) ** 2

    def _beside(self, row: IntArray, column: IntArray, visitor: BoolArray) -> BoolArray:
        """(n,) which of the cells are near one where something stands that was not there."""
        if visitor.sum() < _VISITOR_PX:
            return np.zeros(len(row), dtype=bool)
        top, left = int(row.min()), int(column.min())
        stands = np.zeros((int(row.max()) - top + 1, int(column.max()) - left + 1), np.uint8)
        stands[row[visitor] - top, column[visitor] - left] = 1
        side = 2 * round(_BESIDE_M / self._cell_m) + 1
        near = cv2.dilate(stands, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
        return np.asarray(near[row - top, column - left] > 0)

    def _add(
        self, row: IntArray, column: IntArray, layers: Sequence[tuple[FloatArray, FloatArray]], weight: FloatArray
    ) -> None:
        """Add weighted values (n[, k]) to layers of the map, in place."""
        top, left = int(row.min()), int(column.min())
        h, w = int(row.max()) - top + 1, int(column.max()) - left + 1
        index = (row - top) * w + column - left
        for layer, values in layers:
            part = layer[top : top + h, left : left + w].reshape(h, w, -1)
            flat = values.reshape(len(row), -1)
            for k in range(flat.shape[1]):
                part[..., k] += np.bincount(index, flat[:, k] * weight, minlength=h * w).reshape(h, w)

    def _trend(self, warmth: FloatArray, seen: BoolArray) -> FloatArray:
        """Slow change of warmth over the floor; patches hardly count."""
        middle = float(np.median(warmth[seen]))
        side = 2 * round(0.5 * _TREND_M / self._cell_m) + 1
        coarse = _mean(np.clip(warmth, middle - _TREND_K, middle + _TREND_K), seen, side)
        return _mean(np.minimum(warmth, coarse + 0.6 * _TREND_K), seen, side)

    def _chance(
        self, patch: BoolArray, ring: BoolArray, change: FloatArray, was: FloatArray, fickle: FloatArray
    ) -> float:
        """Probability that a patch is liquid."""
        if ring.sum() < max(_KNOWN * _ring(patch).sum(), 8) or not _compact(patch):
            return 0.0
        core = cv2.erode(patch.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        core = core if core.sum() >= 8 else patch
        step = np.median(change[core], axis=0) - np.median(change[ring], axis=0)
        before = np.abs(np.median(was[core][:, 1:], axis=0) - np.median(was[ring][:, 1:], axis=0)).max()
        was_warmer = float(np.median(was[core][:, 0]) - np.median(was[ring][:, 0]))
        # Bare metal mirrors the sky: what was far colder than the floor and is less so on another day is no liquid.
        warm = float(step[0]) + min(was_warmer + _SLACK_K, 0.0)
        darker = max(-float(step[1:].mean()), 0.0)
        unsteady = float(np.median(fickle[core])) > _FICKLE_K + _FICKLE_SHARE * warm
        if unsteady or warm > _HOT_K:
            return 0.0
        spread = _WARM_SPREAD_K + 0.5 * float(np.std(change[ring][:, 0]))
        sigmas = (warm - _WARM_K - _SUN_K * darker - _BEFORE_K * before) / spread
        return float(0.95 / (1.0 + np.exp(-1.7 * np.clip(sigmas, -20.0, 20.0))))

    def _by_fire(self, patch: BoolArray, box: tuple[slice, slice]) -> bool:
        """Whether a patch lies by a fire, which heats the floor."""
        place = self._spill(patch, box, 0.0).position_m
        return any(float(np.linalg.norm(hot[:2] - place[:2])) < _FIRE_REACH_M for hot in self._hot_m)

    def _spill(self, patch: BoolArray, box: tuple[slice, slice], chance: float) -> Spill:
        rows, columns = np.nonzero(patch)
        row, column = float(rows.mean()) + box[0].start + 0.5, float(columns.mean()) + box[1].start + 0.5
        x, y = (float(v) for v in self._corner + np.array([column, row]) * self._cell_m)
        height = float(np.median(self._height[box][patch]))
        return Spill((x, y, height), float(patch.sum()) * self._cell_m**2, chance)


def _level(look: FloatArray, total: FloatArray, weight: FloatArray) -> FloatArray:
    """(k,) exposure and zero of a picture, which differ from one to the next.

    They are told by what earlier pictures say of the same floor (weighted sums (n, k), weights (n,)). A picture's own
    median would not do: whether more of asphalt or of concrete is in it would tilt all the rest.
    """
    told = weight > 0.0
    if told.sum() >= _LEAST_PX:
        look = look[told] - total[told] / weight[told][:, None]
    return np.asarray(np.median(look, axis=0))


def _mean(values: FloatArray, mask: BoolArray, side: int) -> FloatArray:
    """Mean of `values` (h, w[, k]) over the cells of `mask` in a window."""
    inside = mask.astype(np.float32)
    shaped = inside[..., None] if values.ndim == 3 else inside
    total = np.maximum(cv2.blur(inside, (side, side)), np.float32(1e-4))
    return np.asarray(cv2.blur(values * shaped, (side, side)) / (total[..., None] if values.ndim == 3 else total))


def _ring(patch: BoolArray) -> BoolArray:
    solid = patch.astype(np.uint8)
    return np.asarray(
        (cv2.dilate(solid, np.ones((11, 11), np.uint8)) > 0) & (cv2.dilate(solid, np.ones((5, 5), np.uint8)) == 0)
    )


def _compact(patch: BoolArray) -> bool:
    """Whether a patch is neither slender, as a painted line, nor ragged, as the rest of something."""
    place = np.argwhere(patch)[:, ::-1].astype(np.int32)
    _, (width, height), _ = cv2.minAreaRect(place)
    hull = cv2.convexHull(place)
    area = cv2.contourArea(hull) + 0.5 * cv2.arcLength(hull, True) + 1.0
    return bool(max(width, height) + 1.0 < _SLENDER * (min(width, height) + 1.0) and patch.sum() > _RAGGED * area)
