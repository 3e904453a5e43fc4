"""Something left on a walkway."""

import numpy as np

from ..site.model import Part, Site
from ..site.shapes import box_between, join
from ..types import AnomalyTruth, Point, as_point
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .bystanders import THING_PASS_M, beside, places_in, single_candidates, standing, unbarred, zones_of
from .goods import extent_m, floor_mat, some_goods
from .survey import survey

_SEEN_M, _SEEN_FROM_M = 0.1, 4.0
_AISLES, _BARRED = ("walkway", "escape_route"), ("restricted", "vehicle_lane")
#: Beside the aisle: how far from it the middle may be, and how large things there are at most.
_BAND_M, _STORED_M, _ROOM_M = (0.75, 1.7), (0.25, 0.8), 0.55
_FRAME_M, _LINE_M = 0.12, 0.06
_YELLOW: Point = (0.84, 0.68, 0.10)


class ObjectInAisle(AnomalyKind):
    """Severity and reading: the thing's largest extent over the floor, in m; from 0.15 it is in the way.

    Toolboxes, buckets, cartons, crates, drums, pallets. Look-alikes: the same things beside the walkway on a marked
    place, a flat mat on the walkway, a worker (with a helmet) who stands there.
    """

    name = "object_in_aisle"
    unit = "m"
    severity = (0.25, 1.2)
    limit = "anything left on a walkway that is 0.15 m or more wide"
    standard = OWN_CHOICE
    seen_by = ("rgb", "depth")
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Places on walkways and escape routes that can be seen; data are all of the zone (n, 3), nearest first."""
        return self._in_aisles(site)

    def distractor_candidates(self, site: Site) -> list[Candidate]:
        """Those, and places to store things beside them; data then is the place (1, 3)."""
        spots = beside(site, _AISLES, _BAND_M, _ROOM_M)
        spots = spots[survey(site).seen(spots, _SEEN_M, _SEEN_FROM_M)]
        return self._in_aisles(site) + [Candidate(None, as_point(spot, "place"), spot[None]) for spot in spots]

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Put it down, as little in the robot's way as the walkway allows."""
        spots = np.asarray(where.data)
        spot = spots[unbarred(site, spots, None, THING_PASS_M + 0.5 * severity)]
        parts = some_goods(as_point(spot, "place"), severity, rng)
        site.extras += [(None, part) for part in parts]
        extent = extent_m(parts)
        return AnomalyTruth(self.name, None, as_point(spot + (0.0, 0.0, 0.1), "thing"), extent, self.unit, extent)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Stored goods beside the aisle; a mat or a worker in it."""
        spots = np.asarray(where.data)
        if len(spots) == 1:
            site.extras += [(None, part) for part in _stored(as_point(spots[0], "place"), rng)]
            return
        spot = spots[unbarred(site, spots)]
        if rng.random() < 0.5:
            site.extras += [(None, part) for part in floor_mat(as_point(spot, "place"), rng)]
            return
        site.movers.append(standing(spot, None, rng, True, site.weather.ambient_c))

    def _in_aisles(self, site: Site) -> list[Candidate]:
        found = []
        for zone in zones_of(site, _AISLES):
            spots = places_in(site, zone, _SEEN_M, _SEEN_FROM_M, _BARRED)
            found += single_candidates(spots) if len(spots) > 1 else []
        return found


def _stored(at_m: Point, rng: np.random.Generator) -> list[Part]:
    """Goods within a frame painted on the floor."""
    parts = some_goods(at_m, float(rng.uniform(*_STORED_M)), rng)
    corners = np.concatenate([part.vertices_m[:, :2] for part in parts])
    (x0, y0), (x1, y1), z = corners.min(axis=0) - _FRAME_M, corners.max(axis=0) + _FRAME_M, at_m[2]
    w = _LINE_M
    bars = [(x0, y0, x1, y0 + w), (x0, y1 - w, x1, y1), (x0, y0 + w, x0 + w, y1 - w), (x1 - w, y0 + w, x1, y1 - w)]
    frame = join([box_between((a, b, z), (c, d, z + 0.002)) for a, b, c, d in bars])
    return [*parts, frame.part("paint_worn", _YELLOW, solid=False, inspectable=False)]


ANOMALIES.add(ObjectInAisle.name, ObjectInAisle())
