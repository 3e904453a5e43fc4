"""Dents in panels, by depth."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .base import DETECTORS, Detection, Inspection, PointDetector
from .patch import chance_beyond, look
from .view import View

_CELL_M, _SHADE_CELL_M = 0.01, 0.005
#: Radii of the hollows that are looked for.
_RADII_M = (0.04, 0.055, 0.075)
#: What lies farther off the panel is no panel.
_OFF_M = 0.06
_LEAST_CELLS, _LEAST_PX_M = 500, 150.0
#: Order of the surface that a panel's shape is, without and with a reference taken off.
_ORDER = (4, 2)
#: Change of the logarithm of brightness by a slope of 1 rad against light from above.
_SHADE_GAIN = 0.6
#: How far that may be off: as a share, and at least.
_SHADE_SHARE, _SHADE_SIGMA_M = 0.45, 0.0007
#: Brightness of the reference that is a feature, and the most that a hollow changes it (logarithms).
_FEATURE, _MOST_CHANGE = 0.04, 0.4
#: Likeness (0..1) to a hollow's shading: below it is none, at it as likely as not.
_LEAST_ALIKE, _ALIKE, _ALIKE_SIGMA = 0.3, 0.6, 0.08
#: Depth and shading may differ by so many deviations; deviation of the reading.
_MOST_STRAY, _SIGMA_MM = 2.8, 0.15
#: So many deviations make a hollow plain by depth. Without a reference the panel's features are taken for hollows.
_PLAIN_DEPTH, _BLIND = 4.0, 0.5


class DentDetector(PointDetector):
    """Reads the depth of the deepest hollow in a panel, in mm.

    Two signs are weighed together. Shading: lit from above, a hollow is dark in its upper half and bright in its lower
    one, against the reference. Depth: the panel's own shape is taken off, and thousands of noisy depths then agree on
    tenths of a millimetre from near by. Labels and tape have neither that shading nor depth.
    """

    name: ClassVar[str] = "dent"
    quantity: ClassVar[str] = "panel"
    anomaly_class: ClassVar[str] = "panel_dent"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Depth in mm, 0 where there is no more than noise."""
        seen = look(view, point, reference, 0.9)
        if seen is None or seen.view.density_px_m(point) < _LEAST_PX_M:
            return Inspection(None, 0.0)
        known = reference if seen.sure else None
        relief = _difference(_relief(seen.view, point), _relief(known, point) if known is not None else None)
        if relief is None:
            return Inspection(None, 0.0)
        order = _ORDER[known is not None]
        shade = _shaded(seen.view, known, point)
        depth, sigma = _depth_at(relief, shade, order)
        told = max(shade.depth_m, 0.0)
        spread = float(np.hypot(_SHADE_SHARE * told, _SHADE_SIGMA_M))
        # What both say together, and whether they speak of the same hollow.
        weights = np.array([sigma, spread]) ** -2
        both = float(np.array([depth, told]) @ weights / weights.sum())
        about = 1000.0 * float(weights.sum() ** -0.5)
        strayed = abs(depth - told) / float(np.hypot(sigma, spread))
        real = shade.chance * chance_beyond(-strayed, (-99.0, -_MOST_STRAY), 0.5)
        if known is not None:
            # Plain in depth alone: its shading may be weak for want of light from above.
            real = max(real, chance_beyond(depth / sigma, (-99.0, _PLAIN_DEPTH), 0.6))
        limit = point.normal_range[1] if point.normal_range is not None else 0.0
        confidence = 1.0 if known is not None else _BLIND
        spread_mm = max(about, _SIGMA_MM + 0.1 * 1000.0 * both)
        chance = confidence * real * chance_beyond(1000.0 * both, (-99.0, limit), spread_mm)
        reading = max(1000.0 * both, 0.0) if real > 0.3 else 0.0
        if chance < 0.05:
            return Inspection(reading, confidence)
        label = f"dent {reading:.1f} mm"
        found = Detection(self.anomaly_class, point.position_m, chance, reading, seen.box_px(), point.tag, label)
        return Inspection(reading, confidence, (found,))


