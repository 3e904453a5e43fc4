"""Screw compressor for workshop air, on an open frame."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import X, Z, box, box_between, cone, cylinder, dished, join, ring
from .base import KINDS
from .drawn import Assembly, draw_paint
from .fittings import bolt_circle, motor, pipe, skid
from .rotating import RotatingKind, motor_heat, motor_point, vibration_point


class ScrewCompressor(RotatingKind):
    """Motor, bell housing and twin-rotor air end in front; oil separator, cooler and control panel.

    Points: "motor" (°C of the frame), "vibration" at the air end's drive bearing (mm/s).
    """

    name = "screw_compressor"
    prefix = "SC"
    poles = (2, 4)
    vanes = (4, 5)
    amps = (40.0, 90.0)

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Scale and paints."""
        return {
            "scale": float(rng.uniform(0.9, 1.1)),
            "paint": draw_paint(rng, style),
            "motor_paint": draw_paint(rng, style),
            "cabinet_paint": draw_paint(rng, style),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Air end 35-50 K over ambient (oil-flooded), motor 20-45 K."""
        heat, air_end = motor_heat(rng), float(rng.uniform(35.0, 50.0))
        return {**heat, "air_end": air_end, "housing": 0.6 * air_end, "separator": 0.8 * air_end, "cooler": 12.0}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The motor and the air end."""
        s, z = equipment.params["scale"], self._axis(equipment.params["scale"])
        y = self._y(s)
        return [
            motor_point(equipment, (0.5 * s, y - 0.22 * s, z), 0.34 * s, equipment.params["motor_paint"]),
            vibration_point(equipment, "vibration", (-0.2 * s, y - 0.165 * s, z), 0.14 * s, "air_end"),
        ]

    def _axis(self, s: float) -> float:
        return 0.18 + 0.42 * s

    def _y(self, s: float) -> float:
        return -0.22 * s

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Air end at -x, motor at +x, the rest behind."""
        params = equipment.params
        s, z, y, paint = params["scale"], self._axis(params["scale"]), self._y(params["scale"]), params["paint"]
        skid(a, 2.1 * s, 1.05 * s, 0.16, params["cabinet_paint"])
        motor(a, (0.2 * s, y, z), 0.66 * s, 0.22 * s, z - 0.22 * s, params["motor_paint"])
        a.add(cylinder((0.14 * s, y, z), (0.2 * s, y, z), 0.23 * s, 22), params["motor_paint"], "motor")
        for x in (0.34, 0.66):
            a.add(box_between((x * s - 0.05, y - 0.18 * s, 0.16), (x * s + 0.05, y + 0.18 * s, z - 0.2 * s)), paint)
        a.add(cone((-0.08 * s, y, z), (0.14 * s, y, z), 0.165 * s, 0.21 * s), paint, "housing")
        a.detail(bolt_circle((0.13 * s, y, z), X, 0.215 * s, 0.01, 0.04, 10), "galvanised", "housing")
        for dy, dz, r in ((0.0, 0.0, 0.165), (0.1, 0.14, 0.15)):
            at = (y + dy * s, z + dz * s)
            a.add(cylinder((-0.56 * s, *at), (-0.08 * s, *at), r * s, 18), paint, "air_end")
            for x in (-0.5, -0.32, -0.14):
                a.add(ring((x * s, *at), (x * s + 0.025, *at), 0.9 * r * s, 1.06 * r * s, 18), paint, "air_end", False)
        a.add(box_between((-0.42 * s, y - 0.08 * s, z + 0.1 * s), (-0.2 * s, y + 0.16 * s, z + 0.38 * s)), paint,
              "air_end")  # fmt: skip
        a.add(cylinder((-0.31 * s, y, z + 0.38 * s), (-0.31 * s, y, z + 0.62 * s), 0.15 * s), "galvanised")
        a.add(cylinder((-0.31 * s, y, z + 0.62 * s), (-0.31 * s, y, z + 0.65 * s), 0.17 * s), "rubber")
        for x in (-0.48, -0.2):
            a.add(box_between((x * s - 0.05, y - 0.12 * s, 0.16), (x * s + 0.05, y + 0.12 * s, z - 0.13 * s)), paint)
        self._add_separator(a, params, s, z)
        self._add_cooler(a, params, s)
        a.plate((-0.85 * s, -0.525 * s - 0.001, 0.09), 0.2)

    def _add_separator(self, a: Assembly, params: dict[str, Any], s: float, z: float) -> None:
        x, y, paint = -0.8 * s, 0.15 * s, params["paint"]
        a.add(cylinder((x, y, 0.16), (x, y, 1.15 * s), 0.2 * s), paint, "separator")
        a.add(dished((x, y, 1.15 * s), Z, 0.2 * s, 0.07 * s), paint, "separator")
        a.add(cylinder((x, y, 1.02 * s), (x, y, 1.06 * s), 0.24 * s), paint, "separator")
        a.detail(bolt_circle((x, y, 1.04 * s), Z, 0.22 * s, 0.011, 0.08, 10), "galvanised", "separator")
        pipe(a, [(-0.45 * s, self._y(s) + 0.1 * s, z), (x, self._y(s) + 0.1 * s, z), (x, y, z)], 0.045 * s, paint,
             "separator")  # fmt: skip
        pipe(a, [(x, y, 1.2 * s), (x, y, 1.45 * s), (0.0, y, 1.45 * s), (0.0, 0.3 * s, 1.45 * s)], 0.04 * s,
             "galvanised")  # fmt: skip
        a.detail(cylinder((x, y - 0.2 * s, 0.75 * s), (x, y - 0.24 * s, 0.75 * s), 0.05), ("plastic", (0.9, 0.9, 0.88)))

    def _add_cooler(self, a: Assembly, params: dict[str, Any], s: float) -> None:
        paint, front = params["cabinet_paint"], 0.18 * s
        a.add(box_between((-0.45 * s, front, 0.16), (1.03 * s, 0.52 * s, 1.6 * s)), paint, "cooler")
        for x in (-0.05, 0.55):
            at = (x * s, front, 1.25 * s)
            a.detail(ring((at[0], front - 0.02, at[2]), (at[0], front, at[2]), 0.2 * s, 0.23 * s, 20), "galvanised")
            a.detail(cylinder(at, (at[0], front - 0.004, at[2]), 0.2 * s), ("rubber", (0.06, 0.06, 0.07)))
            rings = [ring((at[0], front - 0.02, at[2]), (at[0], front - 0.012, at[2]), r * s - 0.003, r * s + 0.003, 16)
                     for r in (0.06, 0.12, 0.17)]  # fmt: skip
            a.detail(join(rings), "galvanised")
        slots = [box((0.34 * s, 0.008, 0.014), (0.8 * s, front - 0.004, (0.5 + 0.05 * k) * s)) for k in range(8)]
        a.detail(join(slots), ("rubber", (0.08, 0.08, 0.09)))
        x = 0.92 * s
        a.add(box_between((x - 0.15 * s, self._y(s) - 0.3 * s, 1.0 * s), (x + 0.1 * s, front, 1.32 * s)), paint)
        screen = (x - 0.03 * s, self._y(s) - 0.3 * s, 1.2 * s)
        a.detail(box((0.16 * s, 0.008, 0.1 * s), screen), ("glass", (0.12, 0.2, 0.28)))
        a.detail(cylinder((x - 0.09 * s, screen[1], 1.07 * s), (x - 0.09 * s, screen[1] - 0.03, 1.07 * s), 0.02, 10),
                 ("plastic", (0.6, 0.1, 0.1)))  # fmt: skip
        a.add(box_between((x + 0.02 * s, self._y(s) - 0.2 * s, 0.16), (x + 0.08 * s, self._y(s) - 0.14 * s, 1.0 * s)),
              paint)  # fmt: skip


KINDS.add(ScrewCompressor.name, ScrewCompressor())
