"""Follows a way: velocities for the legs, with the lidar's say on what is ahead."""

from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import FloatArray, RobotInfo

ARRIVED_M = 0.1
LOOK_AHEAD_M = 0.9
BRAKE_M_S2 = 1.1
ALMOST_M = 0.6
"""The last bit is walked in whatever direction it leads rather than turned for."""
REVERSE_RAD, REVERSE_M = 1.75, 2.0
"""Ways that start farther round than this are walked backwards, if they are no longer than this."""
GAIN_1_S = 1.8
STEP_S = 0.1
SLEW = np.array([1.3, 0.8, 2.5]) * STEP_S
"""Largest change of forward m/s, lateral m/s and yaw rad/s in a step."""
HALF_LENGTH_M, HALF_WIDTH_M = 0.76, 0.38
"""Of the body with its legs, and some centimetres for localisation."""
STANDOFF_M = 0.1
GUARD_M = 0.8
"""What is farther from the body cannot be touched before the next steps."""
GUARD_STEPS = 8
LAG_SHARE = 0.4
"""Of the way to the command that the legs come in a step."""
MARGIN_M, CLOSE_COST = 0.12, 6.0
"""Nearer than the margin costs: at 8 cm as much as a step aside of half the limit."""
SHARES = np.array(
    [[1, 1, 1], [0.6, 0.6, 1], [0.3, 0.3, 1], [1, 1, 0], [0.5, 0.5, 0], [0, 0, 1], [0, 0, -0.5], [0, 0, 0]]
)
CREEP_M_S = 0.25
BLOCKED_M_S = 0.08
NEARBY_M = 3.0
CAREFUL_M_S = 0.7


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
        self._most_each = np.array([self._limits.forward_m_s, self._limits.lateral_m_s, self._limits.yaw_rad_s])
        self._way: FloatArray = np.zeros((0, 2))
        self._reach: FloatArray = np.zeros(0)
        self._at = 0.0
        self._command: FloatArray = np.zeros(3)
        self._moving: FloatArray = np.zeros(3)
        self._reverse: bool | None = None
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

    def step(self, xy_m: FloatArray, yaw_rad: float, obstacles_m: FloatArray, careful: bool = False) -> FloatArray:
        """One control step (0.1 s).

        Args:
            xy_m: (2,) the robot, world frame.
            yaw_rad: its heading.
            obstacles_m: (n, 2+) what the lidar sees at body height, world frame.
            careful: walk slowly, as on steps.

        Returns:
            (3,) forward m/s, lateral m/s, yaw rad/s.
        """
        xy = np.asarray(xy_m)[:2]
        wanted = self._wanted(xy, yaw_rad) if self.active else np.zeros(3)
        if careful:
            wanted[:2] *= min(1.0, CAREFUL_M_S / max(float(np.hypot(*wanted[:2])), 1e-6))
        near = _in_base(obstacles_m, xy, yaw_rad)
        speed = float(np.hypot(*wanted[:2]))
        wanted[:2] *= self._share_allowed(wanted, near)
        given = self._guarded(wanted, near)
        progress = float(given[:2] @ wanted[:2]) / max(float(np.hypot(*wanted[:2])), 1e-6)
        self.blocked_s = self.blocked_s + STEP_S if progress < BLOCKED_M_S < speed else 0.0
        return self._slewed(given)

    def turn(self, rate_rad_s: float, xy_m: FloatArray, yaw_rad: float, obstacles_m: FloatArray) -> FloatArray:
        """One control step of turning on the spot, as far as the surroundings allow; (3,) as `step` gives."""
        near = _in_base(obstacles_m, np.asarray(xy_m)[:2], yaw_rad)
        return self._slewed(self._guarded(np.array([0.0, 0.0, rate_rad_s]), near))

    def _slewed(self, wanted: FloatArray) -> FloatArray:
        self._command = self._command + np.clip(wanted - self._command, -SLEW, SLEW)
        self._moving = self._moving + LAG_SHARE * (self._command - self._moving)
        return self._command.copy()

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
        speed = min(speed, self._most(bearing))
        turn = float(np.clip(turn, -self._limits.yaw_rad_s, self._limits.yaw_rad_s))
        return np.array([speed * np.cos(bearing), speed * np.sin(bearing), turn])

    def _heading_error(self, bearing: float, left: float) -> float:
        """How far to turn to walk straight ahead, or straight back where that saves a long turn."""
        back = wrap(bearing - np.pi)
        if self._reverse is None:
            self._reverse = abs(bearing) > REVERSE_RAD and left < REVERSE_M
        elif abs(back) > REVERSE_RAD:
            # A way that bends this much is taken forwards.
            self._reverse = False
        return back if self._reverse else bearing

    def _most(self, bearing: float) -> float:
        """Highest speed in a direction of the base frame: an ellipse with unequal ends."""
        c, s = float(np.cos(bearing)), float(np.sin(bearing))
        along = self._limits.forward_m_s if c > 0 else self._limits.backward_m_s
        return float(1.0 / np.hypot(c / along, s / self._limits.lateral_m_s))

    def _share_allowed(self, wanted: FloatArray, near_m: FloatArray) -> float:
        """Share of the wanted speed that still stops before what stands in the way (n, 2), base frame."""
        speed = float(np.hypot(wanted[0], wanted[1]))
        if speed < 0.02 or not len(near_m):
            return 1.0
        gap = gap_ahead(near_m, wanted[:2] / speed) - STANDOFF_M
        allowed = float(np.sqrt(2 * BRAKE_M_S2 * gap)) if gap > 0 else 0.0
        return min(1.0, allowed / speed)

    def _guarded(self, wanted: FloatArray, near_m: FloatArray) -> FloatArray:
        """The velocity nearest to the wanted one that keeps the body clear of places (n, 2), base frame.

        Some alternatives are tried by walking each for a while, with the legs' own lag (a dynamic window, Fox 1997).
        """
        now = rectangle_gaps(near_m[:, 0], near_m[:, 1])
        close = now < GUARD_M
        if not close.any():
            return wanted
        tried = self._alternatives(wanted)
        least, last = self._gaps(tried, near_m[close])
        off = (((tried - wanted) / self._most_each) ** 2).sum(axis=1)
        cost = off + CLOSE_COST * np.clip(MARGIN_M - last, 0.0, None)
        # Nothing may come under the body, and what is there already no deeper.
        fits = least >= min(float(now.min()), 0.0) - 1e-3
        best = int(np.argmin(np.where(fits, cost, np.inf))) if fits.any() else int(np.argmax(last))
        return np.asarray(tried[best])

    def _alternatives(self, wanted: FloatArray) -> FloatArray:
        """(k, 3) the wanted velocity itself, less of it, with steps aside, and turns alone."""
        shares = wanted * SHARES
        aside = np.array([[0.0, y, 0.0] for y in (-1.0, -0.5, 0.5, 1.0)]) * self._limits.lateral_m_s
        slow = wanted * np.array([0.4, 0.4, 1.0])
        back = np.array([[x, 0.0, 0.0] for x in (-CREEP_M_S, CREEP_M_S)])
        tried = np.vstack([shares, wanted + aside, slow + aside, aside[[0, -1]], back])
        return np.asarray(np.clip(tried, -self._most_each, self._most_each))

    def _gaps(self, tried: FloatArray, near_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(k,) least and last gap to places (n, 2) while each of (k, 3) velocities is asked for from now on."""
        command, moving = np.broadcast_to(self._command, tried.shape), self._moving
        pose, least, last = np.zeros_like(tried), np.full(len(tried), np.inf), np.full(len(tried), np.inf)
        for step in range(GUARD_STEPS):
            command = command + np.clip(tried - command, -SLEW, SLEW)
            moving = moving + LAG_SHARE * (command - moving)
            c, s = np.cos(pose[:, 2]), np.sin(pose[:, 2])
            pose = pose + STEP_S * np.column_stack(
                [c * moving[:, 0] - s * moving[:, 1], s * moving[:, 0] + c * moving[:, 1], moving[:, 2]]
            )
            if step % 2:
                c, s = np.cos(pose[:, 2, None]), np.sin(pose[:, 2, None])
                x, y = near_m[:, 0] - pose[:, 0, None], near_m[:, 1] - pose[:, 1, None]
                last = rectangle_gaps(c * x + s * y, c * y - s * x).min(axis=1)
                least = np.minimum(least, last)
        return least, last

    def _advance(self, xy_m: FloatArray) -> None:
        """Move the foot point on the way forward to the place nearest to the robot, at most 1 m at a time."""
        tries = np.minimum(self._at + np.linspace(0.0, 1.0, 21), self._reach[-1])
        places = np.stack([np.interp(tries, self._reach, self._way[:, axis]) for axis in (0, 1)], axis=1)
        self._at = float(tries[int(np.argmin(((places - xy_m) ** 2).sum(axis=1)))])

    def _along(self, at_m: float) -> FloatArray:
        if not self.active:
            return np.zeros(2)
        return np.array([np.interp(at_m, self._reach, self._way[:, axis]) for axis in (0, 1)])


def gap_ahead(near_m: FloatArray, heading: FloatArray) -> float:
    """How far the body can move along a unit vector (2,) before it meets one of the places (n, 2), base frame.

    Each place is taken to move towards the body's rectangle: it enters when it is within both pairs of sides (slabs).
    Places under the rim of the rectangle already are left to `_without_bumps`.
    """
    half = np.array([HALF_LENGTH_M, HALF_WIDTH_M])
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (near_m - half) / heading, (near_m + half) / heading
    # Along an axis without motion a place is between the sides all the time or never.
    still = np.abs(heading) < 1e-6
    between = np.abs(near_m) < half
    first = np.where(still, np.where(between, -np.inf, np.inf), np.minimum(one, other)).max(axis=1)
    last = np.where(still, np.where(between, np.inf, -np.inf), np.maximum(one, other)).min(axis=1)
    met = first[(first < last) & (first >= 0.0)]
    return float(met.min()) if len(met) else float("inf")


def _in_base(places_m: FloatArray, xy_m: FloatArray, yaw_rad: float) -> FloatArray:
    """(n, 2) those of some places (n, 2+), world frame, that are near the robot, in its base frame."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    local = (places_m[:, :2] - xy_m) @ np.array([[c, -s], [s, c]])
    return np.asarray(local[np.hypot(local[:, 0], local[:, 1]) < NEARBY_M])


def rectangle_gaps(x_m: FloatArray, y_m: FloatArray) -> FloatArray:
    """Distance of places, base frame, from the body's rectangle; inside it, the negative depth. Any shape."""
    beyond_x, beyond_y = np.abs(x_m) - HALF_LENGTH_M, np.abs(y_m) - HALF_WIDTH_M
    outside = np.hypot(np.maximum(beyond_x, 0.0), np.maximum(beyond_y, 0.0))
    return np.asarray(outside + np.minimum(np.maximum(beyond_x, beyond_y), 0.0))


def wrap(angle_rad: float) -> float:
    """The same angle within -pi..pi."""
    return float((angle_rad + np.pi) % (2 * np.pi) - np.pi)
