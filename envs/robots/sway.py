"""How a trunk rocks that legs carry."""

import math

import numpy as np

from patrolgym.envs.types import FloatArray, Point

from .motion import Motion
from .spec import RobotSpec

# It keeps its direction for about a quarter of a stride.
_STRIDES = 0.25
# Share of full speed at which the figures for slow walking were measured.
_SLOW = 0.25


class Sway:
    """Random rocking with the measured deviations; none while standing.

    Args:
        spec: the robot.
        motion: its figures.
        rng: of the rocking.

    Attributes:
        now: (6,) what is added to forward, lateral and yaw speed, roll, pitch and height.
        rates: (2,) of roll and pitch, rad/s.
    """

    def __init__(self, spec: RobotSpec, motion: Motion, rng: np.random.Generator) -> None:
        limits = (spec.speed.forward_m_s, spec.speed.lateral_m_s, spec.speed.yaw_rad_s)
        trunk, axes = motion.trunk, (motion.forward, motion.lateral, motion.yaw)
        pairs = np.array([*(axis.sway for axis in axes), trunk.roll_rad, trunk.pitch_rad, trunk.height_m])
        self._slow, self._more = pairs[:, 0], pairs[:, 1] - pairs[:, 0]
        self._limits, self._lasts_s, self._rng = limits, _STRIDES * spec.gait.period_s, rng
        self.now: FloatArray = np.zeros(6)
        self.rates: FloatArray = np.zeros(2)

    def advance(self, duration_s: float, speed: Point, walking: bool) -> None:
        """Rock on for a while at (forward, lateral, yaw) speed."""
        before = self.now[3:5]
        if walking:
            share = max(abs(v) / limit for v, limit in zip(speed, self._limits, strict=True) if limit > 0.0)
            rise = min(max((share - _SLOW) / (1.0 - _SLOW), 0.0), 1.0)
            keep = math.exp(-duration_s / self._lasts_s)
            noise = math.sqrt(1.0 - keep * keep) * self._rng.standard_normal(6)
            self.now = keep * self.now + (self._slow + rise * self._more) * noise
        else:
            self.now = np.zeros(6)
        self.rates = (self.now[3:5] - before) / duration_s
