"""Where a robot may stand on a site, and what it can see from there; by geometry alone, on the merged mesh."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.ndimage import minimum_filter
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ..types import BoolArray, ExRating, FloatArray, InspectionPoint, IntArray, Zone
from .mesh import SiteMesh
from .zones import distance_m, entry_allowed

RADIUS_M = 0.45
HEAD_M = 1.05
BODY_HEIGHT_M = 1.2
MAX_STEP_M = 0.125  # 12 cm kerbs and the rounding of meshes
MAX_SLOPE_COS = float(np.cos(np.radians(20.0)))
_BUMP_M = 0.06  # hoses are stepped over whatever the slope of their side
_SPACING_M = 0.1  # between samples of an obstacle's edges
_PIXEL_M = 0.05  # to which they are rounded


class Hits(Protocol):
    """What a ray cast gives: distances, inf where nothing is hit, and outward unit normals."""

    @property
    def distance_m(self) -> FloatArray:
        """(n,) m."""
        ...

    @property
    def normal(self) -> FloatArray:
        """(n, 3)."""
        ...


class Rays(Protocol):
    """A ray caster over one mesh, such as `envs.world.raycast.RayMesh`."""

    def cast(self, origins: FloatArray, directions: FloatArray, /) -> Hits:
        """Nearest hits of rays from `origins` (n, 3) along unit `directions` (n, 3)."""
        ...

    def occluded(self, origins: FloatArray, directions: FloatArray, max_distance_m: FloatArray, /) -> BoolArray:
        """(n,) whether anything is nearer than `max_distance_m`."""
        ...


@dataclass(frozen=True, eq=False)
class Access:
    """Places where the robot may stand, all reachable from the dock.

    Attributes:
        positions: (k, 2) m, world frame, on a regular grid.
        ground_z: (k,) m, height of the ground there.
        cell_m: spacing of the grid.
        unreachable: how many further cells are free but cut off from the dock.
    """

    positions: FloatArray
    ground_z: FloatArray
    cell_m: float
    unreachable: int = 0

    def reached_without(self, taken: BoolArray, dock: tuple[float, float, float]) -> BoolArray:
        """(k,) places still reached from the dock when those in `taken` (k,) bool are barred."""
        pairs = self._steps[~taken[self._steps].any(axis=1)]
        graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(taken), len(taken)))
        label = connected_components(graph, directed=False)[1]
        start = int(np.argmin(((self.positions - dock[:2]) ** 2).sum(axis=1)))
        return np.asarray((label == label[start]) & ~taken)

    @cached_property
    def _steps(self) -> IntArray:
        """(n, 2) pairs of neighbours between which the robot can walk."""
        pairs = cKDTree(self.positions).query_pairs(1.1 * self.cell_m, output_type="ndarray")
        height = np.abs(self.ground_z[pairs[:, 0]] - self.ground_z[pairs[:, 1]])
        return np.asarray(pairs[height <= MAX_STEP_M])

    def eyes(self, head_m: float = HEAD_M) -> FloatArray:
        """(k, 3) places of the camera's lens, `head_m` above the ground."""
        return np.column_stack([self.positions, self.ground_z + head_m])


def forbidden_polygons(zones: Iterable[Zone], rating: ExRating) -> list[tuple[tuple[float, float], ...]]:
    """Outlines of the zones that `rating` may not enter."""
    return [zone.polygon_m for zone in zones if not entry_allowed(zone, rating)]


def standable(
    mesh: SiteMesh,
    rays: Rays,
    bounds_m: tuple[float, float, float, float],
    dock: tuple[float, float, float],
    forbidden: Sequence[Sequence[Sequence[float]]] = (),
    radius_m: float = RADIUS_M,
    cell_m: float = 0.25,
) -> Access:
    """Every grid cell that the robot reaches from its dock over steps of at most 12 cm and slopes of at most 20 deg.

    Args:
        mesh: the merged site; only its solid parts count.
        rays: ray caster over the solid parts (over all parts is fine where the rest lies flat).
        bounds_m: (x0, y0, x1, y1) of the site.
        dock: (x, y, yaw); its cell counts as free.
        forbidden: polygons (k, 2) to keep out of, by the whole radius.
        radius_m: of the robot; no obstacle comes closer to a standing place.
        cell_m: spacing of the grid.
    """
    x0, y0, x1, y1 = bounds_m
    columns, rows = int((x1 - x0) / cell_m), int((y1 - y0) / cell_m)
    grid_y, grid_x = np.mgrid[0:rows, 0:columns]
    centres = np.column_stack([x0 + (grid_x.ravel() + 0.5) * cell_m, y0 + (grid_y.ravel() + 0.5) * cell_m])
    ground, level = _ground(rays, centres, (rows, columns))
    obstacles = _obstacles(mesh, ground.reshape(rows, columns), bounds_m, cell_m)
    free = level & np.isinf(cKDTree(obstacles).query(centres, distance_upper_bound=radius_m)[0])
    inside = np.minimum(centres - (x0, y0), (x1, y1) - centres).min(axis=1) >= radius_m
    free &= inside
    for polygon in forbidden:
        left = np.flatnonzero(free)
        free[left] = distance_m(polygon, centres[left]) > radius_m
    start = int(np.argmin(((centres - dock[:2]) ** 2).sum(axis=1)))
    free[start] = True
    reached = _reached(free.reshape(rows, columns), ground.reshape(rows, columns), start)
    return Access(centres[reached], ground[reached], cell_m, int(free.sum() - reached.sum()))


