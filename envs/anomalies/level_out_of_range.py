"""A sight glass whose level is too high or too low."""

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, near_limit, outside_range, point_of


class LevelOutOfRange(AnomalyKind):
    """Severity: % of the glass outside the normal range. Reading: the level in %.

    Look-alike: a level close to the limit, but inside.
    """

    name = "level_out_of_range"
    unit = "%"
    severity = (4.0, 30.0)
    limit = "outside the normal range of the glass"
    standard = "the plant's data sheet of this instrument"
    seen_by = ("rgb",)
    quantity = "level"

    def candidates(self, site: Site) -> list[Candidate]:
        """Sight glasses."""
        return at_points(site, "level")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Raise or lower the level; a glass is never quite full or empty."""
        level, excess = outside_range(point_of(where), severity, (2.0, 98.0), rng)
        equipment_of(site, where).state["level_pct"] = level
        return AnomalyTruth(self.name, where.tag, where.position_m, excess, self.unit, float(level))

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """3 to 6 % inside a limit."""
        margin = float(rng.uniform(3.0, 6.0))
        equipment_of(site, where).state["level_pct"] = near_limit(point_of(where), margin, (0.0, 100.0), rng)


ANOMALIES.add(LevelOutOfRange.name, LevelOutOfRange())
