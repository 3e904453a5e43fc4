"""The plan of a patrol: where to stop, what to shoot there, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from scipy.spatial import cKDTree

from patrolgym.envs.types import Briefing, FloatArray, IntArray
from patrolgym.envs.world.raycast import RayMesh

from .cover import Cover
from .map import SiteMap, build_map
from .optics import Optics
from .planner import Router, tour
from .targets import Targets, find_targets
from .viewpoints import (
    FINE_SPACING_M,
    SPACING_M,
    Sights,
    Stand,
    candidate_eyes,
    eyes_for_points,
    find_sights,
    level,
    pick_shots,
    roomy,
)

BODY_SHARE = 0.72
"""The robot's radius is that of its corners; walking along a wall its flanks need less of it."""
DETOUR = 1.2
GLANCE_STEP_M = 0.45
GLANCE_CHANCE = 0.7
"""Glances miss when the way, the head or somebody in between is not as planned."""
WALK_M_S = 1.15
"""Route costs walked off in a second, on average; a metre costs more than 1 beside walls."""
HOME_M_S = 1.2
"""The way home is walked without a stop."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything decided before the first step.

    Attributes:
        mesh: ray caster over the briefing's mesh.
        site_map, router: where the robot may go and how.
        optics: the camera.
        targets, sights: what is to be seen, and from where it can be.
        stands: the stops, most valuable first.
        unserved: names of inspection points that no place shows.
    """

    mesh: RayMesh
    site_map: SiteMap
    router: Router
    optics: Optics
    targets: Targets
    sights: Sights
    stands: tuple[Stand, ...]
    unserved: tuple[str, ...]


def make_plan(briefing: Briefing) -> Plan:
    """Plan a patrol from the dock over all stops and back."""
    mesh = RayMesh(briefing.vertices_m, briefing.faces)
    site_map = build_map(briefing, mesh, BODY_SHARE * briefing.robot.radius_m)
    router = Router.over(site_map)
    optics = Optics.of(briefing.robot)
    targets = find_targets(briefing, site_map)
    dock = np.asarray(briefing.dock[:2])
    height = briefing.robot.camera_height_m
    flat, good = level(site_map), roomy(site_map)
    coarse, fine, tight = (
        candidate_eyes(site_map, router, dock, height, spacing_m, allowed)
        for spacing_m, allowed in (
            (SPACING_M, good),
            (FINE_SPACING_M, flat & ~site_map.busy),
            (SPACING_M, flat & ~good),
        )
    )
    eyes = eyes_for_points(mesh, coarse, fine, briefing.points, optics)
    sights = find_sights(mesh, eyes, tight, targets, briefing.points, optics)
    cover = Cover(sights, targets, briefing.points, optics)
    cover.cover_points()
    way = tour_way(router, Itinerary(router, dock, cover.stands, dock).stands, dock)
    cover.expect(rehearse(way, sights, targets, optics, cover.left))
    cover.cover_surfaces()
    stands = cover.stands
    served = {name for stand in stands for name in stand.serves}
    unserved = tuple(point.name for point in briefing.points if point.name not in served)
    return Plan(mesh, site_map, router, optics, targets, sights, tuple(stands), unserved)


def tour_way(router: Router, stands: Sequence[Stand], dock_m: FloatArray) -> FloatArray:
    """(k, 2) the way from the dock over the stands in their order and back."""
    places = [dock_m[:2], *(stand.eye_m[:2] for stand in stands), dock_m[:2]]
    legs = [router.route(a, b) for a, b in pairwise(places)]
    return np.vstack([leg for leg in legs if leg is not None])


def rehearse(way_m: FloatArray, sights: Sights, targets: Targets, optics: Optics, left: FloatArray) -> FloatArray:
    """What will probably be left to see after glances on a way.

    Args:
        way_m: (k, 2).
        sights: what is visible from where.
        targets: what should be seen.
        optics: the camera.
        left: (n,) weight still to be seen before.

    Returns:
        (n,) weights; those of targets in the best glance every half second are cut by the chance that it succeeds.
    """
    if not len(sights.eyes_m):
        return left
    reach = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(way_m, axis=0), axis=1))])
    steps = np.arange(0.0, reach[-1], GLANCE_STEP_M)
    places = np.stack([np.interp(steps, reach, way_m[:, axis]) for axis in (0, 1)], axis=1)
    _, nearest = cKDTree(sights.eyes_m[:, :2]).query(places)
    glanced = np.where(targets.compared, 0.0, left)
    for eye in np.atleast_1d(nearest).tolist():
        for shot in islice(pick_shots(sights.eyes_m[eye], sights.visible(eye), targets, glanced, optics), 1):
            glanced[shot.targets] *= 1.0 - GLANCE_CHANCE
    return np.where(targets.compared, left, glanced)


