"""Horizontal pressure vessel on saddles."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import box, cylinder, dished, ring
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_gas, draw_paint, flange_point, point
from .fittings import flange, gas_nozzle, pipe, saddle


class HorizontalVessel(DrawnKind):
    """Drum with dished ends, bare or lagged, relief valve and nozzles on top.

    Points: "shell" (surface) and, where it holds gas, "flange" on the front nozzle.
    """

    name = "horizontal_vessel"
    prefix = "V"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Radius, length, finish."""
        finishes = (draw_paint(rng, style), "lagging", ("paint", (0.82, 0.83, 0.82)))
        return {
            "radius_m": float(rng.uniform(0.4, 0.58)),
            "shell_m": float(rng.uniform(1.5, 2.3)),
            "axis_m": float(rng.uniform(0.95, 1.1)),
            "paint": finishes[int(rng.choice(3, p=(0.5, 0.25, 0.25)))],
            "trim_paint": draw_paint(rng, style),
            "gas": draw_gas(rng, style),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Slightly warm shell."""
        return {"shell": float(rng.uniform(0.0, 10.0))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The shell's front, and the front nozzle."""
        params = equipment.params
        radius, z = params["radius_m"], params["axis_m"]
        shell = point(equipment, "shell", "surface", (-0.2 * params["shell_m"], -radius, z), 0.6)
        return [shell, *flange_point(equipment, "flange", (0.32 * params["shell_m"], -radius - 0.2, z))]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Shell, ends, saddles, nozzles, relief valve, plate."""
        params = equipment.params
        radius, length, z, paint = params["radius_m"], params["shell_m"], params["axis_m"], params["paint"]
        half = 0.5 * length
        a.add(cylinder((-half, 0, z), (half, 0, z), radius), paint, "shell")
        for sign in (-1.0, 1.0):
            a.add(dished((sign * half, 0, z), (sign, 0, 0), radius, 0.45 * radius), paint, "shell")
            at = sign * (half - 0.01)
            a.add(ring((at - 0.015, 0, z), (at + 0.015, 0, z), radius - 0.01, radius + 0.006), paint, "shell", False)
            saddle(a, sign * 0.31 * length, radius, z, params["trim_paint"])
        front = 0.32 * length
        gas_nozzle(a, (front, -0.8 * radius, z), (front, -radius - 0.18, z), 0.05, params["trim_paint"])
        self._add_top(a, params)
        a.add(box((0.26, 0.03, 0.13), (0.05 * length, -radius - 0.012, z)), params["trim_paint"], solid=False)
        a.plate((0.05 * length, -radius - 0.028, z), 0.24)

    def _add_top(self, a: Assembly, params: dict[str, Any]) -> None:
        radius, length, z, trim = params["radius_m"], params["shell_m"], params["axis_m"], params["trim_paint"]
        top = z + radius
        x = -0.3 * length
        a.add(cylinder((x, 0, top - 0.1), (x, 0, top + 0.16), 0.05), trim)
        flange(a, (x, 0, top + 0.16), (0, 0, 1), 0.05, trim)
        back, high = radius + 0.25, top + 0.45
        pipe(a, [(x, 0, top + 0.16), (x, 0, high), (x, back, high), (x, back, 0)], 0.05, trim)
        x = 0.0
        a.add(cylinder((x, 0, top - 0.1), (x, 0, top + 0.1), 0.03), trim)
        flange(a, (x, 0, top + 0.12), (0, 0, 1), 0.03, trim, 6)
        a.add(cylinder((x, 0, top + 0.12), (x, 0, top + 0.3), 0.05), ("paint", (0.55, 0.16, 0.12)))
        a.add(cylinder((x, 0, top + 0.3), (x, 0, top + 0.48), 0.035), ("paint", (0.55, 0.16, 0.12)))
        a.add(cylinder((x, 0, top + 0.2), (x + 0.16, 0, top + 0.2), 0.035), ("paint", (0.55, 0.16, 0.12)))
        x = 0.3 * length
        a.add(cylinder((x, 0, top - 0.1), (x, 0, top + 0.09), 0.18), params["paint"], "shell")
        flange(a, (x, 0, top + 0.11), (0, 0, 1), 0.14, trim, 12)
        a.add(cylinder((x, 0, top + 0.1), (x, 0, top + 0.15), 0.2, 20), trim)
        a.detail(cylinder((-0.02, 0, z - radius - 0.12), (-0.02, 0, z - radius + 0.05), 0.025), trim)
        flange(a, (-0.02, 0, z - radius - 0.12), (0, 0, 1), 0.025, trim, 4)


KINDS.add(HorizontalVessel.name, HorizontalVessel())
