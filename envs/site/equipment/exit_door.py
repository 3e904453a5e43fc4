"""Emergency exit: a door in its frame under a running-man sign."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import bar, box, box_between, cylinder, quad
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint, point


class ExitDoor(DrawnKind):
    """Steel door with push bar, kick plate, window and sign, to be set into or against a wall. Point "door"."""

    name = "exit_door"
    prefix = "EX"
    clearance_m = 1.5

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Width and finish."""
        return {
            "wide_m": float(rng.uniform(0.95, 1.1)),
            "paint": draw_paint(rng, style),
            "frame_paint": draw_paint(rng, style),
            "window": bool(rng.random() < 0.5),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The door's leaf."""
        return [point(equipment, "door", "surface", (0.0, -0.045, 1.25), 0.5)]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Frame, leaf, push bar, sign box."""
        params = equipment.params
        half, high = 0.5 * params["wide_m"], 2.1
        for x in (-half - 0.04, half + 0.04):
            a.add(box((0.08, 0.16, high + 0.08), (x, 0, 0.5 * high + 0.04)), params["frame_paint"])
        a.add(box((2 * half, 0.16, 0.08), (0, 0, high + 0.04)), params["frame_paint"])
        a.add(box_between((-half, -0.045, 0.008), (half, 0.02, high)), params["paint"])
        a.add(box((2 * half - 0.04, 0.004, 0.25), (0, -0.047, 0.15)), "stainless", solid=False)
        a.add(bar((-half + 0.1, -0.12, 0.98), (half - 0.1, -0.12, 0.98), 0.03, 0.05), ("paint", (0.14, 0.14, 0.15)))
        for x in (-half + 0.12, half - 0.12):
            a.add(box((0.06, 0.1, 0.1), (x, -0.09, 0.98)), ("paint", (0.14, 0.14, 0.15)), solid=False)
        for z in (0.3, 1.05, 1.8):
            a.detail(cylinder((half, -0.055, z - 0.06), (half, -0.055, z + 0.06), 0.012), "galvanised")
        if params["window"]:
            a.detail(box((0.22, 0.006, 0.32), (0.0, -0.047, 1.72)), ("rubber", (0.1, 0.1, 0.1)))
            a.detail(box((0.18, 0.006, 0.28), (0.0, -0.049, 1.72)), ("glass", (0.30, 0.36, 0.38)))
        sign = high + 0.25
        a.add(box((0.46, 0.08, 0.24), (0, -0.08, sign)), ("plastic", (0.86, 0.86, 0.84)))
        a.add(box((0.06, 0.14, 0.06), (0, -0.03, high + 0.11)), params["frame_paint"], solid=False)
        a.picture(quad((0, -0.1225, sign), 0.44, 0.22), artwork.sign("exit"))
        a.plate((half - 0.16, -0.046, 1.55), 0.16)


KINDS.add(ExitDoor.name, ExitDoor())
