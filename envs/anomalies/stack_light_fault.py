"""A signal tower that is dark or shows red."""

import numpy as np

from ..site.model import Site
from ..site.shapes import Z, cylinder, dished, join
from ..types import AnomalyTruth, as_point
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, point_of

_DARK, _RED = 1, 2
#: A beacon that is none of the tower's lamps: how far beside and below the stack it sits.
_ASIDE_M, _BELOW_M = (0.12, 0.3), (0.3, 0.55)


class StackLightFault(AnomalyKind):
    """Severity and reading: 1, the tower is dark (no lamp shines); 2, it shows red. Green and amber are no faults.

    Look-alikes: amber, as when material runs short; and a red hand lamp that somebody hung beside the healthy tower.
    """

    name = "stack_light_fault"
    unit = "state"
    severity = (1.0, 2.0)
    limit = "red, or no lamp at all"
    standard = "IEC 60073: red for danger or emergency; a tower without any light says nothing: " + OWN_CHOICE
    seen_by = ("rgb",)
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Signal towers."""
        return at_points(site, "stack_light")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """No lamp below a severity of 1.5, red from there on."""
        state = _RED if severity >= 0.5 * (_DARK + _RED) else _DARK
        equipment_of(site, where).state["lit"] = "red" if state == _RED else ""
        return AnomalyTruth(self.name, where.tag, where.position_m, float(state), self.unit, float(state))

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Amber, or a red lamp beside it."""
        if rng.random() < 0.5:
            equipment_of(site, where).state["lit"] = "amber"
            return
        point = point_of(where)
        right = np.cross(np.asarray(point.up), np.asarray(point.normal))
        side = float(rng.uniform(*_ASIDE_M)) * (1.0 if rng.random() < 0.5 else -1.0)
        low = np.asarray(point.position_m) + side * right - float(rng.uniform(*_BELOW_M)) * np.asarray(point.up)
        top = low + (0.0, 0.0, 0.05)
        glass = join([cylinder(low, top, 0.025, 14), dished(top, Z, 0.025, 0.02, 14)])
        foot = cylinder(low - (0.0, 0.0, 0.03), low, 0.03, 14)
        site.extras.append((where.tag, glass.part("lamp", as_point((1.0, 0.30, 0.25), "red"), "body", False, False)))
        site.extras.append((where.tag, foot.part("plastic", (0.15, 0.15, 0.16), "body", False, False)))


ANOMALIES.add(StackLightFault.name, StackLightFault())
