"""Centrifugal pump with coupling and motor on a skid."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import X, Z, box_between, cone, cylinder, revolve
from .base import KINDS
from .drawn import Assembly, DrawnKind, bearing_point, draw_gas, draw_paint, flange_point
from .fittings import flange, motor, pipe, skid

_GUARDS = ((0.86, 0.66, 0.08), (0.80, 0.38, 0.06), (0.72, 0.74, 0.75))


class CentrifugalPump(DrawnKind):
    """End-suction pump: volute, bearing housing, guarded coupling, motor.

    Points: "bearing" (°C, limit 80, GB 3215; details "surface": its surface in `delta_k`) and, where the line holds
    gas, "flange" at the discharge.
    """

    name = "centrifugal_pump"
    prefix = "P"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Scale and paints."""
        return {
            "scale": float(rng.uniform(0.85, 1.15)),
            "paint": draw_paint(rng, style),
            "motor_paint": draw_paint(rng, style),
            "skid_paint": draw_paint(rng, style),
            "pipe_paint": draw_paint(rng, style),
            "guard": _GUARDS[int(rng.integers(len(_GUARDS)))],
            "gas": draw_gas(rng, style),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Bearing 15-40 K, motor frame 20-45 K over ambient; the rest follows."""
        bearing, frame = float(rng.uniform(15.0, 40.0)), float(rng.uniform(20.0, 45.0))
        return {
            "bearing": bearing,
            "motor": frame,
            "cowl": 0.4 * frame,
            "terminal_box": 0.5 * frame,
            "guard": 0.3 * bearing,
            "casing": float(rng.uniform(2.0, 12.0)),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The bearing housing, and the discharge flange."""
        s = equipment.params["scale"]
        bearing = bearing_point(equipment, (-0.1 * s, -0.1 * s, self._axis(s)), 0.16 * s, equipment.params["paint"])
        outer = 1.75 * 0.055 * s + 0.012
        return [bearing, *flange_point(equipment, "flange", (-0.55 * s, -outer, self._axis(s) + 0.42 * s))]

    def _axis(self, s: float) -> float:
        return 0.16 + 0.34 * s

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """From suction at -x to motor at +x."""
        params = equipment.params
        s, z = params["scale"], self._axis(params["scale"])
        skid(a, 1.75 * s, 0.62 * s, 0.15, params["skid_paint"])
        self._add_wet_end(a, params, s, z)
        self._add_bearing_housing(a, params, s, z)
        guard = [(0.0, 0.0), (0.115 * s, 0.0), (0.115 * s, 0.24 * s), (0.0, 0.24 * s)]
        a.add(revolve(guard, (0.1 * s, 0, z), X, 18), ("paint", params["guard"]), "guard")
        low = (0.12 * s, -0.09 * s, 0.15)
        a.add(box_between(low, (0.32 * s, 0.09 * s, z)), ("paint", params["guard"]), "guard")
        a.add(cylinder((0, 0, z), (0.42 * s, 0, z), 0.024 * s), "steel", "bearing", solid=False)
        for y in (-0.2 * s, 0.2 * s):
            a.add(box_between((0.42 * s, y - 0.06, 0.15), (0.82 * s, y + 0.06, z - 0.2 * s)), params["skid_paint"])
        motor(a, (0.37 * s, 0, z), 0.5 * s, 0.19 * s, z - 0.2 * s, params["motor_paint"])
        a.plate((-0.72 * s, -0.31 * s - 0.001, 0.08), 0.2)

    def _add_wet_end(self, a: Assembly, params: dict[str, Any], s: float, z: float) -> None:
        paint, line = params["paint"], params["pipe_paint"]
        x = -0.55 * s
        volute = [(0, -0.1), (0.12, -0.1), (0.15, -0.075), (0.2, -0.075), (0.23, -0.06), (0.25, -0.02), (0.25, 0.02),
                  (0.23, 0.06), (0.2, 0.075), (0.17, 0.09), (0.0, 0.09)]  # fmt: skip
        a.add(revolve([(r * s, h * s) for r, h in volute], (x, 0, z), X, 28), paint, "casing")
        a.add(cone((x, 0, z + 0.15 * s), (x, 0, z + 0.42 * s), 0.085 * s, 0.055 * s), paint, "casing")
        flange(a, (x, 0, z + 0.42 * s), Z, 0.055 * s, paint)
        top = z + 0.85 * s
        pipe(a, [(x, 0, z + 0.42 * s), (x, 0, top), (x, 0.55 * s, top), (x, 0.55 * s, 0)], 0.055 * s, line, "casing")
        a.add(cylinder((x - 0.24 * s, 0, z), (x - 0.08 * s, 0, z), 0.08 * s), paint, "casing")
        flange(a, (x - 0.25 * s, 0, z), X, 0.075 * s, paint)
        pipe(a, [(x - 0.25 * s, 0, z), (x - 0.62 * s, 0, z), (x - 0.62 * s, 0, 0)], 0.075 * s, line, "casing")
        for y in (-0.15 * s, 0.15 * s):
            a.add(box_between((x - 0.04 * s, y - 0.03 * s, 0.15), (x + 0.04 * s, y + 0.03 * s, z - 0.1 * s)), paint)

    def _add_bearing_housing(self, a: Assembly, params: dict[str, Any], s: float, z: float) -> None:
        paint = params["paint"]
        a.add(cone((-0.48 * s, 0, z), (-0.34 * s, 0, z), 0.17 * s, 0.085 * s), paint, "casing")
        a.add(cylinder((-0.34 * s, 0, z), (-0.24 * s, 0, z), 0.05 * s), "steel", "bearing")
        body = [(0, 0), (0.085, 0), (0.1, 0.02), (0.1, 0.26), (0.085, 0.28), (0.05, 0.28), (0.05, 0.31), (0, 0.31)]
        a.add(revolve([(r * s, h * s) for r, h in body], (-0.24 * s, 0, z), X), paint, "bearing")
        for x in (-0.19 * s, 0.0):
            ring = [(0, 0), (0.108 * s, 0), (0.108 * s, 0.016 * s), (0, 0.016 * s)]
            a.add(revolve(ring, (x, 0, z), X), paint, "bearing")
        a.detail(cylinder((-0.1 * s, 0, z + 0.09 * s), (-0.1 * s, 0, z + 0.14 * s), 0.014 * s), "brass", "bearing")
        a.add(box_between((-0.14 * s, -0.08 * s, 0.15), (-0.06 * s, 0.08 * s, z - 0.07 * s)), paint)


KINDS.add(CentrifugalPump.name, CentrifugalPump())
