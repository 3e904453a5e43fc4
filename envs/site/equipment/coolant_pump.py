"""Coolant pump: a close-coupled pump on its tank's base, for the coolant of machine tools."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import X, Z, box, box_between, cylinder, revolve
from .base import KINDS
from .drawn import Assembly, draw_paint
from .fittings import bolt_circle, flange, motor, pipe, skid
from .rotating import RotatingKind, motor_heat, motor_point, vibration_point


class CoolantPump(RotatingKind):
    """Motor with its pump bolted on, beside a coolant tank with a lid and a bag filter.

    Points: "motor" (°C of the frame) and "vibration" at the bearing bracket between motor and pump (mm/s).
    """

    name = "coolant_pump"
    prefix = "CP"
    poles = (2, 4)
    vanes = (5, 6, 7)

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Scale and paints."""
        return {
            "scale": float(rng.uniform(0.85, 1.1)),
            "paint": draw_paint(rng, style),
            "motor_paint": draw_paint(rng, style),
            "tank_paint": draw_paint(rng, style),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Motor 20-45 K over ambient; bearing bracket and coolant cooler."""
        heat = motor_heat(rng)
        return {**heat, "bearing": 0.6 * heat["motor"], "casing": float(rng.uniform(2.0, 8.0))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The motor's frame and the bearing bracket."""
        s, z = equipment.params["scale"], self._axis(equipment.params["scale"])
        return [
            motor_point(equipment, (0.23 * s, -0.17 * s, z), 0.26 * s, equipment.params["motor_paint"]),
            vibration_point(equipment, "vibration", (-0.05 * s, -0.1 * s, z), 0.12 * s, "bearing"),
        ]

    def _axis(self, s: float) -> float:
        return 0.14 + 0.3 * s

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Tank at -x, pump in the middle, motor at +x."""
        params = equipment.params
        s, z, paint = params["scale"], self._axis(params["scale"]), params["paint"]
        skid(a, 1.7 * s, 0.6 * s, 0.12, params["tank_paint"])
        self._add_tank(a, params["tank_paint"], s)
        volute = [(0, -0.07), (0.13, -0.07), (0.17, -0.04), (0.17, 0.04), (0.14, 0.06), (0, 0.06)]
        a.add(revolve([(r * s, h * s) for r, h in volute], (-0.24 * s, 0, z), X, 20), paint, "casing")
        a.add(cylinder((-0.19 * s, 0, z), (-0.13 * s, 0, z), 0.14 * s), paint, "casing")
        bracket = [(0, 0), (0.13, 0), (0.1, 0.03), (0.1, 0.13), (0.13, 0.16), (0, 0.16)]
        a.add(revolve([(r * s, h * s) for r, h in bracket], (-0.13 * s, 0, z), X, 18), paint, "bearing")
        a.detail(bolt_circle((0.02 * s, 0, z), X, 0.115 * s, 0.009 * s, 0.02, 6), "galvanised", "bearing")
        motor(a, (0.03 * s, 0, z), 0.46 * s, 0.17 * s, z - 0.17 * s, params["motor_paint"])
        for x in (0.13, 0.34):
            a.add(box_between((x * s - 0.04, -0.14 * s, 0.12), (x * s + 0.04, 0.14 * s, z - 0.15 * s)), paint)
        pipe(a, [(-0.62 * s, 0, z), (-0.24 * s, 0, z)], 0.05 * s, "stainless", "casing")
        flange(a, (-0.36 * s, 0, z), X, 0.05 * s, paint)
        top = z + 0.62 * s
        pipe(a, [(-0.24 * s, 0, z + 0.1 * s), (-0.24 * s, 0, top), (-0.24 * s, 0.42 * s, top),
                 (-0.24 * s, 0.42 * s, 0)], 0.04 * s, "stainless", "casing")  # fmt: skip
        flange(a, (-0.24 * s, 0, z + 0.3 * s), Z, 0.04 * s, paint)
        a.plate((0.6 * s, -0.3 * s - 0.001, 0.07), 0.18)

    def _add_tank(self, a: Assembly, paint: Any, s: float) -> None:
        low, high = np.array((-0.85, -0.3, 0.0)) * s, np.array((-0.5, 0.3, 0.0)) * s
        a.add(box_between(low + (0, 0, 0.12), high + (0, 0, 0.85 * s)), paint, "casing")
        a.add(box_between(low + (-0.01, -0.01, 0.85 * s), high + (0.01, 0.01, 0.85 * s + 0.015)), paint)
        x = -0.675 * s
        a.add(cylinder((x, 0.1 * s, 0.86 * s), (x, 0.1 * s, 1.15 * s), 0.1 * s), "stainless")
        a.add(cylinder((x, 0.1 * s, 1.15 * s), (x, 0.1 * s, 1.17 * s), 0.13 * s), "stainless")
        a.detail(box((0.03, 0.012, 0.42 * s), (x + 0.08 * s, -0.306 * s, 0.5 * s)), ("glass", (0.35, 0.5, 0.42)))
        for dz in (0.28, 0.72):
            a.detail(box((0.05, 0.02, 0.03), (x + 0.08 * s, -0.308 * s, dz * s)), "galvanised")
        a.detail(box((0.24 * s, 0.01, 0.3 * s), (x - 0.05 * s, -0.304 * s, 0.62 * s)), paint)


KINDS.add(CoolantPump.name, CoolantPump())
