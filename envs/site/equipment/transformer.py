"""Pad-mounted transformer with porcelain bushings."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import X, box, box_between, cylinder, quad, revolve
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint, point
from .fittings import bolt_circle

_GLAZES = ((0.36, 0.16, 0.10), (0.56, 0.60, 0.62), (0.62, 0.50, 0.36))


class Transformer(DrawnKind):
    """Oil tank with cooling fins, conservator, and three ribbed bushings on a sloping front shelf.

    Points: "bushing_0".."bushing_2" (ultrasound level of discharge, dB over the floor) and "tank" (surface).
    """

    name = "transformer"
    prefix = "TR"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Scale and finish."""
        return {
            "scale": float(rng.uniform(0.9, 1.1)),
            "paint": draw_paint(rng, style),
            "glaze": _GLAZES[int(rng.integers(len(_GLAZES)))],
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Oil-filled tank and fins warm by load."""
        oil = float(rng.uniform(10.0, 30.0))
        return {"tank": oil, "fins": 0.8 * oil, "bushing": float(rng.uniform(1.0, 4.0))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The three bushings, and the tank's front."""
        s = equipment.params["scale"]
        found = []
        for k in range(3):
            at = ((k - 1) * 0.34 * s, -0.2 * s - 0.055 * s, self._top(s) + 0.22 * s)
            found.append(point(equipment, f"bushing_{k}", "discharge", at, 0.3 * s, unit="dB", normal_range=(0.0, 6.0)))
        return [*found, point(equipment, "tank", "surface", (0.1 * s, -0.36 * s, 0.55 * s), 0.4)]

    def _top(self, s: float) -> float:
        return 0.12 + 0.92 * s

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Plinth, tank, fins, bushings, conservator, signs."""
        params = equipment.params
        s, paint = params["scale"], params["paint"]
        top = self._top(s)
        a.add(box((1.5 * s, 1.0 * s, 0.12), (0, 0, 0.06)), "concrete")
        a.add(box_between((-0.55 * s, -0.36 * s, 0.12), (0.55 * s, 0.3 * s, top)), paint, "tank")
        a.add(box_between((-0.59 * s, -0.4 * s, top - 0.03), (0.59 * s, 0.34 * s, top)), paint, "tank")
        for sign in (-1.0, 1.0):
            for y in np.linspace(-0.3 * s, 0.24 * s, 8):
                a.add(box((0.16 * s, 0.016, 0.66 * s), (sign * 0.63 * s, y, 0.2 + 0.36 * s)), paint, "fins")
        for x in np.linspace(-0.5 * s, 0.5 * s, 9):
            a.add(box((0.016, 0.14 * s, 0.66 * s), (x, 0.37 * s, 0.2 + 0.36 * s)), paint, "fins")
        for k in range(3):
            self._add_bushing(a, params, ((k - 1) * 0.34 * s, -0.2 * s, top), s)
        for x in (-0.3 * s, 0.3 * s):
            a.add(box((0.05, 0.05, 0.3 * s), (x, 0.18 * s, top + 0.15 * s)), paint)
        a.add(cylinder((-0.45 * s, 0.18 * s, top + 0.36 * s), (0.45 * s, 0.18 * s, top + 0.36 * s), 0.13 * s), paint)
        a.add(cylinder((0.0, 0.18 * s, top), (0.0, 0.18 * s, top + 0.25 * s), 0.03), paint)
        a.detail(bolt_circle((0.46 * s, 0.18 * s, top + 0.36 * s), X, 0.09 * s, 0.01, 0.03, 6), "galvanised")
        a.picture(quad((-0.38 * s, -0.36 * s - 0.002, top - 0.28), 0.18, 0.18), artwork.sign("voltage"))
        a.plate((0.3 * s, -0.36 * s, top - 0.2), 0.26)
        a.plate((0.3 * s, -0.36 * s, top - 0.34), 0.2, text="6.3 kV 630 kVA")

    def _add_bushing(self, a: Assembly, params: dict[str, Any], foot: tuple[float, float, float], s: float) -> None:
        x, y, z = foot
        profile = [(0.0, 0.0), (0.06, 0.0), (0.06, 0.03)]
        for k in range(6):
            low = 0.04 + 0.05 * k
            shed = 0.092 - 0.005 * k
            profile += [(0.038, low), (0.038, low + 0.012), (shed, low + 0.022), (shed, low + 0.03)]
        profile += [(0.036, 0.345), (0.03, 0.38), (0.0, 0.38)]
        a.add(revolve([(r * s, h * s) for r, h in profile], foot, segments=12), ("plastic", params["glaze"]), "bushing")
        a.add(cylinder((x, y, z + 0.37 * s), (x, y, z + 0.47 * s), 0.014 * s), "copper", "bushing", solid=False)
        a.add(box((0.07 * s, 0.02, 0.05 * s), (x, y, z + 0.45 * s)), "aluminium", "bushing", solid=False)


KINDS.add(Transformer.name, Transformer())
