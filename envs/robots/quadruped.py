"""A walking robot in the physics world: commands in, motion, contacts and energy out."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from patrolgym.envs.types import FloatArray, Point

from ..world.physics import Physics
from .base import DYNAMICS, BodyContact, Dynamics, RobotState
from .body import BodyModel, BodyState
from .gait import Trot
from .head import Head
from .kinematics import LegKinematics
from .masses import weigh
from .spec import RobotSpec
from .terrain import REACH_M, ElevationMap
from .visuals import Visual, load_visuals

_FALLEN_TILT = math.cos(math.radians(60.0))


class Servo(NamedTuple):
    """PD drives of the 12 leg joints, in the order of `RobotState.joint_q`.

    Attributes:
        stiffness: N·m/rad.
        damping: N·m·s/rad.
        limit_nm: most torque.
    """

    stiffness: tuple[float, ...]
    damping: tuple[float, ...]
    limit_nm: tuple[float, ...]


class Quadruped:
    """One robot of any `RobotSpec` in one `Physics`.

    Args:
        spec: which robot.
        physics: the world; its step rate must be a whole multiple of the gait's control rate.
    """

    def __init__(self, spec: RobotSpec, physics: Physics) -> None:
        self.spec, self._physics = spec, physics
        ratio = 1.0 / (spec.gait.control_hz * physics.timestep_s)
        self._steps_per_control = round(ratio)
        if self._steps_per_control < 1 or abs(ratio - self._steps_per_control) > 1e-6:
            raise ValueError(
                f"{spec.name}: control_hz {spec.gait.control_hz:g} must divide the physics rate "
                f"{1 / physics.timestep_s:g} Hz"
            )
        self._kinematics = LegKinematics(spec.legs)
        self._signs, self._offsets = np.array(spec.legs.signs), np.array(spec.legs.offsets_rad)
        self._terrain = ElevationMap(reach_m=0.5 * spec.gait.stand_height_m, ceiling_m=0.9 * spec.gait.stand_height_m)
        self._head = Head(spec.head)
        self._visuals: list[Visual] | None = None
        self._state: RobotState | None = None
        self._body = -1

    # Placing

    def spawn(self, x_m: float, y_m: float, yaw_rad: float, ground_z_m: float = 0.0) -> None:
        """Load the robot into the world, standing at rest on ground of height `ground_z_m`.

        Call it after `Physics.reset()`; all of the robot's memory starts anew.
        """
        spec, physics = self.spec, self._physics
        position = np.array([x_m, y_m, ground_z_m + spec.gait.stand_height_m + 0.002])
        if not (np.isfinite(position).all() and math.isfinite(yaw_rad)):
            raise ValueError(f"spawn pose must be finite, got {x_m!r}, {y_m!r}, {yaw_rad!r}, {ground_z_m!r}")
        quaternion = np.array([0.0, 0.0, math.sin(yaw_rad / 2), math.cos(yaw_rad / 2)])
        self._body = physics.load_urdf(
            spec.urdf_path, position, quaternion, inertia_from_file=spec.urdf_inertia, visible=False
        )
        joints = {joint.name: joint.number for joint in physics.joints(self._body)}
        self._legs = [self._joint(joints, name) for leg in spec.legs.joints for name in leg]
        self._neck = [self._joint(joints, name) for name in spec.head.joints or ()]
        self._leg_of_link = self._shanks()
        self._driven = self._legs + self._neck
        physics.free_joints(self._body, [joint.number for joint in physics.joints(self._body) if joint.movable])
        physics.set_contact(self._body, spec.gait.friction)
        stand = self._kinematics.standing(spec.gait.stand_height_m - spec.legs.foot_radius_m)
        for joint, angle in zip(self._legs, (self._signs * stand + self._offsets).ravel(), strict=True):
            physics.set_joint(self._body, joint, float(angle))
        self._base_offset, self._base_turn = physics.base_inertial(self._body)
        self._model = weigh(physics, self._body, self._kinematics, stand, self._legs, self._neck)
        centre, offset = self._model.centre_m, self._base_offset
        # From the base link origin to its inertial frame and to the centre of mass, and from that frame to the centre.
        self._marks = np.array([offset, centre, centre - offset])
        self._gait = Trot(spec, self._kinematics, self._model, self._terrain)
        self._terrain.clear()
        self._head = Head(spec.head)
        self._command: Point = (0.0, 0.0, 0.0)
        self._targets: FloatArray | None = None
        self._torque: FloatArray = np.zeros((4, 3))
        self._torques = [0.0] * len(self._driven)
        self._energy_j, self._power_w = 0.0, spec.power.hotel_w
        self._touched: list[BodyContact] = []
        self._met: set[int] = set()
        self._countdown = 0
        self._sense()
        self._gait.reset(self._now)

    def _joint(self, joints: dict[str, int], name: str) -> int:
        if name not in joints:
            raise ValueError(
                f"{self.spec.name}: no joint {name!r} in {self.spec.urdf_path}; it has: {', '.join(sorted(joints))}"
            )
        return joints[name]

    def _shanks(self) -> dict[int, int]:
        """Leg of each link that a knee carries: the shank and what is fixed to it."""
        knees = {self._legs[3 * leg + 2]: leg for leg in range(4)}
        for joint in self._physics.joints(self._body):
            if joint.parent in knees:
                knees[joint.number] = knees[joint.parent]
        return knees

    # Commands

    def set_command(self, forward_m_s: float, lateral_m_s: float, yaw_rate_rad_s: float) -> None:
        """Walk: speeds in the heading frame, cut to the robot's limits; all zero means stand."""
        self._command = self.spec.speed.cut(forward_m_s, lateral_m_s, yaw_rate_rad_s)
        self._targets = None

    def set_head(self, pan_rad: float, tilt_rad: float) -> None:
        """Turn the camera head to an angle, tilt positive upwards; it goes there at its own rate."""
        self._head.aim(pan_rad, tilt_rad)

    def set_joint_targets(self, q: FloatArray) -> None:
        """Hold canonical joint angles (12,) by PD torque instead of walking, until the next `set_command`."""
        targets = np.asarray(q, dtype=float)
        if targets.shape != (12,) or not np.isfinite(targets).all():
            raise ValueError(f"joint targets must be 12 finite angles, got {q!r}")
        self._targets = targets.reshape(4, 3)

    def see(self, points_world: FloatArray) -> None:
        """Feed lidar hits (n, 3), world frame, to the elevation map; hits on the robot itself are dropped."""
        points = np.asarray(points_world, dtype=float)
        if points.ndim != 2 or points.shape[1] != 3:
            raise ValueError(f"points must have shape (n, 3), got {points.shape}")
        state, length, width = self._now, self.spec.size_m[0], self.spec.size_m[1]
        ground = self._gait.ground_m
        x, y = points[:, 0] - state.origin_m[0], points[:, 1] - state.origin_m[1]
        cos, sin = state.heading
        ahead, aside = np.abs(x * cos + y * sin), np.abs(y * cos - x * sin)
        own = (ahead < 0.5 * length + 0.15) & (aside < 0.5 * width + 0.1) & (points[:, 2] > ground + 0.15)
        near = (np.abs(x) < REACH_M) & (np.abs(y) < REACH_M)
        self._terrain.update(points[near & ~own], state.origin_m[:2], ground)

    # Moving

    def advance(self, duration_s: float) -> None:
        """Let `duration_s` pass, controlling and stepping the physics; it must be a whole number of physics steps."""
        count = round(duration_s / self._physics.timestep_s)
        if count < 1 or abs(count * self._physics.timestep_s - duration_s) > 1e-6:
            raise ValueError(f"duration_s must be a multiple of {self._physics.timestep_s:g}, got {duration_s!r}")
        while count > 0:
            steps = min(count, self._prepare())
            self._countdown -= steps
            self._physics.step(steps)
            self._sensed = False
            count -= steps
        self._sense()

    def before_step(self) -> None:
        """Control as due, then set the torques of the next physics step; whoever calls it calls `Physics.step` next."""
        self._prepare()
        self._sensed = False
        self._countdown -= 1

    def servo(self, drives: Servo, course: Sequence[tuple[FloatArray, int]], push_n: FloatArray | None = None) -> None:
        """Follow joint targets by PD torque at every physics step, without gait; all of `course` passes.

        Args:
            drives: of the legs.
            course: canonical targets (12,) and for how many physics steps each of them holds.
            push_n: force (3,) in world axes on the trunk meanwhile.
        """
        physics, body, driven = self._physics, self._body, self._driven
        gains = list(zip(*drives, strict=True)) + self._neck_gains()
        torques = self._torques
        for targets, steps in course:
            goals = (self._signs * targets.reshape(4, 3) + self._offsets).ravel().tolist() + self._neck_goals()
            rows = [(goal, *gain) for goal, gain in zip(goals, gains, strict=True)]
            for _ in range(steps):
                angles, speeds = physics.joint_states(body, driven)
                torques = [
                    min(max(stiff * (goal - angle) - damp * speed, -most), most)
                    for (goal, stiff, damp, most), angle, speed in zip(rows, angles, speeds, strict=True)
                ]
                physics.set_torques(body, driven, torques)
                if push_n is not None:
                    physics.push(body, push_n)
                physics.step()
        self._torques = torques
        self._torque = self._signs * np.array(torques[: len(self._legs)]).reshape(4, 3)
        self._sense()
        self._use_power(self._now, sum(steps for _, steps in course) * physics.timestep_s)

    def _prepare(self) -> int:
        """Control as due and set the torques; returns how many physics steps they are meant for."""
        if self._countdown == 0:
            # Stiff joint control needs every physics step; the gait does not.
            self._countdown = self._steps_per_control if self._targets is None else 1
            self._control(self._countdown * self._physics.timestep_s)
        self._physics.set_torques(self._body, self._driven, self._torques)
        return self._countdown

    def _control(self, period: float) -> None:
        if not self._sensed:
            self._sense()
        now = self._now
        if self._targets is None:
            self._torque = self._gait.update(now, self._command)
        else:
            self._torque = self._hold(now, self._targets)
        self._head.advance(period)
        self._torques = (self._signs * self._torque).ravel().tolist() + self._hold_head()
        self._use_power(now, period)

    def _hold(self, now: BodyState, targets: FloatArray) -> FloatArray:
        """PD torque, stiff enough to stand on."""
        limit = self.spec.gait.torque_limit_nm
        return np.clip(2.5 * limit * (targets - now.q) - 0.06 * limit * now.dq, -limit, limit)

    def _hold_head(self) -> list[float]:
        gains = zip(self._neck_goals(), self._neck_gains(), self._neck_q, self._neck_dq, strict=True)
        return [stiff * (goal - angle) - damp * speed for goal, (stiff, damp, _), angle, speed in gains]

    def _neck_goals(self) -> list[float]:
        return list(self._head.angles) if self._neck else []

    def _neck_gains(self) -> list[tuple[float, float, float]]:
        """Stiffness, damping and no limit for each joint of the head."""
        inertia = self._model.head_inertia
        return [(25.0**2 * inertia, 2.0 * 25.0 * inertia, math.inf)] * len(self._neck)

    def _use_power(self, now: BodyState, period_s: float) -> None:
        power = self.spec.power
        torque: list[float] = self._torque.ravel().tolist()
        speed: list[float] = now.dq.ravel().tolist()
        work = sum(max(t * s, 0.0) for t, s in zip(torque, speed, strict=True)) / power.efficiency
        self._power_w = power.hotel_w + work + power.copper_w_nm2 * sum(t * t for t in torque)
        self._energy_j += self._power_w * period_s

    def _sense(self) -> None:
        """Read the body, the joints and the contacts."""
        physics, legs = self._physics, len(self._legs)
        position, rotation, velocity, angular = physics.base_state(self._body)
        angles, speeds = physics.joint_states(self._body, self._driven)
        turn: FloatArray = np.array(rotation).reshape(3, 3) @ self._base_turn.T
        self._neck_q, self._neck_dq = angles[legs:], speeds[legs:]
        joints = np.array((angles[:legs], speeds[:legs])).reshape(2, 4, 3)
        q, dq = self._signs * (joints[0] - self._offsets), self._signs * joints[1]
        offset, arm, spin = self._marks @ turn.T
        origin = np.array(position) - offset
        (vx, vy, vz), (wx, wy, wz), (x, y, z) = velocity, angular, spin.tolist()
        drift = np.array((vx + wy * z - wz * y, vy + wz * x - wx * z, vz + wx * y - wy * x))
        foot, jacobian = self._kinematics.forward(q)
        feet = origin + foot @ turn.T
        length = math.hypot(rotation_x := float(turn[0, 0]), rotation_y := float(turn[1, 0])) + 1e-9
        self._state, self._sensed = None, True
        self._now = BodyState(
            origin,
            origin + arm,
            drift,
            turn,
            np.array(angular),
            (rotation_x / length, rotation_y / length),
            q,
            dq,
            feet,
            turn @ jacobian,
            self._feel(feet),
        )

    def _feel(self, feet: FloatArray) -> list[bool]:
        """Which feet touch; anything else that touches is remembered for `body_contacts`."""
        contact = [False] * 4
        places, near = feet.tolist(), (1.5 * self.spec.legs.foot_radius_m) ** 2
        for touch in self._physics.contacts(self._body):
            if touch.force_n <= 0.0:
                continue
            self._met.add(touch.other)
            x, y, z = touch.position_m
            leg = self._leg_of_link.get(touch.link)
            if leg is not None:
                fx, fy, fz = places[leg]
                if (x - fx) ** 2 + (y - fy) ** 2 + (z - fz) ** 2 < near:
                    contact[leg] = True
                    continue
            self._touched.append(BodyContact(touch.position_m, touch.other, touch.force_n))
        return contact

    # What it is doing

    @property
    def body(self) -> int:
        """Body id in the physics world."""
        return self._body

    @property
    def state(self) -> RobotState:
        """Its state as it was sensed last, in arrays that cannot be changed."""
        if self._state is None:
            self._state = self._told()
        return self._state

    def _told(self) -> RobotState:
        now = self._now
        (wx, wy, wz), (x, y, z) = now.angular_rad_s.tolist(), (now.origin_m - now.centre_m).tolist()
        pan, tilt = self._pan_tilt()
        state = RobotState(
            position_m=now.origin_m,
            rotation=now.rotation,
            velocity_m_s=now.velocity_m_s + (wy * z - wz * y, wz * x - wx * z, wx * y - wy * x),
            angular_velocity_rad_s=now.angular_rad_s,
            joint_q=now.q.ravel(),
            joint_dq=now.dq.ravel(),
            joint_tau=self._torque.ravel(),
            foot_contact=np.array(now.contact),
            pan_rad=pan,
            tilt_rad=tilt,
            power_w=self._power_w,
            energy_wh=self._energy_j / 3600.0,
        )
        for value in vars(state).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
        return state

    @property
    def model(self) -> BodyModel:
        """Its masses as it was spawned."""
        return self._model

    @property
    def mass_kg(self) -> float:
        """Of the whole robot as it was spawned."""
        return self._model.mass_kg

    @property
    def standing(self) -> bool:
        """Whether it has come to rest on four feet."""
        return self._gait.standing

    @property
    def battery_fraction(self) -> float:
        """What is left of the battery, 0..1."""
        return max(0.0, 1.0 - self._energy_j / 3600.0 / self.spec.power.battery_wh)

    @property
    def fallen(self) -> bool:
        """Whether the trunk leans more than 60 degrees or lies on the ground."""
        clearance = self._now.origin_m[2] - self._gait.ground_m
        return bool(self._now.rotation[2, 2] < _FALLEN_TILT or clearance < 0.4 * self.spec.gait.stand_height_m)

    def body_contacts(self) -> list[BodyContact]:
        """Contacts of anything but the feet since the last call."""
        touched, self._touched = self._touched, []
        return touched

    def met_bodies(self) -> set[int]:
        """Physics bodies that anything of it, feet included, touched since the last call."""
        met, self._met = self._met, set()
        return met

    def camera_pose(self) -> tuple[FloatArray, FloatArray]:
        """Camera centre (3,) and rotation (3, 3) camera to world; camera frame x right, y down, z forward."""
        now = self._now
        position, rotation = self._head.camera_in_base(*self._pan_tilt())
        return now.origin_m + now.rotation @ position, now.rotation @ rotation

    def lidar_pose(self) -> tuple[FloatArray, FloatArray]:
        """Lidar centre (3,) and rotation (3, 3) to world of its axes x forward, y left, z up."""
        now = self._now
        return now.origin_m + now.rotation @ np.array(self.spec.lidar.mount_m), now.rotation.copy()

    @property
    def visuals(self) -> list[Visual]:
        """(vertices (n, 3), faces (m, 3), rgb (m, 3) 0..1) of each link in its own frame, the base first."""
        if self._visuals is None:
            self._visuals = load_visuals(self.spec.urdf_path, self._physics.link_names(self._body))
        return self._visuals

    def link_poses(self) -> list[tuple[FloatArray, FloatArray]]:
        """(position (3,), rotation (3, 3)) in the world of each entry of `visuals`."""
        return [(self._now.origin_m.copy(), self._now.rotation.copy()), *self._physics.link_frames(self._body)]

    def _pan_tilt(self) -> tuple[float, float]:
        return (self._neck_q[0], self._neck_q[1]) if self._neck else self._head.angles


DYNAMICS.add(
    "full",
    Dynamics(
        lambda spec, physics, rng: Quadruped(spec, physics),
        lambda spec: None,
        ("velocity", "walk", "joint"),
        ("lidar",),
    ),
)
