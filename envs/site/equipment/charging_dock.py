"""The robot's charging dock."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import box, box_between, prism, quad
from .base import KINDS
from .drawn import Assembly, DrawnKind


class ChargingDock(DrawnKind):
    """A thin pad in front (-y) of a charging column; the robot lies down on the pad. No points."""

    name = "charging_dock"
    prefix = "CD"
    centred = False
    clearance_m = 1.5

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Colour."""
        shade = float(rng.uniform(0.7, 1.0))
        return {"column": (0.9 * shade, 0.9 * shade, 0.88 * shade)}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """None."""
        return []

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Pad with guide rails, column with contacts and a sign."""
        column = ("paint", equipment.params["column"])
        a.add(box_between((-0.45, -0.75, 0.0), (0.45, 0.45, 0.012)), ("rubber", (0.13, 0.13, 0.14)))
        for x in (-0.41, 0.41):
            stripe = box_between((x - 0.02, -0.73, 0.012), (x + 0.02, 0.43, 0.0135))
            a.detail(stripe, ("paint", (0.85, 0.70, 0.10)))
        outline = [(0.5, 0.0), (0.75, 0.0), (0.75, 0.9), (0.66, 1.0), (0.58, 1.0), (0.5, 0.8)]
        a.add(prism(outline, (-0.3, 0, 0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), 0.6), column)
        a.add(box((0.3, 0.08, 0.14), (0, 0.46, 0.38)), ("plastic", (0.12, 0.12, 0.13)), solid=False)
        for x in (-0.08, 0.08):
            a.detail(box((0.05, 0.02, 0.06), (x, 0.415, 0.38)), "copper")
        a.detail(box((0.4, 0.006, 0.02), (0, 0.497, 0.66)), ("plastic", (0.2, 0.6, 0.75)))
        a.picture(quad((0, 0.498, 0.55), 0.15, 0.15), artwork.sign("dock"))
        a.plate((0.0, 0.5, 0.74), 0.16)


KINDS.add(ChargingDock.name, ChargingDock())
