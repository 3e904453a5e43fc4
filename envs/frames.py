"""What metrics know of a camera frame: by its true depth, or by casting rays where no picture was taken."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .types import BoolArray, FloatArray, IntArray


class Blocker(Protocol):
    """Ray casts, such as `Scene` or `RayMesh`."""

    def occluded(
        self, origins_m: FloatArray, directions: FloatArray, max_distance_m: float | FloatArray = ..., /
    ) -> BoolArray:
        """(n,) True where something lies within the distance along (n, 3) rays."""


class DepthTruth:
    """A frame with a depth picture.

    Attributes:
        truth_depth_m: (h, w) z-depth, 0 where nothing is hit.
    """

    truth_depth_m: FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        height, width = self.truth_depth_m.shape
        return height, width

    def hidden(
        self, points_m: FloatArray, row: IntArray, column: IntArray, depth_m: FloatArray, limit_m: FloatArray
    ) -> BoolArray:
        """(n,) whether something stands before points of the picture.

        Args:
            points_m: (n, 3) world.
            row: (n,) of their pixels.
            column: (n,) of their pixels.
            depth_m: (n,) their depth.
            limit_m: (n,) least depth of what does not hide them.
        """
        del points_m, depth_m
        nearest = self.truth_depth_m[row, column]
        return np.asarray((nearest != 0.0) & (nearest < limit_m))


@dataclass(frozen=True, eq=False)
class Sight:
    """A look without a picture.

    Attributes:
        position_m, rotation: (3,), (3, 3) pose of the camera frame (x right, y down, z forward) in the world.
        focal_px: focal length.
        shape: (height, width) that a picture would have.
        blocker: what stands there.
    """

    position_m: FloatArray
    rotation: FloatArray
    focal_px: float
    shape: tuple[int, int]
    blocker: Blocker

    def hidden(
        self, points_m: FloatArray, row: IntArray, column: IntArray, depth_m: FloatArray, limit_m: FloatArray
    ) -> BoolArray:
        """As `DepthTruth.hidden`."""
        del row, column
        if not len(points_m):
            return np.zeros(0, bool)
        sight = points_m - self.position_m
        length = np.sqrt(np.einsum("ij,ij->i", sight, sight))
        reach = length * np.maximum(limit_m, 0.0) / depth_m
        return self.blocker.occluded(self.position_m, sight / length[:, None], reach)
