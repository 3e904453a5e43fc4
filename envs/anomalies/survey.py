"""The free floor of a site and what can be seen of it: where things may lie, burn and stand. Not an anomaly itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from scipy.ndimage import distance_transform_edt, label, minimum_filter
from scipy.spatial import cKDTree

from ..site.access import HEAD_M, RADIUS_M, forbidden_polygons
from ..site.materials import MATERIALS
from ..site.mesh import merge
from ..site.model import Equipment, Part, Site
from ..site.zones import contains, distance_m
from ..types import BoolArray, ExRating, FloatArray, IntArray, Point
from ..world.raycast import RayMesh

_CELL_M = 0.2
_TOP_M = 1.9  # floor below something lower than this is not free
_LEVEL_M, _FLOOR_M, _POST_M, _WALL_M = 0.012, 0.16, 0.06, (0.25, 0.7)
#: What a patrol robot is rated for (IIB T4 Gb): places are seen from where such a one may stand.
_RATING = ExRating("Gb", "IIB", "T4")
_LOOKS, _NEAREST_M, _LEAST_SEEN = 24, 0.8, 3
_DOCK_M = 2.5


@dataclass(frozen=True, eq=False)
class Survey:
    """A site's free, level floor on a grid.

    Attributes:
        rays: ray caster over the merged site.
        face_part, looks: part of each of its faces, and (material, tint) of each part. The parts themselves are not
            held: that would keep a site's survey in memory for ever.
        floor_m: (k, 3) middles of the cells of free floor, away from the dock.
        clear_m: (k,) distance from each to the nearest step, obstacle or the site's edge.
        eyes_m: (n, 3) where the lens of a robot may be.
        standing: (rows, columns) cells of the whole grid where a robot may stand.
        origin_m: (x0, y0) of the grid.
        dock_m: (2,) where the robot starts.
    """

    rays: RayMesh
    face_part: IntArray
    looks: tuple[tuple[str, Point], ...]
    floor_m: FloatArray
    clear_m: FloatArray
    eyes_m: FloatArray
    standing: BoolArray
    origin_m: tuple[float, float]
    dock_m: FloatArray

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.eyes_m[:, :2])

    @cached_property
    def _floor_tree(self) -> cKDTree:
        return cKDTree(self.floor_m[:, :2])

    @cached_property
    def _standing_tree(self) -> cKDTree:
        row, column = np.nonzero(self.standing)
        return cKDTree(np.column_stack([column + 0.5, row + 0.5]) * _CELL_M + self.origin_m)

    def near(self, equipment: Equipment, reach_m: tuple[float, float], clear_m: float, count: int) -> FloatArray:
        """(m <= count, 3) the clearest places whose distance from the equipment's footprint is within `reach_m`."""
        c, s = np.cos(equipment.yaw_rad), np.sin(equipment.yaw_rad)
        half = 0.5 * np.asarray(equipment.params["size_m"][:2])
        around = self._floor_tree.query_ball_point(
            equipment.position_m[:2], reach_m[1] + float(np.hypot(*half)), return_sorted=True
        )
        fit = np.array(around, dtype=np.int64)
        local = (self.floor_m[fit, :2] - equipment.position_m[:2]) @ np.array([[c, -s], [s, c]])
        distance = np.hypot(*np.maximum(np.abs(local) - half, 0.0).T)
        fit = fit[(distance >= reach_m[0]) & (distance <= reach_m[1]) & (self.clear_m[fit] >= clear_m)]
        return np.asarray(self.floor_m[fit[np.argsort(-self.clear_m[fit], kind="stable")[:count]]])

    def within(self, polygon_m: Sequence[Sequence[float]], clear_m: float, inset_m: float) -> FloatArray:
        """(m, 3) places with `clear_m` of room inside a polygon, at least `inset_m` from its outline."""
        fit = self.floor_m[(self.clear_m >= clear_m) & contains(polygon_m, self.floor_m[:, :2])]
        return np.asarray(fit[inside_m(polygon_m, fit[:, :2]) >= inset_m])

    def seen(self, places_m: FloatArray, height_m: float, farthest_m: float) -> BoolArray:
        """(m,) whether a place's point at `height_m` over its floor is seen from at least three places to stand."""
        targets = np.asarray(places_m, dtype=float).reshape(-1, 3) + (0.0, 0.0, height_m)
        balls = self._tree.query_ball_point(targets[:, :2], farthest_m, return_sorted=True)
        pairs = [
            self._lookers(target, np.array(ball, dtype=np.int64)) for target, ball in zip(targets, balls, strict=True)
        ]
        owner = np.repeat(np.arange(len(targets)), [len(p) for p in pairs])
        if not len(owner):
            return np.zeros(len(targets), dtype=bool)
        eyes = self.eyes_m[np.concatenate(pairs)]
        line = eyes - targets[owner]
        length = np.linalg.norm(line, axis=1)
        clear = ~self.rays.occluded(targets[owner], line / length[:, None], length)
        return np.asarray(np.bincount(owner[clear], minlength=len(targets)) >= _LEAST_SEEN)

    def floor_look(self, place_m: FloatArray) -> tuple[str, Point, float]:
        """(material, tint, height) of the floor under (x, y, …)."""
        origin = np.array([[place_m[0], place_m[1], _TOP_M]])
        hits = self.rays.cast(origin, np.array([[0.0, 0.0, -1.0]]))
        if hits.face[0] < 0:
            raise ValueError(f"there is no floor under {tuple(place_m[:2])}")
        material, tint = self.looks[int(self.face_part[hits.face[0]])]
        return material, tint, _TOP_M - float(hits.distance_m[0])

    def heights_m(self, places_m: FloatArray) -> FloatArray:
        """(n,) height of what lies under each of (n, 2), inf where there is nothing."""
        origins = np.column_stack([places_m, np.full(len(places_m), _TOP_M)])
        hits = self.rays.cast(origins, np.tile([0.0, 0.0, -1.0], (len(origins), 1)))
        return np.where(hits.face >= 0, _TOP_M - hits.distance_m, np.inf)

    def connected_share(self, barred_m: FloatArray, radius_m: FloatArray) -> float:
        """How much of the floor hangs together when discs of radii (n,) round (n, 2) are barred, 0..1.

        It is the largest piece's share of all standing cells left, or, if less, what can be got to from the dock of
        the cells left that could be before.
        """
        barred = np.asarray(barred_m, dtype=float).reshape(-1, 2)
        hit = [
            np.asarray(self._standing_tree.query_ball_point(at, reach), dtype=np.int64)
            for at, reach in zip(barred, radius_m, strict=True)
        ]
        left = np.ones(np.count_nonzero(self.standing), dtype=bool)
        left[np.concatenate([*hit, np.zeros(0, np.int64)])] = False
        if not left.any():
            return 0.0
        piece, home = self._pieces(left), left & self._from_dock
        if not home.any():
            return 0.0
        at_dock = piece[home][np.argmin(self._dock_gaps[home])]
        return float(min(np.bincount(piece[left]).max() / left.sum(), (piece[home] == at_dock).mean()))

    def _pieces(self, left: BoolArray) -> IntArray:
        """(cells,) number of the piece that each standing cell belongs to when only those `left` (cells,) are there."""
        grid = self.standing.copy()
        grid[self.standing] = left
        return np.asarray(label(grid)[0][self.standing])

    @cached_property
    def _dock_gaps(self) -> FloatArray:
        """(cells,) distance of each standing cell from the dock."""
        return np.asarray(np.hypot(*(self._standing_tree.data - self.dock_m).T))

    @cached_property
    def _from_dock(self) -> BoolArray:
        """(cells,) which standing cells hang together with the one nearest to the dock."""
        piece = self._pieces(np.ones(len(self._dock_gaps), dtype=bool))
        return np.asarray(piece == piece[np.argmin(self._dock_gaps)])

    def _lookers(self, target: FloatArray, near: IntArray) -> IntArray:
        """Some of the eyes near a target, spread over all of them."""
        near = near[np.linalg.norm(self.eyes_m[near, :2] - target[:2], axis=1) >= _NEAREST_M]
        return np.asarray(near[np.linspace(0, len(near) - 1, min(_LOOKS, len(near))).astype(np.int64)])


