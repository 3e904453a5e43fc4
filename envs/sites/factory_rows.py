"""Rows of machines of a body shop, and the stores between: machining, compressed air, coolant, ventilation, racks."""

import numpy as np

from ..site import shopfloor
from ..site.draft import Draft
from ..site.ground import Rect
from .units import SETBACK_M, Maker, Recipe, build_unit

BETWEEN_M = 0.5  # units, at least
ROW_M, BEHIND_M = 2.9, 0.1  # depth of a row, of which stays free behind the units
SLOT_M, GROUP, ALLEY_M = (1.4, 1.0), (6, 3), 1.8  # pitch of pallets, slots of a group, room between groups
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
    """Draft a row of units of `length_m` x `ROW_M`, backs close to y = `ROW_M`; units that do not fit are left out."""
    row, units, left = Draft(length_m, ROW_M), [], length_m
    for name in names:
        if left < RECIPES[name].least_m:
            continue
        unit = build_unit(RECIPES[name], maker, 0.0)
        if unit.width_m <= left and unit.depth_m <= ROW_M - BEHIND_M + SETBACK_M:
            units.append(unit)
            left -= unit.width_m + BETWEEN_M
    spare = length_m - sum(unit.width_m for unit in units) - BETWEEN_M * max(len(units) - 1, 0)
    gaps = maker.rng.dirichlet(np.full(len(units) + 1, 2.0)) * spare + BETWEEN_M * (np.arange(len(units) + 1) > 0)
    x = float(gaps[0])
    for unit, gap in zip(units, gaps[1:], strict=True):
        row.adopt(unit, x, ROW_M - BEHIND_M - unit.depth_m)
        x += unit.width_m + float(gap)
    return row


def draw_units(count: int, rng: np.random.Generator, needed: bool) -> list[str]:
    """Names of `count` units in a shuffled order, with those that every hall needs where `needed`."""
    names = list(NEEDED[:count]) if needed else []
    weights = np.array(list(EXTRAS.values()))
    names += [list(EXTRAS)[int(k)] for k in rng.choice(len(EXTRAS), count - len(names), p=weights / weights.sum())]
    return [names[int(k)] for k in rng.permutation(len(names))]


def store(draft: Draft, rect: Rect, rng: np.random.Generator) -> None:
    """Parts on pallets in what is free of `rect`: rows of slots in groups, each for one sort of load."""
    x0, y0, x1, y1 = rect
    (dx, dy), (nx, ny) = SLOT_M, GROUP
    columns = [x for x in (0.5 * dx + k * dx + (k // nx) * ALLEY_M for k in range(400)) if x0 + x + 0.5 * dx <= x1]
    rows = [y for y in (0.5 * dy + k * dy + (k // ny) * ALLEY_M for k in range(400)) if y0 + y + 0.5 * dy <= y1]
    for first in range(0, len(columns), nx):
        for low in range(0, len(rows), ny):
            slots = [(x0 + x, y0 + y) for x in columns[first : first + nx] for y in rows[low : low + ny]]
            filled, share = rng.random(len(slots)), float(rng.uniform(0.4, 1.0))
            wanted = [at for at, draw in zip(slots, filled, strict=True) if draw < share]
            free = [(x, y) for x, y in wanted if draft.fits((x - 0.6, y - 0.4, x + 0.6, y + 0.4), 1.6, 0.05)]
            draft.structure += shopfloor.pallets(rng, free)
            for x, y in free:
                draft.claim((x - 0.6, y - 0.4, x + 0.6, y + 0.4), 1.6)
