"""Junction box on a post, its terminals behind an open mesh window."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import Y, bend, box, cylinder, quad, tube
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint
from .fittings import bolt_circle, post
from .terminals import add_terminals, draw_terminals, terminal_heat, terminal_point, terminal_spread_k

_WIDE, _HIGH, _DEEP = 0.4, 0.44, 0.16


class JunctionBox(DrawnKind):
    """A box on two posts with three cable lugs. Point "terminals": see `terminals.terminal_point`."""

    name = "junction_box"
    prefix = "JB"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Height and finish."""
        finishes = (draw_paint(rng, style), ("plastic", (0.62, 0.64, 0.64)), "stainless")
        return {
            "middle_m": float(rng.uniform(1.05, 1.25)),
            "paint": finishes[int(rng.choice(3, p=(0.5, 0.3, 0.2)))],
            **draw_terminals(rng),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Terminals alike; the box a little warm from them."""
        heat = terminal_heat(rng)
        return {**heat, "body": 0.15 * heat["terminal_1"]}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The terminals."""
        return [terminal_point(equipment, self._front() + 0.012, equipment.params["middle_m"] + 0.02)]

    def values(self, equipment: Equipment) -> dict[str, float]:
        """K between hottest and coolest terminal."""
        return {f"{equipment.tag}/terminals": terminal_spread_k(equipment)}

    def _front(self) -> float:
        return -_DEEP + 0.04

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Posts, box with window, lugs, glands and cables, plate."""
        params = equipment.params
        z, paint, front = params["middle_m"], params["paint"], self._front()
        for x in (-0.14, 0.14):
            post(a, (x, 0.07, 0), z + 0.3, "galvanised", 0.024)
        for dz in (-0.15, 0.15):
            a.add(box((0.42, 0.03, 0.04), (0, 0.055, z + dz)), "galvanised")
        back = front + _DEEP
        a.add(box((_WIDE, 0.012, _HIGH), (0, back - 0.006, z)), paint)
        for x in (-0.5 * _WIDE, 0.5 * _WIDE):
            a.add(box((0.014, _DEEP, _HIGH), (x, front + 0.5 * _DEEP, z)), paint)
        for dz in (-0.5 * _HIGH, 0.5 * _HIGH):
            a.add(box((_WIDE + 0.014, _DEEP, 0.014), (0, front + 0.5 * _DEEP, z + dz)), paint)
        self._add_window_frame(a, params, z, front)
        add_terminals(a, params, front + 0.012, z + 0.02, 0.2)
        for x in (-0.09, 0.0, 0.09):
            foot = z - 0.5 * _HIGH
            a.add(cylinder((x, back - 0.07, foot), (x, back - 0.07, foot - 0.05), 0.02, 6), "brass", solid=False)
            cable = bend(
                [(x, back - 0.07, foot - 0.03), (x, back - 0.07, 0.3), (1.6 * x, 0.0, 0.15), (1.6 * x, 0.0, 0.0)], 0.05
            )
            a.detail(tube(cable, 0.013, 8), ("rubber", (0.09, 0.09, 0.10)))
        a.plate((0.0, front - 0.008, z + 0.5 * _HIGH - 0.045), 0.16)

    def _add_window_frame(self, a: Assembly, params: dict[str, Any], z: float, front: float) -> None:
        paint = params["paint"]
        y = front - 0.004
        a.add(box((_WIDE, 0.008, 0.1), (0, y, z + 0.5 * _HIGH - 0.05)), paint)
        a.add(box((_WIDE, 0.008, 0.1), (0, y, z - 0.5 * _HIGH + 0.05)), paint)
        for x in (-0.5 * _WIDE + 0.02, 0.5 * _WIDE - 0.02):
            a.add(box((0.04, 0.008, _HIGH), (x, y, z)), paint)
        for x in (-0.17, 0.17):
            for dz in (-0.19, 0.19):
                a.detail(bolt_circle((x, y - 0.006, z + dz), Y, 0.0, 0.008, 0.014, 1), "galvanised")
        a.picture(quad((0.0, y - 0.006, z - 0.5 * _HIGH + 0.05), 0.08, 0.08), artwork.sign("voltage"))


KINDS.add(JunctionBox.name, JunctionBox())
