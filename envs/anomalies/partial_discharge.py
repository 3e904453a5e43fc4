"""Electrical discharge on insulators, heard as ultrasound."""

import numpy as np

from ..site.model import Site, SoundSource
from ..types import AnomalyTruth
from ..world.sound import discharge_db
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .carriers import at_points, in_front, point_of

_MAINS_PULSES_HZ = 100.0
_OUT_M = 0.05
#: dB SPL at 1 m of a steam trap or an air nozzle in the bands of `envs.world.sound.BANDS_KHZ`, before ±4 dB.
_NOZZLE_DB = (48.0, 53.0, 54.0, 51.0)


class PartialDischarge(AnomalyKind):
    """Severity and reading: dB over the plant's background, 2 m in front; from 6 it is an alarm.

    The sound follows the half-waves of the mains (100 Hz). Look-alike: a steam trap or an air nozzle, as loud, steady.
    """

    name = "partial_discharge"
    unit = "dB"
    severity = (8.0, 30.0)
    limit = "6 dB over the background of the plant; severe from 20 dB"
    standard = OWN_CHOICE
    seen_by = ("ultrasound",)
    quantity = "discharge"

    def candidates(self, site: Site) -> list[Candidate]:
        """Bushings and switchgear."""
        return at_points(site, "discharge")

    def distractor_candidates(self, site: Site) -> list[Candidate]:
        """Switchgear too, and valves, where steam traps and air nozzles are."""
        return at_points(site, "discharge") + at_points(site, "valve")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """A pulsing source at the insulator."""
        out = in_front(point_of(where), _OUT_M)
        site.sound_sources.append(SoundSource(out, discharge_db(severity), _MAINS_PULSES_HZ))
        return AnomalyTruth(self.name, where.tag, where.position_m, severity, self.unit, severity)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """A steady hiss."""
        strength = float(rng.uniform(-4.0, 4.0))
        levels = tuple(level + strength for level in _NOZZLE_DB)
        site.sound_sources.append(SoundSource(in_front(point_of(where), _OUT_M), levels))


ANOMALIES.add(PartialDischarge.name, PartialDischarge())
