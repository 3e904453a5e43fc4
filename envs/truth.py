"""Ground truth of an episode, for the metrics only."""

from collections.abc import Sequence

import numpy as np

from .metrics.base import EpisodeContext
from .site.access import forbidden_polygons, standable
from .site.equipment.base import KINDS
from .types import AnomalyTruth, Briefing
from .world.world import World


def episode_context(world: World, anomalies: Sequence[AnomalyTruth], briefing: Briefing) -> EpisodeContext:
    """What the metrics are told at the start of an episode."""
    site, mesh, robot = world.site, world.mesh, briefing.robot
    access = standable(mesh, world.scene.static, site.bounds_m, site.dock, forbidden_polygons(site.zones, robot.rating))
    values = {
        name: value
        for equipment in site.equipment.values()
        for name, value in KINDS[equipment.kind].values(equipment).items()
    }
    return EpisodeContext(
        site=site,
        mesh=mesh,
        rays=world.scene.static,
        standing_m=np.column_stack([access.positions, access.ground_z]),
        points=briefing.points,
        anomalies=anomalies,
        values=values,
        robot=robot,
    )
