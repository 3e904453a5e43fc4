"""Somebody in a restricted area."""

import numpy as np

from ..site.model import Site
from ..site.zones import contains
from ..types import AnomalyTruth, BoolArray, FloatArray, Zone, as_point
from .base import ANOMALIES, AnomalyKind, Candidate
from .bystanders import INSET_M, ROOM_M, pacing, some, standing, unbarred, zones_of
from .lookalikes import jacket_on_stand, mannequin, poster_board
from .survey import inside_m, survey

_SEEN_M, _SEEN_FROM_M = 1.2, 7.0
_PACING = 0.4
_AISLES = ("walkway",)


class Intruder(AnomalyKind):
    """Severity: how many metres inside the restricted area somebody is; any depth is an alarm. There is no reading.

    They stand, or pace half a metre about their place. Look-alikes: a worker where workers may be; and in a restricted
    area a mannequin, a hi-vis jacket on a stand, a board with a drawn worker.
    """

    name = "intruder"
    unit = "m"
    severity = (0.35, 2.5)
    limit = "anybody inside a restricted area"
    standard = "no limit: nobody may be there"
    seen_by = ("rgb",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Restricted areas with floor that can be seen; data are the places (n, 3)."""
        places = survey(site)
        found = []
        for zone in zones_of(site, ("restricted",)):
            spots = some(places.within(zone.polygon_m, ROOM_M, INSET_M))
            found += _candidate(zone, spots[places.seen(spots, _SEEN_M, _SEEN_FROM_M)])
        return found

    def distractor_candidates(self, site: Site) -> list[Candidate]:
        """Restricted areas for things, walkways for workers."""
        places = survey(site)
        found = self.candidates(site)
        for zone in zones_of(site, _AISLES):
            spots = places.within(zone.polygon_m, ROOM_M, INSET_M)
            spots = some(spots[_permitted(site, spots)])
            found += _candidate(zone, spots[places.seen(spots, _SEEN_M, _SEEN_FROM_M)])
        return found

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Somebody stands at the place whose depth comes nearest to the severity; the truth has the real depth."""
        spots, zone = np.asarray(where.data), _zone(site, where)
        depth = inside_m(zone.polygon_m, spots[:, :2])
        near = np.flatnonzero(np.abs(depth - severity) <= np.abs(depth - severity).min() + 0.1)
        chosen = near[unbarred(site, spots[near], rng)]
        spot = spots[chosen]
        path = pacing(survey(site), spot, rng, zone) if rng.random() < _PACING else None
        site.movers.append(standing(spot, path, rng, helmet=bool(rng.random() < 0.4), ambient_c=site.weather.ambient_c))
        at = as_point(spot + (0.0, 0.0, 0.9), "intruder")
        return AnomalyTruth(self.name, where.tag, at, float(depth[chosen]), self.unit)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """A worker on a walkway; a thing in a restricted area."""
        spots = np.asarray(where.data)
        spot = spots[unbarred(site, spots, rng)]
        if _zone(site, where).kind in _AISLES:
            site.movers.append(standing(spot, None, rng, helmet=True, ambient_c=site.weather.ambient_c))
            return
        make = (mannequin, jacket_on_stand, poster_board)[int(rng.integers(3))]
        parts, _ = make(as_point(spot, "place"), rng)
        site.extras += [(None, part) for part in parts]


def _zone(site: Site, where: Candidate) -> Zone:
    for zone in site.zones:
        if zone.name == where.tag:
            return zone
    raise ValueError(f"there is no zone {where.tag!r} on the site")


def _candidate(zone: Zone, spots: FloatArray) -> list[Candidate]:
    """The zone as a candidate, where it has places."""
    return [Candidate(zone.name, as_point(spots[len(spots) // 2], "place"), spots)] if len(spots) else []


def _permitted(site: Site, spots: FloatArray) -> BoolArray:
    """(n,) whether people may be there: no restricted, hazardous or escape zone."""
    allowed = np.ones(len(spots), dtype=bool)
    for zone in zones_of(site, ("restricted", "hazard", "escape_route")):
        allowed &= ~contains(zone.polygon_m, spots[:, :2])
    return allowed


ANOMALIES.add(Intruder.name, Intruder())
