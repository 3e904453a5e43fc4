"""What a captured frame shows: points projected into it and compared with what stands before them."""

from dataclasses import dataclass

import numpy as np

from ..types import BoolArray, FloatArray
from .base import FrameTruth


@dataclass(frozen=True, eq=False)
class Projection:
    """(n,) depth along the view, and whether each point is in the picture with nothing nearer in front of it."""

    depth_m: FloatArray
    visible: BoolArray


def project(frame: FrameTruth, points_m: FloatArray, slack_m: FloatArray | float) -> Projection:
    """Project (n, 3) world points. A surface nearer by less than `slack_m` (scalar or (n,)) does not hide a point.

    Two pixels' footprint is added to the slack: that much the depth of a surface at 60° incidence changes between
    the point and the centre of its pixel.
    """
    height, width = frame.shape
    in_camera = (points_m - frame.position_m) @ frame.rotation
    depth = in_camera[:, 2]
    scale = frame.focal_px / np.maximum(depth, 1e-3)
    column = np.rint(in_camera[:, 0] * scale + (width - 1) / 2)
    row = np.rint(in_camera[:, 1] * scale + (height - 1) / 2)
    visible = (depth > 0.05) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
    inside = visible.nonzero()[0]
    if len(inside):
        deep = depth[inside]
        slack = slack_m[inside] if isinstance(slack_m, np.ndarray) else slack_m
        limit = deep - slack - 2.0 * deep / frame.focal_px
        pixels = row[inside].astype(np.intp), column[inside].astype(np.intp)
        visible[inside] = ~frame.hidden(points_m[inside], *pixels, deep, limit)
    return Projection(depth, visible)


def cosine(frame: FrameTruth, points_m: FloatArray, normals: FloatArray) -> FloatArray:
    """(n,) cosine of the incidence angle between (n, 3) unit normals and the line to the lens."""
    sight = frame.position_m - points_m
    length = np.sqrt(np.einsum("ij,ij->i", sight, sight))
    result: FloatArray = np.einsum("ij,ij->i", sight, normals) / np.maximum(length, 1e-6)
    return result
