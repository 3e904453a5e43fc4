"""Rows of spot welds: which are missing."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .base import DETECTORS, Detection, Inspection, PointDetector
from .light import grey
from .patch import BLIND, Look, look
from .view import View, rectify_quad

_PX_M = 1000.0
_HIGH_M = 0.04
#: Radii of a weld's dint and of the bare metal round it, as shares of its diameter.
_DINT, _ROUND = 0.62, (0.95, 1.45)
#: The row is looked for so far along and across of its place: where the pose is sure, where it may yet be off by one
#: or two welds, and where it is not sure.
_NEAR_M, _SHIFTED_M, _FAR_M = (0.012, 0.01), (0.075, 0.012), (0.09, 0.06)
#: Contrast of a usual weld, grey levels of 100.
_USUAL = 8.0
#: A weld is there if its dint is this much darker than what is usual for the row; between is doubt.
_THERE, _GONE = 0.42, 0.22
#: Least contrast (grey levels of 100) of the welds that are there; below it nothing can be told.
_LEAST_CONTRAST = 4.0
_LEAST_PX_M = 450.0
#: Of a row so many welds, and this share of them, must stand out plainly to take it for found.
_LEAST_PLAIN, _LEAST_SHARE = 2, 0.35
#: What is found farther off must be as plain as this share of what is found where the row belongs.
_AS_PLAIN = 0.6


class WeldDetector(PointDetector):
    """Counts the missing welds of a row.

    `details["welds"]` says where the welds belong. Each is a small dint, darker than the metal round it; the row as a
    whole is found first, so a row off by the pose's error is no harm, and each weld is then judged by the others.
    """

    name: ClassVar[str] = "weld"
    quantity: ClassVar[str] = "weld"
    anomaly_class: ClassVar[str] = "missing_weld"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """How many are missing; `details`: "welds", (right, up) of each, and "weld_diameter_m"."""
        seen = look(view, point, reference, 0.9)
        if seen is None or seen.view.density_px_m(point) < _LEAST_PX_M:
            return Inspection(None, 0.0)
        row = _row(seen, _NEAR_M) if seen.sure else None
        if row is None or row.gone.max() > 0.0:
            # Even a sure pose may be off by one weld, as rows look alike when shifted by their pitch.
            wider = _row(seen, _SHIFTED_M if seen.sure else _FAR_M)
            surer = row is None or (wider.plain > row.plain and wider.contrast > _AS_PLAIN * row.contrast)
            row = wider if row is None or surer else row
        usual, gone = row.contrast, row.gone
        if usual < _LEAST_CONTRAST or row.plain < max(_LEAST_PLAIN, _LEAST_SHARE * len(gone)):
            return Inspection(None, 0.0)
        count = float((gone > 0.5).sum())
        confidence = float(np.clip(usual / (2.0 * _LEAST_CONTRAST), 0.3, 1.0)) * (1.0 if seen.sure else BLIND)
        chance = confidence * float(gone.max())
        if chance < 0.05:
            return Inspection(count, confidence)
        label = f"{count:.0f} of {len(gone)} welds missing"
        found = Detection(self.anomaly_class, point.position_m, chance, count, seen.box_px(), point.tag, label)
        return Inspection(count, confidence, (found,))


@dataclass(frozen=True, eq=False)
class _Row:
    """A row of n welds where it fits best.

    Attributes:
        contrast: of those welds that are there, of 100.
        gone: (n,) how surely each is missing, 0..1.
        plain: how many stand out on all sides, so that it is no edge that the row was put on.
    """

    contrast: float
    gone: FloatArray
    plain: int


def _row(seen: Look, reach_m: tuple[float, float]) -> _Row:
    """The row of welds, looked for so far along and across of its place."""
    dark, strict = _darkness(seen, np.array(reach_m))
    wide, high = np.round(np.array(reach_m) * _PX_M).astype(int)
    welds = np.asarray(seen.point.details["welds"], dtype=float)
    middle = np.array([dark.shape[1], dark.shape[0]]) / 2 - 0.5
    column, row = np.round(middle + welds * (_PX_M, -_PX_M)).astype(int).T
    total = np.zeros((2 * high + 1, 2 * wide + 1), np.float32)
    # What is darker than a weld, as grease, shall not draw the row to it.
    held = np.clip(strict, 0.0, _USUAL)
    for x, y in zip(column, row, strict=True):
        total += held[y - high : y + high + 1, x - wide : x + wide + 1]
    # A line, as the edge of the sheet, is as dark between the welds.
    for x, y in zip((column[1:] + column[:-1]) // 2, (row[1:] + row[:-1]) // 2, strict=True):
        total -= held[y - high : y + high + 1, x - wide : x + wide + 1]
    right, up = np.meshgrid(np.linspace(-1.0, 1.0, 2 * wide + 1), np.linspace(-1.0, 1.0, 2 * high + 1))
    total -= 0.6 * _USUAL * np.hypot(right, up)
    down, across = np.unravel_index(int(np.argmax(total)), total.shape)
    at = (row + int(down) - high, column + int(across) - wide)
    spot = np.ones((3, 3), np.uint8)
    each, plain = (np.asarray(cv2.dilate(picture, spot), dtype=float)[at] for picture in (dark, strict))
    usual = float(np.median(np.sort(plain)[len(plain) // 2 :]))
    gone = np.clip((_THERE - each / max(usual, 1e-6)) / (_THERE - _GONE), 0.0, 1.0)
    return _Row(usual, gone, int((plain > _THERE * usual).sum()))


def _darkness(seen: Look, reach_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Plane of the row at `_PX_M`, float32: by how much a weld-sized disc is darker than the metal round it, of 100.

    First than three of what is left, right, above and below of it, as one may be smeared; then than all four: edges
    are not.
    """
    point = seen.point
    diameter = float(point.details["weld_diameter_m"])
    margin = reach_m + _ROUND[1] * diameter + 0.004
    size = np.array([point.size_m, _HIGH_M]) + 2 * margin
    up, normal = np.asarray(point.up), np.asarray(point.normal)
    right, centre = np.cross(up, normal), np.asarray(point.position_m)
    corners = np.array(
        [centre + 0.5 * (s * size[0] * right + t * size[1] * up) for s, t in ((-1, 1), (1, 1), (1, -1), (-1, -1))]
    )
    pixels = (round(float(size[0]) * _PX_M), round(float(size[1]) * _PX_M))
    patch = grey(rectify_quad(seen.view, seen.view.rgb, corners, pixels).astype(np.uint8)).astype(np.float32)
    disc, *sides = _kernels(diameter)
    spot = cv2.filter2D(patch, -1, disc)
    metal = np.sort([cv2.filter2D(patch, -1, side) for side in sides], axis=0)
    lenient, strict = (np.asarray(100.0 * (side - spot) / np.maximum(side, 20.0)) for side in (metal[1], metal[0]))
    return lenient, strict


@lru_cache(maxsize=4)
def _kernels(diameter_m: float) -> tuple[FloatArray, ...]:
    """A disc as large as a weld's dint, and the four quarters of a ring of metal round it."""
    half = int(np.ceil(_ROUND[1] * diameter_m * _PX_M))
    y, x = np.mgrid[-half : half + 1, -half : half + 1] / (diameter_m * _PX_M)
    away = np.hypot(x, y)
    ring = (away > _ROUND[0]) & (away < _ROUND[1])
    quarters = [ring & ((x if flat else y) * sign > 0.6 * away) for flat in (True, False) for sign in (-1, 1)]
    kernels = [(mask / mask.sum()).astype(np.float32) for mask in (away < _DINT, *quarters)]
    return tuple(kernels)


DETECTORS.add(WeldDetector.name, WeldDetector())
