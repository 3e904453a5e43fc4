"""Follows a way: velocities for the legs, with the lidar's say on what is ahead."""

from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import FloatArray, RobotInfo

from .guard import CLOSE_COST, STEP_S, Around, Guard, gap_ahead

ARRIVED_M = 0.1
LOOK_AHEAD_M = 0.9
BRAKE_M_S2 = 1.1
ALMOST_M = 0.6
"""The last bit is walked in whatever direction it leads rather than turned for."""
FORWARD_RAD, REVERSE_M = 1.75, 4.0
"""A way that bends farther off than this is walked forwards; so is, as a rule, one that is longer than this."""
GAIN_1_S = 1.8
STANDOFF_M = 0.1
BLOCKED_M_S = 0.08
CAREFUL, CAREFUL_BACK_M_S = np.array([0.85, 0.15, 0.6]), 0.5
"""Most forward m/s, lateral m/s and yaw rad/s on steps, and backwards. In forty crossings of kerbs of 6 to 12 cm only
feet met them at 0.9 m/s forwards; at 1.1 m/s two shins did, and two at 0.5 m/s backwards, where the knees lead."""


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
            0.96 * robot.forward_m_s,
            0.62 * robot.forward_m_s,
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
        self._guard = Guard(np.array([self._limits.forward_m_s, self._limits.lateral_m_s, self._limits.yaw_rad_s]))
        self._way: FloatArray = np.zeros((0, 2))
        self._most_m_s, self._reverse_m = float("inf"), REVERSE_M
        self._reach: FloatArray = np.zeros(0)
        self._at = 0.0
        self._reverse: bool | None = None
        self.blocked_s = 0.0

    @property
    def active(self) -> bool:
        """Whether there is a way to follow."""
        return len(self._way) > 0

    def follow(self, way_m: FloatArray, most_m_s: float = float("inf"), reverse_m: float = REVERSE_M) -> None:
        """Walk along (k, 2) from now on.

        Args:
            way_m: the way.
            most_m_s: no faster than that.
            reverse_m: a way no longer than that is walked backwards if that saves time.
        """
        if way_m.ndim != 2 or way_m.shape[1] != 2 or len(way_m) < 1 or not np.isfinite(way_m).all():
            raise ValueError(f"a way must be finite (k, 2), got shape {way_m.shape}")
        self._way, self._most_m_s, self._reverse_m = way_m, most_m_s, reverse_m
        self._reach = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(way_m, axis=0), axis=1))])
        self._at = 0.0
        self._reverse = None
        self.blocked_s = 0.0

    def stop(self) -> None:
        """Forget the way and stand still."""
        self._way = np.zeros((0, 2))
        self._reverse = None
        self.blocked_s = 0.0

    def ahead(self, distance_m: float) -> FloatArray:
        """(2,) place on the way so far ahead of the robot."""
        return self._along(self._at + distance_m)

    def step(self, xy_m: FloatArray, yaw_rad: float, around: Around, careful: bool = False) -> FloatArray:
        """One control step (0.1 s).

        Args:
            xy_m: (2,) the robot, world frame.
            yaw_rad: its heading.
            around: what is not to be touched, world frame.
            careful: walk slowly and not backwards, as on steps.

        Returns:
            (3,) forward m/s, lateral m/s, yaw rad/s.
        """
        xy = np.asarray(xy_m)[:2]
        if careful and np.isfinite(self._reverse_m):
            # Backwards the knees lead, and meet the edges of steps.
            self._reverse = False
        wanted = self._wanted(xy, yaw_rad) if self.active else np.zeros(3)
        if careful:
            wanted = self._carefully(wanted)
        near = around.in_base(xy, yaw_rad)
        speed = float(np.hypot(*wanted[:2]))
        wanted[:2] *= self._share_allowed(wanted, near.places_m)
        given = self._guard.allowed(wanted, near)
        progress = float(given[:2] @ wanted[:2]) / max(float(np.hypot(*wanted[:2])), 1e-6)
        self.blocked_s = self.blocked_s + STEP_S if progress < BLOCKED_M_S < speed else 0.0
        return self._guard.command(given)

    def _carefully(self, wanted: FloatArray) -> FloatArray:
        """A velocity (3,) for steps: where a turn is to come first, it does."""
        turn = np.clip(wanted[2], -CAREFUL[2], CAREFUL[2])
        if wanted[0] < 0.0 and turn != 0.0 and not self._reverse:
            return np.array([0.0, 0.0, turn])
        most = CAREFUL[:2] if wanted[0] > 0.0 else np.array([CAREFUL_BACK_M_S, CAREFUL[1]])
        # Both alike, so that the direction stays.
        share = min(1.0, *(most / np.maximum(np.abs(wanted[:2]), 1e-6)))
        return np.array([*(share * wanted[:2]), turn])

    def turn(self, rate_rad_s: float, xy_m: FloatArray, yaw_rad: float, around: Around) -> FloatArray:
        """One control step of turning on the spot, as far as the surroundings allow; (3,) as `step` gives."""
        return self._ask(np.array([0.0, 0.0, rate_rad_s]), xy_m, yaw_rad, around, CLOSE_COST)

    def creep(self, wanted: FloatArray, xy_m: FloatArray, yaw_rad: float, around: Around) -> FloatArray:
        """One control step at a wanted velocity (3,) through a narrow place: nothing is touched, but no margin kept."""
        return self._ask(wanted, xy_m, yaw_rad, around, 0.0)

    def _ask(
        self, wanted: FloatArray, xy_m: FloatArray, yaw_rad: float, around: Around, close_cost: float
    ) -> FloatArray:
        near = around.in_base(np.asarray(xy_m)[:2], yaw_rad)
        return self._guard.command(self._guard.allowed(wanted, near, close_cost))

    def _wanted(self, xy_m: FloatArray, yaw_rad: float) -> FloatArray:
        self._advance(xy_m)
        goal_gap = float(np.linalg.norm(self._way[-1] - xy_m))
        left = max(float(self._reach[-1] - self._at), goal_gap)
        if goal_gap < ARRIVED_M and self._reach[-1] - self._at < 0.5:
            self.stop()
            return np.zeros(3)
        offset = self._along(self._at + min(LOOK_AHEAD_M, max(left, 0.05))) - xy_m
        bearing = wrap(float(np.arctan2(offset[1], offset[0])) - yaw_rad)
        error = self._heading_error(bearing, left)
        speed = float(np.sqrt(2 * BRAKE_M_S2 * max(left - 0.5 * ARRIVED_M, 0.0)))
        turn = GAIN_1_S * error if left > ALMOST_M else 0.0
        speed = min(speed, self._most(bearing), self._most_m_s)
        turn = float(np.clip(turn, -self._limits.yaw_rad_s, self._limits.yaw_rad_s))
        return np.array([speed * np.cos(bearing), speed * np.sin(bearing), turn])

    def _heading_error(self, bearing: float, left: float) -> float:
        """How far to turn to walk straight ahead, or straight back where that saves a long turn."""
        back = wrap(bearing - np.pi)
        if self._reverse is None:
            ahead_s = self._walk_s(bearing, left, self._limits.forward_m_s)
            self._reverse = left < self._reverse_m and self._walk_s(back, left, self._limits.backward_m_s) < ahead_s
        elif abs(back) > FORWARD_RAD:
            self._reverse = False
        return back if self._reverse else bearing

    def _walk_s(self, turn_rad: float, left: float, most_m_s: float) -> float:
        """How long it takes to turn and then to walk the rest of the way."""
        return abs(turn_rad) / self._limits.yaw_rad_s + left / min(most_m_s, self._most_m_s)

    def _most(self, bearing: float) -> float:
        """Highest speed in a direction of the base frame: an ellipse with unequal ends."""
        c, s = float(np.cos(bearing)), float(np.sin(bearing))
        along = self._limits.forward_m_s if c > 0 else self._limits.backward_m_s
        return float(1.0 / np.hypot(c / along, s / self._limits.lateral_m_s))

    def _share_allowed(self, wanted: FloatArray, near_m: FloatArray) -> float:
        """Share of the wanted speed that still stops before what stands in the way (n, 5), base frame."""
        speed = float(np.hypot(wanted[0], wanted[1]))
        if speed < 0.02 or not len(near_m):
            return 1.0
        gap = gap_ahead(near_m, wanted[:2] / speed) - STANDOFF_M
        allowed = float(np.sqrt(2 * BRAKE_M_S2 * gap)) if gap > 0 else 0.0
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