_surveys: "WeakKeyDictionary[Part, Survey]" = WeakKeyDictionary()


def survey(site: Site) -> Survey:
    """Survey a site. Copies of a site share their structure and so their survey."""
    if not site.structure:
        raise ValueError("a site without structure has no floor")
    key = site.structure[0]
    if key not in _surveys:
        _surveys[key] = _survey(site)
    return _surveys[key]


def inside_m(polygon_m: Sequence[Sequence[float]], points_m: FloatArray) -> FloatArray:
    """(n,) distance of points inside a polygon to its outline."""
    corners = np.asarray(polygon_m, dtype=float)
    edges = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    nearest = [_segment_m(a, b, points_m) for a, b in edges]
    return np.asarray(np.min(nearest, axis=0))


def _segment_m(a: FloatArray, b: FloatArray, points_m: FloatArray) -> FloatArray:
    along = b - a
    share = np.clip((points_m - a) @ along / max(float(along @ along), 1e-12), 0.0, 1.0)
    return np.asarray(np.linalg.norm(points_m - a - share[:, None] * along, axis=1))


def _survey(site: Site) -> Survey:
    mesh = merge(site)
    rays = RayMesh(mesh.vertices_m, mesh.faces)
    x0, y0, x1, y1 = site.bounds_m
    columns, rows = int((x1 - x0) / _CELL_M), int((y1 - y0) / _CELL_M)
    y, x = np.mgrid[0:rows, 0:columns]
    centres = np.column_stack([x0 + (x.ravel() + 0.5) * _CELL_M, y0 + (y.ravel() + 0.5) * _CELL_M])
    down = np.tile([0.0, 0.0, -1.0], (len(centres), 1))
    hits = rays.cast(np.column_stack([centres, np.full(len(centres), _TOP_M)]), down)
    height = np.where(hits.face >= 0, _TOP_M - hits.distance_m, np.inf).reshape(rows, columns)
    lowest = minimum_filter(height, size=3, mode="nearest")
    level = (height < _FLOOR_M) & (height - lowest < _LEVEL_M) & (hits.normal[:, 2].reshape(rows, columns) > 0.99)
    level &= ~_occupied(mesh.vertices_m, (x0, y0), height) & ~_walled(rays, centres, level)
    clear = _CELL_M * (distance_transform_edt(np.pad(level, 1))[1:-1, 1:-1] - 0.5)
    floor = np.column_stack([centres, height.ravel()])[level.ravel()]
    room = clear[level]
    standing = level.copy()
    standing[level] = (room > RADIUS_M) & _allowed(site, floor)
    # Every second cell each way is enough to look from.
    looking = centres[(standing & (x % 2 == 0) & (y % 2 == 0)).ravel()]
    eyes = np.column_stack([looking, np.full(len(looking), HEAD_M)])
    dock = np.asarray(site.dock[:2])
    free = np.linalg.norm(floor[:, :2] - dock, axis=1) > _DOCK_M
    looks = tuple((part.material, part.tint or MATERIALS[part.material].albedo) for part in mesh.parts)
    return Survey(rays, mesh.face_part, looks, floor[free], room[free], eyes, standing, (x0, y0), dock)


