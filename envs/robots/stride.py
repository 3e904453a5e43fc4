"""Legs for a robot that is moved without them: where they would be in its trot, for pictures and joint sensors."""

import math
from typing import NamedTuple

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray, Point

from ..world.physics import GRAVITY_M_S2
from .kinematics import LegKinematics
from .spec import RobotSpec

# Diagonal legs step together.
_OFFSETS = (0.0, 0.5, 0.5, 0.0)
# Share of a stride over which speeds are taken.
_MOMENT = 0.01


class Step(NamedTuple):
    """Where one foot is in its stride: along it (±0.5 of the way walked in a stance), lifted (0..1), standing."""

    along: float
    lift: float
    stands: bool


class Gesture(NamedTuple):
    """All that the legs' pose depends on.

    Attributes:
        phase: of the stride, 0..1.
        standing: on all four feet.
        speed: forward, lateral and yaw speed.
        ground_m: world height of the ground under each foot.
        origin_m, rotation: (3,), (3, 3) base link in the world.
    """

    phase: float
    standing: bool
    speed: Point
    ground_m: tuple[float, ...]
    origin_m: FloatArray
    rotation: FloatArray


class Stride:
    """The trot of one robot.

    Args:
        spec: the robot.
        kinematics: its legs.
        mass_kg: what the feet carry.
    """

    def __init__(self, spec: RobotSpec, kinematics: LegKinematics, mass_kg: float) -> None:
        self._gait, self._kinematics, self._weight_n = spec.gait, kinematics, mass_kg * GRAVITY_M_S2
        self._radius_m = spec.legs.foot_radius_m
        side = spec.legs.thigh_offset_m
        self._under_hips = [(x, y + math.copysign(side, y)) for x, y, _ in spec.legs.hips_m]

    def contact(self, gesture: Gesture) -> BoolArray:
        """(4,) which feet stand."""
        return np.array([step.stands for step in self._steps(gesture)])

    def angles(self, gesture: Gesture) -> FloatArray:
        """(4, 3) canonical joint angles."""
        stance_s = self._gait.duty * self._gait.period_s
        rotation, origin, (forward, left, turn) = gesture.rotation, gesture.origin_m, gesture.speed
        length = math.hypot(rotation[0, 0], rotation[1, 0])
        cos, sin = rotation[0, 0] / length, rotation[1, 0] / length
        feet = np.empty((4, 3))
        for k, (step, (ahead, aside)) in enumerate(zip(self._steps(gesture), self._under_hips, strict=True)):
            x = ahead + stance_s * step.along * (forward - turn * aside)
            y = aside + stance_s * step.along * (left + turn * ahead)
            z = gesture.ground_m[k] + self._radius_m + step.lift * self._gait.swing_height_m
            feet[k] = (origin[0] + cos * x - sin * y, origin[1] + sin * x + cos * y, z)
        return self._kinematics.inverse((feet - origin) @ rotation)

    def rates(self, gesture: Gesture) -> FloatArray:
        """(4, 3) joint speeds."""
        if gesture.standing:
            return np.zeros((4, 3))
        later = gesture._replace(phase=(gesture.phase + _MOMENT) % 1.0)
        change = self.angles(later) - self.angles(gesture)
        return np.asarray(change / (_MOMENT * self._gait.period_s))

    def torques(self, gesture: Gesture) -> FloatArray:
        """(4, 3) joint torques of feet that share the robot's weight evenly."""
        stands = self.contact(gesture)
        push = np.outer(stands * self._weight_n / stands.sum(), gesture.rotation[2])
        jacobian = self._kinematics.forward(self.angles(gesture))[1]
        return np.asarray(-(push[:, None, :] @ jacobian)[:, 0])

    def _steps(self, gesture: Gesture) -> list[Step]:
        if gesture.standing:
            return [Step(0.0, 0.0, True)] * 4
        return [self._step((gesture.phase + offset) % 1.0) for offset in _OFFSETS]

    def _step(self, phase: float) -> Step:
        duty = self._gait.duty
        if phase < duty:
            return Step(0.5 - phase / duty, 0.0, True)
        swing = (phase - duty) / (1.0 - duty)
        eased = swing * swing * (3.0 - 2.0 * swing)
        return Step(eased - 0.5, math.sin(math.pi * swing), False)
