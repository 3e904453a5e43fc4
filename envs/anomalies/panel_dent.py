"""A dent in a body panel."""

import numpy as np

from ..site.car_body import PATCH_RADIUS_M
from ..site.model import Site
from ..site.shapes import quad
from ..types import AnomalyTruth
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, point_of

_RADIUS_M, _SHALLOW_MM = (0.04, 0.08), (0.1, 0.35)
_LABEL_M = ((0.05, 0.09), (0.03, 0.05))


class PanelDent(AnomalyKind):
    """Severity and reading: depth in mm; more than 0.8 is a dent.

    A smooth hollow 8 to 16 cm wide. Look-alikes: a hollow within tolerance, a protective label, a strip of tape.
    """

    name = "panel_dent"
    unit = "mm"
    severity = (1.5, 8.0)
    limit = "deeper than 0.8 mm"
    standard = OWN_CHOICE
    seen_by = ("rgb", "depth")
    quantity = "panel"
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Panels of bodies at the quality gate."""
        return at_points(site, "panel")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Press it in somewhere within the patch."""
        self._press(site, where, 0.001 * severity, rng)
        return AnomalyTruth(self.name, where.tag, where.position_m, float(severity), self.unit, float(severity))

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Next to no dent, or something stuck on."""
        if rng.random() < 0.4:
            self._press(site, where, 0.001 * float(rng.uniform(*_SHALLOW_MM)), rng)
            return
        point = point_of(where)
        up, normal = np.asarray(point.up), np.asarray(point.normal)
        right = np.cross(up, normal)
        at = np.asarray(point.position_m) + rng.uniform(-0.1, 0.1) * right + rng.uniform(-0.1, 0.1) * up
        width, height = (float(rng.uniform(*span)) for span in _LABEL_M)
        if rng.random() < 0.5:
            width, height = 2.5 * width, 0.02
        shade = float(rng.uniform(0.3, 0.9))
        tint = (shade, float(np.clip(shade + rng.uniform(-0.2, 0.1), 0, 1)), float(np.clip(shade - 0.1, 0, 1)))
        face = quad(at + 0.002 * normal, width, height, normal, up + rng.uniform(-0.4, 0.4) * right)
        site.extras.append((where.tag, face.part("sign", tint, solid=False, inspectable=False)))

    def _press(self, site: Site, where: Candidate, depth_m: float, rng: np.random.Generator) -> None:
        point, state = point_of(where), equipment_of(site, where).state
        radius = float(rng.uniform(*_RADIUS_M))
        angle, away = float(rng.uniform(0.0, 2 * np.pi)), (PATCH_RADIUS_M - radius - 0.01) * float(rng.random() ** 0.5)
        dent = (away * float(np.cos(angle)), away * float(np.sin(angle)), depth_m, radius)
        state["dents"] = {**state.get("dents", {}), point.name: dent}


ANOMALIES.add(PanelDent.name, PanelDent())
