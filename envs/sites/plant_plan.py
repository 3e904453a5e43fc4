"""The plan of a plant: rows of process areas between aisles, and what each area is for."""

from dataclasses import dataclass

import numpy as np

from ..site.ground import Rect
from .base import SizeSpec
from .plant_areas import Program

WALL_STRIP_M = 0.85  # for what stands along the building
AISLE_M = {"small": 2.1, "medium": 2.2, "large": 2.6}
ROW_M = {"small": 3.4, "medium": 3.8, "large": 4.2}
AREA_M = {"small": 16.0, "medium": 17.0, "large": 18.0}  # longest area
#: Recipes that fill up areas, with their weights.
EXTRAS = {"pump": 3.0, "pump_pair": 2.0, "tank": 2.0, "vessel": 2.0, "exchanger": 2.0, "compressor": 2.0, "fan": 1.5,
          "rack": 1.5, "manifold": 2.0, "power": 0.7}  # fmt: skip
GASES_OF_AREAS = ("CH4", "C3H8", "H2S", "NH3", "H2", None)
_GAS_SHARES = (0.22, 0.22, 0.16, 0.14, 0.1, 0.16)
RESTRICTED = {"small": 1, "medium": 2, "large": 4}  # areas that people must not enter
LOTS = {"small": 0.0, "medium": 0.34, "large": 0.45}  # share of areas without equipment
UNITS = {"small": 2, "medium": 3, "large": 2}  # of a process area


@dataclass(frozen=True)
class Plan:
    """Where rows and aisles lie in the draft's frame.

    Attributes:
        areas: rectangles of the process areas, with whether their front looks to +y.
        aisles: rectangles to walk on, along x then along y.
        crossings_m: middle x of the aisles along y between areas.
        wall_y: where the building's strip begins.
    """

    areas: tuple[tuple[Rect, bool], ...]
    aisles: tuple[Rect, ...]
    crossings_m: tuple[float, ...]
    aisle_m: float
    wall_y: float


def draw_plan(size: SizeSpec, width_m: float, depth_m: float, rng: np.random.Generator) -> Plan:
    """Draw rows and aisles for a site of `width_m` x `depth_m`."""
    aisle, row = AISLE_M[size.name], ROW_M[size.name]
    wall_y = depth_m - WALL_STRIP_M
    rows = int((wall_y - aisle) / (row + aisle))
    depths = row + (wall_y - aisle - rows * (row + aisle)) * 0.5 * rng.dirichlet(np.full(rows, 4.0))
    spare = wall_y - depths.sum() - (rows + 1) * aisle
    aisles_y = aisle + spare * rng.dirichlet(np.full(rows + 1, 3.0))
    columns = int(np.ceil((width_m - 2 * aisle) / AREA_M[size.name]))
    cut = (width_m - (columns + 1) * aisle) / columns
    lengths = cut * (1.0 + rng.uniform(-0.12, 0.12, columns)) if columns > 1 else np.array([cut])
    lengths *= cut * columns / lengths.sum()
    starts = aisle + np.concatenate([[0.0], np.cumsum(lengths[:-1] + aisle)])
    areas, aisles, y = [], [], 0.0
    for k in range(rows):
        aisles.append((0.0, y, width_m, y + float(aisles_y[k])))
        y += float(aisles_y[k])
        for start, length in zip(starts, lengths, strict=True):
            rect = (float(start), y, float(start + length), y + float(depths[k]))
            areas.append((rect, bool(rng.random() < 0.5)))
        y += float(depths[k])
    aisles.append((0.0, y, width_m, wall_y))
    edges = [0.0, *(float(s + n) for s, n in zip(starts, lengths, strict=True))]
    across = [(x, 0.0, x + aisle, wall_y) for x in edges]
    crossings = tuple(x + 0.5 * aisle for x in edges[1:-1])
    return Plan(tuple(areas), (*aisles, *across), crossings, aisle, wall_y)


def draw_programs(size: SizeSpec, count: int, rng: np.random.Generator) -> list[Program]:
    """What each of `count` areas is for; together they have every sort of unit that a patrol needs."""
    order = [int(k) for k in rng.permutation(count)]
    works = order[: count - round(LOTS[size.name] * count)]
    gases = [GASES_OF_AREAS[int(k)] for k in rng.choice(len(GASES_OF_AREAS), count, p=_GAS_SHARES)]
    gases[works[0]] = GASES_OF_AREAS[int(rng.integers(4))]  # at least one that can be smelt
    ramp = works[int(rng.integers(len(works)))]
    recipes = _draw_recipes(size, works, rng)
    programs = []
    for k in range(count):
        names = [*recipes.get(k, []), *["platform"] * (k == ramp)]
        slab = bool(rng.random() < 0.35) and "platform" not in names and bool(names)
        gas = gases[k] if names else None
        programs.append(Program(k + 1, gas, tuple(names), slab, k in works[-RESTRICTED[size.name] :]))
    return programs


def _draw_recipes(size: SizeSpec, works: list[int], rng: np.random.Generator) -> dict[int, list[str]]:
    """Area -> names of recipes: one of each sort spread over the areas in `works`, then more by chance."""
    wanted = [
        "pump",
        "rack",
        "power",
        _one_of(("tank", "vessel"), rng),
        _one_of(("exchanger", "compressor", "fan"), rng),
    ]
    recipes: dict[int, list[str]] = {k: [] for k in works}
    for k, name in enumerate(rng.permutation(len(wanted))):
        recipes[works[k % len(works)]].append(wanted[int(name)])
    weights = np.array(list(EXTRAS.values()))
    for names in recipes.values():
        more = max(0, UNITS[size.name] - len(names))
        names += [list(EXTRAS)[int(n)] for n in rng.choice(len(EXTRAS), more, p=weights / weights.sum())]
    return recipes


def _one_of(names: tuple[str, ...], rng: np.random.Generator) -> str:
    return names[int(rng.integers(len(names)))]