@dataclass(frozen=True, eq=False)
class _Shade:
    """A hollow by its shading: place (right, up) from the patch's middle, radius and depth in m; chance that it is."""

    place_m: FloatArray
    radius_m: float
    depth_m: float
    chance: float


def _shaded(view: View, reference: View | None, point: InspectionPoint) -> _Shade:
    """The most plainly shaded hollow of a patch."""
    now = _brightness(view, point)
    was = _brightness(reference, point) if reference is not None else np.zeros_like(now)
    change = _levelled(now - was)
    # Where the panel has features of its own another light alone makes a change.
    plain = np.abs(_levelled(was)) < _FEATURE if reference is not None else np.ones(now.shape, dtype=bool)
    even = np.asarray(cv2.erode(plain.astype(np.uint8), np.ones((5, 5), np.uint8)), dtype=np.float32)
    change = np.asarray(np.clip(change, -_MOST_CHANGE, _MOST_CHANGE), dtype=np.float32) * even
    best = _Shade(np.zeros(2), _RADII_M[0], 0.0, 0.0)
    strongest = -np.inf
    for radius in _RADII_M:
        half = int(np.ceil(radius / _SHADE_CELL_M))
        y, x = np.mgrid[-half : half + 1, -half : half + 1] * (_SHADE_CELL_M / radius)
        inside = np.clip(1.0 - x * x - y * y, 0.0, None)
        dipole, disc = (y * inside).astype(np.float32), (inside > 0).astype(np.float32)
        energy = cv2.filter2D(change * change, -1, disc, borderType=cv2.BORDER_CONSTANT)
        power = cv2.filter2D(even, -1, dipole**2, borderType=cv2.BORDER_CONSTANT)
        pull = cv2.filter2D(change, -1, dipole, borderType=cv2.BORDER_CONSTANT)
        full = power > 0.8 * float((dipole**2).sum())
        if not full.any():
            continue
        alike = np.where(full, pull / np.sqrt(np.maximum(energy * power, 1e-9)), -1.0)
        coefficient = np.where(full, pull / np.maximum(power, 1e-9), 0.0)
        depth = coefficient * radius / (4.0 * _SHADE_GAIN)
        merit = np.where(alike > _LEAST_ALIKE, alike * np.sqrt(np.maximum(coefficient, 0.0)), -1.0)
        row, column = np.unravel_index(int(np.argmax(merit)), merit.shape)
        if merit[row, column] > strongest:
            strongest = float(merit[row, column])
            place = (np.array([column, -row]) - 0.5 * (len(change) - 1) * np.array([1.0, -1.0])) * _SHADE_CELL_M
            chance = chance_beyond(float(alike[row, column]), (-99.0, _ALIKE), _ALIKE_SIGMA)
            best = _Shade(place, radius, float(depth[row, column]), chance)
    return best


def _brightness(view: View, point: InspectionPoint) -> FloatArray:
    """Logarithm of the patch's brightness, on a grid of `_SHADE_CELL_M`."""
    side = round(point.size_m / _SHADE_CELL_M)
    fine = view.rectify(view.rgb, point, 3 * side).astype(np.float32).mean(axis=2)
    soft = cv2.GaussianBlur(cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA), (0, 0), 1.0)
    return np.asarray(np.log(soft + 6.0))


def _levelled(picture: FloatArray) -> FloatArray:
    """`picture` less its slow trend, a cubic surface."""
    basis = _basis(len(picture), 3)
    coarse = basis[::3, ::3].reshape(-1, basis.shape[-1])
    values = picture[::3, ::3].ravel()
    weight = np.ones(len(values))
    for _ in range(3):
        fitted = np.linalg.lstsq(coarse * weight[:, None], values * weight, rcond=None)[0]
        weight = 1.0 / (1.0 + (np.abs(values - coarse @ fitted) / 0.02) ** 2)
    return np.asarray(picture - basis @ fitted)


