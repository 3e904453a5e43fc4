"""A trot on torque control: which feet stand, where the others step, and how hard each joint turns.

Stance forces come from a least-squares share of the wanted body acceleration (as in Focchi et al., "High-slope
terrain locomotion for torque-controlled quadruped robots", 2017); feet are placed by Raibert's rule with a
capture-point correction (Raibert, "Legged Robots That Balance", 1986; Pratt et al., "Capture point", 2006).
"""

import math
from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray

from ..world.physics import GRAVITY_M_S2
from .forces import ForceDistribution
from .kinematics import LegKinematics
from .spec import RobotSpec
from .swing import Swing, still
from .terrain import ElevationMap

_PRESS = 0.03
_OFFSETS = np.array([0.0, 0.5, 0.5, 0.0])


@dataclass
class BodyState:
    """What the controller knows: frames are world unless a name says otherwise.

    Attributes:
        origin_m: (3,) base link origin.
        centre_m, velocity_m_s: (3,) centre of mass of the whole robot.
        rotation: (3, 3) base to world.
        angular_rad_s: (3,).
        q, dq: (4, 3) canonical joint angles and speeds.
        contact: (4,) feet that touch something.
    """

    origin_m: FloatArray
    centre_m: FloatArray
    velocity_m_s: FloatArray
    rotation: FloatArray
    angular_rad_s: FloatArray
    q: FloatArray
    dq: FloatArray
    contact: BoolArray


@dataclass(frozen=True)
class BodyModel:
    """Mass properties of the robot as it stands, in the base link frame.

    Attributes:
        mass_kg, centre_m, inertia: of the whole robot; (3,) and (3, 3) about the centre.
        leg_inertia: (4, 3, 3) joint-space inertia of each leg, canonical angles.
        leg_weight_nm: (4, 3) torques that hold the legs up.
        head_inertia: kg·m² about the neck.
    """

    mass_kg: float
    centre_m: FloatArray
    inertia: FloatArray
    leg_inertia: FloatArray
    leg_weight_nm: FloatArray
    head_inertia: float


