"""A valve that does not stand where it belongs."""

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .carriers import at_points, equipment_of, outside_range, point_of

_TRAVEL_DEG = (0.0, 90.0)


class ValveWrongPosition(AnomalyKind):
    """Severity: degrees away from the expected position; more than 10 is wrong. Reading: the angle seen, in degrees.

    Look-alike: a valve that was not quite turned home, but is within tolerance.
    """

    name = "valve_wrong_position"
    unit = "deg"
    severity = (14.0, 90.0)
    limit = "more than 10° from the expected position"
    standard = OWN_CHOICE
    seen_by = ("rgb",)
    quantity = "valve"

    def candidates(self, site: Site) -> list[Candidate]:
        """Lever valves and gate valves with a position indicator."""
        return at_points(site, "valve")

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Turn the handle, as far as its travel goes."""
        point = point_of(where)
        expected = float(point.details["expected_deg"])
        low, high = point.normal_range or (expected, expected)
        tolerance = 0.5 * (high - low)
        angle, excess = outside_range(point, severity - tolerance, point.details.get("limits_deg", _TRAVEL_DEG), rng)
        equipment_of(site, where).state["angle_deg"] = angle
        return AnomalyTruth(self.name, where.tag, where.position_m, excess + tolerance, self.unit, float(angle))

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """4 to 7 degrees off, towards the inside of its travel."""
        point = point_of(where)
        expected = float(point.details["expected_deg"])
        low, high = point.details.get("limits_deg", _TRAVEL_DEG)
        inwards = 1.0 if expected < 0.5 * (low + high) else -1.0
        equipment_of(site, where).state["angle_deg"] = expected + inwards * float(rng.uniform(4.0, 7.0))


ANOMALIES.add(ValveWrongPosition.name, ValveWrongPosition())
