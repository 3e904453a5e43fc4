"""A worker without a safety helmet."""

from dataclasses import replace

import numpy as np

from ..site.model import Site
from ..site.people import DULL_HELMETS, Look, without_helmet
from ..types import AnomalyTruth, as_point
from .base import ANOMALIES, AnomalyKind, Candidate
from .bystanders import beside, pacing, places_in, single_candidates, standing, unbarred, zones_of
from .lookalikes import bareheaded_mannequin
from .survey import survey

_HEAD_M, _SEEN_FROM_M = 1.65, 5.0
_BESIDE_M, _ROOM_M, _PACING = (0.6, 1.6), 0.45, 0.4
_AISLES, _BARRED = ("walkway",), ("restricted", "vehicle_lane", "hazard", "escape_route")


class NoHelmet(AnomalyKind):
    """Severity and reading: how many people are without a helmet at the place; one is an alarm.

    Bare heads, bald ones, caps with a peak, knitted hats. Look-alikes: a worker whose helmet has the colour of hair or
    skin, and beside the walkway a dressed dummy without a helmet.
    """

    name = "no_helmet"
    unit = "people"
    severity = (1.0, 1.0)
    limit = "anybody in the hall without a helmet"
    standard = "PPE at work: head protection (EN 397) is worn wherever it is prescribed"
    seen_by = ("rgb", "depth", "thermal")
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Places on walkways that can be seen; data are all of the walkway (n, 3), the nearest first."""
        found = []
        for zone in zones_of(site, _AISLES):
            spots = places_in(site, zone, _HEAD_M, _SEEN_FROM_M, _BARRED)
            found += single_candidates(spots) if len(spots) > 1 else []
        return found

    def distractor_candidates(self, site: Site) -> list[Candidate]:
        """Those, and places for a dummy beside walkways; data then is the place (1, 3)."""
        spots = beside(site, _AISLES, _BESIDE_M, _ROOM_M)
        spots = spots[survey(site).seen(spots, _HEAD_M, _SEEN_FROM_M)]
        return self.candidates(site) + [Candidate(None, as_point(spot, "place"), spot[None]) for spot in spots]

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Somebody stands there, or walks a step to and fro, without a helmet."""
        spots = np.asarray(where.data)
        spot = spots[unbarred(site, spots)]
        path = pacing(survey(site), spot, rng) if rng.random() < _PACING else None

        def bare(look: Look) -> Look:
            return without_helmet(look, rng)

        site.movers.append(standing(spot, path, rng, False, site.weather.ambient_c, bare))
        at = as_point(spot + (0.0, 0.0, 0.9), "person")
        return AnomalyTruth(self.name, None, at, 1.0, self.unit, 1.0)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """A worker with a dull helmet on the walkway, a dummy without one beside it."""
        spots = np.asarray(where.data)
        if len(spots) == 1:
            parts, _ = bareheaded_mannequin(as_point(spots[0], "place"), rng)
            site.extras += [(None, part) for part in parts]
            return
        spot = spots[unbarred(site, spots)]
        path = pacing(survey(site), spot, rng) if rng.random() < _PACING else None
        colour = DULL_HELMETS[int(rng.integers(len(DULL_HELMETS)))]

        def dull(look: Look) -> Look:
            return replace(look, helmet=colour)

        site.movers.append(standing(spot, path, rng, True, site.weather.ambient_c, dull))


ANOMALIES.add(NoHelmet.name, NoHelmet())
