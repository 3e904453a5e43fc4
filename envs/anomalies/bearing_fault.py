"""A race of a rolling bearing that is pitted."""

from dataclasses import replace

import numpy as np

from ..site.model import Site
from ..site.rotor import RACES
from ..types import AnomalyTruth
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .carriers import point_of
from .rotating import alarm_mm_s, at_rotors, rotor_of, set_rotor

#: What a race that is run in but sound may add, mm/s.
_WORN_MM_S = (0.08, 0.28)


class BearingFault(AnomalyKind):
    """Severity and reading: velocity in mm/s that the knocks of the balls add below 1 kHz; `detail` names the race.

    A fault is there long before it shakes the machine as a whole: the alarm is at 0.4, serious from 2.8. Look-alikes: a
    race that is run in, whose lines can be made out but stay faint; a flow that rushes without any lines.
    """

    name = "bearing_fault"
    unit = "mm/s"
    severity = (0.5, 7.0)
    limit = "lines of a race that add 0.4 mm/s or more; serious from 2.8"
    standard = OWN_CHOICE
    seen_by = ("vibrometer",)
    quantity = "vibration"
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Every bearing of a rotating machine."""
        return at_rotors(site)

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Pit the outer or the inner race."""
        race = self._wear(site, where, severity, rng)
        return AnomalyTruth(self.name, where.tag, where.position_m, severity, self.unit, severity, race)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Faint lines, or loud noise without lines."""
        if rng.random() < 0.6:
            self._wear(site, where, float(rng.uniform(*_WORN_MM_S)), rng)
        else:
            level = alarm_mm_s(where) * float(rng.uniform(0.3, 0.7))
            set_rotor(site, where, replace(rotor_of(site, where), broadband_mm_s=level))

    def _wear(self, site: Site, where: Candidate, level_mm_s: float, rng: np.random.Generator) -> str:
        race = RACES[int(rng.integers(2))]
        name = point_of(where).name.split("/", 1)[1]
        worn = replace(rotor_of(site, where), fault=race, fault_mm_s=level_mm_s, fault_point=name)
        set_rotor(site, where, worn)
        return race


ANOMALIES.add(BearingFault.name, BearingFault())
