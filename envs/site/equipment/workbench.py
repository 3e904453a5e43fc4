"""Workbench with drawers, a vice and a tool board."""

from typing import Any

import numpy as np

from ...types import InspectionPoint, Point
from ..model import Equipment
from ..shapes import Y, box, box_between, cylinder, join
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint

_BOARDS: tuple[Point, ...] = ((0.55, 0.57, 0.58), (0.20, 0.32, 0.45), (0.36, 0.38, 0.36))


class Workbench(DrawnKind):
    """A steel bench with a wooden top; what lies on it differs. No points."""

    name = "workbench"
    prefix = "WB"
    clearance_m = 0.9

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Size, paint, tools."""
        return {
            "wide_m": float(rng.uniform(1.5, 2.0)),
            "paint": draw_paint(rng, style),
            "board": ("paint", _BOARDS[int(rng.integers(len(_BOARDS)))]),
            "tools": [float(v) for v in rng.uniform(0.0, 1.0, 9)],
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """None."""
        return []

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Legs, drawers, top, vice, tool board."""
        params = equipment.params
        half, deep, top = 0.5 * params["wide_m"], 0.35, 0.9
        a.add(box_between((-half, -deep, top - 0.045), (half, deep, top)), ("cardboard", (0.58, 0.42, 0.26)))
        for x in (-half + 0.04, half - 0.04):
            for y in (-deep + 0.05, deep - 0.05):
                a.add(box((0.05, 0.05, top - 0.045), (x, y, 0.5 * (top - 0.045))), params["paint"])
        a.add(box_between((half - 0.55, -deep + 0.03, 0.2), (half - 0.07, deep - 0.03, top - 0.05)), params["paint"])
        for k in range(4):
            z = 0.27 + 0.155 * k
            a.detail(box((0.44, 0.012, 0.14), (half - 0.31, -deep + 0.026, z)), params["paint"])
            a.detail(box((0.14, 0.016, 0.014), (half - 0.31, -deep + 0.014, z + 0.045)), "stainless")
        a.add(box_between((-half + 0.06, -0.1, 0.18), (half - 0.56, 0.2, 0.2)), params["paint"])
        self._add_vice(a, -half + 0.3, -deep, top)
        a.add(box_between((-half, deep - 0.03, top), (half, deep, top + 0.75)), params["board"])
        tools = params["tools"]
        for k, share in enumerate(tools):
            x = -half + 0.12 + (params["wide_m"] - 0.24) * k / (len(tools) - 1)
            long = 0.14 + 0.2 * share
            z = top + 0.62 - 0.5 * long
            a.detail(box((0.018, 0.014, long), (x, deep - 0.04, z)), "steel")
            grip = ("plastic", ((0.6, 0.12, 0.1), (0.12, 0.12, 0.13), (0.75, 0.6, 0.1))[k % 3])
            a.detail(cylinder((x, deep - 0.045, z - 0.3 * long), (x, deep - 0.045, z - 0.75 * long), 0.016, 8), grip)
        a.add(box((0.4, 0.22, 0.13), (0.1, 0.1, top + 0.065)), ("plastic", (0.20, 0.32, 0.52)))
        a.detail(box((0.2, 0.14, 0.05), (0.45, -0.12, top + 0.025)), "steel")
        a.plate((0.0, deep - 0.03, top + 0.68), 0.16)

    def _add_vice(self, a: Assembly, x: float, front: float, top: float) -> None:
        cast = ("paint", (0.16, 0.24, 0.38))
        a.add(cylinder((x, front + 0.12, top), (x, front + 0.12, top + 0.06), 0.08), cast)
        jaws = [box((0.16, 0.05, 0.11), (x, y, top + 0.11)) for y in (front + 0.13, front + 0.02)]
        a.add(join([*jaws, box((0.08, 0.2, 0.05), (x, front + 0.1, top + 0.085))]), cast, solid=False)
        a.detail(cylinder((x, front + 0.0, top + 0.08), (x, front - 0.06, top + 0.08), 0.014), "steel")
        a.detail(
            box((0.16, 0.012, 0.012), (x, front - 0.05, top + 0.08)).turned(Y, 0.5, (x, front, top + 0.08)), "steel"
        )


KINDS.add(Workbench.name, Workbench())