def _occupied(vertices: FloatArray, origin_m: tuple[float, float], height: FloatArray) -> BoolArray:
    """Cells in which something stands that rays down the middles of the cells may miss, such as a thin post."""
    rows, columns = height.shape
    column, row = np.floor((vertices[:, :2] - origin_m) / _CELL_M).astype(np.int64).T
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    row, column, z = row[inside], column[inside], vertices[inside, 2]
    standing = (z > height[row, column] + _POST_M) & (z < _TOP_M)
    occupied = np.zeros(height.shape, dtype=bool)
    occupied[row[standing], column[standing]] = True
    return occupied


def _walled(rays: RayMesh, centres: FloatArray, level: BoolArray) -> BoolArray:
    """Level cells with a thin wall, fence or rail between their middle and that of a neighbour."""
    walled = np.zeros(level.shape, dtype=bool)
    index = np.arange(level.size).reshape(level.shape)
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1, :], np.s_[1:, :])):
        both = level[here] & level[there]
        a, b = index[here][both], index[there][both]
        towards = np.append(np.sign(centres[b[:1]] - centres[a[:1]]), 0.0) if len(a) else np.zeros(3)
        for height in _WALL_M:
            origins = np.column_stack([centres[a], np.full(len(a), height)])
            hit = rays.occluded(origins, np.tile(towards, (len(a), 1)), _CELL_M)
            walled.flat[a[hit]] = walled.flat[b[hit]] = True
    return walled


def _allowed(site: Site, floor: FloatArray) -> BoolArray:
    allowed = np.ones(len(floor), dtype=bool)
    for polygon in forbidden_polygons(site.zones, _RATING):
        allowed &= distance_m(polygon, floor[:, :2]) > RADIUS_M
    return allowed
