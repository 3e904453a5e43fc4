"""A robot without joint physics: its base moves as its gait was measured to move it."""

import math

import numpy as np

from patrolgym.envs.types import FloatArray, Point

from ..world.physics import Physics
from .base import DYNAMICS, BodyContact, Dynamics, Pose, RobotState
from .bumper import Bumper, Place
from .footing import Footing, Verdict
from .head import Head
from .kinematics import LegKinematics
from .motion import AxisMotion, Motion
from .spec import RobotSpec
from .stride import Gesture, Stride
from .striding import StridingState
from .sway import Sway
from .turning import quaternion, tilted, upright
from .visuals import Visual, load_visuals

# Moments of a walk, s; where there is something in the way, thin legs must not come out on its other side.
_STEP_S, _CLOSE_STEP_S = 0.1, 0.05
# A command smaller than that is none, as for the gait.
_NO_COMMAND = 0.02
_LYING_M = 0.25


class KinematicQuadruped:
    """One robot of any `RobotSpec` that has been measured, in one `Physics` that is never stepped.

    Speeds follow commands with the lag and limits of `spec.motion`; the trunk keeps its height over the ground, leans
    with the slope and sways. What stands higher than a step stops it: the body slides along, and that is a contact, as
    with people and whatever else the physics world holds. It falls only where two feet find no ground, or on a slope
    steeper than its legs hold. Power comes from the measured cost of standing, stepping, each speed and climbing.

    Args:
        spec: which robot.
        physics: the world.
        rng: of the sway.
    """

    def __init__(self, spec: RobotSpec, physics: Physics, rng: np.random.Generator) -> None:
        self.spec, self._motion, self._physics, self._rng = spec, measured(spec), physics, rng
        self._axes = (self._motion.forward, self._motion.lateral, self._motion.yaw)
        self._kinematics = LegKinematics(spec.legs)
        self._signs, self._offsets = np.array(spec.legs.signs), np.array(spec.legs.offsets_rad)
        self._lidar_m = np.array(spec.lidar.mount_m)
        self._visuals: list[Visual] | None = None

    # Placing

    def spawn(self, x_m: float, y_m: float, yaw_rad: float, ground_z_m: float = 0.0) -> None:
        """Load the robot into the world, standing at rest on ground of height `ground_z_m`.

        Call it after `Physics.reset()`; all of the robot's memory starts anew.
        """
        spec, physics = self.spec, self._physics
        if not all(map(math.isfinite, (x_m, y_m, yaw_rad, ground_z_m))):
            raise ValueError(f"spawn pose must be finite, got {x_m!r}, {y_m!r}, {yaw_rad!r}, {ground_z_m!r}")
        start = np.array([x_m, y_m, ground_z_m + spec.gait.stand_height_m])
        self._body = physics.load_urdf(spec.urdf_path, start, np.array([0.0, 0.0, 0.0, 1.0]))
        joints = {joint.name: joint.number for joint in physics.joints(self._body)}
        self._legs = [joints[name] for leg in spec.legs.joints for name in leg]
        self._neck = [joints[name] for name in spec.head.joints or ()]
        self._base_offset, self._base_turn = physics.base_inertial(self._body)
        self._stand = self._kinematics.standing(spec.gait.stand_height_m - spec.legs.foot_radius_m)
        self._pose_legs(self._stand)
        mass_kg = sum(link.mass_kg for link in physics.link_masses(self._body))
        self._stride = Stride(spec, self._kinematics, mass_kg)
        # Even a robot that takes no kerb lifts its feet over what lies about.
        self._step_m = step_m = max(self._motion.step_m, 0.5 * spec.gait.swing_height_m)
        self._footing = Footing(spec, self._motion.steepest_rad, step_m, physics)
        self._footing.stand(x_m, y_m, yaw_rad, ground_z_m)
        self._head = Head(spec.head)
        self._place: Place = (x_m, y_m, yaw_rad)
        self._command: Point = (0.0, 0.0, 0.0)
        self._speed: Point = (0.0, 0.0, 0.0)
        self._climb_m_s = 0.0
        self._sway = Sway(spec, self._motion, self._rng)
        self._phase = self._idle_s = 0.0
        self._standing, self._fallen = True, False
        self._energy_j, self._power_w = 0.0, self._motion.power.stand_w
        self._bumper = Bumper(spec, step_m, physics, self._body)
        self._settle_pose()

    # Commands

    def set_command(self, forward_m_s: float, lateral_m_s: float, yaw_rate_rad_s: float) -> None:
        """Walk: speeds in the heading frame, cut to the robot's limits; all zero means stand."""
        self._command = self.spec.speed.cut(forward_m_s, lateral_m_s, yaw_rate_rad_s)

    def set_head(self, pan_rad: float, tilt_rad: float) -> None:
        """Turn the camera head to an angle, tilt positive upwards; it goes there at its own rate."""
        self._head.aim(pan_rad, tilt_rad)

    def set_joint_targets(self, q: FloatArray) -> None:
        """There are no joints to hold: always a ValueError."""
        raise ValueError("kinematic dynamics have no joints to command; use dynamics 'full'")

    def see(self, points_world: FloatArray) -> None:
        """The ground is known without looking."""

    # Moving

    def advance(self, duration_s: float) -> None:
        """Let `duration_s` pass."""
        if not (duration_s > 0.0 and math.isfinite(duration_s)):
            raise ValueError(f"duration_s must be positive, got {duration_s!r}")
        count = math.ceil(duration_s / _STEP_S - 1e-9)
        before_m = self._footing.plane.ground_m
        for _ in range(count):
            self._walk(duration_s / count)
        self._climb_m_s = (self._footing.plane.ground_m - before_m) / duration_s
        self._head.advance(duration_s)
        self._sway.advance(duration_s, self._speed, not (self._standing or self._fallen))
        self._power_w = self._drawn_w()
        self._energy_j += self._power_w * duration_s
        self._settle_pose()
        if self._fallen:
            self._bumper.touched.append(BodyContact(self._at(), -1, 0.0))

    def _walk(self, dt: float) -> None:
        """Follow the command for a moment, as far as ground and things allow."""
        if self._fallen:
            return
        forward, left, turn = (
            _followed(speed, wanted, axis, dt)
            for speed, wanted, axis in zip(self._speed, self._command, self._axes, strict=True)
        )
        if self._standing and max(map(abs, self._command)) <= _NO_COMMAND:
            forward = left = turn = 0.0
        x, y, yaw = self._place
        heading = yaw + 0.5 * turn * dt
        cos, sin = math.cos(heading), math.sin(heading)
        wanted = (x + (cos * forward - sin * left) * dt, y + (sin * forward + cos * left) * dt, yaw + turn * dt)
        reached = wanted
        if not self._bumper.free(wanted, self._footing.plane):
            if dt > _CLOSE_STEP_S:
                self._walk(0.5 * dt)
                self._walk(0.5 * dt)
                return
            reached = self._bumper.clear(wanted, self._place, self._footing.plane)
        self._choose_mode(dt, max(abs(forward), abs(left), abs(turn)))
        self._speed = (forward, left, turn)
        verdict, points = self._footing.feel(*reached)
        if verdict is Verdict.TOO_HIGH:
            self._bumper.touched.append(BodyContact(self._at(), -1, 0.0))
            reached = self._place
            _, points = self._footing.feel(*reached)
        self._fallen = not self._footing.tread(points, dt) or verdict is Verdict.NO_GROUND
        if reached != wanted:
            gone_x, gone_y = (reached[0] - x) / dt, (reached[1] - y) / dt
            gone = (cos * gone_x + sin * gone_y, cos * gone_y - sin * gone_x, (reached[2] - yaw) / dt)
            forward, left, turn = (_within(g, s) for g, s in zip(gone, self._speed, strict=True))
            self._speed = (forward, left, turn)
        self._place = reached

    def _choose_mode(self, dt: float, speed: float) -> None:
        """Stand a whole stride after the last command, as the gait does."""
        told = max(map(abs, self._command)) > _NO_COMMAND
        self._idle_s = 0.0 if told or speed > _NO_COMMAND else self._idle_s + dt
        if told:
            self._standing = False
        elif self._idle_s > self.spec.gait.period_s:
            self._standing = True
        self._phase = 0.0 if self._standing else (self._phase + dt / self.spec.gait.period_s) % 1.0

    def _drawn_w(self) -> float:
        power, (forward, left, turn) = self._motion.power, self._speed
        if self._standing or self._fallen:
            return power.stand_w
        climb = self._climb_m_s
        drawn = power.step_w + power.forward * forward**2 + power.lateral * left**2 + power.yaw * turn**2
        drawn += power.climb * climb if climb > 0.0 else power.descend * -climb
        return max(drawn, self.spec.power.hotel_w)

    # What it is doing

    @property
    def body(self) -> int:
        """Body id in the physics world."""
        return self._body

    @property
    def state(self) -> RobotState:
        """Its state after the last `advance`, in arrays that cannot be changed."""
        return self._state

    def _settle_pose(self) -> None:
        """Work out where the trunk is."""
        x, y, yaw = self._place
        plane, sway, stand = self._footing.plane, self._sway.now.tolist(), self.spec.gait.stand_height_m
        rotation = upright(yaw, plane.normal)
        if self._fallen:
            rotation = rotation @ np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
            origin = np.array([x, y, plane.height(x, y) + _LYING_M * stand])
        else:
            rotation = rotation @ tilted(sway[3], sway[4])
            sink = 0.0 if self._standing else self._motion.trunk.sink_m
            origin = np.array([x, y, plane.height(x, y) + stand - sink + sway[5]])
        self._rotation, self._origin = rotation, origin
        forward, left, turn = (speed + rock for speed, rock in zip(self._speed, sway[:3], strict=True))
        cos, sin = math.cos(yaw), math.sin(yaw)
        velocity = np.array([cos * forward - sin * left, sin * forward + cos * left, self._climb_m_s])
        roll, pitch = self._sway.rates.tolist()
        spin = np.array([cos * roll - sin * pitch, sin * roll + cos * pitch, turn])
        if self._fallen:
            velocity, spin = np.zeros(3), np.zeros(3)
        ground = tuple(z for _, _, z in self._footing.points)
        pan, tilt = self._head.angles
        self._state = StridingState(
            self._stride,
            Gesture(self._phase, self._standing or self._fallen, self._speed, ground, origin, rotation),
            position_m=origin,
            rotation=rotation,
            velocity_m_s=velocity,
            angular_velocity_rad_s=spin,
            pan_rad=pan,
            tilt_rad=tilt,
            power_w=self._power_w,
            energy_wh=self._energy_j / 3600.0,
        )

    def _at(self) -> Point:
        x, y, _ = self._place
        return x, y, self._footing.plane.height(x, y) + self._step_m

    @property
    def standing(self) -> bool:
        """Whether it has come to rest on four feet."""
        return self._standing

    @property
    def battery_fraction(self) -> float:
        """What is left of the battery, 0..1."""
        return max(0.0, 1.0 - self._energy_j / 3600.0 / self.spec.power.battery_wh)

    @property
    def fallen(self) -> bool:
        """Whether it lies on the ground; it does not get up."""
        return self._fallen

    def body_contacts(self) -> list[BodyContact]:
        """Contacts of anything but the feet since the last call."""
        touched, self._bumper.touched = self._bumper.touched, []
        return touched

    def met_bodies(self) -> set[int]:
        """Physics bodies that anything of it, feet included, touched since the last call."""
        met, self._bumper.met = self._bumper.met, set()
        return met

    def camera_pose(self) -> Pose:
        """Camera centre (3,) and rotation (3, 3) camera to world; camera frame x right, y down, z forward."""
        position, rotation = self._head.camera_in_base(*self._head.angles)
        return self._origin + self._rotation @ position, self._rotation @ rotation

    def lidar_pose(self) -> Pose:
        """Lidar centre (3,) and rotation (3, 3) to world of its axes x forward, y left, z up."""
        return self._origin + self._rotation @ self._lidar_m, self._rotation.copy()

    @property
    def visuals(self) -> list[Visual]:
        """(vertices (n, 3), faces (m, 3), rgb (m, 3) 0..1) of each link in its own frame, the base first."""
        if self._visuals is None:
            self._visuals = load_visuals(self.spec.urdf_path, self._physics.link_names(self._body))
        return self._visuals

    def link_poses(self) -> list[Pose]:
        """(position (3,), rotation (3, 3)) in the world of each entry of `visuals`, legs in their stride."""
        rotation = self._rotation
        offset = self._origin + rotation @ self._base_offset
        self._physics.place(self._body, offset, quaternion(rotation @ self._base_turn))
        self._pose_legs(self._state.joint_q.reshape(4, 3))
        for joint, angle in zip(self._neck, self._head.angles, strict=False):
            self._physics.set_joint(self._body, joint, angle)
        frames = self._physics.link_frames(self._body)
        # What runs into things is the standing robot, whoever looked at it.
        self._pose_legs(self._stand)
        for joint in self._neck:
            self._physics.set_joint(self._body, joint, 0.0)
        return [(self._origin.copy(), rotation.copy()), *frames]

    def _pose_legs(self, angles: FloatArray) -> None:
        for joint, angle in zip(self._legs, (self._signs * angles + self._offsets).ravel(), strict=True):
            self._physics.set_joint(self._body, joint, float(angle))


def measured(spec: RobotSpec) -> Motion:
    """The figures of a robot; a ValueError where nobody has measured it."""
    if spec.motion is None:
        raise ValueError(
            f"robot {spec.name!r} has not been measured for kinematic dynamics: "
            "run python -m patrolgym.envs.robots.measure with its file"
        )
    return spec.motion


def _followed(speed: float, wanted: float, axis: AxisMotion, dt: float) -> float:
    """`AxisMotion`'s law over one moment."""
    change = (axis.gain * wanted - speed) * -math.expm1(-dt / axis.lag_s)
    return speed + min(max(change, -axis.most * dt), axis.most * dt)


def _within(speed: float, wanted: float) -> float:
    """A speed that was reached, between nothing and what was wanted: walls stop but do not throw back."""
    return min(max(speed, min(wanted, 0.0)), max(wanted, 0.0))


DYNAMICS.add("kinematic", Dynamics(KinematicQuadruped, measured, ("velocity", "walk")))
