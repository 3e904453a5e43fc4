"""Shadows of a picture with few rays: one pixel a block is asked, the others only where these guides disagree."""

from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np

from ..types import BoolArray, FloatArray, IntArray
from .light import LAMP_COVER_M, Points
from .vectors import as_rows

_BLOCK = 2
#: A pixel lies between the guide of its block and those to the right and below.
_NEXT = np.ones((2, 2), np.uint8)


Cast = Callable[[FloatArray], BoolArray]


class Occluded(Protocol):
    """Something that tells whether rays are blocked."""

    def __call__(
        self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray | float = ...
    ) -> BoolArray:
        """As `RayMesh.occluded`."""


class PictureShadow:
    """Shadows on the points of a picture.

    Args:
        occluded: casts the shadow rays.
        points: what each pixel shows, row by row.
        owner: (h, w) int32 part that each pixel shows, -1 for none; different parts are no guide to each other.
    """

    def __init__(self, occluded: Occluded, points: Points, owner: IntArray) -> None:
        self._occluded = occluded
        self._points = points
        self._shape = owner.shape
        self._point = np.zeros(owner.size, np.int32)
        self._point[points.pixel] = np.arange(len(points.pixel), dtype=np.int32)
        guide = np.ascontiguousarray(owner[::_BLOCK, ::_BLOCK])
        self._guides = guide != -1
        self._alone = owner != _spread(guide.view(np.float32), owner.shape).view(np.int32)

    def of_sun(self, towards: FloatArray, wanted: BoolArray) -> BoolArray:
        """(n,) cut off from the sun in the unit direction `towards` (3,); only `wanted` (n,) points matter."""
        return self._picture(wanted, lambda origins: self._occluded(origins, towards[None]))

    def of_lamp(self, lamp_m: FloatArray, wanted: BoolArray) -> BoolArray:
        """(n,) cut off from a lamp at `lamp_m` (3,); only `wanted` (n,) points matter."""

        def cast(origins: FloatArray) -> BoolArray:
            way = np.asarray(lamp_m, np.float32) - origins
            distance = np.sqrt(np.einsum("ij,ij->i", way, way))
            way /= np.maximum(distance, np.float32(1e-6))[:, None]
            return self._occluded(origins, way, np.maximum(distance - LAMP_COVER_M, 0.0))

        return self._picture(wanted, cast)

    def from_above(self, top_m: float, wanted: BoolArray) -> BoolArray:
        """(n,) with something straight above that is lower than `top_m`; only `wanted` (n,) points matter."""
        up = np.array([[0.0, 0.0, 1.0]], np.float32)
        return self._picture(wanted, lambda origins: self._occluded(origins, up, np.maximum(top_m - origins[:, 2], 0)))

    def _picture(self, wanted: BoolArray, cast: Cast) -> BoolArray:
        if not len(wanted):
            return wanted
        height, width = self._shape
        want = np.zeros(height * width, bool)
        want[self._points.pixel] = wanted
        want = want.reshape(height, width)
        asked = want[::_BLOCK, ::_BLOCK] & self._guides
        row, column = np.nonzero(asked)
        dark = np.zeros(asked.shape, np.uint8)
        dark[row, column] = cast(self._starts(_BLOCK * (row * width + column)))
        lit = (asked & (dark == 0)).view(np.uint8)
        unsure = np.logical_and(*(cv2.dilate(each, _NEXT, anchor=(0, 0)) for each in (dark, lit)))
        unsure |= ~asked
        # A point follows the guide of its block if that shows the same part and the next guides agree.
        unknown = _spread(unsure.view(np.uint8), self._shape).view(bool) | self._alone
        unknown &= want
        shadowed = _spread(dark, self._shape).view(bool).ravel()
        rest = np.flatnonzero(unknown)
        shadowed[rest] = cast(self._starts(rest))
        result: BoolArray = shadowed.take(self._points.pixel)
        return result

    def _starts(self, pixel: IntArray) -> FloatArray:
        """(k, 3) starts of shadow rays: points a little off their surface, towards the viewer."""
        points, index = self._points, self._point.take(pixel)
        if not len(index):
            return np.zeros((0, 3), np.float32)
        back = points.distance_m.take(index) * np.float32(2e-4) + np.float32(1e-3)
        return as_rows(
            np.stack(
                [
                    place.take(index) - back * way.take(index)
                    for place, way in zip(points.position_m, points.direction, strict=True)
                ]
            )
        )


def _spread(coarse: IntArray, shape: tuple[int, ...]) -> IntArray:
    """Each value of a coarse picture over its block of the fine one of `shape`; contiguous."""
    fine = cv2.resize(coarse, None, fx=_BLOCK, fy=_BLOCK, interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(fine[: shape[0], : shape[1]])
