"""A bearing that runs hot."""

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, point_of

LIMIT_C = 80.0  # GB 3215


class HotBearing(AnomalyKind):
    """Severity and reading: temperature of the housing in °C; the limit is 80 (GB 3215).

    Look-alike: a bearing that is warm, as after a long run, but 10 K or more below the limit.
    """

    name = "hot_bearing"
    unit = "°C"
    severity = (84.0, 130.0)
    limit = "housing above 80 °C"
    standard = "GB 3215"
    seen_by = ("thermal",)
    quantity = "bearing"

    def candidates(self, site: Site) -> list[Candidate]:
        """Bearings of pumps, fans and compressors."""
        return at_points(site, "bearing")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Heat the bearing's surface."""
        self._heat(site, where, severity)
        return AnomalyTruth(self.name, where.tag, where.position_m, severity, self.unit, severity)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """58 to 70 °C."""
        self._heat(site, where, float(rng.uniform(LIMIT_C - 22.0, LIMIT_C - 10.0)))

    def _heat(self, site: Site, where: Candidate, celsius: float) -> None:
        surface = str(point_of(where).details.get("surface", "bearing"))
        equipment_of(site, where).delta_k[surface] = celsius - site.weather.ambient_c


ANOMALIES.add(HotBearing.name, HotBearing())
