"""The velocity-tracking reward: named terms times weights.

Terms and their proportions follow Rudin et al., "Learning to Walk in Minutes Using Massively Parallel Deep
Reinforcement Learning" (2021), made free of a robot's size: torques count in shares of the most torque.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray

from ..checks import one_of
from ..robots.base import RobotState
from ..robots.spec import RobotSpec

#: Weight of each term a second (`fall`: once). See `VelocityReward` for what they multiply.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "track_lin_vel": 1.0,
        "track_ang_vel": 0.5,
        "lin_vel_z": -1.0,
        "ang_vel_xy": -0.05,
        "orientation": -2.0,
        "base_height": -10.0,
        "torques": -0.05,
        "joint_acc": -1e-7,
        "action_rate": -0.02,
        "feet_air_time": 0.5,
        "collision": -0.2,
        "stand_still": -0.2,
        "fall": -2.0,
    }
)
#: Usual width of the tracking terms, (m/s)² and (rad/s)².
TRACKING_SIGMA = 0.25
#: A command below this, m/s or rad/s, means: stand.
STANDING = 0.05


class VelocityReward:
    """Terms of one control step.

    Terms:
        track_lin_vel: exp(-|command - velocity|² / sigma), level, base frame.
        track_ang_vel: the same of the yaw rate.
        lin_vel_z: squared vertical speed.
        ang_vel_xy: squared roll and pitch rates.
        orientation: squared level part of gravity in the base frame.
        base_height: squared deviation from the standing height in units of that height.
        torques: sum of (torque / most torque)².
        joint_acc: sum of squared joint accelerations.
        action_rate: sum of squared changes of the action.
        feet_air_time: time in the air beyond half a swing of the robot's own trot, summed over feet that come down.
        collision: how many places other than feet touch, at most 4.
        stand_still: sum of |joint angle - stance| while told to stand.
        fall: 1 at the fall.

    Args:
        spec: the robot.
        weights: other weights by term; those not named stay.
        sigma: width of the tracking terms, (m/s)² and (rad/s)².
    """

    def __init__(
        self, spec: RobotSpec, weights: Mapping[str, float] | None = None, sigma: float = TRACKING_SIGMA
    ) -> None:
        for name in sorted(weights or ()):
            one_of("reward term", name, WEIGHTS)
        self.weights = {**WEIGHTS, **(weights or {})}
        self._sigma = sigma
        gait = spec.gait
        self._height_m, self._torque_nm = gait.stand_height_m, gait.torque_limit_nm
        self._swing_s = 0.5 * (1.0 - gait.duty) * gait.period_s

    def reset(self, stance: FloatArray) -> None:
        """Start an episode; `stance` (12,) are the joint angles to stand with."""
        self._stance = stance
        self._air_s = np.zeros(4)
        self._dq: FloatArray = np.zeros(12)

    def terms(
        self,
        state: RobotState,
        velocity: FloatArray,
        command: FloatArray,
        action: FloatArray,
        last_action: FloatArray,
        touches: int,
        fallen: bool,
        dt: float,
    ) -> dict[str, float]:
        """Weighted terms; the reward is their sum.

        Args:
            state: after the step.
            velocity: (6,) linear and angular velocity, base frame.
            command: (3,) forward, lateral, yaw rate.
            action: (12,) of this step.
            last_action: (12,) of the step before.
            touches: how many places other than feet touch.
            fallen: whether the robot has fallen.
            dt: length of the step, s.
        """
        vx, vy, vz, wx, wy, wz = velocity.tolist()
        forward, left, turn = command.tolist()
        told_to_stand = max(abs(forward), abs(left), abs(turn)) < STANDING
        gx, gy = float(state.rotation[2, 0]), float(state.rotation[2, 1])
        tau, change = state.joint_tau / self._torque_nm, action - last_action
        acceleration = (state.joint_dq - self._dq) / dt
        self._dq = state.joint_dq
        values = {
            "track_lin_vel": np.exp(-((forward - vx) ** 2 + (left - vy) ** 2) / self._sigma),
            "track_ang_vel": np.exp(-((turn - wz) ** 2) / self._sigma),
            "lin_vel_z": vz * vz,
            "ang_vel_xy": wx * wx + wy * wy,
            "orientation": gx * gx + gy * gy,
            "base_height": (float(state.position_m[2]) / self._height_m - 1.0) ** 2,
            "torques": tau @ tau,
            "joint_acc": acceleration @ acceleration,
            "action_rate": change @ change,
            "feet_air_time": self._air_time(state.foot_contact, dt) / dt * (not told_to_stand),
            "collision": min(touches, 4),
            "stand_still": np.abs(state.joint_q - self._stance).sum() if told_to_stand else 0.0,
            "fall": fallen / dt,
        }
        return {name: float(self.weights[name] * dt * value) for name, value in values.items()}

    def _air_time(self, contact: BoolArray, dt: float) -> float:
        """Seconds beyond half a swing, of the feet that have just come down."""
        self._air_s += dt
        landed = contact & (self._air_s > dt * 1.5)
        beyond = float((self._air_s[landed] - self._swing_s).sum())
        self._air_s[contact] = 0.0
        return beyond
