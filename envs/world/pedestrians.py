"""People who mind the robot: they stop rather than walk into it."""

import math
from dataclasses import replace

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
        self._pose = mover.pose_at(0.0)
        self.mover = replace(mover, pose_at=self._pose_at, shape_at=None if mover.shape_at is None else self._shape_at)

    def advance(self, duration_s: float, robot_m: FloatArray) -> None:
        """Let time pass with the robot at (2+,), unless that brings the person too near."""
        x, y = float(robot_m[0]), float(robot_m[1])
        after = self._scheduled.pose_at(self._own_s + duration_s)
        now, later = (math.hypot(pose[0] - x, pose[1] - y) for pose in (self._pose, after))
        if later >= KEEP_M or later >= now:
            self._own_s += duration_s
            self._pose = after

    def _pose_at(self, time_s: float) -> tuple[float, float, float, float]:
        del time_s
        return self._pose

    def _shape_at(self, time_s: float) -> tuple[Part, ...]:
        del time_s
        assert self._scheduled.shape_at is not None
        return self._scheduled.shape_at(self._own_s)
