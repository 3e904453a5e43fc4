"""Machining centre in its enclosure."""

from typing import Any

import numpy as np

from ...types import InspectionPoint, Point
from .. import artwork
from ..model import Equipment
from ..shapes import X, bend, box, box_between, cylinder, join, prism, quad, tube
from .base import KINDS
from .drawn import Assembly, draw_paint, point
from .fittings import bolt_circle, motor
from .rotating import RotatingKind, motor_heat, motor_point, vibration_point

_DEEP_M, _HIGH_M = 1.9, 2.15
_WHITES: tuple[Point, ...] = ((0.80, 0.81, 0.80), (0.72, 0.74, 0.75), (0.84, 0.82, 0.77))
_SUMP_HIGH_M = 0.32


class MachineTool(RotatingKind):
    """Machining centre: sliding door with a window, control panel, coolant tank, drive motor at its right side.

    Points: "motor" (°C of the frame), "vibration" at the bearing housing of the drive beside it (mm/s) and "sump",
    the front of the coolant tank at the floor.
    """

    name = "machine_tool"
    prefix = "MT"
    poles = (2, 4)
    amps = (12.0, 35.0)
    centred = False

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Width, paints, how far the door stands open."""
        return {
            "wide_m": float(rng.uniform(2.2, 2.7)),
            "paint": ("paint", _WHITES[int(rng.integers(len(_WHITES)))]),
            "trim_paint": draw_paint(rng, style),
            "motor_paint": draw_paint(rng, style),
            "logo": ("MAXMILL", "TORNA", "VM-850", "H 500")[int(rng.integers(4))],
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Motor 20-45 K over ambient, its bearing housing less, the coolant a little warm."""
        heat = motor_heat(rng)
        return {**heat, "bearing": 0.7 * heat["motor"], "tank": float(rng.uniform(2.0, 6.0))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """Motor, bearing housing, coolant tank."""
        params = equipment.params
        x, y, z = self._shaft(params)
        return [
            motor_point(equipment, (x + 0.38, y - 0.16, z), 0.26, params["motor_paint"]),
            vibration_point(equipment, "vibration", (x + 0.06, y - 0.135, z), 0.12, "bearing"),
            point(equipment, "sump", "sump", (-0.2, self._tank_front(), 0.55 * _SUMP_HIGH_M), 0.8, unit="m²",
                  normal_range=(0.0, 0.02)),
        ]  # fmt: skip

    def _shaft(self, params: dict[str, Any]) -> Point:
        """Where the drive's shaft leaves the right side."""
        return (0.5 * params["wide_m"], -0.5 * _DEEP_M + 0.3, 0.85)

    def _tank_front(self) -> float:
        return -0.5 * _DEEP_M - 0.28

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Enclosure, door, panel, tank, drive, tower."""
        params = equipment.params
        wide, paint, trim = params["wide_m"], params["paint"], params["trim_paint"]
        half, front, back = 0.5 * wide, -0.5 * _DEEP_M, 0.5 * _DEEP_M
        dark = ("paint", (0.14, 0.15, 0.16))
        a.add(box_between((-half + 0.05, front + 0.08, 0.0), (half - 0.05, back, 0.12)), dark)
        a.add(box_between((-half, front, 0.12), (half, back, 0.5)), trim)
        # The front slopes back above the door, as on most of its sort.
        outline = [(front, 0.5), (back, 0.5), (back, _HIGH_M), (front + 0.28, _HIGH_M), (front, 1.85)]
        a.add(prism(outline, (-half, 0, 0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), wide), paint)
        self._add_door(a, params, front)
        self._add_panel(a, params, front)
        self._add_drive(a, params)
        tank = self._tank_front()
        a.add(box_between((-half + 0.1, tank, 0.03), (half - 0.55, front + 0.05, _SUMP_HIGH_M)), trim, "tank")
        a.add(box_between((-half + 0.08, tank - 0.012, _SUMP_HIGH_M), (half - 0.53, front, _SUMP_HIGH_M + 0.015)), trim)
        for x in (-half + 0.2, half - 0.65):
            for y in (tank + 0.06, front - 0.02):
                a.add(cylinder((x, y, 0.0), (x, y, 0.03), 0.03), "rubber")
        grille = [box((0.4, 0.006, 0.012), (-half + 0.45, tank - 0.003, 0.12 + 0.03 * k)) for k in range(5)]
        a.detail(join(grille), ("rubber", (0.1, 0.1, 0.1)), "tank")
        a.detail(box((0.02, 0.008, 0.2), (half - 0.7, tank - 0.004, 0.18)), ("glass", (0.3, 0.42, 0.36)), "tank")
        a.add(box_between((-0.5 * half, -0.2, _HIGH_M), (0.5 * half, 0.5, _HIGH_M + 0.25)), paint)
        a.add(cylinder((0.6 * half, 0.4, _HIGH_M), (0.6 * half, 0.4, _HIGH_M + 0.3), 0.14), "galvanised")
        logo = artwork.plate((params["logo"],), (40, 44, 50), tuple(round(255 * v) for v in paint[1]), (320, 64))
        a.picture(quad((-half + 0.42, front - 0.002, 1.72), 0.6, 0.12), logo)
        a.plate((half - 0.25, front, 1.72), 0.2)

    def _add_door(self, a: Assembly, params: dict[str, Any], front: float) -> None:
        """Two leaves with a dark window each, handles in the middle."""
        half = 0.5 * params["wide_m"]
        left, right = -half + 0.12, half - 0.62
        dark = ("glass", (0.07, 0.09, 0.10))
        middle = 0.5 * (left + right)
        for x0, x1 in ((left, middle - 0.004), (middle + 0.004, right)):
            a.add(box_between((x0, front - 0.03, 0.55), (x1, front, 1.62)), params["paint"])
            a.detail(box_between((x0 + 0.12, front - 0.034, 0.85), (x1 - 0.12, front - 0.03, 1.5)), dark)
            for z in (0.84, 1.5):
                a.detail(box_between((x0 + 0.1, front - 0.038, z), (x1 - 0.1, front - 0.03, z + 0.02)), "rubber")
            for x in (x0 + 0.1, x1 - 0.12):
                a.detail(box_between((x, front - 0.038, 0.84), (x + 0.02, front - 0.03, 1.52)), "rubber")
        for x in (middle - 0.06, middle + 0.06):
            grip = bend([(x, front - 0.03, 0.98), (x, front - 0.09, 0.98), (x, front - 0.09, 1.38),
                         (x, front - 0.03, 1.38)], 0.03)  # fmt: skip
            a.detail(tube(grip, 0.014), "stainless")
        for z in (0.52, 1.63):
            a.add(box_between((left - 0.06, front - 0.04, z), (right + 0.06, front, z + 0.025)), params["trim_paint"])

    def _add_panel(self, a: Assembly, params: dict[str, Any], front: float) -> None:
        """Control panel on an arm at the right."""
        x, dark = 0.5 * params["wide_m"] - 0.3, ("paint", (0.16, 0.17, 0.18))
        a.add(box((0.46, 0.1, 0.72), (x, front - 0.1, 1.2)), params["trim_paint"])
        a.add(box((0.46, 0.2, 0.03), (x, front - 0.2, 0.99)), dark)
        a.add(box((0.1, 0.1, 0.1), (x, front - 0.02, 1.2)), dark, solid=False)
        y = front - 0.15
        a.detail(box((0.36, 0.006, 0.27), (x, y, 1.38)), dark)
        a.detail(box((0.31, 0.004, 0.22), (x, y - 0.004, 1.38)), ("glass", (0.10, 0.20, 0.32)))
        keys = [
            box((0.026, 0.008, 0.02), (x - 0.15 + 0.036 * k, y, 1.19 - 0.032 * r)) for k in range(6) for r in range(4)
        ]
        a.detail(join(keys), ("plastic", (0.78, 0.79, 0.78)))
        a.detail(cylinder((x + 0.14, y, 1.16), (x + 0.14, y - 0.02, 1.16), 0.028, 14), ("plastic", (0.25, 0.26, 0.27)))
        a.detail(cylinder((x + 0.14, y, 1.07), (x + 0.14, y - 0.01, 1.07), 0.03, 14), ("plastic", (0.85, 0.70, 0.1)))
        a.detail(
            cylinder((x + 0.14, y - 0.01, 1.07), (x + 0.14, y - 0.035, 1.07), 0.02, 14), ("plastic", (0.62, 0.1, 0.1))
        )

    def _add_drive(self, a: Assembly, params: dict[str, Any]) -> None:
        """Bearing housing and motor on a bracket at the right side."""
        x, y, z = self._shaft(params)
        trim = params["trim_paint"]
        a.add(box((0.12, 0.27, 0.27), (x + 0.06, y, z)), trim, "bearing")
        a.add(cylinder((x + 0.12, y, z), (x + 0.16, y, z), 0.15, 18), trim, "bearing")
        a.detail(bolt_circle((x + 0.16, y, z), X, 0.13, 0.009, 0.02, 6), "galvanised", "bearing")
        motor(a, (x + 0.16, y, z), 0.48, 0.16, z - 0.2, params["motor_paint"])
        a.add(box_between((x, y - 0.2, z - 0.24), (x + 0.6, y + 0.2, z - 0.2)), trim)
        for dy in (-0.17, 0.17):
            rib = [(0.0, 0.0), (0.0, -0.42), (0.5, 0.0)]
            a.add(prism(rib, (x, y + dy + 0.008, z - 0.24), X, (0.0, 0.0, 1.0), 0.016), trim)
        cable = bend(
            [(x + 0.38, y - 0.05, z + 0.25), (x + 0.38, y - 0.05, z + 0.42), (x - 0.02, y - 0.05, z + 0.42)], 0.1
        )
        a.detail(tube(cable, 0.014), "rubber")


KINDS.add(MachineTool.name, MachineTool())
