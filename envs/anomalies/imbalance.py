"""A rotor out of balance."""

from dataclasses import replace

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth
from .base import ANOMALIES, AnomalyKind, Candidate
from .rotating import alarm_mm_s, at_rotors, lacking, rotor_of, scaled, set_rotor


class Imbalance(AnomalyKind):
    """Severity and reading: overall velocity in mm/s, made by the line at the shaft rate.

    Severities hold for machines on stiff ground (alarm at 2.8 mm/s); elsewhere they are scaled by the machine's alarm.
    Look-alikes: a strong line at the shaft rate below the alarm; vanes that pulse loudly.
    """

    name = "imbalance"
    unit = "mm/s"
    severity = (3.1, 10.0)
    limit = "overall velocity in zone C, at the shaft rate"
    standard = "ISO 10816"
    seen_by = ("vibrometer",)
    quantity = "vibration"
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Every bearing of a rotating machine."""
        return at_rotors(site)

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Raise the line at the shaft rate."""
        overall = scaled(severity, where)
        self._load(site, where, overall)
        return AnomalyTruth(self.name, where.tag, where.position_m, overall, self.unit, overall)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Up to 88 % of the alarm at the shaft rate, or up to 110 % at the vanes' rate where there are vanes."""
        rotor = rotor_of(site, where)
        if rotor.vanes and rng.random() < 0.4:
            level = alarm_mm_s(where) * float(rng.uniform(0.5, 1.1))
            set_rotor(site, where, replace(rotor, vane_mm_s=level))
        else:
            self._load(site, where, alarm_mm_s(where) * float(rng.uniform(0.65, 0.88)))

    def _load(self, site: Site, where: Candidate, overall_mm_s: float) -> None:
        rest = replace(rotor_of(site, where), imbalance_mm_s=0.0)
        set_rotor(site, where, replace(rest, imbalance_mm_s=lacking(rest, overall_mm_s)))


ANOMALIES.add(Imbalance.name, Imbalance())
