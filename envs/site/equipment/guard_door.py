"""Door in the guard of a robot cell."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from .. import artwork
from ..guards import GUARD_GREY, GUARD_HEIGHT_M, GUARD_YELLOW, guard_post, wire_panel
from ..model import Equipment
from ..shapes import Shape, Z, box, box_between, cylinder, quad
from .base import KINDS
from .drawn import Assembly, DrawnKind, point

_MOST_GAP_M = 0.9
_POST_M = 0.03


class GuardDoor(DrawnKind):
    """A wire door between two posts, hinged at its left (opening outwards, to -y) or sliding to the left.

    Point "guard" at the lock on the right post: state["gap_m"], between the door's leading edge and that post; 0 is
    shut. details: "width_m" of the opening; "motion", "hinged" or "sliding"; "lock_m", (right, up) from the point to
    the middle of the door's leading edge when shut; "leaf_m", how far the leaf then lies before the point; "height_m".
    """

    name = "guard_door"
    prefix = "SG"
    centred = False
    clearance_m = 1.2

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Width, motion and colours."""
        return {
            "width_m": float(rng.uniform(0.95, 1.15)),
            "motion": ("hinged", "sliding")[int(rng.integers(2))],
            "post_paint": ("paint", GUARD_YELLOW if rng.random() < 0.7 else GUARD_GREY),
            "lock_tint": ((0.75, 0.12, 0.1), (0.9, 0.75, 0.1), (0.15, 0.15, 0.16))[int(rng.integers(3))],
        }

    def healthy_state(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """Shut, but for a little play."""
        return {"gap_m": float(rng.uniform(0.0, 0.01))}

    def extremes(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Shut and wide open."""
        return [{"gap_m": 0.0}, {"gap_m": _MOST_GAP_M}]

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The lock."""
        params = equipment.params
        half = 0.5 * params["width_m"]
        facts = {
            "width_m": params["width_m"],
            "motion": params["motion"],
            "lock_m": (-0.06, 0.0),
            "leaf_m": -0.08,
            "height_m": GUARD_HEIGHT_M,
        }
        at = (half + _POST_M, -0.08, 1.05)
        return [
            point(equipment, "guard", "guard", at, 0.5, unit="m", normal_range=(0.0, 0.03), details=facts),
        ]

    def values(self, equipment: Equipment) -> dict[str, float]:
        """The gap in m."""
        return {f"{equipment.tag}/guard": float(equipment.state.get("gap_m", 0.0))}

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Posts, lintel, door, lock, sign."""
        params = equipment.params
        half, top = 0.5 * params["width_m"], GUARD_HEIGHT_M
        for x in (-half - _POST_M, half + _POST_M):
            a.add(guard_post(x, 0.0, top + 0.2), params["post_paint"])
        a.add(box((params["width_m"], 0.05, 0.06), (0, 0, top + 0.17)), params["post_paint"])
        frame, wires = wire_panel(params["width_m"] - 0.012, top)
        gap = float(np.clip(equipment.state.get("gap_m", 0.0), 0.0, _MOST_GAP_M))
        grey = ("paint", GUARD_GREY)
        handle = box((0.03, 0.05, 0.22), (params["width_m"] - 0.07, -0.04, 1.05))
        tongue = box_between((params["width_m"] - 0.05, -0.07, 1.0), (params["width_m"] - 0.012, -0.015, 1.1))
        sign = quad((0.5 * params["width_m"], -0.022, 1.5), 0.2, 0.2)
        board = box((0.22, 0.006, 0.22), (0.5 * params["width_m"], -0.018, 1.5))
        for shape, paint in ((frame, grey), (wires, grey), (tongue, "stainless")):
            a.add(self._swung(shape, params, gap), paint)
        a.detail(self._swung(handle, params, gap), ("plastic", params["lock_tint"]))
        a.detail(self._swung(board, params, gap), ("plastic", (0.9, 0.9, 0.88)))
        a.picture(self._swung(sign, params, gap), artwork.sign("voltage"))
        a.add(box((0.055, 0.05, 0.2), (half + _POST_M, -0.055, 1.05)), ("plastic", params["lock_tint"]), solid=False)
        a.detail(cylinder((half + _POST_M, -0.08, 1.11), (half + _POST_M, -0.084, 1.11), 0.008, 8), "stainless")
        if params["motion"] == "sliding":
            a.add(box_between((-half - 1.0, -0.045, top + 0.02), (half, -0.02, top + 0.07)), "galvanised", solid=False)
        a.plate((0.0, -0.026, top + 0.17), 0.14)

    def _swung(self, shape: Shape, params: dict[str, Any], gap_m: float) -> Shape:
        """A shape of the door, drawn from its hinge, where the door now is."""
        left = -0.5 * params["width_m"] + 0.006
        if params["motion"] == "sliding":
            return shape.moved((left - gap_m, -0.035 if gap_m else 0.0, 0.0))
        # The gap is the chord between the lock and the leading edge.
        angle = 2.0 * float(np.arcsin(min(0.5 * gap_m / params["width_m"], 1.0)))
        return shape.turned(Z, -angle).moved((left, 0.0, 0.0))


KINDS.add(GuardDoor.name, GuardDoor())
