"""Fire extinguisher on a stand with its sign."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import Z, bend, box, cylinder, quad, revolve, tube
from .base import KINDS
from .drawn import Assembly, DrawnKind, point
from .fittings import post


class FireExtinguisher(DrawnKind):
    """Red cylinder with valve and hose hung on a post under a sign. Point "cylinder" (surface)."""

    name = "fire_extinguisher"
    prefix = "FE"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Radius, height and shade."""
        shade = float(rng.uniform(0.85, 1.1))
        return {
            "radius_m": float(rng.uniform(0.075, 0.095)),
            "shell_m": float(rng.uniform(0.42, 0.52)),
            "tint": (0.66 * shade, 0.08 * shade, 0.07 * shade),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The cylinder."""
        params = equipment.params
        return [point(equipment, "cylinder", "surface", (0.0, -0.06 - params["radius_m"], 0.62), 0.4)]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Post, sign, cylinder, valve, hose."""
        params = equipment.params
        radius, shell = params["radius_m"], params["shell_m"]
        red, y, low = ("paint", params["tint"]), -0.06, 0.4
        post(a, (0, 0.09, 0), 1.72, "galvanised", 0.025)
        for z in (0.5, 0.75):
            a.add(box((0.07, 0.09, 0.03), (0, 0.06, z)), "galvanised")
        body = [(0, 0), (0.9 * radius, 0), (radius, 0.015), (radius, shell), (0.8 * radius, shell + 0.04),
                (0.3 * radius, shell + 0.07), (0, shell + 0.07)]  # fmt: skip
        a.add(revolve(body, (0, y, low), Z), red)
        label = cylinder((0, y, low + 0.35 * shell), (0, y, low + 0.75 * shell), 1.008 * radius)
        a.detail(label, ("sign", (0.9, 0.9, 0.86)))
        top = low + shell + 0.07
        a.detail(cylinder((0, y, top - 0.01), (0, y, top + 0.05), 0.02), ("paint", (0.08, 0.08, 0.08)))
        a.detail(box((0.02, 0.11, 0.012), (0, y - 0.05, top + 0.06)), ("paint", (0.08, 0.08, 0.08)))
        a.detail(box((0.02, 0.1, 0.01), (0, y - 0.05, top + 0.035)), ("paint", (0.08, 0.08, 0.08)))
        hose = bend([(0, y, top + 0.03), (radius + 0.05, y, top + 0.03), (radius + 0.03, y - 0.02, low + 0.1)], 0.04)
        a.detail(tube(hose, 0.012, 8), ("rubber", (0.06, 0.06, 0.06)))
        a.add(box((0.26, 0.006, 0.26), (0, 0.06, 1.55)), ("sign", (0.9, 0.9, 0.88)), solid=False)
        a.picture(quad((0, 0.056, 1.55), 0.25, 0.25), artwork.sign("extinguisher"))
        a.plate((0.0, 0.064, 1.34), 0.16)


KINDS.add(FireExtinguisher.name, FireExtinguisher())
