"""Turning many vectors at once without BLAS, whose threads would fight over the cores in every worker process."""

import cv2
import numpy as np

from ..types import FloatArray


def turned_rows(rotation: FloatArray, rows: FloatArray) -> FloatArray:
    """(n, 3) float32: `rotation` (3, 3) applied to each of the (n, 3) float32 rows."""
    if not len(rows):
        return np.zeros((0, 3), np.float32)
    matrix = np.ascontiguousarray(rotation, np.float32)
    return np.asarray(cv2.transform(rows.reshape(-1, 1, 3), matrix), np.float32).reshape(-1, 3)


def turned_columns(rotation: FloatArray, columns: FloatArray) -> FloatArray:
    """(3, n) float32: `rotation` (3, 3) applied to each of the (3, n) float32 columns."""
    result = np.empty(columns.shape, np.float32)
    term = np.empty(columns.shape[1], np.float32)
    for row, out in zip(np.asarray(rotation, np.float32), result, strict=True):
        np.multiply(columns[0], row[0], out=out)
        for k in (1, 2):
            np.multiply(columns[k], row[k], out=term)
            out += term
    return result


def as_rows(columns: FloatArray) -> FloatArray:
    """(n, 3) float32 rows of (3, n) float32 columns; faster than a transposed copy."""
    return np.asarray(cv2.merge(list(columns)), np.float32).reshape(-1, 3)


def dot_rows(rows: FloatArray, vector: FloatArray) -> FloatArray:
    """(n,) float32 products of the (n, 3) float32 rows with one vector (3,)."""
    if not len(rows):
        return np.zeros(0, np.float32)
    matrix = np.asarray(vector, np.float32).reshape(1, 3)
    return np.asarray(cv2.transform(rows.reshape(-1, 1, 3), matrix), np.float32).ravel()
