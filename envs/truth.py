"""Ground truth of an episode, for the metrics only."""

from collections.abc import Sequence

import numpy as np

from .metrics.base import EpisodeContext
from .site.access import forbidden_polygons, standable
from .site.equipment.base import KINDS
from .site.model import Site
from .types import AnomalyTruth, Briefing
from .world.world import World


def episode_context(world: World, anomalies: Sequence[AnomalyTruth], briefing: Briefing) -> EpisodeContext:
    """What the metrics are told at the start of an episode."""
    site, mesh, robot = world.site, world.mesh, briefing.robot
    access = standable(mesh, world.scene.static, site.bounds_m, site.dock, forbidden_polygons(site.zones, robot.rating))
    return EpisodeContext(
        site=site,
        mesh=mesh,
        rays=world.scene.static,
        standing_m=np.column_stack([access.positions, access.ground_z]),
        points=briefing.points,
        anomalies=anomalies,
        values=_values(site, briefing),
        robot=robot,
    )


def _values(site: Site, briefing: Briefing) -> dict[str, float]:
    """True values by inspection point: what the equipment says, and the temperatures of surfaces."""
    values: dict[str, float] = {}
    for equipment in site.equipment.values():
        values |= KINDS[equipment.kind].values(equipment)
    for point in briefing.points:
        if point.unit == "°C" and "surface" in point.details:
            over = site.equipment[point.tag].delta_k.get(point.details["surface"], 0.0)
            values[point.name] = site.weather.ambient_c + over
    return values
