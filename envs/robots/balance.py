"""How the ground must push for the body to keep its height, attitude and speed."""

import math

import numpy as np

from patrolgym.envs.types import Point

from ..world.physics import GRAVITY_M_S2
from .body import BodyModel, BodyState, Pace
from .support import SupportPlane

# Gains over the pace (1/s) or its square; found on the flat at one seed, checked on slopes, kerbs and pushes.
_HEIGHT, _RISE = 4.0, 3.0
_TILT, _ROLLING = 9.0, 4.0
_YAW, _TURNING = 4.0, 4.0
_WALK_DRIFT, _WALK_SPEED = 0.6, 1.5
# How much drift is remembered, in body heights: on edges feet that step on the spot would carry the body away.
_LEASH, _LEASH_ON_THE_SPOT = 0.12, 0.4
_STAND_DRIFT, _STAND_SPEED = 2.0, 2.5
# What the friction cone of the feet can give for speeding up, as a share of gravity.
_MOST_ACROSS = 0.4
_MOST_YAW_RAD = 0.15


class Balance:
    """Feedback on the trunk, with leashed integrals of the speed errors so that commands are met on average."""

    def __init__(self, model: BodyModel, pace: Pace) -> None:
        self._model, self._pace = model, pace
        self._drift = (0.0, 0.0)
        self._yaw_error = 0.0
        self._hold_yaw = 0.0

    def start_walking(self) -> None:
        """Forget the place that was held."""
        self._drift, self._yaw_error = (0.0, 0.0), 0.0

    def start_standing(self, state: BodyState) -> None:
        """Hold the present heading."""
        self._hold_yaw = math.atan2(state.heading[1], state.heading[0])

    def wrench(
        self, state: BodyState, command: Point, support: SupportPlane, standing: bool, dt: float
    ) -> tuple[Point, Point]:
        """Force and moment wanted on the centre of mass, world frame, gravity included.

        Args:
            state: now.
            command: forward, left, yaw rate; smooth.
            support: the ground.
            standing: hold the middle of the feet instead of a speed.
            dt: control period, s.
        """
        rate, mass = self._pace.rate, self._model.mass_kg
        cx, cy, cz = state.centre_m.tolist()
        vx, vy, vz = state.velocity_m_s.tolist()
        forward, left, turn = command
        wx, wy = state.in_world(forward, left)
        lag_x, lag_y = wx - vx, wy - vy
        turn_lag = turn - float(state.angular_rad_s[2])
        if standing:
            self._drift = support.middle_m[0] - cx, support.middle_m[1] - cy
            angle = self._hold_yaw - math.atan2(state.heading[1], state.heading[0])
            self._yaw_error = (angle + math.pi) % (2 * math.pi) - math.pi
            drift, speed = _STAND_DRIFT * rate * rate, _STAND_SPEED * rate
        else:
            leash = (_LEASH if forward or left else _LEASH_ON_THE_SPOT) * self._pace.height_m
            self._drift = shorten(self._drift[0] + lag_x * dt, self._drift[1] + lag_y * dt, leash)
            self._yaw_error = min(max(self._yaw_error + turn_lag * dt, -_MOST_YAW_RAD), _MOST_YAW_RAD)
            drift, speed = _WALK_DRIFT * rate * rate, _WALK_SPEED * rate
        # In a bend the wanted velocity itself turns.
        ax = drift * self._drift[0] + speed * lag_x - turn * wy
        ay = drift * self._drift[1] + speed * lag_y + turn * wx
        ax, ay = shorten(ax, ay, _MOST_ACROSS * GRAVITY_M_S2)
        low = self._pace.height_m - (cz - support.height(cx, cy))
        az = _HEIGHT * rate * rate * low + _RISE * rate * (support.climb(vx, vy) - vz) + GRAVITY_M_S2
        return (mass * ax, mass * ay, mass * az), self._moment(state, support, turn_lag)

    def _moment(self, state: BodyState, support: SupportPlane, turn_lag: float) -> Point:
        rate, rotation = self._pace.rate, state.rotation
        ux, uy, uz = rotation[:, 2].tolist()
        nx, ny, nz = support.normal
        spin_x, spin_y, _ = state.angular_rad_s.tolist()
        twist = np.array(
            [
                _TILT * rate * rate * (uy * nz - uz * ny) - _ROLLING * rate * spin_x,
                _TILT * rate * rate * (uz * nx - ux * nz) - _ROLLING * rate * spin_y,
                _YAW * rate * rate * self._yaw_error + _TURNING * rate * turn_lag,
            ]
        )
        x, y, z = (rotation @ (self._model.inertia @ (twist @ rotation))).tolist()
        return x, y, z


def shorten(x: float, y: float, longest: float) -> tuple[float, float]:
    """The vector (x, y), cut to a length."""
    length = math.hypot(x, y)
    if length <= longest:
        return x, y
    return x * longest / length, y * longest / length
