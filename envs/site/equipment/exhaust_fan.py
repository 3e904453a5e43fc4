"""Exhaust fan: a centrifugal fan that draws weld fumes through a filter box and blows them up a duct."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import X, box, box_between, cylinder, ring
from .base import KINDS
from .drawn import Assembly
from .fan import Fan
from .rotating import RotatingKind, motor_point, vibration_point


class ExhaustFan(RotatingKind, Fan):
    """The fan with a filter box at its inlet and a round duct on its outlet.

    Points: "motor" (°C of the frame) and "vibration", the pillow block beside the scroll (mm/s).
    """

    name = "exhaust_fan"
    prefix = "EF"
    poles = (4, 6)
    vanes = (6, 8, 10)
    flexible = True

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """As a fan's; fumes are hardly warm."""
        return {**super().healthy_heat(params, rng), "scroll": float(rng.uniform(1.0, 5.0))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The motor's frame and the bearing beside the scroll."""
        s = equipment.params["scale"]
        z = self._axis(s)
        return [
            motor_point(equipment, (0.58 * s, -0.18 * s, z), 0.26 * s, equipment.params["motor_paint"]),
            vibration_point(equipment, "vibration", (-0.16 * s, -0.085 * s, z), 0.12 * s, "bearing"),
        ]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """The fan, its filter box and its duct."""
        super().build(a, equipment)
        params = equipment.params
        s, z = params["scale"], self._axis(params["scale"])
        left, mouth = -1.5 * s, -0.75 * s
        a.add(box_between((left, -0.4 * s, 0.12), (mouth - 0.12 * s, 0.4 * s, z + 0.45 * s)), params["paint"], "scroll")
        a.add(cylinder((mouth - 0.12 * s, 0, z), (mouth, 0, z), 0.27 * s), "galvanised", "scroll")
        for x in (left + 0.06, mouth - 0.12 * s - 0.06):
            for y in (-0.34 * s, 0.34 * s):
                a.add(box_between((x - 0.03, y - 0.03, 0.0), (x + 0.03, y + 0.03, 0.12)), params["paint"])
        door = (0.5 * (left + mouth - 0.12 * s), -0.4 * s - 0.008, 0.5 * (0.12 + z + 0.45 * s))
        a.detail(box((0.48 * s, 0.016, 0.7 * (z + 0.33 * s)), door), params["paint"])
        a.detail(box((0.03, 0.03, 0.12), (door[0] + 0.19 * s, door[1] - 0.02, door[2])), "stainless")
        x, y, top = -0.5 * s, 0.27 * s, z + 1.06 * s
        a.add(cylinder((x, y, top - 0.01), (x, y, top + 1.1 * s), 0.19 * s), "galvanised", "scroll")
        for dz in (0.02, 0.55, 1.08):
            a.detail(ring((x, y, top + dz * s - 0.02), (x, y, top + dz * s), 0.185 * s, 0.215 * s, 18), "galvanised")
        a.detail(cylinder((mouth - 0.02, 0, z), (mouth + 0.02, 0, z), 0.285 * s), ("rubber", (0.15, 0.15, 0.16)))
        a.plate((door[0] - 0.08 * s, -0.4 * s - 0.016, z + 0.25 * s), 0.2)
        a.detail(cylinder((left, 0, z), np.array((left, 0, z)) - 0.3 * s * np.array(X), 0.16 * s), "galvanised")


KINDS.add(ExhaustFan.name, ExhaustFan())
