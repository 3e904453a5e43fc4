"""Shadows of a picture with few rays: one pixel a block is asked, the others only where these guides disagree."""

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

import cv2
import numpy as np

from ..types import BoolArray, FloatArray, IntArray
from .light import LAMP_COVER_M, Points

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
        points: what each pixel shows, row by row; pixels that show different parts are no guide to each other.
        shape: (h, w) of the picture.
    """

    def __init__(self, occluded: Occluded, points: Points, shape: tuple[int, int]) -> None:
        self._occluded = occluded
        self._points = points
        pixels, block = _guides(*shape)
        point = np.full(shape[0] * shape[1], -1, np.intp)
        point[points.pixel] = np.arange(len(points.pixel))
        # The point that each guide shows, and the guide of each point.
        self._guide_point = point.take(pixels)
        self._guide = block.take(points.pixel)
        part = points.look.part
        # A picture of nothing but sky has no points to guide.
        guided = part.take(self._guide_point.ravel(), mode="clip").take(self._guide) if len(part) else part
        self._alone = part != guided

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

    def _picture(self, wanted: BoolArray, cast: Cast) -> BoolArray:
        if not len(wanted):
            return wanted
        guide_point = self._guide_point
        asked = (guide_point >= 0) & wanted.take(guide_point, mode="clip")
        dark = np.zeros(guide_point.shape, np.uint8)
        dark[asked] = cast(self._origins(guide_point[asked]))
        lit = (asked & (dark == 0)).view(np.uint8)
        unsure = np.logical_and(*(cv2.dilate(each, _NEXT, anchor=(0, 0)) for each in (dark, lit)))
        unsure |= ~asked
        # A point follows the guide of its block if that shows the same part and the next guides agree.
        unknown = unsure.ravel().take(self._guide)
        unknown |= self._alone
        unknown &= wanted
        shadowed: BoolArray = dark.view(bool).ravel().take(self._guide)
        rest = np.flatnonzero(unknown)
        shadowed[rest] = cast(self._origins(rest))
        return shadowed

    def _origins(self, index: IntArray) -> FloatArray:
        """(k, 3) starts of shadow rays: points a little off their surface, towards the viewer."""
        points = self._points
        back = points.distance_m.take(index) * np.float32(2e-4) + np.float32(1e-3)
        origins = np.empty((len(index), 3), np.float32)
        for k in range(3):
            origins[:, k] = points.position_m[k].take(index) - back * points.direction[k].take(index)
        return origins


@lru_cache(maxsize=4)
def _guides(height: int, width: int) -> tuple[IntArray, IntArray]:
    """The pixel of each guide, as a coarse picture, and for each pixel the (flat) guide of its block."""
    pixel = np.arange(height * width).reshape(height, width)
    guides = pixel[::_BLOCK, ::_BLOCK]
    number = np.arange(guides.size).reshape(guides.shape)
    block = number.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)[:height, :width]
    return np.ascontiguousarray(guides), block.ravel()
