"""A row of spot welds that is not complete."""

import numpy as np

from ..site.model import Site
from ..site.shapes import quad
from ..types import AnomalyTruth, ByteArray
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, point_of

_STICKER_M = ((0.022, 0.03), (0.012, 0.02))
_SMEAR_M = (0.006, 0.011)


class MissingWeld(AnomalyKind):
    """Severity and reading: how many welds of the row are missing; one is too many.

    Look-alikes: a row whose welds are all there, some under a smear of grease; and one with a label stuck beside it.
    """

    name = "missing_weld"
    unit = "welds"
    severity = (1.0, 3.0)
    limit = "one missing weld"
    standard = "the body's weld plan: every spot counts"
    seen_by = ("rgb",)
    scenarios = ("car-factory",)

    def candidates(self, site: Site) -> list[Candidate]:
        """Rows of welds on bodies at the quality gate."""
        return at_points(site, "weld")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Leave out so many welds, anywhere in the row."""
        point = point_of(where)
        count = round(severity)
        gone = rng.choice(len(point.details["welds"]), size=count, replace=False)
        state = equipment_of(site, where).state
        state["missing"] = {**state.get("missing", {}), point.name: tuple(sorted(int(k) for k in gone))}
        return AnomalyTruth(self.name, where.tag, where.position_m, float(count), self.unit, float(count))

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Grease on one or two welds, or a label at the end of the row."""
        point = point_of(where)
        welds = point.details["welds"]
        if rng.random() < 0.6:
            chosen = rng.choice(len(welds), size=int(rng.integers(1, 3)), replace=False)
            smears = tuple((*welds[int(k)], float(rng.uniform(*_SMEAR_M))) for k in chosen)
            state = equipment_of(site, where).state
            state["smears"] = {**state.get("smears", {}), point.name: smears}
            return
        width, height = (float(rng.uniform(*span)) for span in _STICKER_M)
        up, normal = np.asarray(point.up), np.asarray(point.normal)
        end = max(abs(right) for right, _ in welds) + 0.012 + 0.5 * width
        side = end if rng.random() < 0.5 else -end
        at = np.asarray(point.position_m) + side * np.cross(up, normal) + 0.001 * normal
        label = quad(at, width, height, normal).part("sign", solid=False, inspectable=False, image=_label(rng))
        site.extras.append((where.tag, label))


def _label(rng: np.random.Generator) -> ByteArray:
    """(32, 64, 3) a paper label with a bar code."""
    bars = np.repeat(rng.random(16) < 0.5, 4)
    image = np.full((32, 64, 3), (232, 230, 222), np.uint8)
    image[6:22] = np.where(bars[:, None], (30, 30, 34), (232, 230, 222))
    return image


ANOMALIES.add(MissingWeld.name, MissingWeld())
