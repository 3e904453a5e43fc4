"""Light curtain at the mouth of a robot cell."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..guards import GUARD_YELLOW
from ..model import Equipment
from ..shapes import bend, box, cylinder, tube
from .base import KINDS
from .drawn import Assembly, DrawnKind


class LightCurtain(DrawnKind):
    """Sender and receiver on two posts, params["width_m"] apart; the dark windows look at each other. No points."""

    name = "light_curtain"
    prefix = "LC"
    clearance_m = 0.6

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Width and height."""
        width = float(style.get("curtain_m", rng.uniform(1.6, 2.4)))
        return {"width_m": width, "height_m": float(rng.uniform(1.1, 1.4))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """None."""
        return []

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Two posts."""
        params = equipment.params
        for sign in (-1.0, 1.0):
            x, high = sign * 0.5 * params["width_m"], params["height_m"]
            yellow = ("paint", GUARD_YELLOW)
            a.add(box((0.16, 0.16, 0.012), (x, 0, 0.006)), yellow)
            a.add(box((0.06, 0.06, high), (x, 0, 0.5 * high)), yellow)
            inner = x - sign * 0.03
            a.detail(box((0.006, 0.04, high - 0.25), (inner, 0, 0.5 * high + 0.05)), ("glass", (0.10, 0.03, 0.04)))
            for z in (0.17, high - 0.06):
                a.detail(box((0.012, 0.066, 0.03), (inner, 0, z)), ("plastic", (0.12, 0.12, 0.13)))
            cable = bend([(x, 0.035, 0.3), (x, 0.06, 0.3), (x, 0.06, 0.02), (x + sign * 0.07, 0.06, 0.02)], 0.02)
            a.detail(tube(cable, 0.006), "rubber")
            a.detail(cylinder((x, 0.02, 0.3), (x, 0.045, 0.3), 0.012), "brass")
            a.detail(
                cylinder((x, -0.03, high - 0.12), (x, -0.033, high - 0.12), 0.008, 8), ("plastic", (0.1, 0.4, 0.2))
            )
        a.plate((-0.5 * params["width_m"], -0.031, 0.8), 0.14)


KINDS.add(LightCurtain.name, LightCurtain())
