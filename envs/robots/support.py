"""The plane under the feet."""

import math
from collections.abc import Sequence

from patrolgym.envs.types import FloatArray


class SupportPlane:
    """Slope and height of the ground, from where each foot stands or is about to; both follow smoothly.

    Attributes:
        normal: (nx, ny, nz), unit.
        ground_m: height of the middle of the feet, world z.
    """

    def __init__(self, points: FloatArray, rate: float) -> None:
        self._rate = rate
        self.normal = (0.0, 0.0, 1.0)
        self.ground_m = float(points[:, 2].mean())
        self._middle = (float(points[:, 0].mean()), float(points[:, 1].mean()))

    @property
    def middle_m(self) -> tuple[float, float]:
        """Centre of the feet, world x and y."""
        return self._middle

    def update(self, points: Sequence[Sequence[float]], dt: float) -> None:
        """Take in the four points (x, y, z) on which the feet stand or will stand."""
        (ax, ay, az), (bx, by, bz), (cx, cy, cz), (dx, dy, dz) = points
        # Rear to front and right to left, twice the mean of both sides.
        px, py, pz = ax + bx - cx - dx, ay + by - cy - dy, az + bz - cz - dz
        qx, qy, qz = ax + cx - bx - dx, ay + cy - by - dy, az + cz - bz - dz
        nx, ny, nz = py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx
        length = math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
        blend = min(1.0, dt * self._rate)
        ox, oy, oz = self.normal
        ox, oy, oz = ox + blend * (nx / length - ox), oy + blend * (ny / length - oy), oz + blend * (nz / length - oz)
        length = math.sqrt(ox * ox + oy * oy + oz * oz) + 1e-12
        self.normal = (ox / length, oy / length, oz / length)
        self.ground_m += blend * (0.25 * (az + bz + cz + dz) - self.ground_m)
        self._middle = (0.25 * (ax + bx + cx + dx), 0.25 * (ay + by + cy + dy))

    def height(self, x: float, y: float) -> float:
        """Height of the plane at a place, world frame."""
        nx, ny, nz = self.normal
        return self.ground_m - (nx * (x - self._middle[0]) + ny * (y - self._middle[1])) / nz

    def climb(self, vx: float, vy: float) -> float:
        """Vertical speed of something that follows the plane at (vx, vy)."""
        nx, ny, nz = self.normal
        return -(nx * vx + ny * vy) / nz
