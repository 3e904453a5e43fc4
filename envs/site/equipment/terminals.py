"""Three twin terminals behind an opening: what junction boxes and cabinets share. Not a kind itself."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..materials import MATERIALS
from ..model import Equipment
from ..shapes import bend, box, cylinder, fade, tube
from .drawn import Assembly, point

#: Sleeve colours of the three phases; all have the same emissivity.
_PHASES = (
    ((0.45, 0.26, 0.14), (0.10, 0.10, 0.10), (0.52, 0.53, 0.54)),
    ((0.68, 0.14, 0.12), (0.80, 0.66, 0.14), (0.14, 0.26, 0.56)),
    ((0.12, 0.12, 0.13), (0.12, 0.12, 0.13), (0.12, 0.12, 0.13)),
)


def draw_terminals(rng: np.random.Generator) -> dict[str, Any]:
    """Phase colours and pitch."""
    return {"phases": _PHASES[int(rng.integers(len(_PHASES)))], "pitch_m": float(rng.uniform(0.075, 0.09))}


def terminal_heat(rng: np.random.Generator) -> dict[str, float]:
    """Healthy twins within 1 K of each other, at 3-18 K over ambient by load."""
    load = float(rng.uniform(3.0, 18.0))
    return {f"terminal_{k}": load + float(rng.uniform(-0.4, 0.4)) for k in range(3)}


def terminal_spread_k(equipment: Equipment) -> float:
    """K between the hottest and the coolest terminal, the value of a "joint" point."""
    heat = [equipment.delta_k.get(f"terminal_{k}", 0.0) for k in range(3)]
    return float(max(heat) - min(heat))


def terminal_point(equipment: Equipment, y_m: float, z_m: float) -> InspectionPoint:
    """The "terminals" point, its patch in the plane y = `y_m`, centred at height `z_m`.

    Value: K between hottest and coolest; domain limits 4 and 15 K (NETA MTS). details: "terminals", (right, up)
    offsets of the three terminals in the patch plane, metres, right = up x normal; "surfaces", their
    surfaces; "emissivity", of their sleeves.
    """
    pitch = equipment.params["pitch_m"]
    facts = {
        "terminals": tuple((pitch * (k - 1), 0.0) for k in range(3)),
        "surfaces": tuple(f"terminal_{k}" for k in range(3)),
        "emissivity": MATERIALS["rubber"].emissivity,
    }
    return point(
        equipment, "terminals", "joint", (0.0, y_m, z_m), 3.0 * pitch, unit="K", normal_range=(0.0, 4.0), details=facts
    )


def add_terminals(a: Assembly, params: dict[str, Any], y_m: float, z_m: float, drop_m: float) -> None:
    """Three lugs, fronts at `y_m`, on a block, each with a cable `drop_m` down that is warm near its lug."""
    pitch = params["pitch_m"]
    a.add(box((3.2 * pitch, 0.03, 0.07), (0, y_m + 0.055, z_m + 0.02)), ("plastic", (0.86, 0.85, 0.80)), solid=False)
    for k, tint in enumerate(params["phases"]):
        x, name = pitch * (k - 1), f"terminal_{k}"
        a.add(box((0.046, 0.036, 0.07), (x, y_m + 0.02, z_m)), ("rubber", tint), name, solid=False)
        a.detail(cylinder((x, y_m + 0.02, z_m - 0.035), (x, y_m + 0.02, z_m - 0.06), 0.016, 10), ("rubber", tint), name)
        a.detail(cylinder((x, y_m + 0.004, z_m), (x, y_m - 0.004, z_m), 0.009, 6), "copper", name)
        path = [(x, y_m + 0.02, z_m - 0.055), (x, y_m + 0.02, z_m - 0.5 * drop_m), (0.7 * x, y_m + 0.05, z_m - drop_m)]
        cable = tube(bend(path, 0.05, 2), 0.012, 8)
        # The copper carries the joint's heat along the cable; it has faded after a hand's breadth.
        warm = fade(cable.vertices_m, (x, y_m + 0.02, z_m - 0.05), 0.07, 1.0)
        a.warm(cable, ("rubber", (0.09, 0.09, 0.10)), name, warm)
