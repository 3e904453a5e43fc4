"""Keeps the body clear of what is around it: tries velocities ahead of time, with the legs' own lag."""

from dataclasses import dataclass, field

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray

STEP_S = 0.1
SLEW = np.array([1.3, 0.8, 2.5]) * STEP_S
"""Largest change of forward m/s, lateral m/s and yaw rad/s in a step."""
LAG_SHARE = 0.4
"""Of the way to the command that the legs come in a step."""
HALF_LENGTH_M, HALF_WIDTH_M = 0.76, 0.38
"""Of the body with its legs, and some centimetres for localisation."""
GUARD_M = 0.8
"""What is farther from the body cannot be touched before the next steps."""
GUARD_STEPS, LATE_STEPS = 8, 16
"""How far ahead is looked, for what stands and for what moves."""
MARGIN_M, MARGIN_S, CLOSE_COST = 0.1, 0.12, 6.0
"""Nearer than the margin costs; it grows with the speed, for the body sways more the faster the legs go."""
MOVER_M, MOVER_COST = 0.4, 12.0
"""Room left to what moves, and the cost of a metre less."""
SHARES = np.array(
    [[1, 1, 1], [0.6, 0.6, 1], [0.3, 0.3, 1], [1, 1, 0], [0.5, 0.5, 0], [0, 0, 1], [0, 0, -0.5], [0, 0, 0]]
)
CREEP_M_S = 0.25
STILL = 0.02
"""A body that is asked to stand and moves no faster (m/s, rad/s) touches nothing that stands."""
_SLOW, _BACK = np.array([0.4, 0.4, 1.0]), np.array([[-CREEP_M_S, 0.0, 0.0], [CREEP_M_S, 0.0, 0.0]])
FLIGHT = np.array([(x, y, 0.0) for x in (-0.6, 0.8) for y in (-1.0, 0.0, 1.0)])
"""Shares of the highest velocities tried to get away from what moves."""
NEARBY_M = 3.0


@dataclass(frozen=True)
class Around:
    """What the body must not touch.

    Attributes:
        places_m: (n, 3) of what stands: x, y, and how much farther each reaches.
        movers: (m, 5) of what moves: x, y, radius, and velocity along x and y.
    """

    places_m: FloatArray
    movers: FloatArray = field(default_factory=lambda: np.zeros((0, 5)))

    def in_base(self, xy_m: FloatArray, yaw_rad: float) -> "Around":
        """Those near the robot, from the world frame into its base frame."""
        c, s = np.cos(yaw_rad), np.sin(yaw_rad)
        turn = np.array([[c, -s], [s, c]])
        places, movers = (
            rows[np.hypot(rows[:, 0] - xy_m[0], rows[:, 1] - xy_m[1]) < NEARBY_M + rows[:, 2]]
            for rows in (self.places_m, self.movers)
        )
        return Around(
            np.column_stack([(places[:, :2] - xy_m) @ turn, places[:, 2]]),
            np.column_stack([(movers[:, :2] - xy_m) @ turn, movers[:, 2], movers[:, 3:] @ turn]),
        )


