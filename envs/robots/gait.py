"""A trot on torque control: which feet stand, which swing, and how hard each joint turns.

Stance forces come from a least-squares share of the wanted body acceleration (as in Focchi et al., "High-slope
terrain locomotion for torque-controlled quadruped robots", 2017).
"""

import math

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray, Point

from ..world.physics import GRAVITY_M_S2
from .balance import Balance
from .body import BodyModel, BodyState
from .forces import ForceDistribution
from .kinematics import LegKinematics
from .spec import RobotSpec
from .stepping import Stepping, pace_of
from .support import SupportPlane
from .swing import Swing, feel_down
from .terrain import ElevationMap

# Diagonal legs step together.
_OFFSETS = (0.0, 0.5, 0.5, 0.0)
# Friction that the force shares count on; less than the slipperiest floor it is meant for (0.5).
_FRICTION = 0.45
# Part of the stance over which a foot's load fades in and out.
_FADE = 0.12
# Most share of the load for a foot that has lost the ground: at full load a leg that slips off an edge flies away.
_LOOSE = 0.2
# A foot that is late by this share of the stride is waited for, so long at most: the clock stands still, and so do the
# feet that would lift next.
_LATE, _WAIT_S = 0.03, 0.2
# How far the capture point may leave the middle of the feet, in half stance sizes, before a standing robot steps.
_TIPPING = 0.45
# And how near it must be for a robot that steps on the spot to stand.
_STEADY = 0.25
_AIM_EVERY = 3