def views(
    points: Sequence[InspectionPoint],
    access: Access,
    rays: Rays,
    max_distance_m: float = 5.0,
    max_incidence_rad: float = float(np.radians(60.0)),
    head_m: float = HEAD_M,
    nearest: int | None = None,
) -> list[IntArray]:
    """For each point, the standing places (indices into `access`) from which its whole patch is seen.

    Args:
        points: inspection points, world frame.
        access: standing places.
        rays: ray caster over the WHOLE mesh.
        max_distance_m: of the lens from the patch.
        max_incidence_rad: between the patch's normal and the line of sight.
        head_m: height of the lens above the ground.
        nearest: look only from this many of the most favourable places of each point (None: from all).
    """
    eyes = access.eyes(head_m)
    tree = cKDTree(eyes)
    chosen, origins, targets, slack = [], [], [], []
    for point in points:
        centre = np.array(point.position_m) + 0.01 * np.array(point.normal)
        near = np.array(sorted(tree.query_ball_point(centre, max_distance_m)), dtype=np.int64)
        sight = eyes[near] - centre
        distance = np.linalg.norm(sight, axis=1)
        cosine = sight @ np.array(point.normal) / np.maximum(distance, 1e-9)
        fit = (cosine >= np.cos(max_incidence_rad)) & (distance > 0.3)
        near, merit = near[fit], (distance - 3.0 * cosine)[fit]
        if nearest is not None:
            near = near[np.argsort(merit, kind="stable")[:nearest]]
        patch = _patch(point)
        chosen.append(near)
        # A bulging or recessed patch (a bearing housing, a needle before its dial) does not hide itself.
        slack.append(np.full(len(near) * len(patch), 0.03 + 0.5 * point.size_m))
        origins.append(np.repeat(eyes[near], len(patch), axis=0))
        targets.append(np.tile(patch, (len(near), 1)))
    if not points:
        return []
    start, end, short = np.concatenate(origins), np.concatenate(targets), np.concatenate(slack)
    clear = _clear_lines(start, end, short, rays).reshape(-1, 9)
    ends = np.cumsum([len(near) for near in chosen])
    return [near[clear[end - len(near) : end].all(axis=1)] for near, end in zip(chosen, ends, strict=True)]


def unseen(
    points: Sequence[InspectionPoint],
    access: Access,
    rays: Rays,
    max_distance_m: float = 5.0,
    max_incidence_rad: float = float(np.radians(60.0)),
) -> list[InspectionPoint]:
    """The points that no standing place sees; arguments as for `views`, which takes longer."""
    first = views(points, access, rays, max_distance_m, max_incidence_rad, nearest=24)
    doubtful = [point for point, places in zip(points, first, strict=True) if not len(places)]
    last = views(doubtful, access, rays, max_distance_m, max_incidence_rad)
    return [point for point, places in zip(doubtful, last, strict=True) if not len(places)]


def _patch(point: InspectionPoint) -> FloatArray:
    """(9, 3) the patch's centre and eight places of its rim."""
    up = np.array(point.up)
    right = np.cross(up, np.array(point.normal))
    angle = np.arange(8) * np.pi / 4
    rim: FloatArray = 0.5 * point.size_m * (np.cos(angle)[:, None] * right + np.sin(angle)[:, None] * up)
    return np.asarray(point.position_m) + np.vstack([np.zeros(3), rim])


def _clear_lines(origins: FloatArray, targets: FloatArray, slack_m: FloatArray, rays: Rays) -> BoolArray:
    """Which lines are free up to `slack_m` before their ends."""
    line = targets - origins
    length: FloatArray = np.linalg.norm(line, axis=1)
    blocked = rays.occluded(origins, line / length[:, None], length - slack_m)
    return np.asarray(np.logical_not(blocked))


