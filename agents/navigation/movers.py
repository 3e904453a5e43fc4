"""What moves: clusters of unknown lidar returns followed from scan to scan, each with a velocity."""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage
from scipy.optimize import linear_sum_assignment

from patrolgym.envs.types import FloatArray

CELL_M = 0.3
"""Returns in touching cells belong together: at 8 m the columns of a scan are 0.28 m apart."""
LEAST_RETURNS = 2
MOST_RADIUS_M = 3.0
GATE_M = 0.9
SEEN_M = 0.1
"""Spread of a body's near side from scan to scan: another part of it is seen each time."""
PUSH_M_S2 = 0.6
"""Spread of the accelerations of people and vehicles."""
FIRST_M_S = 1.0
KEEP_S = 2.5
"""A low vehicle falls between the rings of a scan for a while."""
LEAST_M_S, REST_M_S, SURE, TRAVEL_M, LEAST_AGE_S = 0.25, 0.15, 1.3, 0.15, 0.7
LEAST_HALF_M = 0.3
"""Nothing that moves is taken for slimmer."""
GAP_M = 0.2
"""What lies within a body's reach and so far round it is a part of it."""
SHRINK_SHARE = 0.02
"""Of its size that a body loses with each scan that shows less of it: from the front a cart looks short."""
REACH_M = 0.15
"""The far side of a body is not seen."""


