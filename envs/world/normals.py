"""Normals that make round things look round and leave edges sharp."""

import numpy as np

from ..types import FloatArray, IntArray

#: Faces that meet at more than this angle keep an edge; at less they look round.
_CREASE_COS = np.float32(np.cos(np.radians(42.0)))
#: Sides that meet at a vertex; a cone's tip has more, and stays faceted there.
_MOST_SIDES = 3


def unit(vectors: FloatArray) -> FloatArray:
    """Columns of (3, n) scaled to length 1."""
    length = np.sqrt(np.einsum("ij,ij->j", vectors, vectors))
    result: FloatArray = vectors / np.maximum(length, 1e-20)
    return result


def corner_normals(area: FloatArray, normal: FloatArray, index: IntArray, vertices: int) -> FloatArray:
    """(3, 3 m) unit normals at the corners of m faces: each the mean of the faces that meet there without a crease.

    Args:
        area: (3, m) normals as long as twice the area.
        normal: (3, m) unit normals.
        index: (3 m,) vertex of each corner: all first corners, then all second, then all third ones.
        vertices: how many there are.
    """
    own, weight = np.tile(normal, 3), np.tile(area, 3)
    result = own.copy()
    left = np.arange(len(index))
    for _ in range(_MOST_SIDES):
        if not len(left):
            break
        at = index[left]
        # Of the corners left at a vertex the first leads; those within the crease angle of it make up one side.
        leader = np.zeros(vertices, np.intp)
        leader[at[::-1]] = left[::-1]
        together = np.einsum("ij,ij->j", own[:, left], own[:, leader[at]]) > _CREASE_COS
        side, at = left[together], at[together]
        mean = unit(np.stack([np.bincount(at, row[side], vertices) for row in weight]).astype(np.float32))
        result[:, side] = mean[:, at]
        left = left[~together]
    return result
