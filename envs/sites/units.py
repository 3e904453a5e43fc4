"""What stands together: equipment with its tags, drafted side by side with their fronts to y = 0."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..site.draft import Draft, footprint
from ..site.equipment.base import KINDS
from ..site.fixtures import bund, plinth
from ..site.model import Equipment
from ..site.zones import rectangle
from ..types import Zone

GAP_M = (0.45, 0.7)  # between neighbours
SETBACK_M = 0.2  # of the fronts from the aisle
BUND_MARGIN_M = 0.35
DOCK_AHEAD_M = 0.3  # the robot's middle on the pad, before the station's own


@dataclass(frozen=True)
class Recipe:
    """Kinds from left to right; those in `raised` stand on a plinth, those in `bunded` together in a bund.

    `least_m` is a width below which it is not worth trying.
    """

    least_m: float
    kinds: tuple[str, ...]
    raised: tuple[str, ...] = ()
    bunded: tuple[str, ...] = ()


@dataclass
class Tags:
    """Hands out tags: prefix, number of the area, serial number within it (`P-101`, `P-102`)."""

    used: dict[tuple[str, int], int] = field(default_factory=dict)

    def next(self, prefix: str, area: int) -> str:
        """The next free tag of `prefix` in area 1, 2, …"""
        serial = self.used[prefix, area] = self.used.get((prefix, area), 0) + 1
        return f"{prefix}-{100 * area + serial}"


@dataclass
class Maker:
    """Makes equipment of one area.

    Attributes:
        rng: draws it.
        style: the site's looks, with what else the kinds are to know.
        tags: of the whole site.
        area: number of the area.
    """

    rng: np.random.Generator
    style: dict[str, Any]
    tags: Tags
    area: int

    def make(self, kind: str) -> Equipment:
        """One of `kind`, not yet placed."""
        maker = KINDS[kind]
        return maker.make(self.tags.next(maker.prefix, self.area), (0.0, 0.0, 0.0), 0.0, self.rng, self.style)

    def gap(self) -> float:
        """Clear width between neighbours in m."""
        return float(self.rng.uniform(*GAP_M))


def build_unit(recipe: Recipe, maker: Maker, floor_m: float) -> Draft:
    """Draft a recipe on a floor at height `floor_m`; the draft is as wide and deep as the unit."""
    items = [maker.make(kind) for kind in recipe.kinds]
    unit, x, depth = Draft(0.0, 0.0), 0.0, 0.0
    inner = [e for e in items if e.kind in recipe.bunded]
    if inner:
        x = _bunded(unit, inner, maker, floor_m)
        depth = unit.depth_m
    for e in [e for e in items if e.kind not in recipe.bunded]:
        length, width, _ = e.params["size_m"]
        x += maker.gap() if x else 0.0
        raised = e.kind in recipe.raised
        margin = float(maker.rng.uniform(0.08, 0.15)) if raised else 0.0
        y = SETBACK_M + margin + 0.5 * width + (0.0 if raised else float(maker.rng.uniform(0.0, 0.15)))
        z = floor_m + (float(maker.rng.uniform(0.05, 0.12)) if raised else 0.0)
        unit.place(e, x + margin + 0.5 * length, y, z, 0.0)
        x0, y0, x1, y1 = footprint(e, x + margin + 0.5 * length, y, 0.0)
        if raised:
            unit.structure.append(plinth((x0 - margin, y0 - margin, x1 + margin, y1 + margin), z))
        x, depth = x1 + margin, max(depth, y1 + margin)
    unit.width_m, unit.depth_m = x, depth
    return unit


def _bunded(unit: Draft, items: list[Equipment], maker: Maker, floor_m: float) -> float:
    """Place `items` in a bund from x = 0; gives its far end and sets the unit's depth."""
    x, height = BUND_MARGIN_M, floor_m + float(maker.rng.uniform(0.3, 0.5))
    deepest = max(e.params["size_m"][1] for e in items)
    front = SETBACK_M + BUND_MARGIN_M
    for e in items:
        length, width, _ = e.params["size_m"]
        # The glass stands forward, the tank fills the depth.
        unit.place(e, x + 0.5 * length, front + (0.5 * deepest if width > 0.8 else 0.5 * width), floor_m, 0.0)
        x += length + 0.25
    rect = (0.0, SETBACK_M, x - 0.25 + BUND_MARGIN_M, front + deepest + BUND_MARGIN_M)
    unit.structure.append(bund(rect, height))
    unit.depth_m = rect[3]
    for bar in ((rect[0], rect[1], rect[2], rect[1] + 0.15), (rect[0], rect[3] - 0.15, rect[2], rect[3]),
                (rect[0], rect[1], rect[0] + 0.15, rect[3]), (rect[2] - 0.15, rect[1], rect[2], rect[3])):  # fmt: skip
        unit.claim(bar, height)
    return rect[2]


def place_dock(draft: Draft, maker: Maker) -> None:
    """Place the charging dock in the corner at (0, 0), its station against what stands along x = 0."""
    station = maker.make("charging_dock")
    length, width, _ = station.params["size_m"]
    x, y = 0.1 + 0.5 * width, 0.35 + 0.5 * length
    draft.place(station, x, y, 0.0, np.pi / 2)
    draft.dock = (x + DOCK_AHEAD_M, y, 0.0)
    # Room to start and to come back.
    draft.claim((x + 0.5 * width, y - 0.6, x + 0.5 * width + 1.0, y + 0.6))
    draft.zones.append(Zone("Dock", "dock", rectangle(x - 0.5 * width, y - 0.5, x + 0.5 * width + 0.3, y + 0.5)))
