"""A section of the skid conveyor of the body line."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..car_body import DECK_M, GAUGE_M
from ..model import Equipment
from ..shapes import Y, box, box_between, cylinder, join, ring
from .base import KINDS
from .drawn import Assembly, draw_paint
from .fittings import bolt_circle, motor
from .rotating import RotatingKind, motor_heat, motor_point, vibration_point

_AXIS_M, _MOTOR_Y_M = 0.25, -0.74


class Conveyor(RotatingKind):
    """Roller bed along x, params["length_m"] long, for skids; its gear motor stands in front, under the bodies.

    Points: "motor" (°C of the frame) and "vibration" at the gearbox (mm/s).
    """

    name = "conveyor"
    prefix = "CV"
    amps = (2.0, 6.0)
    centred = False
    clearance_m = 0.8

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Length (style["conveyor_m"] where the site says so), place of the drive, paints."""
        length = float(style.get("conveyor_m", 3.0))
        return {
            "length_m": length,
            "drive_m": float(rng.uniform(-0.2, 0.1)) * length,
            "paint": draw_paint(rng, style),
            "motor_paint": draw_paint(rng, style),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Motor 20-45 K over ambient, gearbox a little less."""
        heat = motor_heat(rng)
        return {**heat, "gearbox": 0.7 * heat["motor"]}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """Motor and gearbox."""
        x, paint = equipment.params["drive_m"], equipment.params["motor_paint"]
        return [
            motor_point(equipment, (x + 0.3, _MOTOR_Y_M - 0.11, _AXIS_M), 0.2, paint),
            vibration_point(equipment, "vibration", (x, _MOTOR_Y_M - 0.12, _AXIS_M), 0.14, "gearbox"),
        ]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Bed, rollers, drive."""
        params = equipment.params
        length, paint, x = params["length_m"], params["paint"], params["drive_m"]
        half, side = 0.5 * length, 0.5 * GAUGE_M + 0.12
        for y in (-side, side):
            a.add(box((length, 0.012, 0.16), (0, y, DECK_M - 0.1)), paint)
            for z in (DECK_M - 0.18, DECK_M - 0.02):
                a.add(box((length, 0.06, 0.01), (0, y + 0.024 * np.sign(y), z)), paint)
        for at in np.linspace(-half + 0.25, half - 0.25, max(round(length / 1.5), 2)):
            for y in (-side, side):
                a.add(box((0.1, 0.08, DECK_M - 0.18), (at, y, 0.5 * (DECK_M - 0.18))), paint)
                a.detail(box((0.2, 0.16, 0.014), (at, y, 0.007)), "galvanised")
            a.add(box((0.06, 2 * side, 0.06), (at, 0, DECK_M - 0.2)), paint)
        places = np.arange(-half + 0.2, half - 0.1, 0.4)
        rollers = [
            cylinder((at, -side + 0.01, DECK_M - 0.05), (at, side - 0.01, DECK_M - 0.05), 0.05, 10) for at in places
        ]
        a.add(join(rollers), "galvanised", solid=False)
        a.add(box_between((-half, -side + 0.05, DECK_M - 0.1), (half, side - 0.05, DECK_M - 0.085)), "galvanised")
        a.plate((-half + 0.5, -side - 0.006, DECK_M - 0.1), 0.2)
        self._add_drive(a, params, x, side)

    def _add_drive(self, a: Assembly, params: dict[str, Any], x: float, side: float) -> None:
        paint, y, z = params["motor_paint"], _MOTOR_Y_M, _AXIS_M
        a.add(box((0.2, 0.22, 0.26), (x, y - 0.0, z)), paint, "gearbox")
        a.add(cylinder((x, y - 0.11, z), (x, y - 0.12, z), 0.085, 16), paint, "gearbox")
        a.detail(bolt_circle((x, y - 0.12, z), Y, 0.072, 0.007, 0.016, 6), "galvanised", "gearbox")
        a.detail(cylinder((x - 0.06, y, z + 0.13), (x - 0.06, y, z + 0.145), 0.014, 6), "brass", "gearbox")
        a.add(cylinder((x, y + 0.11, z), (x, -side, z), 0.03), "steel", "gearbox")
        a.add(ring((x, y + 0.11, z), (x, y + 0.13, z), 0.03, 0.07, 14), paint, "gearbox")
        a.add(cylinder((x + 0.1, y, z), (x + 0.14, y, z), 0.1, 16), paint, "gearbox")
        motor(a, (x + 0.14, y, z), 0.36, 0.11, z - 0.11, paint)
        a.add(box((0.62, 0.26, 0.02), (x + 0.2, y, z - 0.14)), "galvanised")
        for dx in (-0.06, 0.46):
            a.add(box((0.06, 0.2, z - 0.15), (x + dx, y, 0.5 * (z - 0.15))), "galvanised")


KINDS.add(Conveyor.name, Conveyor())
