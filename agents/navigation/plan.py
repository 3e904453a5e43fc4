"""The plan of a patrol: where to stop, what to shoot there, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import Briefing, FloatArray
from patrolgym.envs.world.raycast import RayMesh

from .cover import Cover
from .map import SiteMap, build_map
from .optics import Optics
from .planner import Router, tour
from .targets import Targets, find_targets
from .viewpoints import Sights, Stand, candidate_eyes, find_sights

BODY_SHARE = 0.66
"""The robot's radius is that of its corners; walking along a wall its flanks need two thirds of it."""
DETOUR = 1.2
WALK_M_S = 0.85
"""Mean speed between stops, turns included; a unit of route cost is taken as a metre."""


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
    eyes = candidate_eyes(site_map, router, dock, briefing.robot.camera_height_m)
    sights = find_sights(mesh, eyes, targets, briefing.points, optics)
    stands = Cover(sights, targets, briefing.points, optics).choose()
    served = {name for stand in stands for name in stand.serves}
    unserved = tuple(point.name for point in briefing.points if point.name not in served)
    return Plan(mesh, site_map, router, optics, targets, sights, tuple(stands), unserved)


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
        # Both ends of the tour are place 0: the way out costs what the start costs, the way back what the dock costs.
        ends[0, 1:] = router.matrix_from(start_m, self._places[1:])
        self._order = [place - 1 for place in tour(ends)] if stands else []

    @property
    def stands(self) -> list[Stand]:
        """The stops still to make, in order."""
        return [self._stands[index] for index in self._order]

    def pop(self) -> Stand:
        """The next stop, which is taken off the list."""
        return self._stands[self._order.pop(0)]

    def drop(self, position: int) -> None:
        """Leave out the stop at a position of the order."""
        del self._order[position]

    def walking_s(self, at_m: FloatArray) -> float:
        """About how long it takes to walk from a point over all stops to the dock."""
        if not self._order:
            return self.home_s(at_m)
        first = float(np.linalg.norm(self._places[self._order[0] + 1] - np.asarray(at_m)[:2])) * DETOUR
        places = [index + 1 for index in self._order] + [0]
        return (first + float(self._costs[places[:-1], places[1:]].sum())) / WALK_M_S

    def home_s(self, at_m: FloatArray) -> float:
        """About how long it takes to walk from a point to the dock."""
        cost = float(self._home[self._router.nearest_free(at_m)])
        if not np.isfinite(cost):
            cost = float(np.linalg.norm(self._dock - np.asarray(at_m)[:2])) * DETOUR
        return cost / WALK_M_S

    def saving_s(self, position: int, at_m: FloatArray) -> float:
        """Walking time saved by leaving out the stop at a position of the order."""
        before = self.walking_s(at_m)
        index = self._order.pop(position)
        after = self.walking_s(at_m)
        self._order.insert(position, index)
        return before - after
