"""Gate valve with a handwheel and a position indicator."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..model import Equipment
from ..shapes import FRONT, X, Y, Z, box, cone, cylinder, prism, quad
from .base import KINDS
from .drawn import Assembly, draw_paint, flange_point
from .fittings import flange, handwheel, post, riser_pipe
from .lever_valve import ValveKind

_PLATE_M = 0.24
_POINTERS = ((0.72, 0.10, 0.08), (0.06, 0.06, 0.06), (0.85, 0.45, 0.05), (0.10, 0.25, 0.55))
_GROUNDS = ((245, 245, 240), (238, 206, 70), (200, 202, 204))


#: An arrow along up, relative to its length.
_ARROW = ((-0.1, -0.35), (0.1, -0.35), (0.1, 0.55), (0.24, 0.55), (0.0, 1.0), (-0.24, 0.55), (-0.1, 0.55))


class GateValve(ValveKind):
    """A flanged gate valve with rising yoke; a pointer on the plate in front shows SHUT (up) to OPEN (right)."""

    name = "gate_valve"
    prefix = "XV"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Handwheel, plate and pointer looks."""
        params = self.draw_common(rng, style)
        params["height_m"] = float(rng.uniform(0.5, 0.75))
        params["wheel_m"] = float(rng.uniform(0.14, 0.2))
        params["wheel_paint"] = draw_paint(rng, style)
        params["pointer"] = _POINTERS[int(rng.integers(len(_POINTERS)))]
        params["ground"] = _GROUNDS[int(rng.integers(len(_GROUNDS)))]
        return params

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The position plate, and the flange beside it where the line holds gas."""
        params = equipment.params
        outer = 1.75 * params["pipe_m"] + 0.012
        plate = self.position_point(equipment, (0.0, -0.15, self._plate_z(params)), 1.2 * _PLATE_M)
        return [plate, *flange_point(equipment, "flange", (-0.16, -outer, params["height_m"]))]

    def _plate_z(self, params: dict[str, Any]) -> float:
        return float(params["height_m"] + 0.36)

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Pipe, body, bonnet, yoke, wheel, indicator."""
        params = equipment.params
        z, r, body = params["height_m"], params["pipe_m"], params["body_paint"]
        riser_pipe(a, 1.2, z, r, params["paint"])
        post(a, (0.34, 0, 0), z - 0.5 * r, "galvanised", 0.025)
        for x in (-0.16, 0.16):
            flange(a, (x, 0, z), X, r, body)
        a.add(cylinder((-0.16, 0, z), (0.16, 0, z), 1.2 * r), body)
        a.add(cylinder((0, 0, z - 1.6 * r), (0, 0, z + 0.12), 1.5 * r), body)
        flange(a, (0, 0, z + 0.14), Z, 1.1 * r, body)
        a.add(cone((0, 0, z + 0.15), (0, 0, z + 0.24), 1.2 * r, 0.03), body)
        for x in (-0.05, 0.05):
            a.add(box((0.02, 0.035, 0.32), (x, 0, z + 0.36)), body)
        a.add(box((0.13, 0.06, 0.03), (0, 0, z + 0.52)), body)
        a.add(cylinder((0, 0, z + 0.2), (0, 0, z + 0.68), 0.012), "stainless")
        turn = 4.0 * np.radians(self.values(equipment)[f"{equipment.tag}/position"])
        handwheel(a, (0, 0, z + 0.58), Z, params["wheel_m"], params["wheel_paint"], float(turn))
        self._add_indicator(a, equipment)
        a.plate((-0.34, -r, z), 0.16)

    def _add_indicator(self, a: Assembly, equipment: Equipment) -> None:
        params = equipment.params
        z, y = self._plate_z(params), -0.15
        a.add(box((0.04, 0.13, 0.03), (0, -0.075, z)), params["body_paint"], solid=False)
        r, g, b = (channel / 255 for channel in params["ground"])
        a.add(box((_PLATE_M, 0.004, _PLATE_M), (0, y + 0.002, z)), ("plastic", (r, g, b)), solid=False)
        art = artwork.position_plate(artwork.BLACK, params["ground"])
        a.picture(quad((0, y - 0.001, z), _PLATE_M, _PLATE_M), art)
        length = 0.3 * _PLATE_M
        pivot = (0.0, y - 0.006, z)
        angle = float(np.radians(self.values(equipment)[f"{equipment.tag}/position"]))
        a.detail(
            prism(np.array(_ARROW) * length, pivot, X, Z, 0.004).turned(Y, angle, pivot), ("plastic", params["pointer"])
        )
        tip = np.array(pivot) + 0.008 * np.array(FRONT)
        a.detail(cylinder((0, y, z), tip, 0.012, 8), "galvanised")


KINDS.add(GateValve.name, GateValve())
