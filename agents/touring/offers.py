"""What a policy is offered: a few places to go to next, each in a few numbers."""

from dataclasses import dataclass

import numpy as np

from patrolgym.envs.compact.account import AREA_M2
from patrolgym.envs.types import Briefing, FloatArray, IntArray

from .lookouts import Lookouts

#: How many places, and how many numbers of each and of the patrol as a whole.
PLACES, WIDTH, COMMON = 12, 10, 5
#: The last row means: stay.
CHOICES = PLACES + 1
SIZE = CHOICES * WIDTH + COMMON
#: No number is larger than this.
MOST = 3.0
# A point is worth so much surface, and setting out so many metres: only for the choice of what is offered.
_POINT_M2, _SET_OUT_M = 3.0, 5.0
_LEAST_M2 = 0.25
# Offers lie at least this far apart; what is left about a place is added up within the other.
_APART_M, _ABOUT_M = 1.2, 3.5
_AREA_M2, _POINTS, _WAY_M = 6.0, 3.0, 12.0
#: What a metre of way costs, as a share of seeing all surfaces: without it a tour walks on for the last scraps.
METRE = 0.001


@dataclass(frozen=True, eq=False)
class Offers:
    """Places to choose from, the most attractive first.

    Attributes:
        places: (n,) indices of lookouts, n at most 12.
        told: (135,) float32: 12 rows of 10 numbers, zeros where fewer places are left, a row for staying, then 5
            numbers of the patrol.
    """

    places: IntArray
    told: FloatArray


class Market:
    """Makes offers.

    Args:
        briefing: of the episode.
        lookouts: of the site.
        home_m: (k,) ways from the lookouts to the dock.
        surfels: how many there are to be seen.
    """

    def __init__(self, briefing: Briefing, lookouts: Lookouts, home_m: FloatArray, surfels: int) -> None:
        self._lookouts, self._home_m = lookouts, np.where(np.isfinite(home_m), home_m, 99.0)
        self._limit_s, self._points = briefing.time_limit_s, max(len(briefing.points), 1)
        self._price_m2 = METRE * AREA_M2 * surfels
        plan = lookouts.eyes_m[:, :2]
        self._apart = np.linalg.norm(plan[:, None] - plan[None], axis=-1)

    def offers(
        self,
        at_m: FloatArray,
        yaw_rad: float,
        ways_m: FloatArray,
        worth: FloatArray,
        open_points: FloatArray,
        time_s: float,
    ) -> Offers:
        """The offers of a moment.

        Args:
            at_m: (2+,) the robot.
            yaw_rad: its heading.
            ways_m: (k,) ways from it to the lookouts.
            worth: (n,) what seeing each surfel is still worth, 0..1.
            open_points: (p,) the same of each inspection point.
            time_s: since the patrol began.

        Each row (that for staying: 1, zeros, and the surface that a metre of way costs, m²): 1; unseen surface in view
        / 6 m²; points to be served / 3; way
        there / 12 m; cosine and sine of its direction from the heading; way from there to the dock / 12 m; surface in
        view of the best place within 3.5 m / 6 m²; points to be served from within 3.5 m / 3; merit, by which they are
        ordered (a point counts for 3 m², setting out for 5 m): m² for each metre of way. At the end: share of the time
        left; shares of surface and points that are still worth a look; share of the 12 rows in use; way home / 12 m.
        All are cut at 3.
        """
        area = self._lookouts.area_m2(worth)
        served = self._lookouts.serves @ open_points
        reached = np.isfinite(ways_m)
        value = np.where(reached, np.minimum(area, 2.0 * _AREA_M2) + _POINT_M2 * served, 0.0)
        merit = value / (np.where(reached, ways_m, 1.0) + _SET_OUT_M)
        places = self._picked(np.where(value >= _LEAST_M2, merit, 0.0))
        rows = np.zeros((CHOICES, WIDTH))
        rows[PLACES, [0, -1]] = 1.0, self._price_m2
        if len(places):
            near = self._apart[places] < _ABOUT_M
            offset = self._lookouts.eyes_m[places, :2] - np.asarray(at_m)[:2]
            bearing = np.arctan2(offset[:, 1], offset[:, 0]) - yaw_rad
            rows[: len(places)] = np.column_stack(
                [
                    np.ones(len(places)),
                    area[places] / _AREA_M2,
                    served[places] / _POINTS,
                    ways_m[places] / _WAY_M,
                    np.cos(bearing),
                    np.sin(bearing),
                    self._home_m[places] / _WAY_M,
                    np.where(near, area, 0.0).max(axis=1) / _AREA_M2,
                    (((near @ self._lookouts.serves) > 0) @ open_points) / _POINTS,
                    merit[places],
                ]
            )
        left = 1.0 - time_s / self._limit_s
        share = float(worth.mean()) if len(worth) else 0.0
        home = float(self._home_m[np.argmin(ways_m)]) if len(ways_m) else 0.0
        common = [left, share, float(open_points.sum()) / self._points, len(places) / PLACES, home / _WAY_M]
        told = np.concatenate([rows.ravel(), common])
        return Offers(places, np.clip(told, -MOST, MOST).astype(np.float32))

    def _picked(self, merit: FloatArray) -> IntArray:
        """The best by merit, none near another."""
        picked: list[int] = []
        while len(picked) < PLACES and merit.any():
            best = int(np.argmax(merit))
            picked.append(best)
            merit = np.where(self._apart[best] < _APART_M, 0.0, merit)
        return np.array(picked, np.int64)
