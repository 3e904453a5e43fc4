"""Rotations of a trunk on a slope, in plain numbers: they are needed many times a step."""

import math

import numpy as np
from scipy.spatial.transform import Rotation

from patrolgym.envs.types import FloatArray, Point


def upright(yaw: float, normal: Point) -> FloatArray:
    """(3, 3) rotation that heads along `yaw` and stands on a slope of unit `normal`."""
    (nx, ny, nz), cos, sin = normal, math.cos(yaw), math.sin(yaw)
    rise = -(cos * nx + sin * ny) / nz
    scale = 1.0 / math.sqrt(1.0 + rise * rise)
    fx, fy, fz = cos * scale, sin * scale, rise * scale
    return np.array([[fx, ny * fz - nz * fy, nx], [fy, nz * fx - nx * fz, ny], [fz, nx * fy - ny * fx, nz]])


def tilted(roll: float, pitch: float) -> FloatArray:
    """(3, 3) rotation by a small roll and pitch."""
    cr, sr, cp, sp = math.cos(roll), math.sin(roll), math.cos(pitch), math.sin(pitch)
    return np.array([[cp, sp * sr, sp * cr], [0.0, cr, -sr], [-sp, cp * sr, cp * cr]])


def quaternion(rotation: FloatArray) -> tuple[float, float, float, float]:
    """A rotation as xyzw; SciPy's takes four times as long."""
    (a, b, c), (d, e, f), (g, h, i) = rotation.tolist()
    trace = a + e + i
    if trace < -0.99:
        x, y, z, w = Rotation.from_matrix(rotation).as_quat().tolist()
        return x, y, z, w
    w = math.sqrt(1.0 + trace) / 2.0
    return (h - f) / (4.0 * w), (c - g) / (4.0 * w), (d - b) / (4.0 * w), w
