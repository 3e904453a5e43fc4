"""What stands together on a plant: recipes of machines with their instruments, and platforms."""

import numpy as np

from ..site.draft import Draft
from ..site.fixtures import platform
from .units import SETBACK_M, Maker, Recipe

PLATFORM_DEPTH_M = 1.7
PLATFORM_LEAST_M = 3.4
RAMP_RAD = (np.radians(11.0), np.radians(14.5))

RECIPES = {
    "pump": Recipe(4.3, ("pressure_gauge", "centrifugal_pump", "gate_valve"), ("centrifugal_pump",)),
    "pump_pair": Recipe(
        8.0,
        ("centrifugal_pump", "pressure_gauge", "gate_valve", "centrifugal_pump", "pressure_gauge"),
        ("centrifugal_pump",),
    ),
    "tank": Recipe(4.0, ("vertical_tank", "sight_glass", "lever_valve"), (), ("vertical_tank", "sight_glass")),
    "vessel": Recipe(
        5.0, ("sight_glass", "horizontal_vessel", "pressure_gauge", "lever_valve"), ("horizontal_vessel",)
    ),
    "exchanger": Recipe(4.3, ("temperature_dial", "heat_exchanger", "lever_valve"), ("heat_exchanger",)),
    "compressor": Recipe(4.6, ("pressure_gauge", "compressor", "gate_valve"), ("compressor",)),
    "fan": Recipe(2.6, ("fan", "temperature_dial"), ("fan",)),
    "rack": Recipe(3.5, ("pipe_rack",)),
    "power": Recipe(2.4, ("transformer", "junction_box")),
    "manifold": Recipe(2.9, ("gate_valve", "pressure_gauge", "lever_valve")),
}


def build_platform(maker: Maker, kind: str, edge: tuple[float, float, float]) -> Draft:
    """A raised platform with `kind` on it that faces the ramp, which leaves towards +x."""
    e = maker.make(kind)
    length, width, _ = e.params["size_m"]
    height = float(maker.rng.uniform(0.3, 0.45))
    ramp = height / float(np.tan(maker.rng.uniform(*RAMP_RAD)))
    across = max(PLATFORM_DEPTH_M, length + 0.4)
    deck = width + 0.25 + 1.5
    unit = Draft(deck + ramp, SETBACK_M + across)
    unit.place(e, 0.15 + 0.5 * width, SETBACK_M + 0.5 * across, height, np.pi / 2)
    unit.structure += platform((0.0, SETBACK_M, deck + ramp, SETBACK_M + across), height, ramp, edge)
    unit.claim((0.0, SETBACK_M, deck + ramp, SETBACK_M + across), height)
    return unit
