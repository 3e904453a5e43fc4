"""A dial whose needle stands outside the process band."""

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, near_limit, outside_range, point_of


class GaugeOutOfRange(AnomalyKind):
    """Severity: % of full scale outside the normal range. Reading: what the dial shows, in the dial's own unit.

    Look-alike: a needle close to the limit, but inside.
    """

    name = "gauge_out_of_range"
    unit = "% of full scale"
    severity = (3.0, 30.0)
    limit = "outside the process band of the dial"
    standard = "the plant's data sheet of this instrument"
    seen_by = ("rgb",)
    quantity = "gauge"

    def candidates(self, site: Site) -> list[Candidate]:
        """Pressure and temperature dials."""
        return at_points(site, "gauge")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Turn the needle; the severity is cut to what the scale has room for."""
        point = point_of(where)
        low, high = point.scale or (0.0, 1.0)
        reading, excess = outside_range(point, severity / 100.0 * (high - low), (low, high), rng)
        equipment_of(site, where).state["reading"] = reading
        return AnomalyTruth(
            self.name, where.tag, where.position_m, 100.0 * excess / (high - low), self.unit, float(reading)
        )

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """2.5 to 5 % of full scale inside a limit."""
        point = point_of(where)
        low, high = point.scale or (0.0, 1.0)
        margin = float(rng.uniform(0.025, 0.05)) * (high - low)
        equipment_of(site, where).state["reading"] = near_limit(point, margin, (low, high), rng)


ANOMALIES.add(GaugeOutOfRange.name, GaugeOutOfRange())
