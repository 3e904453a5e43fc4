"""Gas that escapes from a flange."""

import numpy as np

from ..site.gases import GASES
from ..site.model import GasSource, Site, SoundSource
from ..types import AnomalyTruth
from ..world.sound import hiss_db
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import at_points, in_front, point_of, unit_towards

_LEAKING = ("CH4", "C3H8", "H2S", "NH3")
#: Fugitive emission that is permitted, g/h, and the share of the low alarm that it stays below some decimetres away.
_PERMITTED_G_H, _ALARM_SHARE = (2.0, 12.0), 0.3
#: Cross-section of a plume near its source times a calm's wind: 2 pi (0.1 m)^2 * 0.25 m/s.
_CALM_M3_S = 2 * np.pi * 0.1**2 * 0.25
_MOLAR_M3 = 0.02406  # at 20 °C
_OUT_M = 0.05


class GasLeak(AnomalyKind):
    """Severity and reading: leak rate in g/h, from a leaking connector to twice a relief valve (40 CFR 98 W).

    It also hisses. Look-alike: a flange with a permitted fugitive emission that never nears the alarm.
    """

    name = "gas_leak"
    unit = "g/h"
    severity = (107.0, 1500.0)
    limit = "a connector that leaks 107 g/h or more"
    standard = "40 CFR 98 subpart W (leak rates), IEC 60079-20-1 (explosive limits)"
    seen_by = ("tdlas", "gas", "ultrasound")

    def candidates(self, site: Site) -> list[Candidate]:
        """Flanges whose line holds one of the catalogue's gases."""
        return at_points(site, "flange", lambda point: point.details.get("gas") in _LEAKING)

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """A jet out of the flange, away from it."""
        self._leak(site, where, severity, rng)
        return AnomalyTruth(self.name, where.tag, where.position_m, severity, self.unit, severity)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """A dozen g/h at most, less for toxic gases."""
        gas = GASES[point_of(where).details["gas"]]
        grams_h = gas.alarm_ppm[0] * 1e-6 * _CALM_M3_S / _MOLAR_M3 * gas.molar_mass_g * 3600.0
        self._leak(site, where, min(float(rng.uniform(*_PERMITTED_G_H)), _ALARM_SHARE * grams_h), rng)

    def _leak(self, site: Site, where: Candidate, rate_g_h: float, rng: np.random.Generator) -> None:
        point = point_of(where)
        out = in_front(point, _OUT_M)
        direction = unit_towards(np.asarray(point.normal), rng, 0.35)
        site.gas_sources.append(GasSource(str(point.details["gas"]), out, rate_g_h, direction))
        site.sound_sources.append(SoundSource(out, hiss_db(rate_g_h)))


ANOMALIES.add(GasLeak.name, GasLeak())
