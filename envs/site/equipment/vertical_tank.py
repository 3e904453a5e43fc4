"""Vertical tank on a skirt or legs."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import Z, bar, box, cylinder, dished, ring, torus
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_gas, draw_paint, flange_point, point
from .fittings import bolt_circle, gas_nozzle, pipe


class VerticalTank(DrawnKind):
    """Cylindrical tank with dished ends, manhole, ladder and nozzles.

    Points: "manhole" (surface) and, where it holds gas, "flange" on the drain nozzle.
    """

    name = "vertical_tank"
    prefix = "TK"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Radius, height, support, finish."""
        finishes = (draw_paint(rng, style), "stainless", ("paint", (0.84, 0.85, 0.84)))
        return {
            "radius_m": float(rng.uniform(0.55, 0.85)),
            "shell_m": float(rng.uniform(1.6, 2.4)),
            "legs": bool(rng.random() < 0.5),
            "paint": finishes[int(rng.choice(3, p=(0.5, 0.2, 0.3)))],
            "trim_paint": draw_paint(rng, style),
            "gas": draw_gas(rng, style),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The manhole cover, and the drain flange."""
        radius = equipment.params["radius_m"]
        manhole = point(equipment, "manhole", "surface", (0.0, -radius - 0.19, 1.15), 0.55)
        return [manhole, *flange_point(equipment, "flange", (0.62 * radius, -0.78 * radius - 0.21, 0.72))]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Support, shell, manhole, ladder, nozzles, plate."""
        params = equipment.params
        radius, shell, paint = params["radius_m"], params["shell_m"], params["paint"]
        base = 0.5
        top = base + shell
        a.add(cylinder((0, 0, base), (0, 0, top), radius), paint)
        a.add(dished((0, 0, top), Z, radius, 0.28 * radius), paint)
        for z in (base + 0.02, top - 0.02):
            a.add(ring((0, 0, z - 0.012), (0, 0, z + 0.012), radius - 0.01, radius + 0.006), paint, solid=False)
        self._add_support(a, params, base)
        self._add_manhole(a, params)
        self._add_ladder(a, radius, top)
        x, y = 0.62 * radius, -0.78 * radius
        gas_nozzle(a, (x, y + 0.1, 0.72), (x, y - 0.19, 0.72), 0.045, params["trim_paint"])
        x, back, high = -0.3 * radius, radius + 0.18, top + 0.4
        pipe(a, [(x, 0, high - 0.4), (x, 0, high), (x, back, high), (x, back, 0)], 0.045, params["trim_paint"])
        gas_nozzle(a, (0.35 * radius, 0, top), (0.35 * radius, 0, top + 0.42), 0.06, params["trim_paint"])
        a.plate((-0.5 * radius, -0.868 * radius - 0.003, 1.5), 0.3, (-0.5, -0.866, 0.0))

    def _add_support(self, a: Assembly, params: dict[str, Any], base: float) -> None:
        radius, paint = params["radius_m"], params["trim_paint"]
        if not params["legs"]:
            a.add(cylinder((0, 0, 0.015), (0, 0, base), 0.98 * radius), paint)
            a.add(cylinder((0, 0, 0), (0, 0, 0.02), 1.08 * radius), paint)
            a.detail(bolt_circle((0, 0, 0.03), Z, 1.03 * radius, 0.012, 0.05, 12), "galvanised")
            return
        a.add(dished((0, 0, base), (0, 0, -1), radius, 0.28 * radius), params["paint"])
        for angle in np.radians((45.0, 135.0, 225.0, 315.0)):
            x, y = 0.93 * radius * np.cos(angle), 0.93 * radius * np.sin(angle)
            a.add(box((0.09, 0.09, base + 0.25), (x, y, 0.5 * base + 0.125)), paint)
            a.add(box((0.2, 0.2, 0.015), (x, y, 0.0075)), paint)

    def _add_manhole(self, a: Assembly, params: dict[str, Any]) -> None:
        radius, paint, z = params["radius_m"], params["paint"], 1.15
        a.add(cylinder((0, -radius + 0.1, z), (0, -radius - 0.12, z), 0.21), paint)
        a.add(cylinder((0, -radius - 0.12, z), (0, -radius - 0.15, z), 0.28, 24), params["trim_paint"])
        a.add(cylinder((0, -radius - 0.153, z), (0, -radius - 0.188, z), 0.28, 24), params["trim_paint"])
        a.detail(bolt_circle((0, -radius - 0.155, z), (0, 1, 0), 0.25, 0.012, 0.1, 14), "galvanised")
        for x in (-0.06, 0.06):
            a.detail(bar((x, -radius - 0.188, z - 0.1), (x, -radius - 0.22, z - 0.1), 0.012, 0.012), "galvanised")
        a.detail(bar((-0.07, -radius - 0.22, z - 0.1), (0.07, -radius - 0.22, z - 0.1), 0.014, 0.014), "galvanised")
        a.add(cylinder((0.32, -radius - 0.14, z - 0.05), (0.32, -radius - 0.14, z + 0.42), 0.02), paint, solid=False)
        a.add(cylinder((0.32, -radius - 0.14, z + 0.4), (0, -radius - 0.17, z + 0.4), 0.016), paint, solid=False)
        a.detail(cylinder((0, -radius - 0.17, z + 0.4), (0, -radius - 0.17, z + 0.26), 0.008), "galvanised")
        for dz in (-0.05, 0.12):
            a.detail(bar((0.32, -radius - 0.14, z + dz), (0.2, -radius + 0.1, z + dz), 0.03, 0.03), paint)

    def _add_ladder(self, a: Assembly, radius: float, top: float) -> None:
        x = radius + 0.18
        for y in (-0.2, 0.2):
            a.add(cylinder((x, y, 0), (x, y, top + 0.7), 0.022), "galvanised")
            for z in (0.9, top - 0.2):
                a.add(cylinder((x, y, z), (radius * 0.9, y, z), 0.015), "galvanised")
        for z in np.arange(0.3, top + 0.6, 0.3):
            a.detail(cylinder((x, -0.2, z), (x, 0.2, z), 0.012, 6), "galvanised")
        rim = torus((0, 0, top + 0.55), Z, 0.9 * radius, 0.018, 24, 5)
        a.add(rim, "galvanised", solid=False)
        for angle in np.arange(6) * (np.pi / 3) + 0.5:
            x, y = 0.9 * radius * np.cos(angle), 0.9 * radius * np.sin(angle)
            a.detail(cylinder((x, y, top), (x, y, top + 0.55), 0.016), "galvanised")


KINDS.add(VerticalTank.name, VerticalTank())
