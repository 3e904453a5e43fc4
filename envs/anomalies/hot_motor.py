"""A motor that runs hot."""

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, point_of

#: The winding of class F may reach 155 °C, the frame is 15 to 25 K cooler (IEC 60085).
LIMIT_C = 130.0
#: Surfaces that the motor warms, and their share of its rise.
_ALONG = {"cowl": 0.4, "terminal_box": 0.5}


class HotMotor(AnomalyKind):
    """Severity and reading: temperature of the frame in °C; the limit is 130 (class F).

    Look-alike: a motor that is warm, as after hours at full load, but 12 K or more below the limit.
    """

    name = "hot_motor"
    unit = "°C"
    severity = (134.0, 175.0)
    limit = "frame above 130 °C (insulation of class F)"
    standard = "IEC 60085 (class F), with 25 K from winding to frame"
    seen_by = ("thermal", "instruments")
    quantity = "motor"
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Motors of conveyors, fans, pumps, compressors and machine tools."""
        return at_points(site, "motor")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Heat the motor's surfaces."""
        self._heat(site, where, severity)
        return AnomalyTruth(self.name, where.tag, where.position_m, severity, self.unit, severity)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """85 to 118 °C."""
        self._heat(site, where, float(rng.uniform(LIMIT_C - 45.0, LIMIT_C - 12.0)))

    def _heat(self, site: Site, where: Candidate, celsius: float) -> None:
        delta_k = equipment_of(site, where).delta_k
        surface = str(point_of(where).details["surface"])
        delta_k[surface] = celsius - site.weather.ambient_c
        for name, share in _ALONG.items():
            if name in delta_k:
                delta_k[name] = share * delta_k[surface]


ANOMALIES.add(HotMotor.name, HotMotor())
