"""Where the feet step, and the torques that carry them there.

Feet are placed by Raibert's rule with a capture-point correction (Raibert, "Legged Robots That Balance", 1986;
Pratt et al., "Capture point", 2006), then moved off edges that the elevation map shows.
"""

import math

from patrolgym.envs.types import FloatArray, Point

from ..world.physics import GRAVITY_M_S2
from .balance import shorten
from .body import BodyModel, BodyState, Pace
from .kinematics import LegKinematics
from .spec import RobotSpec
from .support import SupportPlane
from .swing import Swing
from .terrain import ElevationMap

# Share of the full capture-point step that is taken on a speed error, and its longest, in body heights.
_CAPTURE, _CAPTURE_MOST = 0.7, 0.6
# Aiming a little below the ground makes a foot arrive in time and moving; in body heights.
_PRESS = 0.03
# Bandwidth of a swinging foot, in paces.
_STIFF = 6.0
_FIXED_FROM, _CAREFUL_FROM = 0.75, 0.35
_SEARCH_M = 0.2
# A leg stretched out straight cannot push along itself; its Jacobian counts as no flatter than this, m³.
_FLATTEST_M3 = 1e-6


class Stepping:
    """Aims and carries the swinging feet of one robot."""

    def __init__(
        self, spec: RobotSpec, kinematics: LegKinematics, model: BodyModel, pace: Pace, terrain: ElevationMap
    ) -> None:
        self._model, self._pace, self._terrain = model, pace, terrain
        self._stand_s = spec.gait.duty * spec.gait.period_s
        self._lift_m, self._radius_m = spec.gait.swing_height_m, spec.legs.foot_radius_m
        nominal = kinematics.hips_m.copy()
        nominal[:, 1] += kinematics.offset_m
        self.nominal_m: list[list[float]] = (nominal - model.centre_m)[:, :2].tolist()
        self._inertia: list[list[Point]] = model.leg_inertia.tolist()
        self._weight_nm: list[Point] = model.leg_weight_nm.tolist()

    def aim(self, leg: int, swing: Swing, state: BodyState, command: Point, support: SupportPlane) -> None:
        """Set or correct where the foot comes down and how high it is carried."""
        # Changing one's mind between the two sides of an edge half way would put the foot on the edge.
        if swing.progress >= (_CAREFUL_FROM if swing.careful else _FIXED_FROM):
            return
        level_x, level_y = self._place(leg, swing.duration_s - swing.elapsed_s, state, command)
        x, y = self._terrain.foothold(level_x, level_y, _SEARCH_M)
        swing.careful = (x, y) != (level_x, level_y)
        ground = self._terrain.height(x, y) + self._radius_m
        if math.isnan(ground):
            ground = support.height(x, y)
        swing.target = (x, y, ground - _PRESS * self._pace.height_m)
        highest = self._terrain.top(swing.start[0], swing.start[1], x, y) + self._radius_m
        swing.apex_m = max(max(swing.start[2], ground) + self._lift_m, highest + 0.6 * self._lift_m)

    def _place(self, leg: int, left_s: float, state: BodyState, command: Point) -> tuple[float, float]:
        """Where the foot should stand on level ground, world x and y."""
        forward, left, turn = command
        vx, vy, _ = state.velocity_m_s.tolist()
        wx, wy = state.in_world(forward, left)
        angle = turn * (left_s + 0.5 * self._stand_s)
        cos, sin = math.cos(angle), math.sin(angle)
        ahead, aside = self.nominal_m[leg]
        x, y = state.in_world(cos * ahead - sin * aside, sin * ahead + cos * aside)
        capture = _CAPTURE / self._pace.rate
        cx, cy = shorten(capture * (vx - wx), capture * (vy - wy), _CAPTURE_MOST * self._pace.height_m)
        half = 0.5 * self._stand_s
        return (
            float(state.centre_m[0]) + x + vx * left_s + wx * half + cx,
            float(state.centre_m[1]) + y + vy * left_s + wy * half + cy,
        )

    def torque(self, leg: int, swing: Swing, state: BodyState, arm: FloatArray) -> Point:
        """Joint torques that carry a swinging foot along its path.

        Args:
            leg: which.
            swing: its step.
            state: now.
            arm: (3,) from the centre of mass to the foot.
        """
        place, speed, change = swing.reference()
        jacobian: list[Point] = state.jacobian[leg].tolist()
        moved, stiff = self._velocity(leg, state, arm, jacobian), _STIFF * self._pace.rate
        push = [
            stiff * stiff * (p - foot) + 2.0 * stiff * (s - v) + c
            for p, foot, s, v, c in zip(place, state.feet_m[leg].tolist(), speed, moved, change, strict=True)
        ]
        x, y, z = _solved(jacobian, push)
        (a, b, c), (d, e, f), (g, h, i) = self._inertia[leg]
        lift = self._weight_nm[leg]
        return a * x + b * y + c * z + lift[0], d * x + e * y + f * z + lift[1], g * x + h * y + i * z + lift[2]

    @staticmethod
    def _velocity(leg: int, state: BodyState, arm: FloatArray, jacobian: list[Point]) -> Point:
        """Velocity of a foot in the world."""
        vx, vy, vz = state.velocity_m_s.tolist()
        wx, wy, wz = state.angular_rad_s.tolist()
        x, y, z = arm.tolist()
        p, q, r = state.dq[leg].tolist()
        (a, b, c), (d, e, f), (g, h, i) = jacobian
        return (
            vx + wy * z - wz * y + a * p + b * q + c * r,
            vy + wz * x - wx * z + d * p + e * q + f * r,
            vz + wx * y - wy * x + g * p + h * q + i * r,
        )


def _solved(matrix: list[Point], right: list[float]) -> Point:
    """Solution of three linear equations by Cramer's rule: NumPy takes far longer for so small a system."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    x, y, z = right
    ei_fh, fg_di, dh_eg = e * i - f * h, f * g - d * i, d * h - e * g
    volume = a * ei_fh + b * fg_di + c * dh_eg
    scale = 1.0 / math.copysign(max(abs(volume), _FLATTEST_M3), volume)
    return (
        scale * (ei_fh * x + (c * h - b * i) * y + (b * f - c * e) * z),
        scale * (fg_di * x + (a * i - c * g) * y + (c * d - a * f) * z),
        scale * (dh_eg * x + (b * g - a * h) * y + (a * e - b * d) * z),
    )


def pace_of(spec: RobotSpec, model: BodyModel) -> Pace:
    """Natural time scale of a robot at its standing height."""
    height = spec.gait.stand_height_m - spec.legs.foot_radius_m + float(model.centre_m[2])
    return Pace(height, math.sqrt(GRAVITY_M_S2 / height))
