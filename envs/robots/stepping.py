"""Where the feet step, and the torques that carry them there.

Feet are placed by Raibert's rule with a capture-point correction (Raibert, "Legged Robots That Balance", 1986;
Pratt et al., "Capture point", 2006), then moved off edges that the elevation map shows.
"""

import math

import numpy as np

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
_REST: tuple[Point, Point, Point] = ((0.0, 0.0, 0.0),) * 3


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

    def aim(self, leg: int, swing: Swing, state: BodyState, command: FloatArray, support: SupportPlane) -> None:
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

    def _place(self, leg: int, left_s: float, state: BodyState, command: FloatArray) -> tuple[float, float]:
        """Where the foot should stand on level ground, world x and y."""
        forward, left, turn = command.tolist()
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

    def torques(self, swings: list[Swing | None], state: BodyState, arms: FloatArray) -> FloatArray:
        """Joint torques (4, 3) that carry the swinging feet along their paths; rows of standing feet mean nothing.

        Args:
            swings: the step of each leg, None where it stands.
            state: now.
            arms: (4, 3) from the centre of mass to each foot.
        """
        wanted = np.array([_REST if swing is None else swing.reference() for swing in swings])
        wx, wy, wz = state.angular_rad_s.tolist()
        spin = np.array([[0.0, wz, -wy], [-wz, 0.0, wx], [wy, -wx, 0.0]])
        velocity = state.velocity_m_s + arms @ spin + (state.jacobian @ state.dq[:, :, None])[:, :, 0]
        stiff = _STIFF * self._pace.rate
        push = stiff * stiff * (wanted[:, 0] - state.feet_m) + 2.0 * stiff * (wanted[:, 1] - velocity) + wanted[:, 2]
        bend = np.linalg.solve(state.jacobian, push[:, :, None])
        torque: FloatArray = (self._model.leg_inertia @ bend)[:, :, 0] + self._model.leg_weight_nm
        return torque


def pace_of(spec: RobotSpec, model: BodyModel) -> Pace:
    """Natural time scale of a robot at its standing height."""
    height = spec.gait.stand_height_m - spec.legs.foot_radius_m + float(model.centre_m[2])
    return Pace(height, math.sqrt(GRAVITY_M_S2 / height))
