"""What the world knows of a robot, however it is moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray

from ..registry import Registry
from ..world.physics import Physics
from .spec import RobotSpec
from .visuals import Visual

Pose = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class RobotState:
    """The robot now: world frame, base link frame; legs in the order of `spec.LEGS`.

    Attributes:
        position_m: (3,) base link origin.
        rotation: (3, 3) base to world.
        velocity_m_s: (3,) of the base link origin, world frame.
        angular_velocity_rad_s: (3,) world frame.
        joint_q, joint_dq, joint_tau: (12,) canonical angle, speed and torque, leg by leg.
        foot_contact: (4,) which feet touch something.
        pan_rad, tilt_rad: of the head; tilt is positive upwards.
        power_w: drawn from the battery, mean over the last control period.
        energy_wh: drawn since it was spawned.
    """

    position_m: FloatArray
    rotation: FloatArray
    velocity_m_s: FloatArray
    angular_velocity_rad_s: FloatArray
    joint_q: FloatArray
    joint_dq: FloatArray
    joint_tau: FloatArray
    foot_contact: BoolArray
    pan_rad: float
    tilt_rad: float
    power_w: float
    energy_wh: float


class BodyContact(NamedTuple):
    """Something other than a foot touched: where (world, metres), which body, how hard."""

    position_m: tuple[float, float, float]
    other: int
    force_n: float


class Robot(Protocol):
    """A robot in a `World`: velocity commands in; motion, contacts and energy out."""

    @property
    def spec(self) -> RobotSpec:
        """What it is."""

    @property
    def body(self) -> int:
        """Body id in the physics world."""

    @property
    def state(self) -> RobotState:
        """Its state now, in arrays that cannot be changed."""

    @property
    def standing(self) -> bool:
        """Whether it has come to rest on four feet."""

    @property
    def battery_fraction(self) -> float:
        """What is left of the battery, 0..1."""

    @property
    def fallen(self) -> bool:
        """Whether it lies on the ground."""

    @property
    def visuals(self) -> list[Visual]:
        """(vertices (n, 3), faces (m, 3), rgb (m, 3) 0..1) of each link in its own frame, the base first."""

    def spawn(self, x_m: float, y_m: float, yaw_rad: float, ground_z_m: float = 0.0) -> None:
        """Stand at rest on ground of height `ground_z_m`; all memory starts anew."""

    def set_command(self, forward_m_s: float, lateral_m_s: float, yaw_rate_rad_s: float) -> None:
        """Walk: speeds in the heading frame, cut to the robot's limits; all zero means stand."""

    def set_head(self, pan_rad: float, tilt_rad: float) -> None:
        """Turn the camera head to an angle, tilt positive upwards."""

    def set_joint_targets(self, q: FloatArray) -> None:
        """Hold canonical joint angles (12,), where the dynamics have joints."""

    def see(self, points_world: FloatArray) -> None:
        """Take in lidar hits (n, 3), world frame."""

    def advance(self, duration_s: float) -> None:
        """Let time pass."""

    def body_contacts(self) -> Sequence[BodyContact]:
        """Contacts of anything but the feet since the last call."""

    def met_bodies(self) -> set[int]:
        """Physics bodies that anything of it, feet included, touched since the last call."""

    def camera_pose(self) -> Pose:
        """Camera centre (3,) and rotation (3, 3) camera to world; camera frame x right, y down, z forward."""

    def lidar_pose(self) -> Pose:
        """Lidar centre (3,) and rotation (3, 3) to world of its axes x forward, y left, z up."""

    def link_poses(self) -> list[Pose]:
        """(position (3,), rotation (3, 3)) in the world of each entry of `visuals`."""


@dataclass(frozen=True)
class Dynamics:
    """A way to move robots.

    Attributes:
        make: a robot of a spec in a physics world; the generator is for its noise.
        check: a ValueError where it cannot move robots of a spec.
        controls: values of the env's `control` that it can follow.
        sensors: sensors that it walks by, whether or not the agent is shown them.
    """

    make: Callable[[RobotSpec, Physics, np.random.Generator], Robot]
    check: Callable[[RobotSpec], object]
    controls: tuple[str, ...]
    sensors: tuple[str, ...] = ()


DYNAMICS: "Registry[Dynamics]" = Registry("dynamics", "patrolgym.envs.robots")
