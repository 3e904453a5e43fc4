"""Keeps out of the way of what moves: waits, steps aside, backs off or passes behind, as a plan in time says."""

from collections.abc import Callable

import numpy as np

from patrolgym.envs.types import FloatArray

from .live import LiveObstacles
from .map import SiteMap
from .planner import Router
from .timed import STEP_S, STEPS, first_leg, threatened, timed_way

LOOK_S = 0.4
"""A new plan that often."""
FIELD_S = 2.0
"""The costs to the target are worked out anew that often: what stands about changes slowly."""
SPEED_M_S = 0.9
"""As the plan in time has it."""


class Yielding:
    """Looks out for things that move.

    Args:
        site_map: where the robot may be.
        router: ways over it while nothing unknown is about.
        live: what the lidar sees.
    """

    def __init__(self, site_map: SiteMap, router: Router, live: LiveObstacles) -> None:
        self._map, self._still, self._live = site_map, router, live
        self._looked_s = self._field_s = -np.inf
        self._target = np.full(2, np.inf)
        self._way: FloatArray | None = None

    def way(
        self, xy_m: FloatArray, time_s: float, ahead: Callable[[], FloatArray], target_m: FloatArray
    ) -> FloatArray | None:
        """The way to take now.

        Args:
            xy_m: (2,) the robot, world frame.
            time_s: now.
            ahead: gives (STEPS + 1, 2), where it would be every half second if it did not mind anything.
            target_m: (2,) where it wants to be.

        Returns:
            (k, 2), with k = 1 to wait, the same object until the next look; None while nothing comes near.
        """
        if time_s - self._looked_s < LOOK_S - 1e-6:
            return self._way
        self._looked_s, before = time_s, self._way
        self._way = None
        movers, times = self._live.moving(time_s), STEP_S * np.arange(STEPS + 1)
        if not len(movers):
            return None
        near = threatened(movers, ahead(), times)
        if near or (before is not None and threatened(movers, xy_m[None], times)):
            self._follow_field(target_m, time_s)
            router = self._router
            self._way = first_leg(timed_way(xy_m, router.grid, router.cost, self._to_go, movers))
        return self._way

    def _follow_field(self, target_m: FloatArray, time_s: float) -> None:
        """Bring the costs to the target up to date."""
        if time_s - self._field_s < FIELD_S and float(np.hypot(*(target_m - self._target))) < self._still.grid.cell_m:
            return
        self._field_s, self._target = time_s, np.asarray(target_m, dtype=float).copy()
        extra = self._live.extra_cost(time_s, corridors=False)
        self._router = Router.over(self._map, extra) if extra.any() else self._still
        self._to_go = self._router.costs_from(target_m)
