"""Shell-and-tube heat exchanger on saddles."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import X, Z, cylinder, dished, ring
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_gas, draw_paint, flange_point, point
from .fittings import blind, bolt_circle, flange, pipe, saddle


class HeatExchanger(DrawnKind):
    """Slim shell between girth flanges, bonnet channel with two nozzles, dished rear head.

    Points: "shell" (surface) and, where it holds gas, "flange" at the front of the channel's girth flange.
    """

    name = "heat_exchanger"
    prefix = "E"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Radius, length, finish."""
        return {
            "radius_m": float(rng.uniform(0.24, 0.32)),
            "shell_m": float(rng.uniform(1.5, 2.2)),
            "axis_m": float(rng.uniform(0.85, 1.0)),
            "lagged": bool(rng.random() < 0.4),
            "paint": draw_paint(rng, style),
            "trim_paint": draw_paint(rng, style),
            "gas": draw_gas(rng, style),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Shell and channel run warm, the channel more so."""
        warm = float(rng.uniform(5.0, 20.0))
        return {"shell": 0.3 * warm if params["lagged"] else warm, "channel": 1.2 * warm}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The shell's front, and the girth flange."""
        params = equipment.params
        radius, z = params["radius_m"], params["axis_m"]
        at = (-0.5 * params["shell_m"], -radius - 0.09, z)
        shell = point(equipment, "shell", "surface", (0.1 * params["shell_m"], -radius, z), 0.45)
        return [shell, *flange_point(equipment, "flange", at)]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Shell, girth flanges, channel, rear head, nozzles, saddles."""
        params = equipment.params
        radius, z, trim = params["radius_m"], params["axis_m"], params["trim_paint"]
        half = 0.5 * params["shell_m"]
        coat = "lagging" if params["lagged"] else params["paint"]
        a.add(cylinder((-half, 0, z), (half, 0, z), radius), coat, "shell")
        if params["lagged"]:
            for x in np.arange(-half + 0.3, half - 0.1, 0.45):
                band = ring((x - 0.012, 0, z), (x + 0.012, 0, z), radius - 0.01, radius + 0.003)
                a.add(band, "stainless", "shell", solid=False)
        for x in (-half, half):
            self._add_girth_flange(a, x, z, radius, trim)
        channel = half + 0.42
        a.add(cylinder((-channel, 0, z), (-half, 0, z), radius), params["paint"], "channel")
        self._add_girth_flange(a, -channel, z, radius, trim)
        a.add(cylinder((-channel - 0.08, 0, z), (-channel, 0, z), radius + 0.06), trim, "channel")
        a.add(dished((half + 0.04, 0, z), X, radius, 0.5 * radius), params["paint"], "channel")
        self._add_nozzles(a, params, half)
        for x in (-0.32, 0.3):
            saddle(a, x * params["shell_m"], radius, z, trim)
        a.plate((-half - 0.22, -radius - 0.001, z), 0.2)

    def _add_girth_flange(self, a: Assembly, x: float, z: float, radius: float, paint: Any) -> None:
        outer = radius + 0.09
        for sign in (-1.0, 1.0):
            a.add(cylinder((x + 0.003 * sign, 0, z), (x + 0.038 * sign, 0, z), outer, 24), paint, "channel")
        a.detail(cylinder((x - 0.003, 0, z), (x + 0.003, 0, z), 0.98 * outer, 24), "rubber", "channel")
        a.detail(bolt_circle((x, 0, z), X, radius + 0.055, 0.012, 0.12, 14), "galvanised", "channel")

    def _add_nozzles(self, a: Assembly, params: dict[str, Any], half: float) -> None:
        radius, z, trim = params["radius_m"], params["axis_m"], params["trim_paint"]
        x = -half - 0.22
        for sign in (-1.0, 1.0):
            end = z + sign * (radius + 0.14)
            a.add(cylinder((x, 0, z), (x, 0, end), 0.07), params["paint"], "channel")
            flange(a, (x, 0, end), Z, 0.07, trim)
        back = radius + 0.3
        top = z + radius + 0.5
        pipe(a, [(x, 0, z + radius + 0.14), (x, 0, top), (x, back, top), (x, back, 0)], 0.07, trim)
        a.add(cylinder((x, 0, 0), (x, 0, z - radius - 0.14), 0.07), trim)
        x = 0.42 * params["shell_m"]
        a.add(cylinder((x, 0, z), (x, 0, z + radius + 0.14), 0.06), params["paint"], "shell")
        blind(a, (x, 0, z + radius + 0.14), Z, 0.06, trim)
        x = -0.1 * params["shell_m"]
        a.add(cylinder((x, 0, z), (x, 0, z - radius - 0.12), 0.06), params["paint"], "shell")
        flange(a, (x, 0, z - radius - 0.12), Z, 0.06, trim)
        a.add(cylinder((x, 0, 0), (x, 0, z - radius - 0.12), 0.06), trim)


KINDS.add(HeatExchanger.name, HeatExchanger())
