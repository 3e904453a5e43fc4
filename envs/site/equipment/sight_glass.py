"""Level gauge: a glass tube beside a standpipe, with a scale."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import box, cylinder, disc, quad
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_gas, draw_paint, point
from .fittings import blind, post

#: Liquids as seen through the glass: clear, water with dye, diesel, lube oil, crude, green glycol.
_LIQUIDS = ((0.55, 0.62, 0.64), (0.25, 0.42, 0.62), (0.72, 0.55, 0.20), (0.55, 0.34, 0.12), (0.10, 0.07, 0.05),
            (0.30, 0.52, 0.28))  # fmt: skip


class SightGlass(DrawnKind):
    """A standpipe with a glass tube in front of a backing plate.

    Point "level": `state["level_pct"]`, 0 at the lower and 100 at the upper end of the visible glass.
    details: "length_m", visible length of the glass; "width_m", its diameter.
    """

    name = "sight_glass"
    prefix = "LG"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Length, height, liquid and normal range."""
        low = float(rng.uniform(22.0, 42.0))
        return {
            # At 500 px/m the whole glass must fit into one picture.
            "length_m": float(rng.uniform(0.3, 0.38)),
            "width_m": float(rng.uniform(0.024, 0.034)),
            "bottom_m": float(rng.uniform(0.75, 1.0)),
            "normal_range": (low, low + float(rng.uniform(25.0, 40.0))),
            "liquid": _LIQUIDS[int(rng.integers(len(_LIQUIDS)))],
            "backing": ((245, 245, 240), (226, 220, 190), (205, 212, 216))[int(rng.integers(3))],
            "majors": (5, 10)[int(rng.integers(2))],
            "paint": draw_paint(rng, style),
            "gas": draw_gas(rng, style),
        }

    def healthy_state(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """A level inside the middle 80 % of the normal range."""
        low, high = params["normal_range"]
        return {"level_pct": float(low + (high - low) * rng.uniform(0.1, 0.9))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The glass."""
        params = equipment.params
        return [
            point(
                equipment,
                "level",
                "level",
                (0.0, -0.16 - 0.5 * params["width_m"], params["bottom_m"] + 0.5 * params["length_m"]),
                params["length_m"],
                unit="%",
                scale=(0.0, 100.0),
                normal_range=params["normal_range"],
                details={"length_m": params["length_m"], "width_m": params["width_m"]},
            )
        ]

    def values(self, equipment: Equipment) -> dict[str, float]:
        """The level, held by the ends of the glass."""
        return {f"{equipment.tag}/level": float(np.clip(equipment.state.get("level_pct", 50.0), 0.0, 100.0))}

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Standpipe, side arms with cocks, glass, backing plate, scale."""
        params = equipment.params
        bottom, length, width = params["bottom_m"], params["length_m"], params["width_m"]
        top = bottom + length
        paint = params["paint"]
        post(a, (0, 0, 0), bottom - 0.25, paint, 0.05)
        a.add(cylinder((0, 0, bottom - 0.25), (0, 0, top + 0.2), 0.084), paint)
        blind(a, (0, 0, top + 0.2), (0, 0, 1), 0.084, paint)
        blind(a, (0, 0, bottom - 0.25), (0, 0, -1), 0.084, paint)
        y = -0.16
        for z, sign in ((bottom, -1.0), (top, 1.0)):
            a.add(cylinder((0, 0, z + 0.045 * sign), (0, y + 0.03, z + 0.045 * sign), 0.016), "stainless")
            a.add(cylinder((0, y, z + 0.075 * sign), (0, y, z), 1.1 * width, 12), "stainless")
            a.add(cylinder((-0.075, y, z + 0.045 * sign), (0, y, z + 0.045 * sign), 0.009), "stainless", solid=False)
            cock = cylinder((-0.08, y, z + 0.01), (-0.08, y, z + 0.08 * sign + 0.01), 0.009)
            a.detail(cock, ("plastic", (0.1, 0.1, 0.1)))
        self._add_glass(a, equipment, y)
        a.plate((0.0, -0.084, bottom - 0.18), 0.16)

    def _add_glass(self, a: Assembly, equipment: Equipment, y: float) -> None:
        params = equipment.params
        bottom, length, width = params["bottom_m"], params["length_m"], params["width_m"]
        level = bottom + length * self.values(equipment)[f"{equipment.tag}/level"] / 100.0
        r, g, b = (channel / 255 for channel in params["backing"])
        a.add(box((0.13, 0.004, length), (0.025, y + 0.03, bottom + 0.5 * length)), ("sign", (r, g, b)), solid=False)
        scale = artwork.level_scale(params["majors"], params["backing"])
        a.picture(quad((0.059, y + 0.027, bottom + 0.5 * length), 0.062, length), scale)
        if level > bottom + 1e-4:
            a.detail(cylinder((0, y, bottom), (0, y, level), 0.46 * width, 12), ("oil", params["liquid"]))
            a.detail(disc((0, y, level + 0.0008), 0.45 * width, (0, 0, 1), (0, 1, 0)), ("oil", params["liquid"]))
        if level < bottom + length - 1e-4:
            a.detail(cylinder((0, y, level), (0, y, bottom + length), 0.46 * width, 12), ("glass", (0.82, 0.85, 0.84)))
        for dx in (-0.9, 0.9):
            a.detail(cylinder((dx * width, y, bottom), (dx * width, y, bottom + length), 0.003), "stainless")


KINDS.add(SightGlass.name, SightGlass())
