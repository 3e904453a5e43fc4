"""Follows a way: velocities for the legs, with the lidar's say on what is ahead."""

from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import FloatArray, RobotInfo

ARRIVED_M = 0.1
LOOK_AHEAD_M = 0.6
BRAKE_M_S2 = 0.7
TURN_FIRST_RAD = 0.9
SHORT_M = 1.6
"""Ways shorter than this are walked sideways or backwards rather than turned for."""
GAIN_1_S = 1.8
STEP_S = 0.1
SLEW = np.array([1.2, 0.8, 2.5]) * STEP_S
"""Largest change of forward m/s, lateral m/s and yaw rad/s in a step."""
HALF_LENGTH_M, HALF_WIDTH_M = 0.62, 0.33
STANDOFF_M = 0.18


@dataclass(frozen=True)
class Limits:
    """Speeds used, within the robot's own."""

    forward_m_s: float
    backward_m_s: float
    lateral_m_s: float
    yaw_rad_s: float

    @classmethod
    def of(cls, robot: RobotInfo) -> "Limits":
        """Brisk, with a reserve for control."""
        return cls(
            min(1.05, 0.9 * robot.forward_m_s),
            min(0.5, 0.5 * robot.forward_m_s),
            0.9 * robot.lateral_m_s,
            0.95 * robot.yaw_rad_s,
        )


class Tracker:
    """Pure pursuit that may also step sideways; slows for what the lidar sees ahead; stops on the goal.

    Args:
        robot: its speeds.
    """

    def __init__(self, robot: RobotInfo) -> None:
        self._limits = Limits.of(robot)
        self._way: FloatArray = np.zeros((0, 2))
        self._reach: FloatArray = np.zeros(0)
        self._at = 0.0
        self._command: FloatArray = np.zeros(3)
        self.blocked_s = 0.0

    @property
    def active(self) -> bool:
        """Whether there is a way to follow."""
        return len(self._way) > 0

    def follow(self, way_m: FloatArray) -> None:
        """Walk along (k, 2) from now on."""
        if way_m.ndim != 2 or way_m.shape[1] != 2 or len(way_m) < 1 or not np.isfinite(way_m).all():
            raise ValueError(f"a way must be finite (k, 2), got shape {way_m.shape}")
        self._way = way_m
        self._reach = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(way_m, axis=0), axis=1))])
        self._at = 0.0
        self.blocked_s = 0.0

    def stop(self) -> None:
        """Forget the way and stand still."""
        self._way = np.zeros((0, 2))
        self.blocked_s = 0.0

    def ahead(self, distance_m: float) -> FloatArray:
        """(2,) place on the way so far ahead of the robot."""
        return self._along(self._at + distance_m)

    def step(self, xy_m: FloatArray, yaw_rad: float, obstacles_m: FloatArray) -> FloatArray:
        """One control step (0.1 s).

        Args:
            xy_m: (2,) the robot, world frame.
            yaw_rad: its heading.
            obstacles_m: (n, 2+) what the lidar sees at body height, world frame.

        Returns:
            (3,) forward m/s, lateral m/s, yaw rad/s.
        """
        wanted = self._wanted(np.asarray(xy_m)[:2], yaw_rad) if self.active else np.zeros(3)
        wanted[:2] *= self._share_allowed(wanted, np.asarray(xy_m)[:2], yaw_rad, obstacles_m)
        self._command = self._command + np.clip(wanted - self._command, -SLEW, SLEW)
        return self._command.copy()

    def _wanted(self, xy_m: FloatArray, yaw_rad: float) -> FloatArray:
        self._advance(xy_m)
        goal_gap = float(np.linalg.norm(self._way[-1] - xy_m))
        left = max(float(self._reach[-1] - self._at), goal_gap)
        if goal_gap < ARRIVED_M and self._reach[-1] - self._at < 0.5:
            self.stop()
            return np.zeros(3)
        offset = self._along(self._at + min(LOOK_AHEAD_M, max(left, 0.05))) - xy_m
        error = wrap(float(np.arctan2(offset[1], offset[0])) - yaw_rad)
        speed = float(np.sqrt(2 * BRAKE_M_S2 * max(left - 0.5 * ARRIVED_M, 0.0)))
        if left < SHORT_M:
            return self._sidestep(error, speed, left)
        yaw_rate = float(np.clip(GAIN_1_S * error, -self._limits.yaw_rad_s, self._limits.yaw_rad_s))
        if abs(error) > TURN_FIRST_RAD:
            return np.array([0.0, 0.0, yaw_rate])
        speed = min(speed, self._limits.forward_m_s * max(float(np.cos(error)) ** 2, 0.3))
        lateral = float(np.clip(speed * np.sin(error), -self._limits.lateral_m_s, self._limits.lateral_m_s))
        return np.array([speed * np.cos(error), lateral, yaw_rate])

    def _sidestep(self, error: float, speed: float, left: float) -> FloatArray:
        """Straight to the goal whatever the heading; turns towards it while it is not quite near."""
        c, s = float(np.cos(error)), float(np.sin(error))
        along = self._limits.forward_m_s if c > 0 else self._limits.backward_m_s
        most = 1.0 / np.hypot(c / along, s / self._limits.lateral_m_s)
        speed = min(speed, float(most))
        turn = GAIN_1_S * error if left > 0.5 and abs(error) < 1.2 else 0.0
        return np.array([speed * c, speed * s, np.clip(turn, -self._limits.yaw_rad_s, self._limits.yaw_rad_s)])

    def _share_allowed(self, wanted: FloatArray, xy_m: FloatArray, yaw_rad: float, obstacles_m: FloatArray) -> float:
        """Share of the wanted speed that still stops before what stands in the way."""
        speed = float(np.hypot(wanted[0], wanted[1]))
        if speed < 0.02 or not len(obstacles_m):
            return 1.0
        c, s = np.cos(yaw_rad), np.sin(yaw_rad)
        local = (obstacles_m[:, :2] - xy_m) @ np.array([[c, -s], [s, c]])
        heading = wanted[:2] / speed
        along = local @ heading
        across = np.abs(local @ np.array([-heading[1], heading[0]]))
        x, y = abs(heading[0]), abs(heading[1])
        width = HALF_WIDTH_M * x + HALF_LENGTH_M * y + 0.04
        length = HALF_LENGTH_M * x + HALF_WIDTH_M * y
        ahead = along[(across < width) & (along > 0.0)]
        if not len(ahead):
            self.blocked_s = 0.0
            return 1.0
        gap = float(ahead.min()) - length - STANDOFF_M
        allowed = float(np.sqrt(2 * BRAKE_M_S2 * gap)) if gap > 0 else 0.0
        self.blocked_s = self.blocked_s + STEP_S if allowed < 0.15 else 0.0
        return min(1.0, allowed / speed)

    def _advance(self, xy_m: FloatArray) -> None:
        """Move the foot point on the way forward to the place nearest to the robot, at most 1 m at a time."""
        tries = np.minimum(self._at + np.linspace(0.0, 1.0, 21), self._reach[-1])
        places = np.stack([np.interp(tries, self._reach, self._way[:, axis]) for axis in (0, 1)], axis=1)
        self._at = float(tries[int(np.argmin(((places - xy_m) ** 2).sum(axis=1)))])

    def _along(self, at_m: float) -> FloatArray:
        if not self.active:
            return np.zeros(2)
        return np.array([np.interp(at_m, self._reach, self._way[:, axis]) for axis in (0, 1)])


def wrap(angle_rad: float) -> float:
    """The same angle within -pi..pi."""
    return float((angle_rad + np.pi) % (2 * np.pi) - np.pi)
