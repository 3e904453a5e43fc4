"""Somebody in a restricted area."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..site.model import Mover, Site
from ..site.people import person
from ..site.zones import contains
from ..types import AnomalyTruth, BoolArray, FloatArray, Zone, as_point
from .base import ANOMALIES, AnomalyKind, Candidate
from .lookalikes import jacket_on_stand, mannequin, poster_board
from .survey import Survey, inside_m, survey

_ROOM_M, _INSET_M, _SEEN_M, _SEEN_FROM_M = 0.35, 0.3, 1.2, 7.0
#: Nobody bars the only way: with this much room round people, nearly all places to stand still hang together.
_PASS_M, _CONNECTED, _MOST_SPOTS, _TRIES = 1.2, 0.97, 60, 12
_PACE_M, _PACING = 0.4, 0.4
_AISLES = ("walkway",)


@dataclass(frozen=True, eq=False)
class Raised:
    """A schedule on a floor at `z_m`; called with seconds, gives x, y, z, yaw."""

    schedule: Callable[[float], tuple[float, float, float, float]]
    z_m: float

    def __call__(self, time_s: float) -> tuple[float, float, float, float]:
        """(x, y, z, yaw) at `time_s`."""
        x, y, _, yaw = self.schedule(time_s)
        return (x, y, self.z_m, yaw)


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
        for zone in _zones(site, ("restricted",)):
            spots = _some(places.within(zone.polygon_m, _ROOM_M, _INSET_M))
            found += _candidate(zone, spots[places.seen(spots, _SEEN_M, _SEEN_FROM_M)])
        return found

    def distractor_candidates(self, site: Site) -> list[Candidate]:
        """Restricted areas for things, walkways for workers."""
        places = survey(site)
        found = self.candidates(site)
        for zone in _zones(site, _AISLES):
            spots = places.within(zone.polygon_m, _ROOM_M, _INSET_M)
            spots = _some(spots[_permitted(site, spots)])
            found += _candidate(zone, spots[places.seen(spots, _SEEN_M, _SEEN_FROM_M)])
        return found

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Somebody stands at the place whose depth comes nearest to the severity; the truth has the real depth."""
        spots, zone = np.asarray(where.data), _zone(site, where)
        depth = inside_m(zone.polygon_m, spots[:, :2])
        near = np.flatnonzero(np.abs(depth - severity) <= np.abs(depth - severity).min() + 0.1)
        chosen = near[_unbarred(site, spots[near], rng)]
        spot = spots[chosen]
        path = _pacing(survey(site), spot, zone, rng) if rng.random() < _PACING else None
        site.movers.append(
            _standing(spot, path, rng, helmet=bool(rng.random() < 0.4), ambient_c=site.weather.ambient_c)
        )
        at = as_point(spot + (0.0, 0.0, 0.9), "intruder")
        return AnomalyTruth(self.name, where.tag, at, float(depth[chosen]), self.unit)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """A worker on a walkway; a thing in a restricted area."""
        spots = np.asarray(where.data)
        spot = spots[_unbarred(site, spots, rng)]
        if _zone(site, where).kind in _AISLES:
            site.movers.append(_standing(spot, None, rng, helmet=True, ambient_c=site.weather.ambient_c))
            return
        make = (mannequin, jacket_on_stand, poster_board)[int(rng.integers(3))]
        parts, _ = make(as_point(spot, "place"), rng)
        site.extras += [(None, part) for part in parts]


def _zones(site: Site, kinds: tuple[str, ...]) -> list[Zone]:
    return [zone for zone in site.zones if zone.kind in kinds]


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
    for zone in _zones(site, ("restricted", "hazard", "escape_route")):
        allowed &= ~contains(zone.polygon_m, spots[:, :2])
    return allowed


def _some(spots: FloatArray) -> FloatArray:
    """At most `_MOST_SPOTS` of the places, spread over all."""
    return np.asarray(spots[np.linspace(0, len(spots) - 1, min(_MOST_SPOTS, len(spots))).astype(int)])


def _unbarred(site: Site, spots: FloatArray, rng: np.random.Generator) -> int:
    """Index of a place at random where somebody leaves the robot a way past, or the best of those tried."""
    people = [mover for mover in site.movers if mover.kind == "person"]
    there = [mover.pose_at(time_s)[:2] for mover in people for time_s in np.arange(0.0, 60.0, 6.0)]
    enough = _CONNECTED * survey(site).connected_share(np.array(there), _PASS_M)
    tried: list[tuple[float, int]] = []
    for k in rng.permutation(len(spots))[:_TRIES]:
        share = survey(site).connected_share(np.array([*there, spots[k, :2]]), _PASS_M)
        if share >= enough:
            return int(k)
        tried.append((share, -int(k)))
    return -max(tried)[1]


def _pacing(places: Survey, spot: FloatArray, zone: Zone, rng: np.random.Generator) -> FloatArray | None:
    """(2, 2) a short way through `spot` over level floor within the zone, None where there is none."""
    for angle in rng.permutation(8) * (np.pi / 8):
        ends = spot[:2] + _PACE_M * np.array([[1.0], [-1.0]]) * (np.cos(angle), np.sin(angle))
        line = spot[:2] + np.linspace(-1.6, 1.6, 33)[:, None] * (ends[0] - spot[:2])
        if np.ptp(places.heights_m(line)) < 0.02 and (inside_m(zone.polygon_m, ends) > 0.1).all():
            return np.asarray(ends)
    return None


def _standing(
    spot: FloatArray, path: FloatArray | None, rng: np.random.Generator, helmet: bool, ambient_c: float
) -> Mover:
    yaw = float(rng.uniform(-np.pi, np.pi))
    mover = person(rng, float(spot[0]), float(spot[1]), yaw, path, helmet, ambient_c)
    return replace(mover, pose_at=Raised(mover.pose_at, float(spot[2])))


ANOMALIES.add(Intruder.name, Intruder())
