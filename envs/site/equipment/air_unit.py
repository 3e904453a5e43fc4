"""Compressed-air service unit with a valve island, on a post."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..instruments import Instrument
from ..model import Equipment
from ..shapes import Y, bend, box, cone, cylinder, dished, tube
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint, point
from .fittings import post

_BOWLS = ((0.80, 0.82, 0.80), (0.62, 0.70, 0.74))
_HOSES = ((0.12, 0.25, 0.5), (0.08, 0.08, 0.09), (0.15, 0.4, 0.45), (0.62, 0.5, 0.12))


class AirUnit(DrawnKind):
    """Filter, regulator and lubricator in line; below them a manifold of valves with hoses.

    Points: "inlet", "outlet" and "manifold": couplings where air may leak (L/min).
    """

    name = "air_unit"
    prefix = "AU"
    centred = False
    clearance_m = 1.0

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Heights, number of valves and colours."""
        return {
            "height_m": float(rng.uniform(1.05, 1.2)),
            "valves": int(rng.integers(5, 9)),
            "bowl": _BOWLS[int(rng.integers(2))],
            "hose": _HOSES[int(rng.integers(len(_HOSES)))],
            "paint": draw_paint(rng, style),
            "pressure_bar": round(float(rng.uniform(5.6, 6.6)), 1),
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The couplings."""
        z = equipment.params["height_m"]
        places = {
            "inlet": (-0.29, -0.122, z),
            "outlet": (0.29, -0.122, z),
            "manifold": (self._end(equipment.params) + 0.05, -0.122, z - 0.42),
        }
        return [
            point(equipment, name, "air", at, 0.2, unit="L/min", normal_range=(0.0, 0.3)) for name, at in places.items()
        ]

    def instruments(self, equipment: Equipment) -> tuple[Instrument, ...]:
        """Pressure behind the regulator, humidity behind the filter."""
        at = (0.0, -0.1, equipment.params["height_m"])
        bar = float(equipment.params["pressure_bar"])
        return (
            Instrument(
                f"{equipment.tag}/pressure", equipment.tag, "pressure", at, bar, (bar - 0.6, bar + 0.6), None, 0.03
            ),
            Instrument(f"{equipment.tag}/humidity", equipment.tag, "humidity", at, 22.0, (0.0, 40.0)),
        )

    def _end(self, params: dict[str, Any]) -> float:
        return 0.02 * int(params["valves"]) + 0.04

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Post and board, service unit, manifold, pipes and hoses."""
        params = equipment.params
        z = params["height_m"]
        post(a, (0, 0, 0), z + 0.25, "galvanised", 0.035)
        a.add(box((0.56, 0.012, 0.82), (0, -0.041, z - 0.14)), params["paint"])
        self._add_service_unit(a, params, z)
        self._add_manifold(a, params, z - 0.42)
        a.plate((0.0, -0.047, z + 0.2), 0.18)

    def _add_service_unit(self, a: Assembly, params: dict[str, Any], z: float) -> None:
        y = -0.1
        cast = ("aluminium", (0.60, 0.61, 0.62))
        for k, x in enumerate((-0.16, 0.0, 0.16)):
            a.add(box((0.1, 0.09, 0.09), (x, y, z)), cast, solid=False)
            if k == 1:
                a.add(
                    cylinder((x, y, z + 0.045), (x, y, z + 0.11), 0.03, 14), ("plastic", (0.1, 0.1, 0.11)), solid=False
                )
                a.detail(cylinder((x, y - 0.045, z), (x, y - 0.075, z), 0.03, 16), ("plastic", (0.12, 0.12, 0.13)))
                a.detail(cylinder((x, y - 0.075, z), (x, y - 0.077, z), 0.026, 16), ("plastic", (0.9, 0.9, 0.87)))
                a.detail(box((0.003, 0.003, 0.022), (x, y - 0.079, z + 0.008)).turned(Y, 0.6, (x, y, z)), "rubber")
                continue
            a.detail(cylinder((x, y, z - 0.16), (x, y, z - 0.045), 0.038, 14), ("glass", params["bowl"]))
            a.detail(dished((x, y, z - 0.16), (0, 0, -1), 0.038, 0.03, 14), ("glass", params["bowl"]))
            a.detail(cylinder((x, y, z + 0.045), (x, y, z + 0.06), 0.03, 14), ("plastic", (0.1, 0.1, 0.11)))
        a.add(cylinder((-0.24, y, z), (0.24, y, z), 0.018), cast, solid=False)
        for sign in (-1.0, 1.0):
            a.add(cylinder((sign * 0.24, y, z), (sign * 0.27, y, z), 0.024, 6), "brass", solid=False)
            a.add(cylinder((sign * 0.27, y, z), (sign * 0.31, y, z), 0.022, 12), "brass", solid=False)
            a.add(cylinder((sign * 0.31, y, z), (sign * 0.33, y, z), 0.018, 12), "brass", solid=False)
        rise = bend([(-0.33, y, z), (-0.42, y, z), (-0.42, 0.03, z), (-0.42, 0.03, z + 0.35)], 0.04)
        a.add(tube(rise, 0.015), ("paint", (0.3, 0.42, 0.62)), solid=False)
        a.add(cylinder((-0.42, 0.03, 0.0), (-0.42, 0.03, z + 0.36), 0.02), "galvanised")

    def _add_manifold(self, a: Assembly, params: dict[str, Any], z: float) -> None:
        y, end, count = -0.1, self._end(params), params["valves"]
        a.add(box((2 * end, 0.09, 0.05), (0, y, z)), ("aluminium", (0.60, 0.61, 0.62)), solid=False)
        for sign in (-1.0, 1.0):
            a.add(cylinder((sign * end, y, z), (sign * (end + 0.07), y, z), 0.022, 12), "brass", solid=False)
        hose = ("rubber", params["hose"])
        supply = bend([(0.33, y, z + 0.42), (0.38, y, z + 0.42), (0.38, y, z), (end + 0.07, y, z)], 0.04)
        a.detail(tube(supply, 0.011), hose)
        for k in range(count):
            x = -end + 0.04 + 0.04 * (k + 0.5) - 0.02
            a.add(box((0.03, 0.07, 0.09), (x, y, z + 0.07)), ("plastic", (0.82, 0.83, 0.82)), solid=False)
            a.detail(box((0.02, 0.004, 0.03), (x, y - 0.037, z + 0.09)), ("plastic", (0.12, 0.2, 0.4)))
            a.detail(cone((x, y - 0.02, z - 0.025), (x, y - 0.02, z - 0.045), 0.01, 0.008), "brass")
            drop = 0.12 + 0.015 * (k % 3)
            path = bend([(x, y - 0.02, z - 0.045), (x, y - 0.02, z - drop), (0.05 * (k % 3 - 1), 0.05, z - drop - 0.05),
                         (0.05 * (k % 3 - 1), 0.05, 0.0)], 0.04)  # fmt: skip
            a.detail(tube(path, 0.005), hose)


KINDS.add(AirUnit.name, AirUnit())
