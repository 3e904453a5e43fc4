"""The hall round a body shop: floor, walls, roof with its trusses, lamps, ducts."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..site import ground
from ..site.draft import Draft
from ..site.ground import Rect
from ..site.model import Light, Part
from ..site.shapes import Shape, bar, box, box_between, cylinder, join, ring
from ..site.shopfloor import strip_curtain
from ..types import Point
from .factory_plan import Plan

HEIGHT_M = {"small": 7.0, "medium": 8.5, "large": 10.0}
WALL_M = 0.25  # thick
_BAY_M = 6.0  # between trusses, at most
_PILASTER_M = 2.7  # from here up, over all that stands along the walls
_LAMP_EVERY_M = 6.5
_HANG_M = 0.9  # of lamps under the roof
_TUNNEL_M = 6.5  # behind an opening for bodies
_OPENING_M = (1.25, 2.3)  # half width and height
_DUCT_M = (5.25, 5.6)  # heights


def hall(draft: Draft, size: str, openings: Sequence[float], lamp: Point, level: float, style: dict[str, Any]) -> None:
    """Walls, roof and lamps round a draft.

    Args:
        draft: takes them.
        size: of the site.
        openings: y of the middles of openings in the wall along x = 0, through which lines come in.
        lamp: sRGB of the light.
        level: light of all lamps together on the floor.
        style: the site's looks.
    """
    w, d, high = draft.width_m, draft.depth_m, HEIGHT_M[size]
    draft.structure += _walls(w, d, high, openings, style)
    draft.structure += _roof(w, d, high, style)
    _lamps(draft, high, lamp, level)


def _walls(w: float, d: float, high: float, openings: Sequence[float], style: dict[str, Any]) -> list[Part]:
    """Clad walls on a base, with pilasters and a band of windows."""
    t, base = WALL_M, 1.1
    lower: list[Shape] = []
    upper: list[Shape] = []
    posts, panes = [], []
    for low, up, into in ((0.0, base, lower), (base, high, upper)):
        into += [box_between((-t, -t, low), (w + t, 0.0, up)), box_between((-t, d, low), (w + t, d + t, up))]
        into.append(box_between((w, 0.0, low), (w + t, d, up)))
        into += _pierced(d, low, up, openings)
    for x in np.linspace(0.0, w, max(2, round(w / _BAY_M) + 1)):
        posts += [
            box_between((x - 0.15, a, _PILASTER_M), (x + 0.15, b, high)) for a, b in ((-0.1, 0.12), (d - 0.12, d + 0.1))
        ]
    for x in np.arange(2.0, w - 1.5, 4.0):
        panes += [box((2.6, 0.04, 1.1), (x, y, high - 2.0)) for y in (-0.005, d + 0.005)]
    half, top = _OPENING_M
    tunnels = [box_between((-_TUNNEL_M, y + a, 0.0), (-t, y + b, top + 0.3)) for y in openings
               for a, b in ((-half - 0.1, -half), (half, half + 0.1))]  # fmt: skip
    tunnels += [box_between((-_TUNNEL_M, y - half, top), (-t, y + half, top + 0.3)) for y in openings]
    tunnels += [box_between((-_TUNNEL_M, y - half, 0.0), (-_TUNNEL_M + 0.1, y + half, top)) for y in openings]
    parts = [
        join(lower).part("epoxy", style["wall_base"], inspectable=False),
        join(upper).part("cladding", style["cladding"], inspectable=False),
        join(posts).part("paint_worn", style["steel"], inspectable=False),
        join(panes).part("glass", (0.80, 0.86, 0.90), solid=False, inspectable=False),
    ]
    parts += [strip_curtain(-0.15, y, half, top) for y in openings]
    return [*parts, join(tunnels).part("paint", (0.16, 0.17, 0.18), inspectable=False)] if tunnels else parts


def _pierced(d: float, low: float, up: float, openings: Sequence[float]) -> list[Shape]:
    """The wall along x = 0 between two heights, without its openings."""
    half, top = _OPENING_M
    edges = [0.0, *(y for at in sorted(openings) for y in (at - half, at + half)), d]
    pieces = [
        box_between((-WALL_M, a, low), (0.0, b, up)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a
    ]
    if up > top:
        pieces += [box_between((-WALL_M, at - half, max(low, top)), (0.0, at + half, up)) for at in openings]
    return pieces


def _roof(w: float, d: float, high: float, style: dict[str, Any]) -> list[Part]:
    """Roof sheets and lattice trusses along the shorter side."""
    sheet = box_between((-0.3, -0.3, high), (w + 0.3, d + 0.3, high + 0.2))
    steel = []
    for x in np.linspace(0.0, w, max(2, round(w / _BAY_M) + 1)):
        low, up = high - 0.9, high - 0.1
        steel += [box_between((x - 0.06, 0.0, z - 0.06), (x + 0.06, d, z + 0.06)) for z in (low, up)]
        places = np.linspace(0.1, d - 0.1, 2 * max(2, round(d / 2.4)) + 1)
        ends = [(y, low if k % 2 else up) for k, y in enumerate(places)]
        steel += [bar((x, a, za), (x, b, zb), 0.06, 0.06) for (a, za), (b, zb) in pairwise(ends)]
    return [
        sheet.part("cladding", style["roof"], solid=False, inspectable=False),
        join(steel).part("paint", style["steel"], solid=False, inspectable=False),
    ]


def _lamps(draft: Draft, high: float, colour: Point, level: float) -> None:
    """Rows of lamps, and the light they give: `level` on the floor amid an endless grid of them."""
    w, d = draft.width_m, draft.depth_m
    nx, ny = (max(2, round(side / _LAMP_EVERY_M)) for side in (w, d))
    strength = level * (w / nx) * (d / ny) / (2.0 * np.pi)
    cases, faces = [], []
    z = high - _HANG_M
    for x in (np.arange(nx) + 0.5) * w / nx:
        for y in (np.arange(ny) + 0.5) * d / ny:
            cases.append(box((1.5, 0.22, 0.09), (x, y, z)))
            faces.append(box((1.44, 0.17, 0.012), (x, y, z - 0.05)))
            draft.lights.append(Light((float(x), float(y), z - 0.1), colour, float(strength)))
    draft.structure.append(join(cases).part("paint", (0.82, 0.82, 0.80), solid=False, inspectable=False))
    draft.structure.append(join(faces).part("lamp", solid=False, inspectable=False))


def ducts(draft: Draft, plan: Plan, rng: np.random.Generator) -> None:
    """Exhaust ducts and cable trays high over the blocks, along x."""
    rows = sorted({(block.rect[1], block.rect[3]) for block in plan.blocks})
    x0, x1 = min(block.rect[0] for block in plan.blocks), max(block.rect[2] for block in plan.blocks)
    round_ones, trays = [], []
    for low, high in rows:
        y, z = float(rng.uniform(low + 0.6, high - 0.6)), float(rng.uniform(*_DUCT_M))
        if rng.random() < 0.6:
            radius = float(rng.uniform(0.18, 0.3))
            round_ones.append(cylinder((x0 + 0.5, y, z), (x1 - 0.5, y, z), radius, 16))
            round_ones += [
                ring((x, y, z), (x + 0.05, y, z), radius - 0.01, radius + 0.025, 16)
                for x in np.arange(x0 + 1.0, x1 - 1.0, 2.0)
            ]
        else:
            trays += [box_between((x0 + 0.3, y + a, z), (x1 - 0.3, y + a + 0.02, z + 0.09)) for a in (-0.2, 0.2)]
            trays += [box((0.03, 0.4, 0.015), (x, y, z)) for x in np.arange(x0 + 0.4, x1 - 0.4, 0.5)]
            trays += [
                cylinder((x0 + 0.4, y + a, z + 0.03), (x1 - 0.4, y + a, z + 0.03), 0.02, 6) for a in (-0.1, -0.04, 0.05)
            ]
    for shapes in (round_ones, trays):
        if shapes:
            draft.structure.append(join(shapes).part("galvanised", solid=False, inspectable=False))


def floor(draft: Draft, plan: Plan, rng: np.random.Generator, style: dict[str, Any]) -> None:
    """The floor's coats, the painted lines, and old stains."""
    base, walk, lane = style["floor"], style["walk"], style["lane"]
    patches: list[tuple[Rect, ground.Floor]] = [(rect, walk) for rect in plan.walks]
    patches += [(rect, lane) for rect in plan.lanes]
    draft.structure += ground.floors((0.0, 0.0, draft.width_m, draft.depth_m), base, patches, "concrete")
    cut = [*plan.walks, *plan.lanes]
    edges = [bar for rect in plan.walks for bar in _free_sides(rect, cut, 0.09)]
    draft.structure.append(ground.painted(edges, style["line"]))
    lane_edges = [bar for rect in plan.lanes for bar in _free_sides(rect, list(plan.crossings), 0.12)]
    draft.structure += [ground.painted(lane_edges, style["lane_line"])] if lane_edges else []
    zebra = [bar for rect in plan.crossings for bar in _zebra(rect)]
    draft.structure += [ground.painted(zebra, (0.86, 0.86, 0.82))] if zebra else []
    for _ in range(int(draft.width_m * draft.depth_m / 40)):
        x0, y0, x1, y1 = plan.walks[int(rng.integers(len(plan.walks)))]
        at = (float(rng.uniform(x0 + 0.6, x1 - 0.6)), float(rng.uniform(y0 + 0.6, y1 - 0.6)))
        draft.structure.append(ground.stain(rng, *at, float(rng.uniform(0.1, 0.4)), *walk))


