"""People who mind the robot: they stop rather than walk into it."""

from dataclasses import replace

import numpy as np

from ..site.model import Mover, Part
from ..types import FloatArray

#: Nobody steps nearer to the robot's middle than this of their own accord (a near miss is closer than 1 m).
KEEP_M = 1.4


class Pedestrian:
    """A person who follows a schedule, and stands still while the next step would lead up to the robot.

    Args:
        mover: the person with the schedule as drawn.
    """

    def __init__(self, mover: Mover) -> None:
        self._scheduled = mover
        self._own_s = 0.0
        self.mover = replace(mover, pose_at=self._pose_at, shape_at=None if mover.shape_at is None else self._shape_at)

    def advance(self, duration_s: float, robot_m: FloatArray) -> None:
        """Let time pass with the robot at (2+,), unless that brings the person too near."""
        now, later = (
            float(np.hypot(*(np.array(self._scheduled.pose_at(time_s)[:2]) - robot_m[:2])))
            for time_s in (self._own_s, self._own_s + duration_s)
        )
        if later >= KEEP_M or later >= now:
            self._own_s += duration_s

    def _pose_at(self, time_s: float) -> tuple[float, float, float, float]:
        del time_s
        return self._scheduled.pose_at(self._own_s)

    def _shape_at(self, time_s: float) -> tuple[Part, ...]:
        del time_s
        assert self._scheduled.shape_at is not None
        return self._scheduled.shape_at(self._own_s)
