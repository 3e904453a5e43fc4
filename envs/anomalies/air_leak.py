"""Compressed air that escapes from a coupling."""

import numpy as np

from ..site.model import Site, SoundSource
from ..types import AnomalyTruth
from ..world.sound import hiss_db
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .carriers import at_points, in_front, point_of

#: A litre of free air a minute in g/h (1.2 g/L).
G_H = 72.0
_OUT_M = 0.03
_TIGHT_L_MIN = (0.02, 0.1)
#: Valves that blow off: seconds from one to the next, how long they blow (share), and how much.
_PERIOD_S, _DUTY, _BLOWS_L_MIN = (1.0, 2.0), (0.15, 0.4), (1.0, 40.0)
#: Nozzles that blow chips off all the time.
_NOZZLE_L_MIN = (2.0, 20.0)


class AirLeak(AnomalyKind):
    """Severity and reading: L/min of free air; it hisses without a pause.

    Look-alikes: exhaust of valves, which comes in pulses; nozzles of machine tools, which hiss steadily but
    elsewhere; a coupling that loses a tenth of a litre.
    """

    name = "air_leak"
    unit = "L/min"
    severity = (0.5, 20.0)
    limit = "0.3 L/min from a coupling"
    standard = OWN_CHOICE
    seen_by = ("ultrasound",)
    quantity = "air"
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Couplings of air units."""
        return at_points(site, "air")

    def distractor_candidates(self, site: Site) -> list[Candidate]:
        """Couplings, and machine tools at their coolant tank."""
        return at_points(site, "air") + at_points(site, "sump")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """A steady hiss at the coupling."""
        self._hiss(site, where, severity)
        return AnomalyTruth(self.name, where.tag, where.position_m, severity, self.unit, severity)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Pulses or next to nothing at a coupling, a nozzle elsewhere."""
        if point_of(where).quantity == "sump":
            self._hiss(site, where, float(rng.uniform(*_NOZZLE_L_MIN)))
        elif rng.random() < 0.7:
            flow = float(np.exp(rng.uniform(*np.log(_BLOWS_L_MIN))))
            self._hiss(site, where, flow, float(rng.uniform(*_PERIOD_S)), float(rng.uniform(*_DUTY)))
        else:
            self._hiss(site, where, float(rng.uniform(*_TIGHT_L_MIN)))

    def _hiss(self, site: Site, where: Candidate, l_min: float, period_s: float = 0.0, duty: float = 1.0) -> None:
        place = in_front(point_of(where), _OUT_M)
        site.sound_sources.append(SoundSource(place, hiss_db(G_H * l_min), period_s=period_s, duty=duty))


ANOMALIES.add(AirLeak.name, AirLeak())
