"""A guard door that stands open."""

import numpy as np

from ..site.model import Part, Site
from ..site.shapes import quad
from ..types import AnomalyTruth, ByteArray, InspectionPoint
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, point_of

_PLAY_M = (0.010, 0.022)
_TAPE_M = 0.075


class GuardOpen(AnomalyKind):
    """Severity and reading: the gap between the door's leading edge and its lock, in m; more than 0.03 is open.

    Look-alikes: a shut door with a little play, and a shut door with warning tape across it.
    """

    name = "guard_open"
    unit = "m"
    severity = (0.1, 0.85)
    limit = "a gap of more than 0.03 m while the cell works"
    standard = "ISO 14120: interlocking guards are shut while the hazard lasts; the tolerance is PatrolGym's own choice"
    seen_by = ("rgb", "depth")
    quantity = "guard"
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Guard doors."""
        return at_points(site, "guard")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Open it so far."""
        equipment_of(site, where).state["gap_m"] = float(severity)
        return AnomalyTruth(self.name, where.tag, where.position_m, float(severity), self.unit, float(severity))

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """A little play, or tape."""
        equipment_of(site, where).state["gap_m"] = float(rng.uniform(*_PLAY_M))
        if rng.random() < 0.6:
            site.extras.append((where.tag, _tape(point_of(where), rng)))


def _tape(point: InspectionPoint, rng: np.random.Generator) -> Part:
    """Red and white tape from post to post, before the door."""
    width = float(point.details["width_m"]) + 0.06
    up, normal = np.asarray(point.up), np.asarray(point.normal)
    right = np.cross(up, normal)
    middle = np.asarray(point.position_m) - 0.5 * width * right + float(rng.uniform(-0.35, 0.2)) * up
    sag = float(rng.uniform(-0.08, 0.08))
    along = right * width + up * sag
    face = quad(middle, float(np.linalg.norm(along)), _TAPE_M, normal, np.cross(normal, along))
    return face.part("sign", solid=False, inspectable=False, image=_stripes())


def _stripes() -> ByteArray:
    """(24, 384, 3) slanted stripes."""
    rows, columns = np.mgrid[:24, :384]
    red = ((columns + rows) // 32) % 2 == 0
    return np.where(red[..., None], (186, 32, 30), (236, 234, 228)).astype(np.uint8)


ANOMALIES.add(GuardOpen.name, GuardOpen())
