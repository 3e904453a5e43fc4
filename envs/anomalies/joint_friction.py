"""A robot's axis that turns with difficulty."""

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, point_of


class JointFriction(AnomalyKind):
    """Severity and reading: torque over nominal in %; the current goes with the torque, heat with its square.

    Look-alikes: a transmitter that says too much (the drive stays cool), a heavier tool (up to 13 % more), a drive that
    is warm from its surroundings.
    """

    name = "joint_friction"
    unit = "% torque"
    severity = (24.0, 90.0)
    limit = "20 % over nominal torque"
    standard = OWN_CHOICE
    seen_by = ("instruments", "thermal")
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Drives of robots."""
        return at_points(site, "drive")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """More current and more heat."""
        self._load(site, where, 1.0 + severity / 100.0)
        return AnomalyTruth(self.name, where.tag, where.position_m, severity, self.unit, severity)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """A wrong transmitter, a heavier tool or a warm place."""
        equipment, name = equipment_of(site, where), point_of(where).name.partition("/")[2]
        sort = int(rng.integers(3))
        if sort == 0:
            equipment.state[f"{name}_current_error"] = float(rng.uniform(0.22, 0.5))
        elif sort == 1:
            self._load(site, where, float(rng.uniform(1.06, 1.13)))
        else:
            equipment.delta_k[name] += float(rng.uniform(8.0, 14.0))

    def _load(self, site: Site, where: Candidate, share: float) -> None:
        equipment, name = equipment_of(site, where), point_of(where).name.partition("/")[2]
        equipment.state[f"{name}_current"] = share
        equipment.delta_k[name] *= share**2


ANOMALIES.add(JointFriction.name, JointFriction())
