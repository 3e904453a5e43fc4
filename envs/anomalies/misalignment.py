"""Shafts out of line at a coupling."""

from dataclasses import replace

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth
from .base import ANOMALIES, AnomalyKind, Candidate
from .rotating import alarm_mm_s, at_rotors, lacking, rotor_of, scaled, set_rotor


class Misalignment(AnomalyKind):
    """Severity and reading: overall velocity in mm/s, most of it at twice the shaft rate.

    Severities are scaled as for `imbalance`. Look-alike: iron that hums at 100 Hz, twice the mains, which for a shaft
    with two poles lies a hertz or two beside twice its rate.
    """

    name = "misalignment"
    unit = "mm/s"
    severity = (3.1, 10.0)
    limit = "overall velocity in zone C, at twice the shaft rate"
    standard = "ISO 10816"
    seen_by = ("vibrometer",)
    quantity = "vibration"
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Every bearing of a rotating machine."""
        return at_rotors(site)

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Add lines at one, two and three times the shaft rate."""
        overall = scaled(severity, where)
        rotor = rotor_of(site, where)
        set_rotor(site, where, replace(rotor, misalignment_mm_s=lacking(rotor, overall)))
        return AnomalyTruth(self.name, where.tag, where.position_m, overall, self.unit, overall)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Hum at 100 Hz, 50 to 110 % of the alarm."""
        level = alarm_mm_s(where) * float(rng.uniform(0.5, 1.1))
        set_rotor(site, where, replace(rotor_of(site, where), electrical_mm_s=level))


ANOMALIES.add(Misalignment.name, Misalignment())
