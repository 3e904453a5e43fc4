"""What moves: clusters of unknown lidar returns followed from scan to scan, each with a velocity."""

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
"""Spread of a cluster's middle from scan to scan: another part of the body is seen each time."""
PUSH_M_S2 = 0.6
"""Spread of the accelerations of people and vehicles."""
FIRST_M_S = 1.0
KEEP_S = 2.5
"""A low vehicle falls between the rings of a scan for a while."""
LEAST_M_S, REST_M_S, SURE, TRAVEL_M, LEAST_AGE_S = 0.25, 0.15, 1.3, 0.3, 0.7
REACH_M = 0.15
"""The far side of a body is not seen."""


@dataclass
class Track:
    """One cluster followed: a constant-velocity Kalman filter, alike along x and y.

    Attributes:
        place_m, velocity_m_s: (2,) each, world frame, as of `time_s`.
        radius_m: of the returns about their middle.
        moving: whether it is under way.
    """

    place_m: FloatArray
    radius_m: float
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

    def see(self, place_m: FloatArray, radius_m: float) -> None:
        """Take in where the cluster is at the time advanced to."""
        gain = self._spread[:, 0] / (self._spread[0, 0] + SEEN_M**2)
        miss = place_m - self.place_m
        self.place_m, self.velocity_m_s = self.place_m + gain[0] * miss, self.velocity_m_s + gain[1] * miss
        self._spread = self._spread - np.outer(gain, self._spread[0])
        self.radius_m += 0.3 * (radius_m - self.radius_m)
        self._seen_s = self.time_s
        self._judge()

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

    def update(self, points_m: FloatArray, time_s: float) -> None:
        """Take in the returns (n, 2+) of a scan that no map explains, world frame."""
        places, radii = clusters(points_m)
        for track in self._tracks:
            track.advance(time_s)
        free = np.ones(len(places), dtype=bool)
        if self._tracks and len(places):
            at = np.array([track.place_m for track in self._tracks])
            apart = np.linalg.norm(at[:, None] - places[None], axis=2)
            for row, column in zip(*linear_sum_assignment(np.minimum(apart, GATE_M)), strict=True):
                if apart[row, column] < GATE_M:
                    self._tracks[row].see(places[column], float(radii[column]))
                    free[column] = False
        kept = [track for track in self._tracks if not track.lost]
        self._tracks = kept + [Track(places[k], float(radii[k]), time_s) for k in np.flatnonzero(free)]

    def moving(self, time_s: float) -> FloatArray:
        """(m, 5) what moves: x, y, radius, and velocity along x and y, world frame, as of now."""
        rows = [
            np.concatenate([track.at(time_s), [track.radius_m + REACH_M], track.velocity_m_s])
            for track in self._tracks
            if track.moving
        ]
        return np.array(rows, dtype=float).reshape(-1, 5)


def clusters(points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Middles (k, 2) and radii (k,) of groups of points (n, 2+), leaving out single points and whole walls."""
    if not len(points_m):
        return np.zeros((0, 2)), np.zeros(0)
    cells = np.floor(points_m[:, :2] / CELL_M).astype(np.int64)
    cells -= cells.min(axis=0)
    grid = np.zeros(cells.max(axis=0) + 1, dtype=bool)
    grid[cells[:, 0], cells[:, 1]] = True
    labels, count = ndimage.label(grid, np.ones((3, 3)))
    label = labels[cells[:, 0], cells[:, 1]] - 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, label, points_m[:, :2])
    np.maximum.at(high, label, points_m[:, :2])
    radii = np.linalg.norm(high - low, axis=1) / 2
    good = (np.bincount(label, minlength=count) >= LEAST_RETURNS) & (radii < MOST_RADIUS_M)
    return ((low + high) / 2)[good], radii[good]
