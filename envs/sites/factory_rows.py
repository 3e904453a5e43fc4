"""Rows of machines of a body shop, and the stores between: machining, compressed air, coolant, ventilation, racks."""

from typing import Any

import numpy as np

from ..site import fixtures
from ..site.draft import Draft
from ..site.ground import Rect
from ..site.model import Part
from .units import Maker, Recipe, build_unit

BETWEEN_M = 0.5  # units, at least
ROW_M = 2.87  # depth of a row
RECIPES = {
    "machining": Recipe(4.4, ("machine_tool", "signal_tower")),
    "coolant": Recipe(1.7, ("coolant_pump",), ("coolant_pump",)),
    "air": Recipe(2.6, ("screw_compressor", "air_unit")),
    "ventilation": Recipe(2.4, ("exhaust_fan",), ("exhaust_fan",)),
    "power": Recipe(1.6, ("control_cabinet", "control_cabinet")),
    "rack": Recipe(4.2, ("pallet_rack",)),
    "bench": Recipe(2.0, ("workbench",)),
}
#: Units that every hall has, then those that fill it up, with their weights.
NEEDED = ("machining", "coolant", "air", "ventilation")
EXTRAS = {"machining": 2.0, "coolant": 2.0, "air": 1.5, "ventilation": 2.0, "power": 1.0, "rack": 1.0, "bench": 1.0}


def build_row(names: list[str], length_m: float, maker: Maker) -> Draft:
    """Draft a row of units of `length_m` x `ROW_M` with its fronts at y = 0; units that do not fit are left out."""
    row, units, left = Draft(length_m, ROW_M), [], length_m
    for name in names:
        if left < RECIPES[name].least_m:
            continue
        unit = build_unit(RECIPES[name], maker, 0.0)
        if unit.width_m <= left and unit.depth_m <= ROW_M:
            units.append(unit)
            left -= unit.width_m + BETWEEN_M
    spare = length_m - sum(unit.width_m for unit in units) - BETWEEN_M * max(len(units) - 1, 0)
    gaps = maker.rng.dirichlet(np.full(len(units) + 1, 2.0)) * spare + BETWEEN_M * (np.arange(len(units) + 1) > 0)
    x = float(gaps[0])
    for unit, gap in zip(units, gaps[1:], strict=True):
        row.adopt(unit, x, 0.0)
        x += unit.width_m + float(gap)
    return row


def draw_units(count: int, rng: np.random.Generator, needed: bool) -> list[str]:
    """Names of `count` units in a shuffled order, with those that every hall needs where `needed`."""
    names = list(NEEDED[:count]) if needed else []
    weights = np.array(list(EXTRAS.values()))
    names += [list(EXTRAS)[int(k)] for k in rng.choice(len(EXTRAS), count - len(names), p=weights / weights.sum())]
    return [names[int(k)] for k in rng.permutation(len(names))]


def store(draft: Draft, rects: list[Rect], rng: np.random.Generator, style: dict[str, Any]) -> None:
    """Pallets, crates and boxes of parts in what is left of `rects`."""
    for x0, y0, x1, y1 in rects:
        for _ in range(int((x1 - x0) * (y1 - y0) / 6.0)):
            x, y = float(rng.uniform(x0 + 0.8, x1 - 0.8)), float(rng.uniform(y0 + 0.7, y1 - 0.7))
            rect = (x - 0.65, y - 0.5, x + 0.65, y + 0.5)
            if draft.fits(rect, 1.6, 0.35):
                draft.claim(rect, 1.6)
                draft.structure += _load(rng, x, y, style)


def _load(rng: np.random.Generator, x: float, y: float, style: dict[str, Any]) -> list[Part]:
    """A pallet with a crate or two, or a drum."""
    if rng.random() < 0.2:
        return fixtures.drum(x, y, style["drum"])
    return fixtures.pallet(x, y, 0.0) + fixtures.crate(rng, x, y, 0.144)
