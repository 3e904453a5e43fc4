"""Motor control cabinet with an inspection window onto its terminals."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import bar, box, box_between, cylinder, quad
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint, point
from .terminals import add_terminals, draw_terminals, terminal_heat, terminal_point, terminal_spread_k

_OPEN_W, _OPEN_H = 0.36, 0.3
_LAMPS = ((0.15, 0.55, 0.25), (0.72, 0.12, 0.10), (0.85, 0.65, 0.12))


class ControlCabinet(DrawnKind):
    """Floor-standing cabinet: plinth, door with handle, lamps, switch, louvres, infrared window.

    Points: "terminals" (see `terminals.terminal_point`) and "door" (surface).
    """

    name = "control_cabinet"
    prefix = "MCC"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Size and finish."""
        finishes = (draw_paint(rng, style), ("paint", (0.78, 0.78, 0.74)), ("paint", (0.62, 0.65, 0.66)))
        return {
            "wide_m": float(rng.uniform(0.7, 0.95)),
            "high_m": float(rng.uniform(1.75, 2.05)),
            "deep_m": float(rng.uniform(0.4, 0.5)),
            "window_m": float(rng.uniform(1.1, 1.25)),
            "paint": finishes[int(rng.integers(3))],
            "lamps": [int(k) for k in rng.permutation(3)],
            **draw_terminals(rng),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Terminals alike; the sheet metal a little warm."""
        return {**terminal_heat(rng), "body": float(rng.uniform(0.5, 4.0))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The terminals, and the door below them."""
        front, z = -0.5 * equipment.params["deep_m"], equipment.params["window_m"]
        door = point(equipment, "door", "surface", (0.0, front - 0.015, 0.62), 0.4)
        return [terminal_point(equipment, front + 0.02, z), door]

    def values(self, equipment: Equipment) -> dict[str, float]:
        """K between hottest and coolest terminal."""
        return {f"{equipment.tag}/terminals": terminal_spread_k(equipment)}

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Carcass, door, window, terminals, fittings."""
        params = equipment.params
        wide, high, deep, paint = params["wide_m"], params["high_m"], params["deep_m"], params["paint"]
        front, z = -0.5 * deep, params["window_m"]
        a.add(box((wide - 0.04, deep - 0.06, 0.1), (0, 0, 0.05)), ("paint", (0.16, 0.16, 0.17)))
        a.add(box_between((-0.5 * wide, front + 0.12, 0.1), (0.5 * wide, 0.5 * deep, high)), paint)
        for low, up in ((0.1, z - 0.5 * _OPEN_H), (z + 0.5 * _OPEN_H, high)):
            a.add(box_between((-0.5 * wide, front, low), (0.5 * wide, front + 0.12, up)), paint)
            a.add(box_between((-0.5 * wide + 0.02, front - 0.015, low + 0.01), (0.5 * wide - 0.02, front, up)), paint)
        for sign in (-1.0, 1.0):
            inner, outer = sorted((sign * 0.5 * _OPEN_W, sign * 0.5 * wide))
            low, up = z - 0.5 * _OPEN_H, z + 0.5 * _OPEN_H
            a.add(box_between((inner, front, low), (outer, front + 0.12, up)), paint)
            inset = (inner + 0.02 * (sign < 0), outer - 0.02 * (sign > 0))
            a.add(box_between((inset[0], front - 0.015, low), (inset[1], front, up)), paint)
        a.add(box((wide + 0.03, deep + 0.05, 0.03), (0, -0.005, high + 0.015)), paint)
        add_terminals(a, params, front + 0.02, z, 0.14)
        self._add_fittings(a, params, front - 0.015)

    def _add_fittings(self, a: Assembly, params: dict[str, Any], front: float) -> None:
        wide, high, z = params["wide_m"], params["high_m"], params["window_m"]
        bezel = ("paint", (0.12, 0.12, 0.13))
        for dz in (-0.5 * _OPEN_H - 0.012, 0.5 * _OPEN_H + 0.012):
            a.detail(box((_OPEN_W + 0.05, 0.012, 0.024), (0, front - 0.006, z + dz)), bezel)
        for x in (-0.5 * _OPEN_W - 0.012, 0.5 * _OPEN_W + 0.012):
            a.detail(box((0.024, 0.012, _OPEN_H), (x, front - 0.006, z)), bezel)
        x = 0.5 * wide - 0.08
        a.detail(box((0.03, 0.012, 0.14), (x, front - 0.006, 0.9)), bezel)
        a.detail(bar((x, front - 0.02, 0.86), (x, front - 0.02, 0.96), 0.02, 0.016, (1.0, 0.0, 0.0)), "stainless")
        for k, index in enumerate(params["lamps"]):
            at = (-0.08 + 0.08 * k, front, high - 0.18)
            a.detail(cylinder(at, (at[0], front - 0.016, at[2]), 0.017, 12), ("plastic", _LAMPS[index]))
            a.detail(cylinder(at, (at[0], front - 0.004, at[2]), 0.023, 12), "stainless")
        for k in range(5):
            a.detail(box((0.5 * wide, 0.012, 0.012), (0, front - 0.006, 0.2 + 0.03 * k)), params["paint"])
        a.picture(quad((-0.5 * wide + 0.12, front - 0.002, 0.9), 0.13, 0.13), artwork.sign("voltage"))
        a.plate((0.0, front, z + 0.5 * _OPEN_H + 0.09), 0.24)


KINDS.add(ControlCabinet.name, ControlCabinet())
