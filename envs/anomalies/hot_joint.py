"""An electrical joint that is warmer than its twins."""

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth, as_point
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, point_of

_SUNNY = 0.2
_TERMINALS = tuple(f"terminal_{k}" for k in range(3))


class HotJoint(AnomalyKind):
    """Severity and reading: K over the coolest of three twin phases; from 4 to be repaired, from 15 at once (NETA MTS).

    Look-alike: a trio that is equally warm under load, or whose box the sun has warmed.
    """

    name = "hot_joint"
    unit = "K"
    severity = (6.0, 50.0)
    limit = "4 K over its twin phases: repair as time permits; 15 K: at once"
    standard = "NETA MTS"
    seen_by = ("thermal",)
    quantity = "joint"

    def candidates(self, site: Site) -> list[Candidate]:
        """Junction boxes and cabinets with visible terminals."""
        return at_points(site, "joint")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Heat one of the three terminals."""
        point = point_of(where)
        heat = equipment_of(site, where).delta_k
        hot = int(rng.integers(len(_TERMINALS)))
        heat[_TERMINALS[hot]] = min(heat.get(name, 0.0) for name in _TERMINALS) + severity
        normal, up = np.asarray(point.normal), np.asarray(point.up)
        right, above = point.details["terminals"][hot][:2]
        place = np.asarray(point.position_m) + right * np.cross(up, normal) + above * up
        return AnomalyTruth(self.name, where.tag, as_point(place, "terminal"), severity, self.unit, severity)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """All three by the same 18 to 35 K; on a sunny day half of the time the box by the sun instead."""
        heat = equipment_of(site, where).delta_k
        if rng.random() < 0.5 or site.weather.sun_strength < _SUNNY:
            load = float(rng.uniform(18.0, 35.0))
            heat.update({name: load + float(rng.uniform(-0.4, 0.4)) for name in _TERMINALS})
        else:
            heat["body"] = float(rng.uniform(8.0, 16.0))


ANOMALIES.add(HotJoint.name, HotJoint())