class Trot:
    """The gait controller of one robot; `update` once a control period."""

    def __init__(self, spec: RobotSpec, kinematics: LegKinematics, model: BodyModel, terrain: ElevationMap) -> None:
        gait = spec.gait
        self._model, self._terrain = model, terrain
        self._pace = pace_of(spec, model)
        self._balance = Balance(model, self._pace)
        self._stepping = Stepping(spec, kinematics, model, self._pace, terrain)
        self._forces = ForceDistribution(self._pace.height_m / 1.8, _FRICTION, 1.1 * model.mass_kg * GRAVITY_M_S2)
        self._period_s, self._duty, self._dt = gait.period_s, gait.duty, 1.0 / gait.control_hz
        self._stride = self._dt / self._period_s  # share of one in a control period
        self._torque_limit = gait.torque_limit_nm
        self._foot_radius_m = spec.legs.foot_radius_m
        self._search_m_s = 0.5 * self._pace.height_m
        self._quickest = (2.5 * self._dt, 1.5 * self._dt, 0.8 * self._pace.rate * self._dt)
        half = np.abs(np.array(self._stepping.nominal_m)).mean(axis=0)
        self._half_length_m, self._half_width_m = float(half[0]), float(half[1])

    def reset(self, state: BodyState) -> None:
        """Stand where `state` is."""
        self._anchor = state.feet_m.copy()
        self._support = SupportPlane(self._anchor, 1.5 * self._pace.rate)
        self._swing: list[Swing | None] = [None] * 4
        self._share = [0.5] * 4
        self._lost = [0] * 4
        self._phase = self._duty
        self._standing = True
        self._idle = self._waited_s = 0.0
        self._tick = 0
        self._command: Point = (0.0, 0.0, 0.0)
        self._balance.start_standing(state)

    @property
    def standing(self) -> bool:
        """Whether all feet are to stay where they are."""
        return self._standing

    @property
    def ground_m(self) -> float:
        """Mean height of the ground under the feet, world z."""
        return self._support.ground_m - self._foot_radius_m

    @property
    def stance(self) -> BoolArray:
        """(4,) feet that carry the robot."""
        return np.array([swing is None for swing in self._swing])

    def update(self, state: BodyState, command: Point) -> FloatArray:
        """Joint torques (4, 3), canonical, N·m.

        Args:
            state: now.
            command: forward m/s, lateral m/s (left), yaw rate rad/s.
        """
        # The legs cannot follow a jump in speed.
        forward, left, turn = (
            now + min(max(wanted - now, -most), most)
            for now, wanted, most in zip(self._command, command, self._quickest, strict=True)
        )
        self._command = (forward, left, turn)
        self._choose_mode(state, command)
        self._schedule(state)
        self._aim(state)
        force, moment = self._balance.wrench(state, self._command, self._support, self._standing, self._dt)
        arms = state.feet_m - state.centre_m
        forces = self._forces.solve(force, moment, arms, self._share, self._support.normal)
        torque: FloatArray = self._model.leg_weight_nm - (forces[:, None, :] @ state.jacobian)[:, 0]
        for leg, swing in enumerate(self._swing):
            if swing is not None:
                torque[leg] = self._stepping.torque(leg, swing, state, arms[leg])
        return np.minimum(np.maximum(torque, -self._torque_limit), self._torque_limit)

    def _aim(self, state: BodyState) -> None:
        """Aim the swinging feet and take the ground's slope from where all of them stand or will."""
        fresh = self._tick % _AIM_EVERY == 0
        self._tick += 1
        for leg, swing in enumerate(self._swing):
            if swing is None:
                self._anchor[leg] = state.feet_m[leg]
            else:
                if fresh or swing.elapsed_s == 0.0:
                    self._stepping.aim(leg, swing, state, self._command, self._support)
                self._anchor[leg] = swing.target
        self._support.update(self._anchor.tolist(), self._dt)

    def _choose_mode(self, state: BodyState, command: Point) -> None:
        """Stop stepping when told to stand and at rest; start again on a command or a push."""
        told = max(map(abs, command)) > 0.02
        lean = self._lean(state)
        if self._standing:
            if told or lean > _TIPPING:
                self._standing, self._idle, self._phase = False, 0.0, self._duty
                self._balance.start_walking()
            return
        self._idle = 0.0 if told or max(map(abs, self._command)) > 0.02 else self._idle + self._dt
        # A whole stride without a command brings every foot under its hip. Waiting for perfect rest would not do:
        # on edges the feet never come to stand where the body would be at rest over them.
        if self._idle > self._period_s and lean < _STEADY:
            self._standing = True
            self._balance.start_standing(state)

    def _lean(self, state: BodyState) -> float:
        """How far the capture point is from the middle of the feet, in half stance sizes."""
        (ax, ay, _), (bx, by, _), (cx, cy, _), (dx, dy, _) = state.feet_m.tolist()
        x, y, _ = state.centre_m.tolist()
        vx, vy, _ = state.velocity_m_s.tolist()
        ahead, aside = state.in_heading(
            x - 0.25 * (ax + bx + cx + dx) + vx / self._pace.rate,
            y - 0.25 * (ay + by + cy + dy) + vy / self._pace.rate,
        )
        return math.hypot(ahead / self._half_length_m, aside / self._half_width_m)

    def _schedule(self, state: BodyState) -> None:
        """Lift and set down feet by the clock and by what they feel, and fade their loads in and out."""
        if not self._standing and not self._waits():
            self._phase = (self._phase + self._stride) % 1.0
        for leg, swing in enumerate(self._swing):
            phase = (self._phase + _OFFSETS[leg]) % 1.0
            due = not self._standing and phase >= self._duty
            self._lost[leg] = 0 if state.contact[leg] else self._lost[leg] + 1
            # A foot that found no ground all through its stance (hung on an edge, say) steps again in its turn.
            free = swing is None or swing.progress > 1.5
            if free and due and phase < self._duty + 0.5 * (1.0 - self._duty):
                start = _point(state.feet_m[leg])
                duration = (1.0 - self._duty) * self._period_s
                self._lift(leg, Swing(start, start, start[2], duration, self._search_m_s))
            elif swing is not None:
                self._land(leg, swing, state, due)
            elif self._lost[leg] > 3 and not self._standing:
                self._lift(leg, feel_down(_point(state.feet_m[leg]), self._search_m_s))
            else:
                self._load(leg, phase)

    def _waits(self) -> bool:
        """Whether the clock stands still for a foot that is late."""
        late = any(
            swing is not None and _LATE < (self._phase + offset) % 1.0 <= _LATE + self._stride
            for swing, offset in zip(self._swing, _OFFSETS, strict=True)
        )
        self._waited_s = self._waited_s + self._dt if late else 0.0
        return 0.0 < self._waited_s < _WAIT_S

    def _lift(self, leg: int, swing: Swing) -> None:
        self._swing[leg], self._share[leg] = swing, 0.0

    def _land(self, leg: int, swing: Swing, state: BodyState, due: bool) -> None:
        swing.elapsed_s += self._dt
        if state.contact[leg] and swing.progress > (0.6 if due else 0.3):
            self._swing[leg], self._share[leg] = None, 0.2
            x, y, z = _point(state.feet_m[leg])
            self._terrain.touch(x, y, z - self._foot_radius_m)

    def _load(self, leg: int, phase: float) -> None:
        fade_s = _FADE * self._duty * self._period_s
        left_s = (self._duty - phase) * self._period_s
        most = 1.0 if self._standing else min(1.0, max(0.1, left_s / fade_s))
        if self._lost[leg]:
            most = min(most, _LOOSE)
        self._share[leg] = min(most, self._share[leg] + self._dt / fade_s)


def _point(row: FloatArray) -> Point:
    x, y, z = row.tolist()
    return x, y, z
