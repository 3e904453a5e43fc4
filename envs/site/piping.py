"""Branch pipes that join machines to the pipe track behind them, found by where a ray meets the machine."""

import numpy as np

from ..types import FloatArray, Point
from .model import Equipment, Part
from .shapes import bend, cylinder, join, tube

_HEIGHTS_M = (0.55, 0.75, 0.45, 0.95, 1.05, 1.15, 0.85, 1.25, 0.65)
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
            y = _seat(triangles, x, z, 1.9 * radius) if height >= low_m else None
            if y is None or track_y_m - y < 0.35:
                continue
            y += 0.005
            path = [(x, y, z), (x, track_y_m, z), (x, track_y_m, 0.25)]
            collar = cylinder((x, y, z), (x, y + 0.03, z), 1.8 * radius)
            pair = cylinder((x, y + 0.1, z), (x, y + 0.14, z), 1.8 * radius)
            material, tint = look
            line = tube(bend(path, 2.2 * radius, 3), radius, 10)
            return [join([line, collar, pair]).part(material, tint, inspectable=False)]
    return []


def _triangles(machine: Equipment) -> FloatArray:
    return np.concatenate([part.vertices_m[part.faces] for part in machine.moved_parts() if part.solid])


def _seat(triangles: FloatArray, x: float, z: float, radius_m: float) -> float | None:
    """Place y of a backward face at (x, z) on which a collar of `radius_m` has room, else None."""
    flat = triangles[:, :, [0, 2]]
    near = (flat.min(axis=1) <= (x + radius_m, z + radius_m)) & (flat.max(axis=1) >= (x - radius_m, z - radius_m))
    triangles = triangles[near.all(axis=1)]
    y, normal_y = _rearmost(triangles, x, z)
    if normal_y < 0.9:
        return None
    # Nothing beside it may stand out much further back; the collar sits on what does.
    furthest = float(triangles[:, :, 1].max())
    return furthest if furthest < y + 0.012 else None


def _rearmost(triangles: FloatArray, x: float, z: float) -> tuple[float, float]:
    """Place y of the rearmost face over (x, z) and its normal's y; -inf and 0 where there is none."""
    a, b, c = (triangles[:, k][:, [0, 2]] - (x, z) for k in range(3))

    def cross(p: FloatArray, q: FloatArray) -> FloatArray:
        return np.asarray(p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])

    weights = np.stack([cross(b, c), cross(c, a), cross(a, b)])
    over = (weights < 0.0).all(axis=0) | (weights > 0.0).all(axis=0)
    if not over.any():
        return -np.inf, 0.0
    share = weights[:, over] / weights[:, over].sum(axis=0)
    y = (share * triangles[over][:, :, 1].T).sum(axis=0)
    last = int(np.argmax(y))
    corners = triangles[over][last]
    normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    return float(y[last]), float(normal[1] / np.linalg.norm(normal))
