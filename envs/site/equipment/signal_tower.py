"""Signal tower: red, amber and green lamps on a mast, on its machine's junction box."""

from typing import Any

import numpy as np

from ...types import InspectionPoint, Point
from ..model import Equipment
from ..shapes import Z, box, cylinder, dished
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint, point
from .fittings import post

_LAMP_M = 0.075
#: Glass of a lamp that is off: coloured, but dull; and the colour in which it shines.
_OFF: dict[str, Point] = {"green": (0.10, 0.30, 0.20), "amber": (0.52, 0.34, 0.08), "red": (0.40, 0.08, 0.07)}
_ON: dict[str, Point] = {"green": (0.14, 0.82, 0.40), "amber": (1.00, 0.46, 0.07), "red": (0.95, 0.16, 0.12)}
LAMPS = ("green", "amber", "red")


class SignalTower(DrawnKind):
    """Three lamps, one above the other; state["lit"] names the one that shines, "" means that none does.

    Point "stack_light". details: "lamps", colours from bottom to top; "lamps_m", their heights over the point;
    "radius_m" of the lamps; "normal", the colour that shines when all is well.
    """

    name = "signal_tower"
    prefix = "ST"
    centred = False
    clearance_m = 1.0

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Height, thickness and paint."""
        return {
            "height_m": float(rng.uniform(1.45, 1.8)),
            "radius_m": float(rng.uniform(0.028, 0.036)),
            "paint": draw_paint(rng, style),
            "box_m": float(rng.uniform(0.9, 1.15)),
        }

    def healthy_state(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """Green."""
        return {"lit": "green"}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The stack."""
        params = equipment.params
        r = params["radius_m"]
        facts = {
            "lamps": LAMPS,
            "lamps_m": tuple(_LAMP_M * (k - 1.0) for k in range(3)),
            "radius_m": r,
            "normal": "green",
        }
        at = (0.0, -r, params["height_m"] + 1.5 * _LAMP_M)
        return [point(equipment, "stack_light", "stack_light", at, 0.3, details=facts)]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Post, box, mast, lamps, cap."""
        params = equipment.params
        r, z, lit = params["radius_m"], params["height_m"], equipment.state.get("lit", "")
        if lit not in ("", *LAMPS):
            raise ValueError(f"{equipment.tag}: a signal tower's lit lamp is one of {LAMPS} or '', got {lit!r}")
        post(a, (0, 0, 0), params["box_m"], "galvanised", 0.03)
        a.add(box((0.24, 0.16, 0.3), (0, 0, params["box_m"])), params["paint"])
        a.detail(cylinder((0.07, -0.08, params["box_m"] + 0.07), (0.07, -0.1, params["box_m"] + 0.07), 0.018, 12),
                 ("plastic", (0.12, 0.12, 0.13)))  # fmt: skip
        a.detail(box((0.01, 0.02, 0.05), (-0.09, -0.09, params["box_m"])), "stainless")
        a.add(cylinder((0, 0, params["box_m"] + 0.15), (0, 0, z), 0.012), "stainless", solid=False)
        dark = ("plastic", (0.14, 0.14, 0.15))
        a.add(cylinder((0, 0, z - 0.03), (0, 0, z), 1.08 * r, 16), dark, solid=False)
        for k, name in enumerate(LAMPS):
            low = z + k * _LAMP_M
            look = ("lamp", _ON[name]) if name == lit else ("plastic", _OFF[name])
            a.add(cylinder((0, 0, low + 0.004), (0, 0, low + _LAMP_M - 0.004), r, 16), look, solid=False)
            a.detail(cylinder((0, 0, low + _LAMP_M - 0.005), (0, 0, low + _LAMP_M + 0.005), 1.04 * r, 16), dark)
        a.detail(dished((0, 0, z + 3 * _LAMP_M + 0.004), Z, r, 0.015, 16), dark)
        a.plate((0.0, -0.08, params["box_m"] - 0.06), 0.14)


KINDS.add(SignalTower.name, SignalTower())
