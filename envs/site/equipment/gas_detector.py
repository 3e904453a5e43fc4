"""Fixed gas detector on a post with a beacon."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import Z, bend, box, cylinder, quad, revolve, tube
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_gas, point
from .fittings import post

_HOUSINGS = ((0.78, 0.76, 0.70), (0.85, 0.62, 0.10), (0.20, 0.30, 0.52), (0.60, 0.62, 0.63))


class GasDetector(DrawnKind):
    """Round Ex d housing with a window, sensor head below, beacon above. Point "housing" (surface)."""

    name = "gas_detector"
    prefix = "GD"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Height, colours."""
        return {
            "height_m": float(rng.uniform(1.0, 1.3)),
            "housing": _HOUSINGS[int(rng.integers(len(_HOUSINGS)))],
            "beacon": ((0.75, 0.35, 0.06), (0.62, 0.08, 0.08), (0.10, 0.22, 0.60))[int(rng.integers(3))],
            "gas": draw_gas(rng, style),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The housing."""
        return [point(equipment, "housing", "surface", (0.0, -0.135, equipment.params["height_m"]), 0.2)]

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Post, housing, head, beacon, cable, signs."""
        params = equipment.params
        z, housing = params["height_m"], ("paint", params["housing"])
        post(a, (0, 0, 0), z + 0.42, "galvanised", 0.03)
        a.add(box((0.16, 0.012, 0.22), (0, -0.036, z - 0.02)), "galvanised")
        a.add(cylinder((0, -0.042, z), (0, -0.12, z), 0.075), housing)
        a.add(cylinder((0, -0.12, z), (0, -0.132, z), 0.085, 8), housing)
        a.add(cylinder((0, -0.132, z), (0, -0.135, z), 0.045), ("glass", (0.12, 0.14, 0.15)))
        a.detail(box((0.05, 0.002, 0.02), (0, -0.1365, z + 0.005)), ("plastic", (0.45, 0.52, 0.42)))
        a.add(cylinder((0, -0.085, z - 0.07), (0, -0.085, z - 0.12), 0.024), housing)
        head = [(0, 0), (0.026, 0), (0.034, 0.012), (0.034, 0.06), (0.028, 0.07), (0, 0.07)]
        a.add(revolve(head, (0, -0.085, z - 0.19), Z), "stainless")
        for side in (-1.0, 1.0):
            a.detail(cylinder((side * 0.07, -0.08, z), (side * 0.11, -0.08, z), 0.016, 8), "brass")
        cable = bend(
            [(0.1, -0.08, z), (0.16, -0.06, z), (0.16, -0.03, 0.35), (0.06, -0.05, 0.14), (0.06, -0.05, 0.0)], 0.05
        )
        a.detail(tube(cable, 0.01, 8), ("rubber", (0.08, 0.08, 0.09)))
        a.add(cylinder((0, 0, z + 0.42), (0, 0, z + 0.45), 0.06), ("paint", (0.15, 0.15, 0.16)))
        beacon = [(0, 0), (0.05, 0), (0.05, 0.08), (0.035, 0.11), (0, 0.12)]
        a.add(revolve(beacon, (0, 0, z + 0.45), Z), ("glass", params["beacon"]))
        a.plate((0.0, -0.032, z - 0.3), 0.16)
        a.add(box((0.15, 0.004, 0.15), (0, -0.032, z + 0.26)), ("sign", (0.9, 0.9, 0.88)), solid=False)
        a.picture(quad((0, -0.035, z + 0.26), 0.145, 0.145), artwork.sign("ex"))


KINDS.add(GasDetector.name, GasDetector())