class Guard:
    """Knows what the legs are doing, and what they may do next.

    Args:
        most: (3,) highest forward m/s, lateral m/s and yaw rad/s.
    """

    def __init__(self, most: FloatArray) -> None:
        self._most = most
        self._aside = np.array([[0.0, y, 0.0] for y in (-1.0, -0.5, 0.5, 1.0)]) * most[1]
        self._away = FLIGHT * most
        self._command: FloatArray = np.zeros(3)
        self._moving: FloatArray = np.zeros(3)

    def command(self, velocity: FloatArray) -> FloatArray:
        """(3,) the command for the next step on the way to a velocity (3,): legs dislike jumps."""
        self._command = self._command + np.clip(velocity - self._command, -SLEW, SLEW)
        self._moving = self._moving + LAG_SHARE * (self._command - self._moving)
        return self._command.copy()

    def allowed(self, wanted: FloatArray, near: Around, close_cost: float = CLOSE_COST) -> FloatArray:
        """The velocity nearest to the wanted one that keeps the body clear of what is near, base frame.

        Some alternatives are tried by walking each for a while (a dynamic window, Fox 1997). What stands must not be
        touched, not even to make room for what moves.
        """
        if not len(near.movers) and not wanted.any() and np.abs(self._moving).max() < STILL:
            return wanted
        now = rectangle_gaps(near.places_m[:, 0], near.places_m[:, 1]) - near.places_m[:, 2]
        close = now < GUARD_M
        if not close.any() and not len(near.movers):
            return wanted
        cost, fits, _ = self._tried(self._within(wanted[None]), wanted, near, now, close_cost)
        if fits[0] and cost[0] == 0.0:
            # Nothing else costs as little.
            return wanted
        tried = self._alternatives(wanted, bool(len(near.movers)))
        cost, fits, last = self._tried(tried, wanted, near, now, close_cost)
        best = int(np.argmin(np.where(fits, cost, np.inf))) if fits.any() else int(np.argmax(last))
        return np.asarray(tried[best])

    def _tried(
        self, tried: FloatArray, wanted: FloatArray, near: Around, now: FloatArray, close_cost: float
    ) -> tuple[FloatArray, BoolArray, FloatArray]:
        """What each of (k, 3) velocities costs, whether nothing that stands is touched, and the gap left at the end.

        `now` (n,) are the gaps to what stands at present.
        """
        cost = (((tried - wanted) / self._most) ** 2).sum(axis=1)
        if len(near.movers):
            least, _ = self._gaps(tried, near.movers, LATE_STEPS)
            cost += MOVER_COST * np.maximum(MOVER_M - least, 0.0)
        close = now < GUARD_M
        if not close.any():
            return cost, np.ones(len(tried), bool), cost
        least, last = self._gaps(tried, near.places_m[close], GUARD_STEPS)
        margin = MARGIN_M + MARGIN_S * np.hypot(tried[:, 0], tried[:, 1])
        cost += close_cost * np.maximum(margin - last, 0.0)
        # Nothing may come under the body, and what is there already no deeper.
        return cost, least >= min(float(now.min()), 0.0) - 1e-3, last

    def _alternatives(self, wanted: FloatArray, flee: bool) -> FloatArray:
        """(k, 3) the wanted velocity itself, less of it, with steps aside, turns alone, and flight."""
        aside = self._aside
        slow = wanted * _SLOW
        away = self._away if flee else self._away[:0]
        tried = np.concatenate([wanted * SHARES, wanted + aside, slow + aside, aside[[0, -1]], _BACK, away])
        return self._within(tried)

    def _within(self, velocities: FloatArray) -> FloatArray:
        return np.asarray(np.minimum(np.maximum(velocities, -self._most), self._most))

    def _gaps(self, tried: FloatArray, near: FloatArray, steps: int) -> tuple[FloatArray, FloatArray]:
        """(k,) least and last gap to places (n, 3) or movers (n, 5) while each of (k, 3) velocities is asked for."""
        command, moving = self._command, self._moving
        x_m = y_m = yaw = np.zeros(len(tried))
        least = last = np.full(len(tried), np.inf)
        c, s = np.ones(len(tried)), np.zeros(len(tried))
        places, reach, drift = near[:, :2].T, near[:, 2], near[:, 3:].T
        for step in range(steps):
            # np.clip and np.column_stack take several times as long for so few numbers.
            command = command + np.minimum(np.maximum(tried - command, -SLEW), SLEW)
            moving = moving + LAG_SHARE * (command - moving)
            ahead, aside, turn = moving.T
            x_m = x_m + STEP_S * (c * ahead - s * aside)
            y_m = y_m + STEP_S * (s * ahead + c * aside)
            yaw = yaw + STEP_S * turn
            c, s = np.cos(yaw), np.sin(yaw)
            if step % 2:
                at_x, at_y = places + (step + 1) * STEP_S * drift if len(drift) else places
                x, y = at_x - x_m[:, None], at_y - y_m[:, None]
                cos, sin = c[:, None], s[:, None]
                last = (rectangle_gaps(cos * x + sin * y, cos * y - sin * x) - reach).min(axis=1)
                least = np.minimum(least, last)
        return least, last


def gap_ahead(near_m: FloatArray, heading: FloatArray) -> float:
    """How far the body can move along a unit vector (2,) before it meets one of the places (n, 3), base frame.

    Each place is taken to move towards the body's rectangle: it enters when it is within both pairs of sides (slabs).
    Places under the rim of the rectangle already are left to `Guard`.
    """
    half, near_m = np.array([HALF_LENGTH_M, HALF_WIDTH_M]) + near_m[:, 2:], near_m[:, :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (near_m - half) / heading, (near_m + half) / heading
    # Along an axis without motion a place is between the sides all the time or never.
    still = np.abs(heading) < 1e-6
    between = np.abs(near_m) < half
    first = np.where(still, np.where(between, -np.inf, np.inf), np.minimum(one, other)).max(axis=1)
    last = np.where(still, np.where(between, np.inf, -np.inf), np.maximum(one, other)).min(axis=1)
    met = first[(first < last) & (first >= 0.0)]
    return float(met.min()) if len(met) else float("inf")


def rectangle_gaps(x_m: FloatArray, y_m: FloatArray) -> FloatArray:
    """Distance of places, base frame, from the body's rectangle; inside it, the negative depth. Any shape."""
    beyond_x, beyond_y = np.abs(x_m) - HALF_LENGTH_M, np.abs(y_m) - HALF_WIDTH_M
    over_x, over_y = np.maximum(beyond_x, 0.0), np.maximum(beyond_y, 0.0)
    # Ten times as fast as np.hypot, whose care for huge numbers is not needed here.
    outside = np.sqrt(over_x * over_x + over_y * over_y)
    return np.asarray(outside + np.minimum(np.maximum(beyond_x, beyond_y), 0.0))
