"""A trot in joint angles, for learners to lean on; of how the robot moves it knows the mean speed alone.

Iscen et al., "Policies Modulating Trajectory Generators" (2018), show that a policy that only corrects such a pattern
learns with a fraction of the experience.
"""

import math

import numpy as np

from patrolgym.envs.types import FloatArray

from ..robots.body import BodyModel
from ..robots.kinematics import LegKinematics
from ..robots.spec import RobotSpec
from ..world.physics import GRAVITY_M_S2

# Diagonal legs step together.
_OFFSETS = np.array([0.0, 0.5, 0.5, 0.0])
# Commands below this, m/s or rad/s, lift the feet less, down to nothing when told to stand.
_FULL_LIFT = 0.1
# Strides grow by what speed was lacking over about this time, s, up to a share of the robot's limits.
_PATIENCE_S, _LONGER = 1.0, 0.3
# A foot takes its load and gives it up over this share of the stride.
_RAMP = 0.08


class TrotGuide:
    """Joint targets of a trot: feet go straight back on the ground and swing forward through the air.

    The targets are those that PD drives need to follow the pattern under the robot's weight: ahead of it in time by the
    drives' lag, and beyond it by the torques that carry the trunk, over the stiffness. Feet slip and legs give, so that
    strides are lengthened by the speed that was lacking before; there is no balance in it.

    Args:
        spec: the robot; period, duty and lift are those of its own trot.
        stiffness: of the drives, 1/rad of the most torque.
        lag_s: by which joints follow their targets.
    """

    def __init__(self, spec: RobotSpec, stiffness: float, lag_s: float) -> None:
        self._kinematics = LegKinematics(spec.legs)
        gait = spec.gait
        self._period_s, self._duty, self._lift_m = gait.period_s, gait.duty, gait.swing_height_m
        self._give_rad_nm, self._lag_s = 1.0 / (stiffness * gait.torque_limit_nm), lag_s
        most = np.array([spec.speed.forward_m_s, spec.speed.lateral_m_s, spec.speed.yaw_rad_s])
        self._longer, self._lacking = _LONGER * most, np.zeros(3)
        self.stance = self._kinematics.standing(gait.stand_height_m - spec.legs.foot_radius_m)
        self._feet = self._kinematics.forward(self.stance)[0]

    def reset(self, phase: float, model: BodyModel) -> None:
        """Start at a phase 0..1 of the stride of a robot with these masses."""
        self._phase, self._lacking = phase, np.zeros(3)
        front, rear = self._feet[:2, 0].mean(), self._feet[2:, 0].mean()
        ahead = float((model.centre_m[0] - rear) / (front - rear))
        weight = model.mass_kg * GRAVITY_M_S2
        self._load_n = weight * np.array([ahead, ahead, 1.0 - ahead, 1.0 - ahead])

    @property
    def clock(self) -> tuple[float, float]:
        """Sine and cosine of the phase."""
        angle = math.tau * self._phase
        return math.sin(angle), math.cos(angle)

    @property
    def lacking(self) -> FloatArray:
        """(3,) forward and lateral m/s and yaw rate by which it steps for more than was commanded."""
        return self._lacking

    def advance(self, command: FloatArray, speed: FloatArray, dt: float) -> FloatArray:
        """Canonical joint targets (12,) for the next `dt`, about the stance.

        Args:
            command: (3,) forward, lateral, yaw rate.
            speed: (3,) the same as it is now.
            dt: control period, s.
        """
        lift = min(1.0, float(np.abs(command).max()) / _FULL_LIFT)
        lacking = self._lacking + (command - speed) * (dt / _PATIENCE_S)
        self._lacking = lift * np.clip(lacking, -self._longer, self._longer)
        command = command + self._lacking
        ahead = (self._lag_s + 0.5 * dt) / self._period_s
        self._phase = (self._phase + dt / self._period_s) % 1.0
        phase = (self._phase + _OFFSETS) % 1.0
        angles = self._kinematics.inverse(self._places((phase + ahead) % 1.0, command, lift))
        _, jacobian = self._kinematics.forward(angles)
        share = lift * self._share(phase) + (1.0 - lift) * 0.5
        # The foot presses down with what it carries.
        torque = -jacobian[:, 2, :] * (share * self._load_n)[:, None]
        return (angles + self._give_rad_nm * torque - self.stance).ravel()

    def _places(self, phase: FloatArray, command: FloatArray, lift: float) -> FloatArray:
        """(4, 3) feet at their phases."""
        forward, left, turn = command.tolist()
        stroke = np.stack([forward - turn * self._feet[:, 1], left + turn * self._feet[:, 0]], axis=1)
        stroke *= self._duty * self._period_s
        air = np.clip((phase - self._duty) / (1.0 - self._duty), 0.0, 1.0)
        ease = air * air * (3.0 - 2.0 * air)
        along = np.where(phase < self._duty, 0.5 - phase / self._duty, ease - 0.5)
        feet = self._feet.copy()
        feet[:, :2] += along[:, None] * stroke
        feet[:, 2] += lift * self._lift_m * np.sin(math.pi * air) ** 2
        return feet

    def _share(self, phase: FloatArray) -> FloatArray:
        """(4,) share of the load of its end of the robot that each leg carries."""
        down = np.clip(np.minimum(phase, self._duty - phase) / _RAMP, 0.0, 1.0)
        pairs = down.reshape(2, 2)
        return np.asarray((pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1e-6)).ravel())