def _free_sides(rect: Rect, others: Sequence[Rect], width_m: float) -> list[Rect]:
    """Bars along the inside of a rectangle's sides, as far as no other of the rectangles lies there."""
    x0, y0, x1, y1 = rect
    bars: list[Rect] = []
    for low, high, at, along_x in (
        (x0, x1, y0, True), (x0, x1, y1 - width_m, True), (y0, y1, x0, False), (y0, y1, x1 - width_m, False),
    ):  # fmt: skip
        middle = at + 0.5 * width_m
        taken = []
        for other in others:
            if other == rect:
                continue
            a0, b0, a1, b1 = other if along_x else (other[1], other[0], other[3], other[2])
            if b0 - 0.5 < middle < b1 + 0.5 and a0 < high and a1 > low:
                taken.append((a0, a1))
        for start, end in _clear(taken, low, high):
            bars.append((start, at, end, at + width_m) if along_x else (at, start, at + width_m, end))
    return bars


def _clear(taken: Sequence[tuple[float, float]], low: float, high: float) -> list[tuple[float, float]]:
    """Stretches between `low` and `high` that no interval covers."""
    free, at = [], low
    for start, end in sorted(taken):
        if start > at + 0.05:
            free.append((at, min(start, high)))
        at = max(at, end)
    return [*free, (at, high)] if at < high - 0.05 else free


def _zebra(rect: Rect) -> list[Rect]:
    """Bars of a crossing along y, side by side along x."""
    x0, y0, x1, y1 = rect
    count = max(2, int((x1 - x0 - 0.3) / 0.7))
    places = np.linspace(x0 + 0.25, x1 - 0.55, count)
    return [(float(x), y0 + 0.1, float(x) + 0.3, y1 - 0.1) for x in places]