@dataclass
class Track:
    """One body followed: a constant-velocity Kalman filter, alike along x and y.

    What is seen of a body changes with where it is seen from, so that its middle seems to move: the filter follows the
    sides that face the robot, and the middle is half the largest size seen behind them.

    Attributes:
        place_m, velocity_m_s: (2,) each, world frame, as of `time_s`.
        half_m: (2,) half its size along x and y.
        moving: whether it is under way.
    """

    place_m: FloatArray
    half_m: FloatArray
    time_s: float
    velocity_m_s: FloatArray = field(default_factory=lambda: np.zeros(2))
    moving: bool = False

    def __post_init__(self) -> None:
        self._spread = np.diag([SEEN_M**2, FIRST_M_S**2])
        self._born_m, self._born_s, self._seen_s = self.place_m.copy(), self.time_s, self.time_s

    def advance(self, time_s: float) -> None:
        """Go on as before until `time_s`."""
        self.place_m, dt = self.at(time_s), time_s - self.time_s
        step = np.array([[1.0, dt], [0.0, 1.0]])
        push = np.array([dt**2 / 2, dt]) * PUSH_M_S2
        self._spread = step @ self._spread @ step.T + np.outer(push, push)
        self.time_s = time_s

    def at(self, time_s: float) -> FloatArray:
        """(2,) where it will be if it goes on as before."""
        return self.place_m + (time_s - self.time_s) * self.velocity_m_s

    def middles(self, low_m: FloatArray, high_m: FloatArray, from_m: FloatArray) -> FloatArray:
        """(k, 2) where its middle would be, if it were each of the boxes (k, 2) to (k, 2) seen from (2,)."""
        near = np.where(from_m > high_m, high_m - self.half_m, low_m + self.half_m)
        return np.where((from_m > low_m) & (from_m < high_m), (low_m + high_m) / 2, near)

    def joined(self, low_m: FloatArray, high_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The boxes (k, 2) to (k, 2) with those made one that it covers: of a long side few returns come back."""
        reach = self.half_m + GAP_M
        covers = ((low_m > self.place_m - reach) & (high_m < self.place_m + reach)).all(axis=1)
        if covers.sum() < 2:
            return low_m, high_m
        return (
            np.vstack([low_m[~covers], low_m[covers].min(axis=0)]),
            np.vstack([high_m[~covers], high_m[covers].max(axis=0)]),
        )

    def see(self, low_m: FloatArray, high_m: FloatArray, from_m: FloatArray) -> None:
        """Take in the box (2,) to (2,) of its returns, seen from (2,), at the time advanced to."""
        before = self.middles(low_m, high_m, from_m)
        self.half_m = np.maximum((high_m - low_m) / 2, (1.0 - SHRINK_SHARE) * self.half_m)
        place = self.middles(low_m, high_m, from_m)
        # To learn its size is not to see it move.
        self.place_m, self._born_m = self.place_m + place - before, self._born_m + place - before
        gain = self._spread[:, 0] / (self._spread[0, 0] + SEEN_M**2)
        miss = place - self.place_m
        self.place_m, self.velocity_m_s = self.place_m + gain[0] * miss, self.velocity_m_s + gain[1] * miss
        self._spread = self._spread - np.outer(gain, self._spread[0])
        self._seen_s = self.time_s
        self._judge()

    def discs(self, time_s: float) -> FloatArray:
        """(k, 3) x, y and radius of discs in a row that cover it: a cart is longer than it is wide."""
        wide, long_ = max(float(self.half_m.min()), LEAST_HALF_M), float(self.half_m.max())
        reach = max(long_ - wide, 0.0)
        along = np.linspace(-reach, reach, 1 + math.ceil(2.0 * reach / wide))[:, None]
        places = self.at(time_s) + along * np.eye(2)[int(np.argmax(self.half_m))]
        return np.column_stack([places, np.full(len(places), wide + REACH_M)])

    @property
    def lost(self) -> bool:
        """Whether it was not seen for long."""
        return self.time_s - self._seen_s > KEEP_S

    def _judge(self) -> None:
        """Whether it surely moves, rather than being seen in parts; once it did, it counts until it rests."""
        speed, doubt = float(np.hypot(*self.velocity_m_s)), float(np.sqrt(self._spread[1, 1]))
        went = float(np.hypot(*(self.place_m - self._born_m)))
        if self.moving:
            self.moving = speed > REST_M_S
        else:
            aged = self.time_s - self._born_s > LEAST_AGE_S
            self.moving = aged and went > TRAVEL_M and speed > max(LEAST_M_S, SURE * doubt)
        if not self.moving and speed < REST_M_S:
            self._born_m = self.place_m.copy()


class Movers:
    """Everything unknown that is in sight, as tracks."""

    def __init__(self) -> None:
        self._tracks: list[Track] = []

    def update(self, points_m: FloatArray, from_m: FloatArray, time_s: float) -> None:
        """Take in the returns (n, 2+) of a scan, made from (2+,), that no map explains, world frame."""
        low, high = clusters(points_m)
        viewer = np.asarray(from_m)[:2]
        for track in self._tracks:
            track.advance(time_s)
            low, high = track.joined(low, high)
        free = np.ones(len(low), dtype=bool)
        if self._tracks and len(low):
            apart = np.array(
                [np.linalg.norm(track.middles(low, high, viewer) - track.place_m, axis=1) for track in self._tracks]
            )
            for row, column in zip(*linear_sum_assignment(np.minimum(apart, GATE_M)), strict=True):
                if apart[row, column] < GATE_M:
                    self._tracks[row].see(low[column], high[column], viewer)
                    free[column] = False
        kept = [track for track in self._tracks if not track.lost]
        new = [Track((low[k] + high[k]) / 2, (high[k] - low[k]) / 2, time_s) for k in np.flatnonzero(free)]
        self._tracks = kept + new

    def moving(self, time_s: float) -> FloatArray:
        """(m, 5) what moves, as discs: x, y, radius, and velocity along x and y, world frame, as of now."""
        rows = [np.zeros((0, 5))]
        for track in self._tracks:
            if track.moving:
                discs = track.discs(time_s)
                rows.append(np.column_stack([discs, np.tile(track.velocity_m_s, (len(discs), 1))]))
        return np.vstack(rows)


def clusters(points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Boxes, (k, 2) low and (k, 2) high corners, of groups of points (n, 2+), without single ones and whole walls."""
    if not len(points_m):
        return np.zeros((0, 2)), np.zeros((0, 2))
    cells = np.floor(points_m[:, :2] / CELL_M).astype(np.int64)
    cells -= cells.min(axis=0)
    grid = np.zeros(cells.max(axis=0) + 1, dtype=bool)
    grid[cells[:, 0], cells[:, 1]] = True
    labels, count = ndimage.label(grid, np.ones((3, 3)))
    label = labels[cells[:, 0], cells[:, 1]] - 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, label, points_m[:, :2])
    np.maximum.at(high, label, points_m[:, :2])
    good = np.bincount(label, minlength=count) >= LEAST_RETURNS
    good &= np.linalg.norm(high - low, axis=1) < 2 * MOST_RADIUS_M
    return low[good], high[good]