class Itinerary:
    """Stops still to make, in order, with what the ways between them cost.

    Args:
        router: ways over the map.
        start_m: (2+,) where the tour starts.
        stands: the stops, in any order.
        dock_m: (2+,) where it ends.
    """

    def __init__(self, router: Router, start_m: FloatArray, stands: Sequence[Stand], dock_m: FloatArray) -> None:
        self._router = router
        self._dock = np.asarray(dock_m)[:2]
        self._home = router.costs_from(self._dock).ravel()
        self._places = np.vstack([self._dock[None], *(stand.eye_m[None, :2] for stand in stands)])
        self._costs = router.matrix(self._places)
        self._stands = tuple(stands)
        ends = self._costs.copy()
        self._at, self._from_at = np.full(2, np.nan), np.zeros(0)
        # Both ends of the tour are place 0: the way out costs what the start costs, the way back what the dock costs.
        ends[0, 1:] = self._costs_from(start_m)[1:]
        self._order = [place - 1 for place in tour(ends)] if stands else []
        self._spare: list[int] = []

    @property
    def stands(self) -> list[Stand]:
        """The stops still to make, in order."""
        return [self._stands[index] for index in self._order]

    @property
    def spare(self) -> list[Stand]:
        """Stops left out for want of time."""
        return [self._stands[index] for index in self._spare]

    def pop(self, position: int = 0) -> Stand:
        """The stop at a position of the order, which is taken off the list."""
        return self._stands[self._order.pop(position)]

    def put_back(self, stand: Stand) -> None:
        """Put a stop that was taken off back at the head of the list."""
        self._order.insert(0, next(index for index, known in enumerate(self._stands) if known is stand))

    def leave_out(self, position: int) -> None:
        """Make the stop at a position of the order a spare one."""
        self._spare.append(self._order.pop(position))

    def forget(self, position: int) -> None:
        """Strike the stop at a position of the order for good."""
        del self._order[position]

    def take_in(self, spare: int, at_m: FloatArray) -> None:
        """Put a spare stop where it lengthens the tour from a point least."""
        index = self._spare.pop(spare)
        added = self._insertions(np.array([index]), at_m)[0]
        self._order.insert(int(np.argmin(added)), index)

    def shorten(self, at_m: FloatArray) -> None:
        """Order the stops anew for a tour from a point, which pays after stops were left out or taken in."""
        if len(self._order) < 2:
            return
        left = self._ring()[[-1, *range(len(self._order))]]
        costs = self._costs[np.ix_(left, left)]
        costs[0, 1:] = self._costs_from(at_m)[left[1:]]
        self._order = [int(left[place]) - 1 for place in tour(costs)]

    def go_on_from(self, stand: Stand) -> None:
        """Order the stops anew for a tour that goes on from one that was taken off."""
        here = next(index for index, known in enumerate(self._stands) if known is stand) + 1
        left = np.array([0, *(index + 1 for index in self._order)])
        costs = self._costs[np.ix_(left, left)]
        costs[0, 1:] = self._costs[here, left[1:]]
        self._order = [int(left[place]) - 1 for place in tour(costs)]

    def walking_s(self, at_m: FloatArray) -> float:
        """About how long it takes to walk from a point over all stops to the dock."""
        if not self._order:
            return self.home_s(at_m)
        ring = self._ring()
        return (float(self._costs_from(at_m)[ring[0]]) + float(self._costs[ring[:-1], ring[1:]].sum())) / WALK_M_S

    def home_s(self, at_m: FloatArray) -> float:
        """About how long it takes to walk from a point to the dock."""
        cost = float(self._home[self._router.nearest_free(at_m)])
        if not np.isfinite(cost):
            cost = float(np.linalg.norm(self._dock - np.asarray(at_m)[:2])) * DETOUR
        return cost / HOME_M_S

    def savings_s(self, at_m: FloatArray) -> FloatArray:
        """(stops,) walking time that leaving out each stop saves on the tour from a point."""
        ring, before = self._ring(), self._before(at_m)
        stop = np.arange(len(self._order))
        there, on = before[stop, ring[:-1]], self._costs[ring[:-1], ring[1:]]
        return np.asarray((there + on - before[stop, ring[1:]]) / WALK_M_S)

    def detours_s(self, at_m: FloatArray) -> FloatArray:
        """(spare stops,) walking time that taking in each spare stop costs on the tour from a point."""
        if not self._spare:
            return np.zeros(0)
        return np.asarray(self._insertions(np.array(self._spare), at_m).min(axis=1) / WALK_M_S)

    def _ring(self) -> IntArray:
        """The places still to visit and the dock."""
        return np.array([*(index + 1 for index in self._order), 0], dtype=np.int64)

    def _costs_from(self, at_m: FloatArray) -> FloatArray:
        """(places,) what the ways from a point cost; those from the last one asked for are kept."""
        at = np.asarray(at_m)[:2]
        if not np.array_equal(at, self._at):
            costs = self._router.matrix_from(at, self._places)
            straight = DETOUR * np.hypot(*(self._places - at).T)
            self._at, self._from_at = at.copy(), np.where(np.isfinite(costs), costs, straight)
        return self._from_at

    def _before(self, at_m: FloatArray) -> FloatArray:
        """(stops + 1, places) what the ways to every place cost from what comes before each place of the ring."""
        return np.vstack([self._costs_from(at_m), self._costs[self._ring()[:-1]]])

    def _insertions(self, stands: IntArray, at_m: FloatArray) -> FloatArray:
        """(stands, positions) cost of putting each stand before each stop of the order, or before the dock."""
        ring, before = self._ring(), self._before(at_m)
        there = before[:, stands + 1].T + self._costs[np.ix_(stands + 1, ring)]
        return np.asarray(there - before[np.arange(len(ring)), ring])
