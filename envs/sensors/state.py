"""What every robot knows of itself: the time, where it believes it is, how it moves, its head and its battery."""

import numpy as np
from gymnasium import spaces

from .base import SENSORS, Observation, Sensor, SensorContext
from .lidar import euler_rad

_POSE = np.array([500.0] * 3 + [np.pi] * 3, np.float32)
_SWIFT = np.array([10.0] * 3 + [20.0] * 3, np.float32)
_MOST = np.concatenate([_POSE, _SWIFT])


class StateSensor(Sensor):
    """`time` (s), `pose` (estimated x, y, z, roll, pitch, yaw), `velocity` (m/s, rad/s, base frame), `head`, `battery`.

    `head` is pan, tilt (rad, tilt up) and the zoom factor; `battery` the share left.
    """

    name = "state"
    looks = False
    rate_hz = 50.0

    def spaces(self) -> dict[str, spaces.Box]:
        """Bounds hold for every site size and robot."""
        low, high = np.array([-np.pi, -np.pi, 1.0], np.float32), np.array([np.pi, np.pi, 100.0], np.float32)
        return {
            "time": spaces.Box(0.0, 1e5, (1,), np.float32),
            "pose": spaces.Box(-_POSE, _POSE, dtype=np.float32),
            "velocity": spaces.Box(-_SWIFT, _SWIFT, dtype=np.float32),
            "head": spaces.Box(low, high),
            "battery": spaces.Box(0.0, 1.0, (1,), np.float32),
        }

    def read(self, context: SensorContext) -> Observation:
        """The state as the robot estimates it."""
        state = context.robot.state
        position, rotation = context.believe(state.position_m, state.rotation)
        to_base = state.rotation.T
        told = (position, euler_rad(rotation), to_base @ state.velocity_m_s, to_base @ state.angular_velocity_rad_s)
        # np.clip takes several times as long.
        cut = np.minimum(np.maximum(np.concatenate(told).astype(np.float32), -_MOST), _MOST)
        return {
            "time": np.array([context.time_s], np.float32),
            "pose": cut[:6],
            "velocity": cut[6:],
            "head": np.array([state.pan_rad, state.tilt_rad, context.zoom], np.float32),
            "battery": np.array([context.robot.battery_fraction], np.float32),
        }


SENSORS.add(StateSensor.name, StateSensor)
