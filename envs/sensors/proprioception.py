"""What the robot feels of itself: inertial unit, joints, and where localisation says that it is."""

import math

import numpy as np
from gymnasium import spaces

from ..types import FloatArray
from .base import SENSORS, Observation, Pose, Sensor, SensorContext

_GRAVITY_M_S2 = 9.81
#: Noise of one reading and fixed bias, of a MEMS unit: m/s², rad/s.
_ACCELERATION_NOISE, _ACCELERATION_BIAS = 0.05, 0.05
_RATE_NOISE, _RATE_BIAS = 0.005, 0.003
_JOINTS = 12
_JOINT_NOISE = np.repeat([0.001, 0.02, 0.5], _JOINTS)
_JOINT_LIMIT = np.repeat([2 * np.pi, 60.0, 1000.0], _JOINTS).astype(np.float32)
#: Error of lidar localisation: about 5 cm and 1 deg over all axes together (standard deviations); it wanders slowly.
_POSITION_ERROR_M = (0.033, 0.033, 0.015)
_ANGLE_ERROR_RAD = np.radians((0.45, 0.45, 0.75))
_ERROR_S = 12.0


class PoseEstimator:
    """Turns true poses into those that localisation believes: correlated errors of about 5 cm and 1 deg.

    The errors are an Ornstein-Uhlenbeck process, the same for every sensor of one moment, so that camera, lidar and
    base agree with each other. Call it with a true pose, and `advance` it as time passes.

    Args:
        rng: of this estimator alone or shared; the first error is drawn at once.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._spread = np.concatenate([_POSITION_ERROR_M, _ANGLE_ERROR_RAD])
        self._wander_to(self._spread * rng.standard_normal(6))

    def advance(self, dt_s: float) -> None:
        """Let the error wander for `dt_s`."""
        keep = math.exp(-dt_s / _ERROR_S)
        shake = math.sqrt(1.0 - keep**2) * self._spread * self._rng.standard_normal(6)
        self._wander_to(keep * self._error + shake)

    def _wander_to(self, error: FloatArray) -> None:
        self._error, self._turned = error, _turn(error[3:])

    def __call__(self, position_m: FloatArray, rotation: FloatArray) -> Pose:
        """The believed pose for a true one: position (3,), rotation (3, 3) from a frame of the robot to the world."""
        return np.asarray(position_m) + self._error[:3], self._turned @ np.asarray(rotation)


class ImuSensor(Sensor):
    """`imu` (6,): specific force m/s² (gravity included, +9.81 up at rest) and turn rate rad/s, base frame.

    The force is the mean since the last reading.
    """

    name = "imu"
    looks = False
    rate_hz = 50.0

    def __init__(self) -> None:
        self.reset(np.random.default_rng(0))

    def spaces(self) -> dict[str, spaces.Box]:
        """16 g and 35 rad/s, as such units have."""
        high = np.array([160.0] * 3 + [35.0] * 3, np.float32)
        return {"imu": spaces.Box(-high, high, dtype=np.float32)}

    def reset(self, rng: np.random.Generator) -> None:
        """Draw the biases."""
        self._bias = np.repeat([_ACCELERATION_BIAS, _RATE_BIAS], 3) * rng.standard_normal(6)
        self._last: tuple[float, FloatArray] | None = None

    def read(self, context: SensorContext) -> Observation:
        """Force from the change of velocity, turn rate as it is."""
        state = context.robot.state
        velocity = np.array(state.velocity_m_s, dtype=float)
        force = np.array([0.0, 0.0, _GRAVITY_M_S2])
        if self._last is not None and context.time_s > self._last[0]:
            force = force + (velocity - self._last[1]) / (context.time_s - self._last[0])
        self._last = (context.time_s, velocity)
        to_base = np.asarray(state.rotation).T
        true = np.concatenate([to_base @ force, to_base @ np.asarray(state.angular_velocity_rad_s)])
        noise = np.repeat([_ACCELERATION_NOISE, _RATE_NOISE], 3) * context.rng.standard_normal(6)
        limit = self.spaces()["imu"].high
        return {"imu": np.clip(true + self._bias + noise, -limit, limit).astype(np.float32)}


class JointsSensor(Sensor):
    """`joints` (36,): angle rad, speed rad/s and torque N·m of the 12 leg joints, in the order of the robot's spec."""

    name = "joints"
    looks = False
    rate_hz = 50.0

    def spaces(self) -> dict[str, spaces.Box]:
        """Beyond what any joint reaches."""
        return {"joints": spaces.Box(-_JOINT_LIMIT, _JOINT_LIMIT, dtype=np.float32)}

    def read(self, context: SensorContext) -> Observation:
        """Encoders and motor currents."""
        state = context.robot.state
        true = np.concatenate([state.joint_q, state.joint_dq, state.joint_tau])
        noisy = true + _JOINT_NOISE * context.rng.standard_normal(len(true))
        return {"joints": np.clip(noisy, -_JOINT_LIMIT, _JOINT_LIMIT).astype(np.float32)}


def _turn(vector_rad: FloatArray) -> FloatArray:
    """(3, 3) rotation by a small rotation vector (Rodrigues)."""
    x, y, z = vector_rad.tolist()
    angle = math.sqrt(x * x + y * y + z * z)
    length = max(angle, 1e-12)
    x, y, z = x / length, y / length, z / length
    sin, rest = math.sin(angle), 1.0 - math.cos(angle)
    return np.array(
        [
            [1.0 - rest * (y * y + z * z), rest * x * y - sin * z, rest * x * z + sin * y],
            [rest * x * y + sin * z, 1.0 - rest * (x * x + z * z), rest * y * z - sin * x],
            [rest * x * z - sin * y, rest * y * z + sin * x, 1.0 - rest * (x * x + y * y)],
        ]
    )


SENSORS.add(ImuSensor.name, ImuSensor)
SENSORS.add(JointsSensor.name, JointsSensor)
