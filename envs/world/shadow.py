"""Shadows of a picture with few rays: every other pixel is asked, the rest only where neighbours disagree."""

from typing import Protocol

import cv2
import numpy as np

from ..types import BoolArray, FloatArray, IntArray
from .light import Points

_LIT, _DARK = 0, 1


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

    def __call__(self, towards: FloatArray, distance_m: FloatArray | float, wanted: BoolArray) -> BoolArray:
        """(n,) which points are cut off from the light in the direction `towards` (3,); only `wanted` ones matter."""
        height, width = self._shape
        grid = np.arange(height * width, dtype=np.int32).reshape(height, width)
        sparse = grid[::2, ::2]
        guides = sparse.ravel()[wanted[sparse.ravel()]]
        dark = np.zeros(height * width, np.uint8)
        dark[guides] = self._cast(guides, towards)
        coarse = dark.reshape(height, width)[::2, ::2]
        kernel = np.ones((3, 3), np.uint8)
        unsure = cv2.dilate(coarse, kernel) != cv2.erode(coarse, kernel)
        # A pixel follows the guide of its 2 x 2 block if that shows the same part and its neighbours agree.
        unknown = np.logical_not(self._follows(wanted)) | _spread(unsure, height, width)
        guided = _spread(coarse, height, width)
        asked = np.flatnonzero(unknown.ravel() & wanted)
        shadowed = guided.ravel().astype(bool)
        shadowed[asked] = self._cast(asked, towards)
        return shadowed

    def _follows(self, wanted: BoolArray) -> BoolArray:
        height, width = self._shape
        owner = np.where(wanted, self._owner, np.int32(-9)).reshape(height, width)
        same: BoolArray = owner == _spread(owner[::2, ::2], height, width)
        return same

    def _cast(self, index: IntArray, towards: FloatArray) -> BoolArray:
        """Shadow rays from points a little off their surface, towards the viewer."""
        points = self._points
        back = points.distance_m[index] * np.float32(2e-4) + np.float32(1e-3)
        origins = np.empty((len(index), 3), np.float32)
        for k in range(3):
            origins[:, k] = points.position_m[k].take(index) - back * points.direction[k].take(index)
        return self._occluded(origins, towards[None])


def _spread(coarse: np.ndarray, height: int, width: int) -> np.ndarray:
    """Each entry to its 2 x 2 block of a (height, width) picture."""
    return coarse.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
