"""The ground under four feet that are carried along, not balanced: what they stand on, and where they cannot go."""

import math
from enum import Enum

import numpy as np

from patrolgym.envs.types import Point

from ..world.physics import GRAVITY_M_S2, Physics
from .spec import RobotSpec
from .support import SupportPlane

# Feet are looked for from this share of the standing height over the ground; what is higher stops the body.
_FROM, _DOWN_M = 0.6, 3.0
# The trunk follows the slope at this many times the pendulum rate of its height, as the gait's own support plane does.
_FOLLOW = 1.5
# Ground this many steps lower is none.
_DROP_STEPS = 2.0
_STEEPER_RAD = math.radians(3.0)
# Rounding must not make a step of the measured height too high.
_SLACK_M = 0.005


class Verdict(Enum):
    """What the feet find at a place."""

    GROUND = "ground"
    TOO_HIGH = "too high"
    NO_GROUND = "no ground"


class Footing:
    """Four feet under their hips.

    Args:
        spec: the robot.
        steepest_rad: slope that the feet hold on.
        step_m: highest step that they take.
        physics: what they stand on.

    Attributes:
        plane: slope and height of the ground, smoothed as the trunk follows it.
    """

    plane: SupportPlane

    def __init__(self, spec: RobotSpec, steepest_rad: float, step_m: float, physics: Physics) -> None:
        self._physics, self._step_m = physics, step_m
        self._steepest = math.cos(steepest_rad + _STEEPER_RAD)
        self._from_m = _FROM * spec.gait.stand_height_m
        self._rate = _FOLLOW * math.sqrt(GRAVITY_M_S2 / spec.gait.stand_height_m)
        side = spec.legs.thigh_offset_m
        self._under_hips = [(x, y + math.copysign(side, y)) for x, y, _ in spec.legs.hips_m]

    def stand(self, x: float, y: float, yaw: float, ground_m: float) -> None:
        """Begin on level ground."""
        self.points = [(px, py, ground_m) for px, py in self._places(x, y, yaw)]
        self.plane = SupportPlane(np.array(self.points), self._rate)

    def feel(self, x: float, y: float, yaw: float) -> tuple[Verdict, list[Point]]:
        """What the feet would find with the robot's middle at (x, y): the verdict, and where they would stand."""
        starts, plane = [], self.plane
        for px, py in self._places(x, y, yaw):
            starts.append((px, py, plane.height(px, py) + self._from_m))
        found = self._physics.heights(starts, _DOWN_M)
        points, missing, rise, high = [], 0, 0.0, False
        for (px, py, start), height, (_, _, before) in zip(starts, found, self.points, strict=True):
            expected = start - self._from_m
            if height < min(expected, before) - _DROP_STEPS * self._step_m:
                missing, height = missing + 1, expected
            points.append((px, py, height))
            high |= height - max(before, expected) > self._step_m + _SLACK_M
            rise += height - before
        if missing > 1:
            return Verdict.NO_GROUND, points
        high |= rise > 0.0 and _level(points) < self._steepest
        return (Verdict.TOO_HIGH if high else Verdict.GROUND), points

    def tread(self, points: list[Point], dt: float) -> bool:
        """Stand on `points`; returns whether the feet hold there."""
        self.points = points
        self.plane.update(points, dt)
        return self.plane.normal[2] >= self._steepest

    def _places(self, x: float, y: float, yaw: float) -> list[tuple[float, float]]:
        cos, sin = math.cos(yaw), math.sin(yaw)
        return [(x + cos * ahead - sin * aside, y + sin * ahead + cos * aside) for ahead, aside in self._under_hips]


def _level(points: list[Point]) -> float:
    """Cosine of the slope of four points."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz), (dx, dy, dz) = points
    px, py, pz = ax + bx - cx - dx, ay + by - cy - dy, az + bz - cz - dz
    qx, qy, qz = ax + cx - bx - dx, ay + cy - by - dy, az + cz - bz - dz
    nx, ny, nz = py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx
    return nz / (math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12)
