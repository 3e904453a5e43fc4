"""Shadows of a picture with few rays: every other pixel is asked, the rest only where neighbours disagree."""

from collections.abc import Callable
from typing import Any, Protocol

import cv2
import numpy as np

from ..types import BoolArray, FloatArray, IntArray
from .light import LAMP_COVER_M, Points

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
        owner: (n,) the part each pixel shows; pixels of other parts are no guide to each other.
        shape: (h, w) of the picture.
    """

    def __init__(self, occluded: Occluded, points: Points, owner: IntArray, shape: tuple[int, int]) -> None:
        self._occluded = occluded
        self._points = points
        self._owner = owner
        self._shape = shape

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
        height, width = self._shape
        pixel = self._points.pixel
        # Which point a pixel shows; -1 where that needs no answer.
        point = np.full((height, width), -1, np.int32)
        point.ravel()[pixel] = np.where(wanted, np.arange(len(pixel), dtype=np.int32), np.int32(-1))
        guide = point[::2, ::2]
        dark = np.zeros(guide.shape, np.uint8)
        asked = guide >= 0
        dark[asked] = cast(self._origins(guide[asked]))
        lit = (asked & (dark == 0)).view(np.uint8)
        unsure = np.logical_and(*(cv2.dilate(each, _NEXT, anchor=(0, 0)) for each in (dark, lit)))
        # A pixel follows the guide of its 2 x 2 block if that shows the same part and the next guides agree.
        part = np.where(point >= 0, self._owner.reshape(height, width), np.int32(-9))
        unknown = part != _spread(part[::2, ::2], height, width)
        unknown |= _spread(unsure, height, width)
        shadowed: BoolArray = _spread(dark, height, width).ravel().take(pixel).view(bool)
        open_ = np.flatnonzero(unknown.ravel().take(pixel) & wanted)
        shadowed[open_] = cast(self._origins(open_))
        return shadowed

    def _origins(self, index: IntArray) -> FloatArray:
        """(k, 3) starts of shadow rays: points a little off their surface, towards the viewer."""
        points = self._points
        back = points.distance_m.take(index) * np.float32(2e-4) + np.float32(1e-3)
        origins = np.empty((len(index), 3), np.float32)
        for k in range(3):
            origins[:, k] = points.position_m[k].take(index) - back * points.direction[k].take(index)
        return origins


def _spread(coarse: Any, height: int, width: int) -> Any:
    """Each entry to its 2 x 2 block of a (height, width) picture."""
    return coarse.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
