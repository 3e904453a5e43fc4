"""What generators promise of every site, and how they keep it: all can be seen, and the robot gets everywhere."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from ..site import access
from ..site.mesh import merge
from ..site.model import Site
from ..world.raycast import RayMesh
from .base import SizeSpec
from .soundness import RATING
from .workers import add_people

#: A site keeps more room than it promises: a wider robot, nearer places, steeper looks.
MARGIN_M, REACH_M, INCIDENCE_RAD = 0.08, 4.6, float(np.radians(56.0))


def keep(site: Site, size: SizeSpec, least: Mapping[str, int], rng: np.random.Generator) -> bool:
    """Take away what cannot be seen, add the people; False where the rest is not a sound site.

    `least` is how many inspection points of each quantity there must be.
    """
    places = keep_seen(site)
    if len(site.equipment) < size.min_equipment or not well_equipped(site, least) or not connected(site, places):
        return False
    add_people(site, places, rng)
    return True


def keep_seen(site: Site) -> access.Access:
    """Take away the equipment with an inspection point that cannot be seen; gives the places to stand."""
    mesh = merge(site)
    rays = RayMesh(mesh.vertices_m, mesh.faces)
    forbidden = access.forbidden_polygons(site.zones, RATING)
    places = access.standable(mesh, rays, site.bounds_m, site.dock, forbidden, access.RADIUS_M + MARGIN_M)
    hidden = access.unseen(site.points(), places, rays, max_distance_m=REACH_M, max_incidence_rad=INCIDENCE_RAD)
    for tag in sorted({point.tag for point in hidden}):
        del site.equipment[tag]
    return places


def well_equipped(site: Site, least: Mapping[str, int]) -> bool:
    """Whether there are as many points of each quantity as `least` says, for anomalies and their look-alikes."""
    count = Counter(point.quantity for point in site.points())
    return all(count[quantity] >= number for quantity, number in least.items())


def connected(site: Site, places: access.Access) -> bool:
    """Whether the robot gets into every aisle from its dock."""
    for zone in site.zones:
        if zone.kind != "walkway":
            continue
        corners = np.array(zone.polygon_m)
        low, high = corners.min(axis=0), corners.max(axis=0)
        inside = ((places.positions > low) & (places.positions < high)).all(axis=1)
        # Along the longer side of the aisle no stretch of two metres is out of reach.
        axis = int(np.argmax(high - low))
        along = np.sort(np.concatenate([[low[axis], high[axis]], places.positions[inside, axis]]))
        if np.diff(along).max() > 2.0:
            return False
    return True
