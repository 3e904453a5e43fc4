"""An open-loop trot in joint angles, for learners to lean on; it knows nothing of how the robot moves.

Iscen et al., "Policies Modulating Trajectory Generators" (2018), show that a policy that only corrects such a pattern
learns with a fraction of the experience.
"""

import math

import numpy as np

from patrolgym.envs.types import FloatArray

from ..robots.kinematics import LegKinematics
from ..robots.spec import RobotSpec

# Diagonal legs step together.
_OFFSETS = np.array([0.0, 0.5, 0.5, 0.0])
# Commands below this, m/s or rad/s, lift the feet less, down to nothing when told to stand.
_FULL_LIFT = 0.1


class TrotGuide:
    """Joint targets of a kinematic trot: feet go straight back on the ground and swing forward through the air.

    Args:
        spec: the robot; period, duty and lift are those of its own trot.
    """

    def __init__(self, spec: RobotSpec) -> None:
        self._kinematics = LegKinematics(spec.legs)
        gait = spec.gait
        self._period_s, self._duty, self._lift_m = gait.period_s, gait.duty, gait.swing_height_m
        self.stance = self._kinematics.standing(gait.stand_height_m - spec.legs.foot_radius_m)
        self._feet = self._kinematics.forward(self.stance)[0]

    def reset(self, phase: float) -> None:
        """Start at a phase 0..1 of the stride."""
        self._phase = phase

    @property
    def clock(self) -> tuple[float, float]:
        """Sine and cosine of the phase."""
        angle = math.tau * self._phase
        return math.sin(angle), math.cos(angle)

    def advance(self, command: FloatArray, dt: float) -> FloatArray:
        """Canonical joint targets (12,) for the next `dt`, about the stance.

        Args:
            command: (3,) forward, lateral, yaw rate.
            dt: control period, s.
        """
        self._phase = (self._phase + dt / self._period_s) % 1.0
        forward, left, turn = command.tolist()
        stroke = np.stack([forward - turn * self._feet[:, 1], left + turn * self._feet[:, 0]], axis=1)
        stroke *= self._duty * self._period_s
        phase = (self._phase + _OFFSETS) % 1.0
        air = np.clip((phase - self._duty) / (1.0 - self._duty), 0.0, 1.0)
        ease = air * air * (3.0 - 2.0 * air)
        along = np.where(phase < self._duty, 0.5 - phase / self._duty, ease - 0.5)
        feet = self._feet.copy()
        feet[:, :2] += along[:, None] * stroke
        lift = min(1.0, float(np.abs(command).max()) / _FULL_LIFT)
        feet[:, 2] += lift * self._lift_m * np.sin(math.pi * air) ** 2
        return (self._kinematics.inverse(feet) - self.stance).ravel()
