"""Stand-ins for the moment of a measurement."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from patrolgym.envs.sensors.base import Pose, SensorContext
from patrolgym.envs.types import FloatArray

#: Camera at (1, 2, 1) that looks along +x: x right = -y, y down = -z, z forward = +x.
LOOK_EAST = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
CAMERA_M = np.array([1.0, 2.0, 1.0])


class Robot:
    """Stands at (1, 2, 0.5)."""

    def __init__(self, **state: Any) -> None:
        at_rest = {
            "position_m": np.array([1.0, 2.0, 0.5]),
            "rotation": np.eye(3),
            "velocity_m_s": np.zeros(3),
            "angular_velocity_rad_s": np.zeros(3),
            "joint_q": np.linspace(-1.0, 1.0, 12),
            "joint_dq": np.zeros(12),
            "joint_tau": np.full(12, 20.0),
        }
        self.state = SimpleNamespace(**{**at_rest, **state})

    def camera_pose(self) -> Pose:
        return CAMERA_M, LOOK_EAST

    def lidar_pose(self) -> Pose:
        return CAMERA_M, np.eye(3)


def believe(position_m: FloatArray, rotation: FloatArray) -> Pose:
    return position_m, rotation


def moment(time_s: float = 0.0, seed: int = 0, robot: Robot | None = None, **world: Any) -> SensorContext:
    rng = world.pop("rng", np.random.default_rng(seed))
    scene = world.pop("scene", None)
    return SensorContext(time_s, scene, robot or Robot(), 1.0, believe, rng, **world)
