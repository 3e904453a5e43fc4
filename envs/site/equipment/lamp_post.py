"""Lamp post."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import Z, bend, box, cone, cylinder, tube
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint
from .fittings import bolt_circle


class LampPost(DrawnKind):
    """Tapered post with an arm towards -y; params["lamp_m"] is the lamp in the equipment frame. No points."""

    name = "lamp_post"
    prefix = "LP"
    centred = False
    clearance_m = 0.3

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Height and finish."""
        height = float(rng.uniform(3.2, 4.2))
        return {
            "height_m": height,
            "paint": draw_paint(rng, style) if rng.random() < 0.4 else "galvanised",
            "lamp_m": (0.0, -0.62, height - 0.09),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """None."""
        return []

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Base, post, arm, head."""
        params = equipment.params
        height, paint = params["height_m"], params["paint"]
        a.add(cylinder((0, 0, 0), (0, 0, 0.12), 0.2), "concrete")
        a.add(box((0.24, 0.24, 0.016), (0, 0, 0.128)), paint)
        a.detail(bolt_circle((0, 0, 0.14), Z, 0.13, 0.012, 0.04, 4), "galvanised")
        a.add(cone((0, 0, 0.13), (0, 0, height - 0.2), 0.06, 0.04), paint)
        arm = bend([(0, 0, height - 0.25), (0, 0, height), (0, -0.5, height)], 0.2)
        a.add(tube(arm, 0.03, 10), paint)
        a.add(box((0.22, 0.4, 0.07), (0, -0.62, height)), ("paint", (0.30, 0.31, 0.32)))
        a.detail(box((0.18, 0.34, 0.03), (0, -0.62, height - 0.045)), ("glass", (0.95, 0.94, 0.88)))
        a.detail(box((0.09, 0.004, 0.16), (0, -0.06, 0.6)), ("paint", (0.30, 0.31, 0.32)))
        a.plate((0.0, -0.066, 1.4), 0.13)


KINDS.add(LampPost.name, LampPost())
