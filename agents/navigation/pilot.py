"""Brings the lens to where it should be: routes, detours round the unknown, the last metre."""

import numpy as np

from patrolgym.envs.types import FloatArray, RobotInfo

from .live import PERSONAL_M, LiveObstacles
from .map import SiteMap
from .planner import Router
from .tracker import ALMOST_M, Tracker

REPLAN_S = 1.5
BLOCKED_S = 1.0
GIVE_UP_S = 6.0
LOOK_OUT_M = 4.0
STEPS_M = 0.05
REACH_M = 2.0
GLIMPSE_S = 1.5
NEAR_ENOUGH_M = 0.35
"""Blocked this near to the goal, by the dock itself or by somebody beside it, counts as there; for the lens, more."""
ASIDE_M = 0.9
"""Farther than this from where it was sent the robot does not see what it should."""
STUCK_M = 0.15


class Pilot:
    """Walks to places.

    Args:
        site_map: where the robot may be.
        router: ways over it.
        robot: its speeds.
    """

    def __init__(self, site_map: SiteMap, router: Router, robot: RobotInfo) -> None:
        self._map = site_map
        self._router = router
        self._tracker = Tracker(robot)
        self.live = LiveObstacles(site_map)
        self._goal: FloatArray | None = None
        self._mount = np.zeros(2)
        self._final = False
        self._detour = float("inf")
        self._planned_s = -np.inf
        self._waiting_s = self._blocked_s = 0.0
        self._moved_s, self._moved_m = 0.0, np.full(2, np.inf)
        self.failed = False

    @property
    def arrived(self) -> bool:
        """Whether the robot is where it was sent (also when it was sent nowhere)."""
        return self._goal is None

    def go_to(
        self,
        lens_m: FloatArray,
        mount_m: FloatArray,
        xy_m: FloatArray,
        yaw_rad: float,
        time_s: float,
        detour_m: float = float("inf"),
    ) -> None:
        """Set out.

        Args:
            lens_m: (2+,) where the point `mount_m` of the robot should come to be.
            mount_m: (2+,) in the base frame; zero for the robot's own centre.
            xy_m: (2+,) the robot now.
            yaw_rad: its heading.
            time_s: now.
            detour_m: give up if a way round something unknown is longer by more than this.
        """
        self._detour = detour_m
        self._goal, self._mount = np.asarray(lens_m, dtype=float)[:2].copy(), np.asarray(mount_m, dtype=float)[:2]
        self._final = self.failed = False
        self._blocked_s = 0.0
        self._waiting_s, self._moved_s, self._moved_m = 0.0, time_s, np.full(2, np.inf)
        self._plan(xy_m, yaw_rad, time_s)

    def cancel(self) -> None:
        """Stay here."""
        self._goal = None
        self._tracker.stop()

    def sense(self, scan_m: FloatArray, xy_m: FloatArray, time_s: float) -> None:
        """Take in a lidar scan (n, 3)."""
        self.live.update(scan_m, xy_m, time_s)

    def step(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> FloatArray:
        """(3,) forward m/s, lateral m/s, yaw rad/s for the next 0.1 s."""
        xy = np.asarray(xy_m)[:2]
        if self._goal is not None:
            self._watch(xy, yaw_rad, time_s)
        command = self._tracker.step(xy, yaw_rad, self._around(xy, time_s), self._on_steps(xy))
        if self._goal is not None and not self._tracker.active and self._waiting_s == 0.0:
            self._goal = None
        return command

    def turn(self, rate_rad_s: float, xy_m: FloatArray, yaw_rad: float, time_s: float) -> FloatArray:
        """(3,) as `step`: turn on the spot, as far as there is room."""
        xy = np.asarray(xy_m)[:2]
        return self._tracker.turn(rate_rad_s, xy, yaw_rad, self._around(xy, time_s))

    def _around(self, xy_m: FloatArray, time_s: float) -> FloatArray:
        """(n, 2) everything the body may bump into.

        A scan misses thin and low things close by: the map knows those that were built, the last scans the others.
        """
        recent = self.live.places(time_s, GLIMPSE_S)
        return np.vstack([self._map.solid_near(xy_m, REACH_M), self.live.body_m[:, :2], recent])

    def costs_to(self, places_m: FloatArray, xy_m: FloatArray, time_s: float) -> FloatArray:
        """(n,) what the ways to places (n, 2+) cost now, with what stands on them; infinite where none leads."""
        router = Router.over(self._map, self.live.extra_cost(time_s))
        return router.matrix_from(np.asarray(xy_m)[:2], np.asarray(places_m)[:, :2])

    def ahead(self, distance_m: float, xy_m: FloatArray) -> FloatArray:
        """(2,) where the robot will be that much farther on."""
        return self._tracker.ahead(distance_m) if self._tracker.active else np.asarray(xy_m)[:2]

    def _on_steps(self, xy_m: FloatArray) -> bool:
        """Whether there are steps under the robot or just ahead."""
        places = np.stack([xy_m, self.ahead(0.6, xy_m)])
        return bool(self._map.rough_m.ravel()[self._map.grid.cells(places)].max() > STEPS_M)

    def _watch(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> None:
        """Plan anew when something unknown is near the way, when blocked, or for the last metre."""
        assert self._goal is not None
        if np.hypot(*(xy_m - self._moved_m)) > STUCK_M:
            self._moved_s, self._moved_m = time_s, xy_m.copy()
        self._blocked_s = self._blocked_s + 0.1 if self._tracker.blocked_s > 0.0 else 0.0
        near = float(np.linalg.norm(self._goal - xy_m)) < NEAR_ENOUGH_M + 2.0 * float(np.hypot(*self._mount))
        if near and self._blocked_s > 0.8:
            self.cancel()
            return
        if time_s - self._moved_s > GIVE_UP_S or self._waiting_s > GIVE_UP_S:
            self.failed = True
            self.cancel()
            return
        if not self._final and float(np.linalg.norm(self._goal - xy_m)) < ALMOST_M + float(np.hypot(*self._mount)):
            self._final = True
            self._plan(xy_m, yaw_rad, time_s)
        elif time_s - self._planned_s > REPLAN_S and self._disturbed(xy_m, time_s):
            self._plan(xy_m, yaw_rad, time_s)
        if not self._tracker.active and not self.failed:
            self._waiting_s += 0.1

    def _disturbed(self, xy_m: FloatArray, time_s: float) -> bool:
        if not self._tracker.active or self._tracker.blocked_s > BLOCKED_S:
            return True
        places = self.live.places(time_s)
        if not len(places):
            return False
        ahead = np.array([self._tracker.ahead(s) for s in np.arange(0.0, LOOK_OUT_M, 0.4)])
        gaps = np.linalg.norm(ahead[:, None] - places[None], axis=2)
        return bool(gaps.min() < PERSONAL_M)

    def _plan(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> None:
        assert self._goal is not None
        self._planned_s = time_s
        extra = self.live.extra_cost(time_s)
        router = Router.over(self._map, extra) if extra.any() else self._router
        base = self._base_goal(np.asarray(xy_m)[:2], yaw_rad)
        if extra.any():
            # Where something unknown stands on the goal, the free place nearest to it has to do.
            free = router.grid.positions(np.array([router.nearest_free(base)]))[0]
            base = base if bool(np.hypot(*(free - base)) < router.grid.cell_m) else free
        way = router.route(np.asarray(xy_m)[:2], base)
        if way is None and not np.isfinite(self._detour):
            # Nothing better to do than to wait for it to go.
            self._tracker.stop()
            return
        if way is None or np.hypot(*(base - self._goal)) > ASIDE_M or self._too_long(way, np.asarray(xy_m)[:2], base):
            self.failed = True
            self.cancel()
            return
        self._waiting_s = 0.0
        self._tracker.follow(way)

    def _too_long(self, way_m: FloatArray, xy_m: FloatArray, base_m: FloatArray) -> bool:
        """Whether a way is longer by more than the detour allowed than the way would be without unknown obstacles."""
        if not np.isfinite(self._detour):
            return False
        return length_m(way_m) > self._detour + length_m(self._router.route(xy_m, base_m))

    def _base_goal(self, xy_m: FloatArray, yaw_rad: float) -> FloatArray:
        """Where the robot's centre must be for its mount to be at the goal, by the heading it will probably have."""
        assert self._goal is not None
        to_goal = self._goal - xy_m
        near = self._final or float(np.linalg.norm(to_goal)) < ALMOST_M
        heading = yaw_rad if near else float(np.arctan2(to_goal[1], to_goal[0]))
        c, s = np.cos(heading), np.sin(heading)
        base = self._goal - np.array([[c, -s], [s, c]]) @ self._mount
        return base if bool(self._map.free_at(base[None])[0]) else self._goal


def length_m(way_m: FloatArray | None) -> float:
    """Length of a way (k, 2), infinite if there is none."""
    return float("inf") if way_m is None else float(np.linalg.norm(np.diff(way_m, axis=0), axis=1).sum())
