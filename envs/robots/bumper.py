"""Keeps a body that is moved from outside out of what stands in its way."""

import math

import numpy as np

from patrolgym.envs.types import Point

from ..world.physics import Physics
from .base import BodyContact
from .spec import RobotSpec
from .support import SupportPlane
from .turning import quaternion, upright

# Ways out of a wall are tried so often; what is deeper than the first of these touches, than the second is stuck.
_TRIES, _TOUCH_M, _STUCK_M = 2, 0.002, 0.02
# Least horizontal part of a normal that shows a way out.
_SIDEWAYS = 0.3
# Edges of what is just stepped over read a little higher.
_SLACK_M = 0.01
Place = tuple[float, float, float]


class Bumper:
    """The body of a robot in the physics world, its legs as they stand.

    Args:
        spec: the robot.
        step_m: its feet step on what is no higher.
        physics: where the body is and everything that it may run into, fixed or moving.
        body: its id there.

    Attributes:
        touched: what it ran into since somebody emptied the list.
        met: bodies that anything of it touched, feet included, likewise.
    """

    def __init__(self, spec: RobotSpec, step_m: float, physics: Physics, body: int) -> None:
        self._physics, self._body, self._step_m = physics, body, step_m
        self._stand_m, self._height_m = spec.gait.stand_height_m, spec.size_m[2]
        self._reach_m = 0.6 * math.hypot(*spec.size_m[:2])
        self._offset, self._turn = physics.base_inertial(body)
        self.touched: list[BodyContact] = []
        self.met: set[int] = set()

    def free(self, place: Place, plane: SupportPlane) -> bool:
        """Whether the body runs into nothing at a place (x, y, yaw)."""
        return self._deepest(*place, plane) is None

    def clear(self, wanted: Place, fallback: Place, plane: SupportPlane) -> Place:
        """The place (x, y, yaw) nearest to `wanted` where the body runs into nothing, `fallback` if there is none."""
        x, y, yaw = wanted
        for _ in range(_TRIES):
            deepest = self._deepest(x, y, yaw, plane)
            if deepest is None:
                return x, y, yaw
            across_x, across_y, depth = deepest
            x, y = x + across_x * depth, y + across_y * depth
        deepest = self._deepest(x, y, yaw, plane)
        return (x, y, yaw) if deepest is None or deepest[2] < _STUCK_M else fallback

    def _deepest(self, x: float, y: float, yaw: float, plane: SupportPlane) -> tuple[float, float, float] | None:
        """Which way out (unit, world) and how far, where the body runs into something; None where it is free."""
        ground, reach = plane.height(x, y), self._reach_m
        rotation = upright(yaw, plane.normal)
        origin = np.array([x, y, ground + self._stand_m])
        self._physics.place(self._body, origin + rotation @ self._offset, quaternion(rotation @ self._turn))
        low, high = (x - reach, y - reach, ground), (x + reach, y + reach, ground + self._height_m)
        found: tuple[float, float, float] | None = None
        for touch in self._physics.overlaps(self._body, low, high):
            px, py, pz = touch.position_m
            self.met.add(touch.other)
            if touch.depth_m < _TOUCH_M or pz < plane.height(px, py) + self._step_m + _SLACK_M:
                continue
            self.touched.append(BodyContact(touch.position_m, touch.other, 0.0))
            way = _way_out(touch.normal, touch.depth_m)
            if found is None or way[2] > found[2]:
                found = way
        return found


def _way_out(normal: Point, depth_m: float) -> tuple[float, float, float]:
    """Horizontal direction and distance; what lies right above or below gives none, however often it is tried."""
    flat = math.hypot(normal[0], normal[1])
    if flat < _SIDEWAYS:
        return 0.0, 0.0, 1.0
    return normal[0] / flat, normal[1] / flat, depth_m / flat
