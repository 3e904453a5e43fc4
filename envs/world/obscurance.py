"""How much of the sky nearby surfaces hide, and large stains: one soft grid over the site instead of many rays."""

import cv2
import numpy as np

from ..types import BoolArray, FloatArray, IntArray

_CELL_M = 0.25
_TOP_M = 6.0
#: Light is looked up this far in front of a surface, so that a lone plane does not darken itself.
_REACH_M = 0.32
_MOST_SAMPLES = 150_000
#: Steps of an evenly spread sequence of points (Roberts 2018, R2).
_SPREAD = (0.7548776662466927, 0.5698402909980532)
_STRENGTH = 0.55
_STAIN = 0.16


class Obscurance:
    """Grid of ambient light 0..1 made from the area density of surfaces ("ambient obscurance").

    A plane alone gives the same density everywhere at a fixed distance from it; what exceeds that comes from other
    surfaces near, and darkens. Outside the grid light is full.

    Args:
        vertices_m, faces: the fixed mesh.
        bounds_m: (x0, y0, x1, y1) of the site.
        rng: draws the sample points and the stains.
    """

    def __init__(
        self,
        vertices_m: FloatArray,
        faces: IntArray,
        bounds_m: tuple[float, float, float, float],
        rng: np.random.Generator,
    ) -> None:
        x0, y0, x1, y1 = bounds_m
        self._low = np.array([x0 - 1.0, y0 - 1.0, -2.0 * _CELL_M])
        nx, ny = (int(np.ceil((side + 2.0) / _CELL_M)) for side in (x1 - x0, y1 - y0))
        self._shape = (int(_TOP_M / _CELL_M), ny, nx)
        # Stains first: they must not depend on how many faces there are.
        stains = _stains(ny, nx, rng)
        density = self._blurred(self._density(vertices_m, faces, rng))
        # The blurred density at `_REACH_M` from a plane of one cell's area a cell.
        plane = _plane_level(_REACH_M / _CELL_M)
        light = np.exp(-_STRENGTH * np.maximum(density - 1.15 * plane, 0.0))
        light *= 1.0 + _STAIN * np.clip(stains, -1.6, 1.0)
        image = np.clip(light * 200.0, 0, 255).astype(np.uint8)
        self._image = image.reshape(-1, nx)

    def light(self, points_m: FloatArray, normal: FloatArray) -> FloatArray:
        """(n,) factor about 0.2..1.2 for ambient light at (3, n) points on surfaces with (3, n) normals."""
        nz, ny, nx = self._shape
        count = points_m.shape[1]
        if not count:  # nothing but sky; OpenCV refuses empty maps
            return np.zeros(0, np.float32)
        rows = -(-count // 1024)
        x, y = np.zeros((2, rows * 1024), np.float32)
        self._grid(points_m[0], normal[0], 0, nx, x[:count])
        self._grid(points_m[1], normal[1], 1, ny, y[:count])
        level = np.empty(count, np.float32)
        self._grid(points_m[2], normal[2], 2, nz, level)
        np.rint(level, out=level)
        level *= ny
        y[:count] += level
        found = cv2.remap(self._image, x.reshape(rows, 1024), y.reshape(rows, 1024), cv2.INTER_LINEAR)
        light: FloatArray = np.multiply(found.ravel()[:count], np.float32(1.0 / 200.0), dtype=np.float32)
        return light

    def _grid(self, position: FloatArray, normal: FloatArray, axis: int, size: int, out: FloatArray) -> None:
        """Cells from the lowest one's centre to the place looked up, within the grid."""
        np.multiply(normal, np.float32(_REACH_M / _CELL_M), out=out)
        out += position * np.float32(1.0 / _CELL_M)
        out -= np.float32(self._low[axis] / _CELL_M + 0.5)
        np.clip(out, 0.0, size - 1.0, out=out)

    def _density(self, vertices_m: FloatArray, faces: IntArray, rng: np.random.Generator) -> FloatArray:
        """Area in each cell in units of a cell's side, from points spread over the triangles."""
        nz, ny, nx = self._shape
        a, b, c = (vertices_m[faces[:, k]].astype(np.float32) for k in range(3))
        cross = np.cross(b - a, c - a)
        area = 0.5 * np.sqrt(np.einsum("ij,ij->i", cross, cross))
        inside = self._near(a, b, c)
        area = np.where(inside, area, 0.0)
        step = max(0.4 * _CELL_M**2, float(area.sum()) / _MOST_SAMPLES)
        expected = area / step
        counts = np.floor(expected + rng.random(len(faces), dtype=np.float32)).astype(np.int64)
        pick = np.repeat(np.arange(len(faces)), counts)
        number = np.arange(len(pick)) - np.repeat(np.cumsum(counts) - counts, counts)
        s, t = ((0.5 + number * stride).astype(np.float32) % np.float32(1.0) for stride in _SPREAD)
        over = s + t > 1.0
        s, t = np.where(over, 1.0 - s, s), np.where(over, 1.0 - t, t)
        points = a[pick] + s[:, None] * (b - a)[pick] + t[:, None] * (c - a)[pick]
        cell = np.floor((points - self._low.astype(np.float32)) / _CELL_M).astype(np.int64)
        good = ((cell >= 0) & (cell < (nx, ny, nz))).all(axis=1)
        flat = (cell[good, 2] * ny + cell[good, 1]) * nx + cell[good, 0]
        count = np.bincount(flat, minlength=nx * ny * nz)
        density: FloatArray = count.astype(np.float32).reshape(self._shape) * np.float32(step / _CELL_M**2)
        return density

    def _near(self, a: FloatArray, b: FloatArray, c: FloatArray) -> BoolArray:
        """Triangles that may reach into the grid."""
        high = self._low + np.array(self._shape[::-1]) * _CELL_M
        lowest = np.minimum(np.minimum(a, b), c)
        highest = np.maximum(np.maximum(a, b), c)
        return np.asarray(((highest > self._low) & (lowest < high)).all(axis=1))

    def _blurred(self, density: FloatArray) -> FloatArray:
        nz, ny, nx = self._shape
        planes = np.stack([cv2.GaussianBlur(plane, (5, 5), 1.0) for plane in density])
        column = cv2.GaussianBlur(planes.reshape(nz, ny * nx), (1, 5), 0.0, sigmaY=1.0)
        return np.asarray(column, np.float32).reshape(self._shape)


def _plane_level(cells: float) -> float:
    """Density that a plane of one per cell leaves at a distance of so many cells after the blur."""
    return float(np.exp(-0.5 * cells**2) / np.sqrt(2.0 * np.pi))


def _stains(ny: int, nx: int, rng: np.random.Generator) -> FloatArray:
    """Smooth variation over metres, mean 0, deviation about 1."""
    coarse = rng.standard_normal((ny // 6 + 4, nx // 6 + 4)).astype(np.float32)
    fine = rng.standard_normal((ny // 2 + 4, nx // 2 + 4)).astype(np.float32)
    field = sum(cv2.resize(layer, (nx, ny), interpolation=cv2.INTER_CUBIC) for layer in (coarse, 0.5 * fine))
    return np.asarray(field, np.float32)