@lru_cache(maxsize=8)
def _basis(side: int, order: int) -> FloatArray:
    """(side, side, k) monomials over a square."""
    v, u = (axis / (0.5 * side) for axis in np.mgrid[:side, :side] - 0.5 * (side - 1))
    return np.stack([u**i * v**j for i in range(order + 1) for j in range(order + 1 - i)], axis=-1)


@dataclass(frozen=True, eq=False)
class _Relief:
    """A patch on a grid of `_CELL_M` in its plane: mean height out of it, m, and its weight (0: not seen)."""

    height_m: FloatArray
    weight: FloatArray


def _relief(view: View, point: InspectionPoint) -> _Relief:
    """What a view shows of a point's patch."""
    up, normal = np.asarray(point.up), np.asarray(point.normal)
    corners, _ = view.patch_corners(point)
    h, w = view.depth_m.shape
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, (w - 1, h - 1)).astype(int)
    right_px, bottom = np.clip(np.ceil(corners.max(axis=0)), 0, (w - 1, h - 1)).astype(int)
    rows, columns = np.mgrid[top : bottom + 1, left : right_px + 1]
    depth = view.depth_m[top : bottom + 1, left : right_px + 1].astype(float).ravel()
    place = view.unproject(np.column_stack([columns.ravel(), rows.ravel()]).astype(float), depth)
    right, upward, out = ((place - np.asarray(point.position_m)) @ way for way in (np.cross(up, normal), up, normal))
    cells = int(np.ceil(point.size_m / _CELL_M))
    column, row = (np.floor(v / _CELL_M + 0.5 * cells).astype(int) for v in (right, -upward))
    # Noise is along the sight and grows with the square of the distance: it moves a place along its ray.
    inside = (column >= 0) & (column < cells) & (row >= 0) & (row < cells) & (depth > 0.0) & (np.abs(out) < _OFF_M)
    index = row[inside] * cells + column[inside]
    count = np.bincount(index, minlength=cells**2).reshape(cells, cells)
    total = np.bincount(index, out[inside], minlength=cells**2).reshape(cells, cells)
    return _Relief(total / np.maximum(count, 1), count.astype(float))


def _difference(now: _Relief, before: _Relief | None) -> _Relief | None:
    """By how much a panel differs from what it was; None where too little of it is seen."""
    if before is None:
        return now if (now.weight > 0).sum() >= _LEAST_CELLS else None
    known = (now.weight > 0) & (before.weight > 0)
    weight = np.where(known, 1.0 / (1.0 / np.maximum(now.weight, 1) + 1.0 / np.maximum(before.weight, 1)), 0.0)
    return _Relief(now.height_m - before.height_m, weight) if known.sum() >= _LEAST_CELLS else None


def _depth_at(relief: _Relief, shade: _Shade, order: int) -> tuple[float, float]:
    """(depth, its deviation) in m of a hollow of the shaded one's place and radius, fitted with the panel's shape."""
    cells = len(relief.weight)
    v, u = (np.mgrid[:cells, :cells] - 0.5 * (cells - 1)) * _CELL_M
    square = ((u - shade.place_m[0]) ** 2 + (v + shade.place_m[1]) ** 2) / shade.radius_m**2
    hollow = -(np.clip(1.0 - square, 0.0, None) ** 2)
    terms = np.concatenate([hollow[..., None], _basis(cells, order)], axis=-1)
    known = relief.weight > 0
    root = np.sqrt(relief.weight[known])
    a = terms[known] * root[:, None]
    normal = np.linalg.pinv(a.T @ a)
    fitted = normal @ (a.T @ (relief.height_m[known] * root))
    noise = np.median(np.abs(relief.height_m[known] * root - a @ fitted)) / 0.6745
    return float(fitted[0]), float(max(noise * np.sqrt(max(normal[0, 0], 0.0)), 1e-5))


DETECTORS.add(DentDetector.name, DentDetector())
