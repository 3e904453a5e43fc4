"""Branch pipes that join machines to the pipe track behind them, found by where a ray meets the machine."""

import numpy as np

from ..types import FloatArray, Point
from .equipment.base import KINDS
from .model import Equipment, Part
from .shapes import bend, cylinder, join, tube

_HEIGHTS_M = (0.55, 0.75, 0.45, 0.95, 1.2)
_OFFSETS = (0.0, 0.18, -0.18, 0.3, -0.3)


def branch(
    rng: np.random.Generator, machine: Equipment, track_y_m: float, low_m: float, look: tuple[str, Point | None]
) -> list[Part]:
    """A pipe from the back (+y side) of `machine` to the track at `track_y_m`, or nothing where none can start.

    Args:
        rng: draws the pipe's size.
        machine: placed, with yaw 0, in the frame of `track_y_m`.
        track_y_m: where the pipe goes down.
        low_m: lowest height at which it may leave the machine (to clear a bund's wall).
        look: material and tint.
    """
    triangles = _triangles(machine)
    radius = float(rng.choice([0.04, 0.055]))
    x0, _, z0 = machine.position_m
    length = machine.params["size_m"][0]
    for height in _HEIGHTS_M:
        for offset in _OFFSETS:
            x, z = x0 + offset * length, z0 + height
            y = _back_face(triangles, x, z) if height >= low_m else None
            if y is None or track_y_m - y < 0.35:
                continue
            path = [(x, y - 0.01, z), (x, track_y_m, z), (x, track_y_m, 0.25)]
            collar = cylinder((x, y, z), (x, y + 0.03, z), 1.8 * radius)
            pair = cylinder((x, y + 0.1, z), (x, y + 0.14, z), 1.8 * radius)
            material, tint = look
            return [
                join([tube(bend(path, 2.2 * radius, 3), radius, 10), collar, pair]).part(
                    material, tint, inspectable=False
                )
            ]
    return []


def _triangles(machine: Equipment) -> FloatArray:
    parts = [p.moved(machine.position_m, machine.yaw_rad) for p in KINDS[machine.kind].parts(machine) if p.solid]
    return np.concatenate([part.vertices_m[part.faces] for part in parts])


def _back_face(triangles: FloatArray, x: float, z: float) -> float | None:
    """Y of the rearmost face over (x, z) if it looks backwards, else None."""
    a, b, c = (triangles[:, k][:, [0, 2]] - (x, z) for k in range(3))

    def cross(p: FloatArray, q: FloatArray) -> FloatArray:
        return np.asarray(p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])

    weights = np.stack([cross(b, c), cross(c, a), cross(a, b)])
    over = (weights < 0.0).all(axis=0) | (weights > 0.0).all(axis=0)
    if not over.any():
        return None
    share = weights[:, over] / weights[:, over].sum(axis=0)
    y = (share * triangles[over][:, :, 1].T).sum(axis=0)
    last = int(np.argmax(y))
    corners = triangles[over][last]
    normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    return float(y[last]) if normal[1] > 0.85 * np.linalg.norm(normal) else None
