"""Reciprocating gas compressor with motor on a skid."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import Y, Z, box, box_between, cylinder, dished
from .base import KINDS
from .drawn import Assembly, DrawnKind, bearing_point, draw_gas, draw_paint, flange_point
from .fittings import blind, bolt_circle, flange, motor, pipe, skid


class Compressor(DrawnKind):
    """Crankcase with two opposed finned cylinders, pulsation bottle on top, flywheel guard, motor, small panel.

    Points: "bearing" (main bearing cover on the crankcase, °C, limit 80; details "surface") and, where it holds gas,
    "flange" at the front cylinder's head.
    """

    name = "compressor"
    prefix = "C"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Scale and paints."""
        return {
            "scale": float(rng.uniform(0.9, 1.1)),
            "paint": draw_paint(rng, style),
            "motor_paint": draw_paint(rng, style),
            "skid_paint": draw_paint(rng, style),
            "gas": draw_gas(rng, style),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Bearing 15-40 K, motor 20-45 K, cylinders 25-55 K over ambient."""
        bearing, frame = float(rng.uniform(15.0, 40.0)), float(rng.uniform(20.0, 45.0))
        return {
            "bearing": bearing,
            "crankcase": 0.6 * bearing,
            "motor": frame,
            "cowl": 0.4 * frame,
            "terminal_box": 0.5 * frame,
            "cylinder": float(rng.uniform(25.0, 55.0)),
            "bottle": float(rng.uniform(10.0, 30.0)),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The main bearing, and the front cylinder's flange."""
        s = equipment.params["scale"]
        z = self._axis(s)
        bearing = bearing_point(equipment, (-0.02 * s, -0.31 * s, z), 0.2 * s, equipment.params["paint"])
        return [bearing, *flange_point(equipment, "flange", (-0.45 * s, -0.79 * s, z))]

    def _axis(self, s: float) -> float:
        return 0.18 + 0.42 * s

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """From cylinders at -x to motor at +x."""
        params = equipment.params
        s, z, paint = params["scale"], self._axis(params["scale"]), params["paint"]
        skid(a, 2.3 * s, 1.1 * s, 0.18, params["skid_paint"])
        a.add(box_between((-0.72 * s, -0.25 * s, 0.18), (0.16 * s, 0.25 * s, z + 0.2 * s)), paint, "crankcase")
        a.add(box_between((-0.74 * s, -0.29 * s, 0.18), (0.18 * s, 0.29 * s, 0.22)), paint, "crankcase")
        a.add(box_between((-0.68 * s, -0.2 * s, z + 0.2 * s), (0.12 * s, 0.2 * s, z + 0.235 * s)), paint, "crankcase")
        a.add(cylinder((-0.02 * s, -0.2 * s, z), (-0.02 * s, -0.31 * s, z), 0.11 * s), paint, "bearing")
        a.add(cylinder((-0.02 * s, -0.2 * s, z), (-0.02 * s, -0.275 * s, z), 0.14 * s), paint, "bearing")
        a.detail(bolt_circle((-0.02 * s, -0.28 * s, z), Y, 0.125 * s, 0.009, 0.03, 8), "galvanised", "bearing")
        for sign in (-1.0, 1.0):
            self._add_cylinder(a, params, s, z, sign)
        self._add_bottle(a, params, s, z)
        a.add(cylinder((0.18 * s, 0, z), (0.36 * s, 0, z), 0.3 * s, 28), ("paint", (0.82, 0.62, 0.1)))
        a.add(box_between((0.19 * s, -0.3 * s, 0.18), (0.35 * s, 0.3 * s, z)), ("paint", (0.82, 0.62, 0.1)))
        for y in (-0.24 * s, 0.24 * s):
            a.add(box_between((0.44 * s, y - 0.07, 0.18), (1.0 * s, y + 0.07, z - 0.25 * s)), params["skid_paint"])
        motor(a, (0.36 * s, 0, z), 0.7 * s, 0.24 * s, z - 0.25 * s, params["motor_paint"])
        self._add_panel(a, params, s)
        a.plate((0.5 * s, -0.55 * s - 0.001, 0.09), 0.22)

    def _add_cylinder(self, a: Assembly, params: dict[str, Any], s: float, z: float, sign: float) -> None:
        x, paint = -0.45 * s, params["paint"]
        ends = (0.25 * s * sign, 0.36 * s * sign, 0.68 * s * sign, 0.76 * s * sign)
        a.add(cylinder((x, ends[0], z), (x, ends[1], z), 0.12 * s), paint, "cylinder")
        a.add(cylinder((x, ends[1], z), (x, ends[2], z), 0.14 * s), paint, "cylinder")
        for y in np.linspace(ends[1] + 0.03 * s * sign, ends[2] - 0.05 * s * sign, 5):
            fin = cylinder((x, y - 0.006 * s, z), (x, y + 0.006 * s, z), 0.18 * s)
            a.add(fin, paint, "cylinder", solid=False)
        a.add(cylinder((x, ends[2], z), (x, ends[3], z), 0.18 * s), paint, "cylinder")
        a.add(cylinder((x, ends[3], z), (x, ends[3] + 0.03 * s * sign, z), 0.15 * s), paint, "cylinder")
        a.detail(bolt_circle((x, ends[3], z), Y, 0.163 * s, 0.01, 0.05, 8), "galvanised", "cylinder")
        foot = (x - 0.05, ends[2] - 0.04, 0.0)
        a.add(box_between(foot, (x + 0.05, ends[2] + 0.04, z - 0.1 * s)), params["skid_paint"])
        top = z + 0.42 * s
        a.add(cylinder((x, 0.5 * s * sign, z + 0.1 * s), (x, 0.5 * s * sign, top), 0.05 * s), paint, "cylinder")
        flange(a, (x, 0.5 * s * sign, z + 0.27 * s), Z, 0.05 * s, params["skid_paint"])

    def _add_bottle(self, a: Assembly, params: dict[str, Any], s: float, z: float) -> None:
        x, top, paint = -0.45 * s, z + 0.52 * s, params["skid_paint"]
        a.add(cylinder((x, -0.6 * s, top), (x, 0.6 * s, top), 0.14 * s), paint, "bottle")
        for sign in (-1.0, 1.0):
            a.add(dished((x, 0.6 * s * sign, top), (0, sign, 0), 0.14 * s, 0.06 * s), paint, "bottle")
        a.add(cylinder((x, 0, top), (x, 0, top + 0.24 * s), 0.045 * s), paint, "bottle")
        blind(a, (x, 0, top + 0.24 * s), Z, 0.045 * s, paint)
        pipe(a, [(x, 0.3 * s, top), (x - 0.4 * s, 0.3 * s, top), (x - 0.4 * s, 0.3 * s, 0)], 0.05 * s, paint, "bottle")
        a.add(box((0.03, 0.03, 0.2), (x, 0, top + 0.05)), "galvanised", solid=False)

    def _add_panel(self, a: Assembly, params: dict[str, Any], s: float) -> None:
        x, y = 1.02 * s, -0.45 * s
        a.add(box_between((x - 0.03, y - 0.02, 0.18), (x + 0.03, y + 0.02, 0.95)), "galvanised")
        a.add(box_between((x - 0.16, y - 0.1, 0.9), (x + 0.16, y + 0.06, 1.25)), ("paint", (0.72, 0.73, 0.72)))
        a.detail(cylinder((x - 0.07, y - 0.1, 1.15), (x - 0.07, y - 0.115, 1.15), 0.045), ("plastic", (0.9, 0.9, 0.88)))
        for k, tint in enumerate(((0.6, 0.1, 0.1), (0.1, 0.4, 0.2))):
            at = (x + 0.03 + 0.07 * k, y - 0.1, 1.0)
            a.detail(cylinder(at, (at[0], y - 0.125, 1.0), 0.017, 10), ("plastic", tint))


KINDS.add(Compressor.name, Compressor())
