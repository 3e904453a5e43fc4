"""What makes a plan look like a plant: floors, fences, pipe bridges, hoses, storage and clutter."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..site import fixtures, ground, surroundings
from ..site.draft import Draft, grown
from ..site.ground import Rect
from ..site.model import Part
from .plant_areas import Program
from .plant_plan import Plan

BRIDGE_FROM_M = 7.0  # beyond the fence


def overhead(draft: Draft, plan: Plan, rng: np.random.Generator) -> None:
    """Pipe bridges along some of the aisles between areas, from outside the fence into the building."""
    rows = sorted({(rect[1], rect[3]) for rect, _ in plan.areas})
    for x in plan.crossings_m:
        if rng.random() < 0.3:
            continue
        start = -BRIDGE_FROM_M
        posts = [BRIDGE_FROM_M - 5.5, *(0.5 * (a + b) - start for a, b in rows)]
        end = draft.depth_m + 0.1
        count = int((plan.aisle_m - 0.45) / 0.3)
        height, half = float(rng.uniform(2.9, 3.6)), 0.15 * count + 0.1
        draft.structure += fixtures.pipe_bridge(rng, (x, start), (x, end), posts, height, count)
        draft.claim((x - half - 0.1, 0.0, x + half + 0.1, draft.depth_m), height + 0.5, height)
        for post in posts[1:]:
            for side in (-half, half):
                draft.claim((x + side - 0.15, start + post - 0.15, x + side + 0.15, start + post + 0.15))


def floors(draft: Draft, plan: Plan, programs: list[Program], rng: np.random.Generator, style: dict[str, Any]) -> None:
    """Aisles, process floors, lines, drains and stains."""
    aisle, area = style["aisle_floor"], style["area_floor"]
    patches = []
    for (rect, _), program in zip(plan.areas, programs, strict=True):
        patches.append((rect, area if program.number % 3 else "gravel" if len(programs) > 3 else area))
    x0, y0, x1, y1 = 0.0, plan.wall_y, draft.width_m, draft.depth_m
    patches.append(((x0, y0, x1, y1), "concrete"))
    draft.structure += ground.floors((0.0, 0.0, draft.width_m, draft.depth_m), aisle, patches, style["outside_floor"])
    for look, restricted in (("line", False), ("restricted_line", True)):
        rects = [r for (r, _), program in zip(plan.areas, programs, strict=True) if program.restricted is restricted]
        bars = [bar for rect in rects for bar in ground.outline(grown(rect, 0.16), 0.1)]
        draft.structure += [ground.painted(bars, style[look])] if bars else []
    y = plan.wall_y - 0.5 * plan.aisle_m
    edges = [(0.5, y + s, draft.width_m - 0.5, y + s + 0.08) for s in (-0.64, 0.56)]
    draft.structure.append(ground.painted(edges, style["escape_line"]))
    for x0, y0, x1, y1 in plan.aisles[: len({rect[1] for rect, _ in plan.areas})]:
        if rng.random() < 0.5:
            x, y = float(rng.uniform(x0 + 3, x1 - 6)), 0.5 * (y0 + y1)
            draft.structure += ground.drain((x, y - 0.12, x + float(rng.uniform(1.5, 3.0)), y + 0.12))
    tint = {"asphalt": (0.22, 0.22, 0.23), "concrete": (0.52, 0.51, 0.48)}[aisle]
    for _ in range(int(draft.width_m * draft.depth_m / 30)):
        x0, y0, x1, y1 = plan.aisles[int(rng.integers(len(plan.aisles)))]
        at = (float(rng.uniform(x0 + 0.8, x1 - 0.8)), float(rng.uniform(y0 + 0.8, y1 - 0.8)))
        draft.structure.append(ground.stain(rng, *at, float(rng.uniform(0.15, 0.5)), aisle, tint))


def fences(draft: Draft, rng: np.random.Generator, style: dict[str, Any]) -> None:
    """The building, the fence or wall on the other sides, and the skyline."""
    w, d = draft.width_m, draft.depth_m
    doors = [(c[0] - 0.1, c[3] + 0.1) for c in draft.claims if c[4] > d - 0.5]
    draft.structure += surroundings.facade(rng, 0.0, w, d, style["cladding"], doors)
    for start, end in (((-0.1, d), (-0.1, -0.1)), ((-0.1, -0.1), (w + 0.1, -0.1)), ((w + 0.1, -0.1), (w + 0.1, d))):
        if rng.random() < 0.6:
            draft.structure += surroundings.fence(start, end, style["fence"])
        else:
            material = ("concrete", "brick")[int(rng.integers(2))]
            draft.structure += surroundings.wall(start, end, float(rng.uniform(1.9, 2.6)), material)
    draft.structure += surroundings.skyline(rng, (0.0, 0.0, w, d))


def hoses(draft: Draft, plan: Plan, rng: np.random.Generator) -> None:
    """Hoses across some aisles, to step over."""
    inner = [a for a in plan.aisles if a[2] - a[0] > a[3] - a[1]][1:-1]
    for x0, y0, x1, y1 in inner:
        for _ in range(int(rng.integers(0, 2 + int((x1 - x0) / 40)))):
            x = float(rng.uniform(x0 + 3.0, x1 - 3.0))
            steps = np.linspace(y0 + 0.25, y1 - 0.25, 4)
            path = np.column_stack([x + rng.uniform(-0.35, 0.35, 4), steps])
            radius = float(rng.uniform(0.015, 0.025))
            shade = ((0.10, 0.10, 0.10), (0.30, 0.14, 0.10), (0.14, 0.20, 0.16))[int(rng.integers(3))]
            draft.structure += fixtures.hose(path, radius, shade)


def clutter(draft: Draft, areas: Sequence[Rect], rng: np.random.Generator) -> None:
    """Drums, pallets, crates and cones in free corners of the areas, which have no slab."""
    for rect in areas:
        for _ in range(int(rng.integers(0, 4))):
            x, y = float(rng.uniform(rect[0] + 0.7, rect[2] - 0.7)), float(rng.uniform(rect[1] + 0.7, rect[3] - 0.7))
            if not draft.fits((x - 0.65, y - 0.65, x + 0.65, y + 0.65), 1.2, 0.45):
                continue
            draft.claim((x - 0.65, y - 0.65, x + 0.65, y + 0.65), 1.2)
            draft.structure += _pile(rng, x, y)


def _pile(rng: np.random.Generator, x: float, y: float) -> list[Part]:
    kind = int(rng.integers(3))
    if kind == 0:
        colour = fixtures.DRUM_COLOURS[int(rng.integers(len(fixtures.DRUM_COLOURS)))]
        parts = fixtures.drum(x - 0.32, y, colour)
        return parts + fixtures.drum(x + 0.32, y + 0.05, colour) if rng.random() < 0.5 else parts
    if kind == 1:
        return fixtures.pallet(x, y, 0.0) + fixtures.crate(rng, x, y, 0.144)
    return fixtures.traffic_cone(x, y, (0.88, 0.34, 0.10))


def store(draft: Draft, areas: Sequence[Rect], rng: np.random.Generator) -> None:
    """Containers, tanks, pipe stacks and piles in areas without equipment."""
    for x0, y0, x1, y1 in areas:
        for _ in range(6):
            length, width, height, draw = _STORES[int(rng.integers(len(_STORES)))]
            if length > x1 - x0 - 0.6 or width > y1 - y0 - 0.3:
                continue
            x = float(rng.uniform(x0 + 0.3 + 0.5 * length, x1 - 0.3 - 0.5 * length))
            y = float(rng.uniform(y0 + 0.15 + 0.5 * width, y1 - 0.15 - 0.5 * width))
            rect = (x - 0.5 * length, y - 0.5 * width, x + 0.5 * length, y + 0.5 * width)
            if draft.fits(rect, height, 0.5):
                draft.claim(rect, height)
                draft.structure += draw(rng, x, y)


_STORES = (
    (6.06, 2.44, 2.6, fixtures.container),
    (3.0, 3.0, 3.5, fixtures.silo),
    (2.6, 2.6, 9.5, fixtures.column),
    (4.2, 1.2, 0.8, fixtures.pipe_stack),
    (2.7, 1.1, 1.1, fixtures.drum_store),
)
