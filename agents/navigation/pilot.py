"""Brings the lens to where it should be: routes, detours round the unknown, the last metre."""

import numpy as np

from patrolgym.envs.types import FloatArray, RobotInfo

from .guard import HALF_WIDTH_M, Around
from .live import BODY_M, CELL_M, PERSONAL_M, TAKEN_M, LiveObstacles
from .map import SiteMap
from .planner import Router
from .squeeze import Squeeze, way_out
from .timed import STEP_S
from .timed import STEPS as HORIZON
from .tracker import ALMOST_M, Tracker, wrap
from .yielding import SPEED_M_S, Yielding

REPLAN_S = 1.5
BLOCKED_S = 1.0
GIVE_UP_S = 6.0
LOOK_OUT_M = 4.0
STEPS_M = 0.05
STEPS_AHEAD_M = (0.5, 1.0)
"""Braking from full speed takes the last of it."""
REACH_M = 2.0
NEAR_ENOUGH_M = 0.35
"""Blocked this near to the goal, by the dock itself or by somebody beside it, counts as there; for the lens, more."""
ASIDE_M = 0.9
"""Farther than this from where it was sent the robot does not see what it should."""
STUCK_M, STUCK_RAD = 0.15, 0.3
SETTLED_S = 1.0
"""So near to the goal, a robot that has hardly moved for so long comes no nearer."""
WEDGED_S = 1.5
"""Standing that long although there is a way, and not before a lane: look for a way out that minds the heading."""
UNKNOWN_REACH_M = 0.2
"""People are wider than the nearest that the lidar shows of them."""
RIM_DEPTH_M = HALF_WIDTH_M - 0.1
"""The flank may reach so far over the edge of a forbidden zone; the middle of the body, which counts, may not."""
BEHIND_M = 0.25
YIELD_S = 25.0
"""Something else is done if a way was not clear for so long."""
THERE_M, AWAY_M = 0.4, 0.6
"""While it yields, this near to its goal the robot is there; pushed off farther than that, it goes back."""


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
        self._yielding = Yielding(site_map, router, self.live)
        self._given: FloatArray | None = None
        self._given_s = 0.0
        self._station: FloatArray | None = None
        self._goal: FloatArray | None = None
        self._mount = np.zeros(2)
        self._final = False
        self._detour = float("inf")
        self._planned_s = -np.inf
        self._waiting_s = self._blocked_s = 0.0
        self._moved_s, self._moved = 0.0, np.full(3, np.inf)
        self._squeeze: Squeeze | None = None
        self._wriggled_s = -np.inf
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
        self._squeeze = self._station = None
        self._blocked_s = 0.0
        self._waiting_s, self._moved_s, self._moved = 0.0, time_s, np.full(3, np.inf)
        self._plan(xy_m, yaw_rad, time_s)

    def cancel(self) -> None:
        """Stay here."""
        self._goal = self._squeeze = None
        self._tracker.stop()

    def sense(self, scan_m: FloatArray, xy_m: FloatArray, time_s: float) -> None:
        """Take in a lidar scan (n, 3)."""
        self.live.update(scan_m, xy_m, time_s)

    def step(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> FloatArray:
        """(3,) forward m/s, lateral m/s, yaw rad/s for the next 0.1 s."""
        xy = np.asarray(xy_m)[:2]
        if self._gives_way(xy, yaw_rad, time_s):
            return self._tracker.step(xy, yaw_rad, self._around(xy, time_s), self._on_steps(xy, yaw_rad))
        if self._goal is not None:
            self._watch(xy, yaw_rad, time_s)
        if self._squeeze is not None and (wanted := self._squeezed(xy, yaw_rad, time_s)) is not None:
            return self._tracker.creep(wanted, xy, yaw_rad, self._around(xy, time_s))
        command = self._tracker.step(xy, yaw_rad, self._around(xy, time_s), self._on_steps(xy, yaw_rad))
        if self._goal is not None and not self._tracker.active and self._waiting_s == 0.0:
            self._goal = None
        return command

    def turn(self, rate_rad_s: float, xy_m: FloatArray, yaw_rad: float, time_s: float) -> FloatArray:
        """(3,) as `step`: turn on the spot, as far as there is room."""
        xy = np.asarray(xy_m)[:2]
        if self._gives_way(xy, yaw_rad, time_s):
            return self.step(xy, yaw_rad, time_s)
        return self._tracker.turn(rate_rad_s, xy, yaw_rad, self._around(xy, time_s))

    def _around(self, xy_m: FloatArray, time_s: float) -> Around:
        """Everything the body may bump into.

        A scan misses thin and low things close by: the map knows those that were built, the last scans the others.
        """
        known = np.vstack([self._map.solid_near(xy_m, REACH_M), self.live.body_m[:, :2]])
        unknown = np.vstack([self.live.unknown_m[:, :2], self.live.remembered(xy_m, time_s)])
        rim, lane = self._map.rim_near(xy_m, REACH_M), self.live.barred(xy_m, time_s)
        kinds = (known, unknown, self.live.low_m, rim, lane)
        reach = np.repeat([0.0, UNKNOWN_REACH_M, 0.5 * CELL_M, -RIM_DEPTH_M, 0.0], [len(kind) for kind in kinds])
        return Around(np.column_stack([np.vstack(kinds), reach]), self.live.moving(time_s))

    def _gives_way(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> bool:
        """Whether something comes near; then the tracker follows the plan in time."""
        if self._goal is not None:
            target = self._base_goal(xy_m, yaw_rad)
        else:
            target = xy_m if self._station is None else self._station
        way = self._yielding.way(xy_m, time_s, lambda: self._expected(xy_m, target), target)
        if way is None:
            if self._given is not None:
                self._go_on(xy_m, yaw_rad, time_s)
            return False
        if self._given is None:
            self._given_s, self._station = time_s, np.asarray(target).copy()
        self._squeeze, self._moved_s = None, time_s
        if way is not self._given:
            self._given = way
            self._tracker.follow(way, SPEED_M_S, reverse_m=np.inf) if len(way) > 1 else self._tracker.stop()
        if self._goal is not None and float(np.hypot(*(target - xy_m))) < THERE_M:
            self._goal = None
        elif self._goal is not None and time_s - self._given_s > YIELD_S:
            self.failed, self._goal = True, None
        return True

    def _expected(self, xy_m: FloatArray, target_m: FloatArray) -> FloatArray:
        """(HORIZON + 1, 2) where it would be every half second: on its way, or straight on to the target."""
        steps = SPEED_M_S * STEP_S * np.arange(HORIZON + 1)
        if self._given is None:
            return np.array([self.ahead(step, xy_m) for step in steps])
        left = max(float(np.hypot(*(target_m - xy_m))), 1e-6)
        return np.asarray(xy_m + np.minimum(steps / left, 1.0)[:, None] * (target_m - xy_m))

    def _go_on(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> None:
        """The way is clear: on to the goal, or back to where the robot stood."""
        self._given, station = None, self._station
        self._tracker.stop()
        if self._goal is not None:
            self._plan(xy_m, yaw_rad, time_s)
        elif station is not None and float(np.hypot(*(station - xy_m))) > AWAY_M:
            self.go_to(station, np.zeros(2), xy_m, yaw_rad, time_s)

    def costs_to(self, places_m: FloatArray, xy_m: FloatArray, time_s: float) -> FloatArray:
        """(n,) what the ways to places (n, 2+) cost now, with what stands on them; infinite where none leads."""
        router = Router.over(self._map, self.live.extra_cost(time_s))
        return router.matrix_from(np.asarray(xy_m)[:2], np.asarray(places_m)[:, :2])

    def ahead(self, distance_m: float, xy_m: FloatArray) -> FloatArray:
        """(2,) where the robot will be that much farther on."""
        return self._tracker.ahead(distance_m) if self._tracker.active else np.asarray(xy_m)[:2]

    def _on_steps(self, xy_m: FloatArray, yaw_rad: float) -> bool:
        """Whether there are steps under the robot, just ahead, or just left behind by its hind legs."""
        behind = xy_m - BEHIND_M * np.array([np.cos(yaw_rad), np.sin(yaw_rad)])
        places = np.stack([xy_m, *(self.ahead(distance, xy_m) for distance in STEPS_AHEAD_M), behind])
        return bool(self._map.rough_m.ravel()[self._map.grid.cells(places)].max() > STEPS_M)

    def _squeezed(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> FloatArray | None:
        """(3,) velocity on the way out of a narrow place; None once it is left, and a new way is planned."""
        assert self._squeeze is not None
        wanted = self._squeeze.wanted(xy_m, yaw_rad)
        if wanted is None:
            self._squeeze = None
            self._plan(xy_m, yaw_rad, time_s)
        return wanted

    def _wriggle(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> None:
        """Look for a way out of where the robot is wedged."""
        assert self._goal is not None
        self._wriggled_s = time_s
        extra = self.live.extra_cost(time_s)
        router = Router.over(self._map, extra) if extra.any() else self._router
        costs = router.costs_from(self._goal)
        poses = way_out(
            xy_m, yaw_rad, self._around(xy_m, time_s).places_m, lambda places: costs.ravel()[router.grid.cells(places)]
        )
        self._squeeze = None if poses is None else Squeeze(poses)

    def _watch(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> None:
        """Plan anew when something unknown is near the way, when blocked, or for the last metre."""
        assert self._goal is not None
        if np.hypot(*(xy_m - self._moved[:2])) > STUCK_M or abs(wrap(yaw_rad - self._moved[2])) > STUCK_RAD:
            self._moved_s, self._moved = time_s, np.array([*xy_m, yaw_rad])
        self._blocked_s = self._blocked_s + 0.1 if self._tracker.blocked_s > 0.0 else 0.0
        gap, mount = float(np.linalg.norm(self._goal - xy_m)), float(np.hypot(*self._mount))
        near = gap < NEAR_ENOUGH_M + 2.0 * mount
        if near and time_s - self._moved_s > SETTLED_S:
            self.cancel()
            return
        if self._blocked_s > 0.8 and (near or self.live.gap_to(self._goal, time_s) < TAKEN_M):
            # Somebody stands there: from beside them it has to do, or not at all.
            self.failed = not near and gap > ASIDE_M + mount
            self.cancel()
            return
        if time_s - self._moved_s > GIVE_UP_S or self._waiting_s > GIVE_UP_S:
            self.failed = True
            self.cancel()
            return
        if self._squeeze is not None:
            return
        wedged = self._tracker.active and time_s - max(self._moved_s, self._wriggled_s) > WEDGED_S
        if wedged and not len(self.live.barred(xy_m, time_s)):
            self._wriggle(xy_m, yaw_rad, time_s)
        elif not self._final and gap < ALMOST_M + mount:
            self._final = True
            self._plan(xy_m, yaw_rad, time_s)
        elif time_s - self._planned_s > REPLAN_S and self._disturbed(xy_m, time_s):
            self._plan(xy_m, yaw_rad, time_s)
        if not self._tracker.active and not self.failed:
            self._waiting_s += 0.1

    def _disturbed(self, xy_m: FloatArray, time_s: float) -> bool:
        if not self._tracker.active or self._tracker.blocked_s > BLOCKED_S:
            return True
        ahead = np.array([self._tracker.ahead(s) for s in np.arange(0.0, LOOK_OUT_M, 0.4)])
        for places, least in ((self.live.places(time_s), PERSONAL_M), (self.live.low_m, BODY_M)):
            if (np.linalg.norm(ahead[:, None] - places[None], axis=2) < least).any():
                return True
        return bool(self.live.before_starters(ahead, time_s).any())

    def _plan(self, xy_m: FloatArray, yaw_rad: float, time_s: float) -> None:
        assert self._goal is not None
        self._planned_s = time_s
        extra = self.live.extra_cost(time_s)
        router = Router.over(self._map, extra) if extra.any() else self._router
        base = self._base_goal(np.asarray(xy_m)[:2], yaw_rad)
        if extra.any():
            # Where something unknown stands on the goal, a free place beside it has to do.
            base = router.free_beside(base, np.asarray(xy_m)[:2])
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