class Trot:
    """The gait controller of one robot; `update` once a control period."""

    def __init__(self, spec: RobotSpec, model: BodyModel, terrain: ElevationMap) -> None:
        gait = spec.gait
        self._spec, self._model, self._terrain = spec, model, terrain
        self._kinematics = LegKinematics(spec.legs)
        self._period_s, self._duty = gait.period_s, gait.duty
        self._height_m = gait.stand_height_m - spec.legs.foot_radius_m + float(model.centre_m[2])
        # Gains are written in units of the natural frequency, so that they fit robots of every size.
        self._pace = math.sqrt(GRAVITY_M_S2 / self._height_m)
        weight = model.mass_kg * GRAVITY_M_S2
        self._forces = ForceDistribution(self._height_m / 1.8, friction=0.45, most_n=1.1 * weight)
        self._nominal = self._kinematics.hips_m.copy()
        self._nominal[:, 1] += self._kinematics.offset_m
        self._nominal -= model.centre_m
        self._dt = 1.0 / gait.control_hz

    def reset(self, state: BodyState) -> None:
        """Stand where `state` is."""
        foot, _ = self._kinematics.forward(state.q)
        feet = state.origin_m + foot @ state.rotation.T
        self._anchor = feet
        self._swing: list[Swing | None] = [None] * 4
        self._share = np.full(4, 0.5)
        self._lost = np.zeros(4, dtype=np.int64)
        self._phase = self._duty
        self._standing = True
        self._strides = 0.0
        self._command: FloatArray = np.zeros(3)
        self._drift: FloatArray = np.zeros(2)
        self._yaw_error = 0.0
        self._hold_yaw = math.atan2(state.rotation[1, 0], state.rotation[0, 0])
        self._normal: FloatArray = np.array([0.0, 0.0, 1.0])
        self._ground = float(feet[:, 2].mean())

    @property
    def standing(self) -> bool:
        """Whether all feet are to stay where they are."""
        return self._standing

    @property
    def ground_m(self) -> float:
        """Mean height of the feet's ground, world z."""
        return self._ground

    @property
    def stance(self) -> BoolArray:
        """(4,) feet that carry the robot."""
        return np.array([swing is None for swing in self._swing])

    def update(self, state: BodyState, command: FloatArray) -> FloatArray:
        """Joint torques (4, 3), canonical, N·m.

        Args:
            state: now.
            command: (3,) forward m/s, lateral m/s (left), yaw rate rad/s.
        """
        dt = self._dt
        foot, jacobian = self._kinematics.forward(state.q)
        arms_b = foot @ state.rotation.T
        feet = state.origin_m + arms_b
        jacobian = state.rotation @ jacobian
        heading = state.rotation[:2, 0] / math.hypot(state.rotation[0, 0], state.rotation[1, 0])
        self._follow_command(command, dt)
        self._choose_mode(state, command, feet, heading)
        self._schedule(state, feet, dt)
        self._sense_ground(feet, dt)
        force, moment = self._wanted(state, heading, dt)
        forces = self._forces.solve(force, moment, feet - state.centre_m, self._share, self._normal)
        torque = self._model.leg_weight_nm - (jacobian.transpose(0, 2, 1) @ forces[:, :, None])[:, :, 0]
        for leg, swing in enumerate(self._swing):
            if swing is not None:
                torque[leg] = self._step(leg, swing, state, heading, feet[leg], jacobian[leg])
        limit = self._spec.gait.torque_limit_nm
        return np.clip(torque, -limit, limit)

    # What the body should do

    def _follow_command(self, command: FloatArray, dt: float) -> None:
        """Let the wanted speed change no faster than the legs can follow."""
        most = np.array([2.5, 1.5, 0.8 * self._pace]) * dt
        self._command = self._command + np.clip(command - self._command, -most, most)

    def _wanted(self, state: BodyState, heading: FloatArray, dt: float) -> tuple[FloatArray, FloatArray]:
        """Force and moment (3,) on the centre of mass that bring the body to its height, attitude and speed."""
        pace, model = self._pace, self._model
        normal = self._normal
        cos, sin = heading
        forward, left, turn = self._command
        wanted = np.array([cos * forward - sin * left, sin * forward + cos * left])
        speed = state.velocity_m_s
        lag = wanted - speed[:2]
        rate_error = turn - state.angular_rad_s[2]
        if self._standing:
            self._drift = self._anchor[:, :2].mean(axis=0) - state.centre_m[:2]
            across = 2.0 * pace**2 * self._drift + 2.5 * pace * lag
            self._yaw_error = _wrap(self._hold_yaw - math.atan2(sin, cos))
        else:
            self._drift = _shorten(self._drift + lag * dt, 0.12 * self._height_m)
            self._yaw_error = min(max(self._yaw_error + rate_error * dt, -0.15), 0.15)
            turning = turn * np.array([-wanted[1], wanted[0]])
            across = 0.6 * pace**2 * self._drift + 1.5 * pace * lag + turning
        centre = self._plane_point
        ground = centre[2] - (normal[:2] @ (state.centre_m[:2] - centre[:2])) / normal[2]
        climb = -(normal[:2] @ speed[:2]) / normal[2]
        lift = 4.0 * pace**2 * (self._height_m - (state.centre_m[2] - ground)) + 3.0 * pace * (climb - speed[2])
        across = _shorten(across, 0.4 * GRAVITY_M_S2)
        force = model.mass_kg * np.array([across[0], across[1], lift + GRAVITY_M_S2])
        tilt = _cross(state.rotation[:, 2], normal)
        rate = state.angular_rad_s
        twist = np.array(
            [
                9.0 * pace**2 * tilt[0] - 4.0 * pace * rate[0],
                9.0 * pace**2 * tilt[1] - 4.0 * pace * rate[1],
                4.0 * pace**2 * self._yaw_error + 4.0 * pace * rate_error,
            ]
        )
        moment = state.rotation @ (model.inertia @ (state.rotation.T @ twist))
        return force, moment

    def _sense_ground(self, feet: FloatArray, dt: float) -> None:
        """Plane under the feet: where each stands, or will stand."""
        for leg, swing in enumerate(self._swing):
            self._anchor[leg] = feet[leg] if swing is None else swing.target
        points = self._anchor
        along = points[0] + points[1] - points[2] - points[3]
        across = points[0] + points[2] - points[1] - points[3]
        normal = _cross(along, across)
        normal /= math.sqrt(normal @ normal) + 1e-9
        blend = min(1.0, dt * 1.5 * self._pace)
        self._normal = self._normal + blend * (normal - self._normal)
        self._normal /= math.sqrt(self._normal @ self._normal)
        middle = points.mean(axis=0)
        self._ground += blend * (middle[2] - self._ground)
        self._plane_point = np.array([middle[0], middle[1], self._ground])

    # Which feet stand

    def _choose_mode(self, state: BodyState, command: FloatArray, feet: FloatArray, heading: FloatArray) -> None:
        """Stop stepping when told to stand and at rest; start again on a command or a push."""
        cos, sin = heading
        speed = state.velocity_m_s[:2]
        told = bool(np.abs(command).max() > 0.02)
        if self._standing:
            capture = state.centre_m[:2] + speed / self._pace - feet[:, :2].mean(axis=0)
            ahead, aside = cos * capture[0] + sin * capture[1], -sin * capture[0] + cos * capture[1]
            length, width = np.abs(self._nominal[:, :2]).mean(axis=0)
            tipping = (ahead / length) ** 2 + (aside / width) ** 2 > 0.45**2
            if told or tipping:
                self._standing = False
                self._strides = 0.0
                self._phase = self._duty
                self._drift = np.zeros(2)
                self._yaw_error = 0.0
            return
        calm = np.abs(self._command).max() < 0.02 and math.hypot(*speed) < 0.12 * self._pace * self._height_m / 2
        self._strides = self._strides + self._dt / self._period_s if calm and not told else 0.0
        if self._strides > 1.0:
            self._standing = True
            self._hold_yaw = math.atan2(sin, cos)

    def _schedule(self, state: BodyState, feet: FloatArray, dt: float) -> None:
        """Lift and set down feet by the clock and by what they feel, and fade their loads in and out."""
        if not self._standing:
            self._phase = (self._phase + dt / self._period_s) % 1.0
        stand_s = self._duty * self._period_s
        fade_s = 0.12 * stand_s
        for leg in range(4):
            swing = self._swing[leg]
            phase = (self._phase + _OFFSETS[leg]) % 1.0
            due = not self._standing and phase >= self._duty
            self._lost[leg] = 0 if state.contact[leg] else self._lost[leg] + 1
            if swing is not None:
                swing.elapsed_s += dt
                landed = state.contact[leg] and (swing.progress > 0.6 or (not due and swing.progress > 0.3))
                if landed:
                    self._swing[leg] = None
                    self._share[leg] = 0.2
                    self._terrain.touch(feet[leg] - [0.0, 0.0, self._spec.legs.foot_radius_m])
                continue
            if due and phase < self._duty + 0.2:
                duration = (1.0 - self._duty) * self._period_s
                self._swing[leg] = Swing(
                    feet[leg].copy(), feet[leg].copy(), feet[leg][2], duration, 0.5 * self._height_m
                )
                self._share[leg] = 0.0
            elif self._lost[leg] > 3 and not self._standing:
                self._swing[leg] = still(feet[leg].copy(), 0.5 * self._height_m)
                self._share[leg] = 0.0
            else:
                ending_s = (self._duty - phase) * self._period_s
                limit = 1.0 if self._standing else min(1.0, max(0.1, ending_s / fade_s))
                self._share[leg] = min(limit, self._share[leg] + dt / fade_s)

    # Where the others step

    def _step(
        self, leg: int, swing: Swing, state: BodyState, heading: FloatArray, foot: FloatArray, jacobian: FloatArray
    ) -> FloatArray:
        """Joint torques (3,) that carry a swinging foot along its path."""
        if swing.progress < 0.75:
            self._aim(leg, swing, state, heading)
        position, speed, acceleration = swing.reference()
        velocity = state.velocity_m_s + _cross(state.angular_rad_s, foot - state.centre_m) + jacobian @ state.dq[leg]
        stiff = 6.0 * self._pace
        wanted = stiff**2 * (position - foot) + 2.0 * stiff * (speed - velocity) + acceleration
        torque: FloatArray = self._model.leg_inertia[leg] @ np.linalg.solve(jacobian, wanted)
        torque += self._model.leg_weight_nm[leg]
        return torque

    def _aim(self, leg: int, swing: Swing, state: BodyState, heading: FloatArray) -> None:
        """Set or correct where the foot comes down and how high it is carried."""
        cos, sin = heading
        forward, left, turn = self._command
        left_s = max(0.0, swing.duration_s - swing.elapsed_s)
        stand_s = self._duty * self._period_s
        speed = state.velocity_m_s[:2]
        wanted = np.array([cos * forward - sin * left, sin * forward + cos * left])
        angle = turn * (left_s + 0.5 * stand_s)
        cos_t, sin_t = math.cos(angle), math.sin(angle)
        x, y = self._nominal[leg, 0], self._nominal[leg, 1]
        x, y = cos_t * x - sin_t * y, sin_t * x + cos_t * y
        capture = 0.7 / self._pace * (speed - wanted)
        place = state.centre_m[:2] + np.array([cos * x - sin * y, sin * x + cos * y])
        place = place + speed * left_s + wanted * (0.5 * stand_s) + _shorten(capture, 0.6 * self._height_m)
        radius = self._spec.legs.foot_radius_m
        place_x, place_y = self._terrain.foothold(float(place[0]), float(place[1]), 0.15)
        ground = self._terrain.height(place_x, place_y) + radius
        if math.isnan(ground):
            centre, normal = self._plane_point, self._normal
            ground = centre[2] - (normal[0] * (place_x - centre[0]) + normal[1] * (place_y - centre[1])) / normal[2]
        # Aiming a little below the ground makes the foot arrive in time and moving.
        target = np.array([place_x, place_y, ground - _PRESS * self._height_m])
        top = self._terrain.top(swing.start[:2], target[:2]) + radius
        swing.target = target
        swing.apex_m = max(
            max(swing.start[2], ground) + self._spec.gait.swing_height_m, top + 0.6 * self._spec.gait.swing_height_m
        )


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Cross product of two (3,) vectors; `np.cross` costs ten times as much."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def _shorten(vector: FloatArray, longest: float) -> FloatArray:
    length = math.sqrt(vector @ vector)
    return vector if length <= longest else vector * (longest / length)


def _wrap(angle: float) -> float:
    return (angle + math.pi) % (2 * math.pi) - math.pi