def _ground(rays: Rays, centres: FloatArray, shape: tuple[int, int]) -> tuple[FloatArray, BoolArray]:
    """Height of the ground (n,) under each cell, and where it is ground and not the inside of something."""
    origins = np.column_stack([centres, np.full(len(centres), BODY_HEIGHT_M + 0.6)])
    down = np.tile([0.0, 0.0, -1.0], (len(centres), 1))
    hits = rays.cast(origins, down)
    distance, normal_z = np.asarray(hits.distance_m, dtype=float), np.asarray(hits.normal)[:, 2]
    found = np.isfinite(distance)
    ground = np.where(found, origins[:, 2] - np.where(found, distance, 0.0), np.inf)
    bump = ground - minimum_filter(ground.reshape(shape), size=3, mode="nearest").ravel()
    # A face seen from behind means that the ray began inside a solid.
    return ground, found & ((normal_z >= MAX_SLOPE_COS) | ((normal_z > 0.0) & (bump < _BUMP_M)))


def _obstacles(
    mesh: SiteMesh, ground: FloatArray, bounds_m: tuple[float, float, float, float], cell_m: float
) -> FloatArray:
    """(n, 2) where there are solid faces that are steep and within the height of the robot's body.

    `ground` (rows, columns) is the height of the cells' ground.
    """
    solid = np.array([part.solid for part in mesh.parts])
    corners = mesh.vertices_m[mesh.faces[solid[mesh.face_part]]]
    low, high = corners[..., 2].min(axis=1), corners[..., 2].max(axis=1)
    x0, y0, x1, y1 = bounds_m
    reach = (corners[..., :2].max(axis=1) > (x0 - 1, y0 - 1)) & (corners[..., :2].min(axis=1) < (x1 + 1, y1 + 1))
    corners = corners[(high > MAX_STEP_M) & (low < 2.0) & reach.all(axis=1)]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    corners = corners[(length > 1e-12) & (np.abs(normal[:, 2]) < MAX_SLOPE_COS * length)]
    floor = minimum_filter(ground, size=3, mode="nearest")
    # The floor below a face: at the cell under its middle (edges of long walls all lie on the same floor).
    index = ((corners[..., :2].mean(axis=1) - (x0, y0)) / cell_m).astype(int)
    below = floor[np.clip(index[:, 1], 0, len(ground) - 1), np.clip(index[:, 0], 0, ground.shape[1] - 1)]
    below = np.where(np.isfinite(below) & (below < 1.0), below, 0.0)
    in_way = (corners[..., 2].max(axis=1) > below + MAX_STEP_M) & (corners[..., 2].min(axis=1) < below + BODY_HEIGHT_M)
    samples = _edge_samples(corners[in_way][..., :2])
    taken = np.zeros((int((y1 - y0 + 4.0) / _PIXEL_M), int((x1 - x0 + 4.0) / _PIXEL_M)), dtype=bool)
    index = np.rint((samples - (x0 - 2.0, y0 - 2.0)) / _PIXEL_M).astype(int)
    index = index[((index >= 0) & (index < taken.shape[::-1])).all(axis=1)]
    taken[index[:, 1], index[:, 0]] = True
    return np.asarray(np.argwhere(taken)[:, ::-1] * _PIXEL_M + (x0 - 2.0, y0 - 2.0))


def _edge_samples(triangles: FloatArray) -> FloatArray:
    """(k, 2) places along the edges of flat `triangles` (n, 3, 2), at most `_SPACING_M` apart."""
    start = triangles.reshape(-1, 2)
    edge = np.roll(triangles, -1, axis=1).reshape(-1, 2) - start
    count = np.ceil(np.linalg.norm(edge, axis=1) / _SPACING_M).astype(int) + 1
    owner = np.repeat(np.arange(len(start)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(start[owner] + edge[owner] * (step / count[owner])[:, None])


def _reached(free: BoolArray, ground: FloatArray, start: int) -> BoolArray:
    """Cells (flat) connected with cell `start` over steps that can be walked."""
    index = np.arange(free.size).reshape(free.shape)
    pairs = []
    for a, b in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1, :], np.s_[1:, :])):
        with np.errstate(invalid="ignore"):
            walkable = free[a] & free[b] & (np.abs(ground[a] - ground[b]) <= MAX_STEP_M)
        pairs.append((index[a][walkable], index[b][walkable]))
    tail, head = (np.concatenate(side) for side in zip(*pairs, strict=True))
    graph = coo_array((np.ones(len(tail)), (tail, head)), shape=(free.size, free.size))
    _, label = connected_components(graph, directed=False)
    return np.asarray(free.ravel() & (label == label[start]))
