"""Surfels: evenly spread samples of the surfaces that coverage counts, and which of them a robot could ever see."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..site.mesh import SiteMesh
from ..types import BoolArray, FloatArray
from .base import Occluder

AREA_M2 = 0.02
#: cos of the largest angle between view and surface normal at which a surface counts as seen (60°).
MIN_COSINE = 0.5
#: Farthest look that counts for the denominator: zoom reaches the density from farther, clutter rarely lets it.
REACH_M = 8.0
_LIFT_M = 0.01  # rays start this far off the surface, so that it does not hide itself
_CELL_M = 0.25
# Looks tried one after another: turn about z from the surface's own facing, and distance to stand at.
_TURNS_DEG = (0, 25, -25, 45, -45, 57, -57, 15, -15, 35, -35, 75, -75, 95, -95, 120, -120, 150, -150, 180)
_DISTANCES_M = (1.5, 2.6, 0.7, 4.2, 1.1, 6.5, 2.0, 3.3, 5.2, 7.6)


@dataclass(frozen=True, eq=False)
class Surfels:
    """(n, 3) float32 positions and outward unit normals, world frame; each stands for the same area."""

    position_m: FloatArray
    normal: FloatArray

    def __len__(self) -> int:
        return len(self.position_m)

    def __getitem__(self, keep: BoolArray) -> "Surfels":
        return Surfels(self.position_m[keep], self.normal[keep])


def sample(mesh: SiteMesh, area_m2: float = AREA_M2) -> Surfels:
    """Spread one surfel per `area_m2` over the inspectable parts of `mesh`, deterministically.

    Surfels walk the faces at equal steps of area; within a face they follow the R2 low-discrepancy
    sequence (Roberts 2018), which fills large triangles evenly without a random generator.
    """
    inspectable = np.array([part.inspectable for part in mesh.parts], dtype=bool)
    corners = mesh.vertices_m[mesh.faces[inspectable[mesh.face_part]]]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    double_area = np.linalg.norm(cross, axis=1)
    upto = np.cumsum(double_area) / 2.0
    count = round(float(upto[-1]) / area_m2) if len(upto) else 0
    index = np.arange(count)
    face = np.minimum(np.searchsorted(upto, (index + 0.5) * area_m2), len(upto) - 1)
    u, v = (0.5 + index * 0.7548776662466927) % 1.0, (0.5 + index * 0.5698402909980532) % 1.0
    flip = u + v > 1.0
    u, v = np.where(flip, 1.0 - u, u)[:, None], np.where(flip, 1.0 - v, v)[:, None]
    a, b, c = (corners[face, k] for k in range(3))
    normal = cross[face] / double_area[face, None]
    return Surfels((a + u * (b - a) + v * (c - a)).astype(np.float32), normal.astype(np.float32))


def seeable(surfels: Surfels, standing_m: FloatArray, head_m: float, rays: Occluder) -> BoolArray:
    """(n,) True for surfels that a camera `head_m` above one of the (k, 3) standing places can see.

    Seen means: within `REACH_M`, incidence within 60°, nothing in between. A fixed set of 200 looks is tried for
    each surfel, each from the standing place nearest to the ideal one.
    """
    found = np.zeros(len(surfels), dtype=bool)
    if not len(standing_m):
        return found
    nearest = _Nearest(standing_m)
    head = standing_m.astype(np.float32) + np.array([0.0, 0.0, head_m], np.float32)
    facing = np.arctan2(surfels.normal[:, 1], surfels.normal[:, 0])
    for distance_m in _DISTANCES_M:
        for turn_rad in np.radians(_TURNS_DEG):
            rest = np.flatnonzero(~found)
            azimuth = facing[rest] + turn_rad
            place = surfels.position_m[rest, :2] + distance_m * np.stack([np.cos(azimuth), np.sin(azimuth)], axis=1)
            found[rest] = _looks(surfels.position_m[rest], surfels.normal[rest], head[nearest(place)], rays)
    return found


def _looks(position_m: FloatArray, normal: FloatArray, eye_m: FloatArray, rays: Occluder) -> BoolArray:
    """(n,) True where eye (n, 3) sees surfel (n, 3)."""
    seen = np.zeros(len(position_m), dtype=bool)
    sight = eye_m - position_m
    length = np.linalg.norm(sight, axis=1)
    fit = np.flatnonzero(
        (length <= REACH_M) & (np.einsum("ij,ij->i", sight, normal) >= MIN_COSINE * np.maximum(length, 1e-6))
    )
    if len(fit):
        origin = position_m[fit] + _LIFT_M * normal[fit]
        seen[fit] = ~rays.occluded(origin, sight[fit] / length[fit, None], length[fit] - _LIFT_M)
    return seen


class _Nearest:
    """Looks up the standing place nearest to any (n, 2) positions, by a distance transform on a grid."""

    def __init__(self, standing_m: FloatArray) -> None:
        self._origin = standing_m[:, :2].min(axis=0)
        cells = self._cells(standing_m[:, :2])
        grid = np.full(cells.max(axis=0) + 1, -1)
        grid[cells[:, 0], cells[:, 1]] = np.arange(len(standing_m))
        near = ndimage.distance_transform_edt(grid < 0, return_distances=False, return_indices=True)
        self._index = grid[near[0], near[1]]

    def __call__(self, positions_m: FloatArray) -> FloatArray:
        cells = np.clip(self._cells(positions_m), 0, np.array(self._index.shape) - 1)
        index: FloatArray = self._index[cells[:, 0], cells[:, 1]]
        return index

    def _cells(self, positions_m: FloatArray) -> FloatArray:
        cells: FloatArray = np.rint((positions_m - self._origin) / _CELL_M).astype(np.int64)
        return cells
