"""Centrifugal fan with pedestal bearings and a motor."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import X, Y, Z, box_between, cone, cylinder, prism, ring
from .base import KINDS
from .drawn import Assembly, DrawnKind, bearing_point, draw_paint
from .fittings import bolt_circle, motor, skid

_GUARDS = ((0.86, 0.66, 0.08), (0.80, 0.38, 0.06), (0.72, 0.74, 0.75))


class Fan(DrawnKind):
    """Scroll housing with inlet cone and upward outlet, overhung on two pillow blocks, driven through a coupling.

    Point "bearing": the pillow block beside the scroll, °C, limit 80; details "surface".
    """

    name = "fan"
    prefix = "K"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Scale and paints."""
        return {
            "scale": float(rng.uniform(0.85, 1.1)),
            "paint": draw_paint(rng, style),
            "motor_paint": draw_paint(rng, style),
            "guard": _GUARDS[int(rng.integers(len(_GUARDS)))],
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Bearing 15-40 K, motor frame 20-45 K over ambient; the rest follows."""
        bearing, frame = float(rng.uniform(15.0, 40.0)), float(rng.uniform(20.0, 45.0))
        return {
            "bearing": bearing,
            "bearing_drive": bearing * float(rng.uniform(0.8, 1.0)),
            "motor": frame,
            "cowl": 0.4 * frame,
            "terminal_box": 0.5 * frame,
            "scroll": float(rng.uniform(1.0, 10.0)),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The bearing beside the scroll."""
        s = equipment.params["scale"]
        at = (-0.16 * s, -0.085 * s, self._axis(s))
        return [bearing_point(equipment, at, 0.15 * s, equipment.params["paint"])]

    def _axis(self, s: float) -> float:
        return 0.15 + 0.55 * s

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """From inlet at -x to motor at +x."""
        params = equipment.params
        s, z, paint = params["scale"], self._axis(params["scale"]), params["paint"]
        skid(a, 1.8 * s, 0.7 * s, 0.13, paint)
        self._add_scroll(a, params, s, z)
        a.add(box_between((-0.24 * s, -0.16 * s, 0.13), (0.3 * s, 0.16 * s, z - 0.1 * s)), paint)
        for x, surface in ((-0.16 * s, "bearing"), (0.12 * s, "bearing_drive")):
            half = 0.06 * s
            a.add(box_between((x - half, -0.13 * s, z - 0.1 * s), (x + half, 0.13 * s, z - 0.06 * s)), paint, surface)
            a.add(cylinder((x - half, 0, z), (x + half, 0, z), 0.085 * s), paint, surface)
            a.add(box_between((x - half, -0.085 * s, z - 0.07 * s), (x + half, 0.085 * s, z)), paint, surface)
            a.detail(cylinder((x, 0, z + 0.08 * s), (x, 0, z + 0.11 * s), 0.01 * s), "brass", surface)
        a.add(cylinder((-0.4 * s, 0, z), (0.45 * s, 0, z), 0.028 * s), "steel", "bearing", solid=False)
        guard = ("paint", params["guard"])
        a.add(cylinder((0.22 * s, 0, z), (0.42 * s, 0, z), 0.11 * s), guard)
        for y in (-0.2 * s, 0.2 * s):
            a.add(box_between((0.46 * s, y - 0.06, 0.13), (0.82 * s, y + 0.06, z - 0.19 * s)), paint)
        motor(a, (0.4 * s, 0, z), 0.48 * s, 0.18 * s, z - 0.19 * s, params["motor_paint"])
        a.plate((0.02 * s, -0.16 * s - 0.001, 0.13 + 0.5 * (z - 0.1 * s - 0.13)), 0.2)

    def _add_scroll(self, a: Assembly, params: dict[str, Any], s: float, z: float) -> None:
        paint = params["paint"]
        angles = np.linspace(0.0, np.pi, 22)
        radius = 0.36 + 0.12 * angles / np.pi
        spiral = [(-r * np.cos(t), -r * np.sin(t)) for t, r in zip(angles, radius, strict=True)]
        back = np.linspace(0.0, 0.5 * np.pi, 10)[:-1]
        rest = [(-0.36 * np.sin(t), 0.36 * np.cos(t)) for t in back]
        outline = np.array([*spiral, (0.48, 0.62), (0.06, 0.62), *rest]) * s
        half = 0.13 * s
        x = -0.5 * s
        a.add(prism(outline, (x - half, 0, z), Y, Z, 2 * half, (0.0, 0.0)), paint, "scroll")
        for at in (x - half, x + half):
            a.add(prism(outline * 1.05, (at - 0.006, 0, z), Y, Z, 0.012, (0.0, 0.0)), paint, "scroll")
        a.add(cone((x - half - 0.12 * s, 0, z), (x - half, 0, z), 0.27 * s, 0.2 * s), paint, "scroll")
        mouth = cylinder((x - half - 0.122 * s, 0, z), (x - half - 0.12 * s, 0, z), 0.25 * s)
        a.detail(mouth, ("rubber", (0.04, 0.04, 0.04)))
        for radius_m in (0.08, 0.16, 0.24):
            at = x - half - 0.125 * s
            a.detail(ring((at - 0.004, 0, z), (at, 0, z), (radius_m - 0.006) * s, (radius_m + 0.006) * s), "galvanised")
        top = z + 0.61 * s
        y0, y1 = 0.06 * s, 0.48 * s
        collar = box_between((x - half - 0.05, y0 - 0.03, top), (x + half + 0.05, y1 + 0.03, top + 0.025))
        a.add(collar, paint, "scroll")
        a.add(box_between((x - half, y0, top), (x + half, y1, top + 0.45 * s)), "galvanised", "scroll")
        a.detail(bolt_circle((x - half, 0, z), X, 0.3 * s, 0.01, 0.05, 8), "galvanised", "scroll")


KINDS.add(Fan.name, Fan())
