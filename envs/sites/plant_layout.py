"""The plan of a plant: rows of process areas between aisles, a building along one side and a fence along the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..site import fixtures, ground, surroundings
from ..site.draft import Draft
from ..site.ground import Rect
from ..site.model import Light
from ..site.zones import rectangle
from ..types import Point, Zone
from .base import SizeSpec
from .plant_areas import Program, build_area
from .plant_units import Maker, Tags

WALL_STRIP_M = 0.85  # for what stands along the building
AISLE_M = {"small": 2.1, "medium": 2.2, "large": 2.6}
ROW_M = {"small": 3.4, "medium": 3.8, "large": 4.2}
AREA_M = {"small": 16.0, "medium": 17.0, "large": 18.0}  # longest area
LAMP_EVERY_M = 11.0


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


def lay_out(
    size: SizeSpec, width_m: float, depth_m: float, rng: np.random.Generator, style: dict[str, Any], lamp: Point
) -> Draft:
    """Draft a whole plant in its own frame, the building along its +y side."""
    plan = draw_plan(size, width_m, depth_m, rng)
    draft, tags = Draft(width_m, depth_m), Tags()
    programs = draw_programs(size, len(plan.areas), rng)
    for (rect, flipped), program in zip(plan.areas, programs, strict=True):
        area = build_area(program, rect[2] - rect[0], rect[3] - rect[1], rng, style, tags)
        draft.adopt(area.turned(2) if flipped else area, rect[0], rect[1])
    maker = Maker(rng, {**style, "gas": None}, tags, 9 if size.name != "large" else 99)
    doors = _building(draft, plan, maker, size)
    _dock(draft, plan, maker)
    _lamps(draft, plan, maker, lamp)
    _walk_zones(draft, plan, doors)
    _overhead(draft, plan, rng)
    _floors(draft, plan, programs, rng, style)
    _fences(draft, rng, style)
    _hoses(draft, plan, rng)
    _clutter(draft, [rect for (rect, _), program in zip(plan.areas, programs, strict=True) if not program.slab], rng)
    return draft


def draw_programs(size: SizeSpec, count: int, rng: np.random.Generator) -> list[Program]:
    """What each of `count` areas is for; together they have every sort of unit that a patrol needs."""
    wanted = [
        "pump",
        ("tank", "vessel")[int(rng.integers(2))],
        "rack",
        ("exchanger", "compressor", "fan")[int(rng.integers(3))],
    ]
    order = rng.permutation(count)
    recipes: list[list[str]] = [[] for _ in range(count)]
    for k, name in enumerate(rng.permutation(wanted)):
        recipes[order[k % count]].append(str(name))
    choice = ("pump", "pump_pair", "tank", "vessel", "exchanger", "compressor", "fan", "rack", "manifold")
    weights = np.array([3, 2, 2, 2, 2, 2, 1.5, 1.5, 1.5])
    for names in recipes:
        extra = {"small": 1, "medium": 2, "large": 2}[size.name]
        names += [str(n) for n in rng.choice(choice, extra, p=weights / weights.sum())]
    gases = [
        ("CH4", "C3H8", "H2S", "NH3", "H2", None)[int(k)]
        for k in rng.choice(6, count, p=[0.22, 0.22, 0.16, 0.14, 0.1, 0.16])
    ]
    gases[order[0]] = ("CH4", "C3H8", "H2S", "NH3")[int(rng.integers(4))]
    restricted = {order[-1 - k] for k in range({"small": 1, "medium": 2, "large": 4}[size.name])}
    ramp = order[int(rng.integers(count))]
    programs = []
    for k in range(count):
        names = [*recipes[k], "platform"] if k == ramp else recipes[k]
        slab = bool(rng.random() < 0.35) and "platform" not in names
        programs.append(Program(k + 1, gases[k], tuple(names), slab, k in restricted))
    return programs


def _building(draft: Draft, plan: Plan, maker: Maker, size: SizeSpec) -> list[tuple[float, float]]:
    """What stands along the building; gives the stretches of x of its doors."""
    door = maker.make("exit_door")
    x = float(maker.rng.uniform(0.25, 0.75)) * draft.width_m
    length, width, _ = door.params["size_m"]
    draft.place(door, x, draft.depth_m - 0.5 * width - 0.005, 0.0, 0.0)
    doors = [(x - 0.5 * length, x + 0.5 * length)]
    # Nothing in the way of the exit.
    draft.claim((doors[0][0] - 0.4, plan.wall_y - 0.5, doors[0][1] + 0.4, draft.depth_m - width - 0.01))
    per_10_m = {"small": 2.6, "medium": 2.2, "large": 1.6}[size.name]
    kinds = ["control_cabinet", "junction_box", "fire_extinguisher", "gas_detector", "switchgear"]
    kinds += ["junction_box", "control_cabinet", "fire_extinguisher", "gas_detector"] * 4
    for kind in kinds[: max(5, int(per_10_m * draft.width_m / 10))]:
        for _ in range(8):
            e = maker.make(kind)
            length, width, _ = e.params["size_m"]
            at = float(maker.rng.uniform(0.5 + 0.5 * length, draft.width_m - 0.5 - 0.5 * length))
            if draft.try_place(e, at, draft.depth_m - 0.5 * width - 0.01, 0.0, 0.0, 0.35):
                break
    return doors


def _dock(draft: Draft, plan: Plan, maker: Maker) -> None:
    """The charging dock in a corner of the outer aisles, its station against the fence."""
    station = maker.make("charging_dock")
    length, width, _ = station.params["size_m"]
    draft.place(station, 0.15 + 0.5 * width, 0.25 + 0.5 * length, 0.0, np.pi / 2)
    x, y = 0.15 + width + 0.8, 0.25 + 0.5 * length
    draft.dock = (x, y, 0.0)
    draft.claim((x - 0.8, y - 0.5, x + 0.8, y + 0.5))
    draft.zones.append(Zone("Dock", "dock", rectangle(0.1, 0.1, x + 0.8, y + 0.7)))


def _lamps(draft: Draft, plan: Plan, maker: Maker, colour: Point) -> None:
    """Lamp posts along the fences, and the light they give."""
    places = [(float(x), 0.3, 0.0) for x in np.arange(0.5 * LAMP_EVERY_M, draft.width_m - 1.0, LAMP_EVERY_M)]
    places += [(0.3, float(y), -np.pi / 2) for y in np.arange(0.6 * LAMP_EVERY_M, plan.wall_y, LAMP_EVERY_M)]
    places += [
        (draft.width_m - 0.3, float(y), np.pi / 2) for y in np.arange(0.6 * LAMP_EVERY_M, plan.wall_y, LAMP_EVERY_M)
    ]
    for x, y, yaw in places:
        lamp = maker.make("lamp_post")
        if draft.try_place(lamp, x, y, 0.0, yaw, 0.1):
            height = lamp.params["size_m"][2]
            draft.lights.append(Light((x, y, height - 0.2), colour, 14.0))


def _walk_zones(draft: Draft, plan: Plan, doors: Sequence[tuple[float, float]]) -> None:
    """Walkways along all aisles, and the escape route along the building to its door."""
    for k, (x0, y0, x1, y1) in enumerate(plan.aisles):
        draft.zones.append(Zone(f"Walkway {k + 1}", "walkway", rectangle(x0 + 0.2, y0 + 0.2, x1 - 0.2, y1 - 0.2)))
    y = plan.wall_y - 0.5 * plan.aisle_m
    left, right = doors[0]
    draft.zones.append(Zone("Escape route", "escape_route", rectangle(0.5, y - 0.6, draft.width_m - 0.5, y + 0.6)))
    draft.zones.append(Zone("Exit", "escape_route", rectangle(left, y + 0.6, right, draft.depth_m - 0.3)))


def _overhead(draft: Draft, plan: Plan, rng: np.random.Generator) -> None:
    """Pipe bridges along some of the aisles between areas."""
    rows = sorted({(rect[1], rect[3]) for rect, _ in plan.areas})
    for x in plan.crossings_m:
        if rng.random() < 0.3:
            continue
        start = rows[0][0]
        posts = [0.5 * (a + b) - start for a, b in rows]
        end = rows[-1][1]
        count = int((plan.aisle_m - 0.45) / 0.3)
        draft.structure += fixtures.pipe_bridge(rng, (x, start), (x, end), posts, float(rng.uniform(2.9, 3.6)), count)
        half = 0.15 * count + 0.1
        for post in posts:
            for side in (-half, half):
                draft.claim((x + side - 0.15, start + post - 0.15, x + side + 0.15, start + post + 0.15))


def _floors(draft: Draft, plan: Plan, programs: list[Program], rng: np.random.Generator, style: dict[str, Any]) -> None:
    """Aisles, process floors, lines, drains and stains."""
    aisle, area = style["aisle_floor"], style["area_floor"]
    patches = []
    for (rect, _), program in zip(plan.areas, programs, strict=True):
        patches.append((rect, area if program.number % 3 else "gravel" if len(programs) > 3 else area))
    x0, y0, x1, y1 = 0.0, plan.wall_y, draft.width_m, draft.depth_m
    patches.append(((x0, y0, x1, y1), "concrete"))
    draft.structure += ground.floors((0.0, 0.0, draft.width_m, draft.depth_m), aisle, patches, style["outside_floor"])
    bars = [
        bar
        for rect, _ in plan.areas
        for bar in ground.outline((rect[0] - 0.16, rect[1] - 0.16, rect[2] + 0.16, rect[3] + 0.16), 0.1)
    ]
    draft.structure.append(ground.painted(bars, style["line"]))
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


def _fences(draft: Draft, rng: np.random.Generator, style: dict[str, Any]) -> None:
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


def _hoses(draft: Draft, plan: Plan, rng: np.random.Generator) -> None:
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


def _clutter(draft: Draft, areas: Sequence[Rect], rng: np.random.Generator) -> None:
    """Drums, pallets, crates and cones in free corners of the areas, which have no slab."""
    for rect in areas:
        for _ in range(int(rng.integers(0, 4))):
            x, y = float(rng.uniform(rect[0] + 0.7, rect[2] - 0.7)), float(rng.uniform(rect[1] + 0.7, rect[3] - 0.7))
            if not draft.fits((x - 0.65, y - 0.65, x + 0.65, y + 0.65), 1.2, 0.45):
                continue
            draft.claim((x - 0.65, y - 0.65, x + 0.65, y + 0.65), 1.2)
            draft.structure += _pile(rng, x, y)


def _pile(rng: np.random.Generator, x: float, y: float) -> list[Any]:
    kind = int(rng.integers(3))
    if kind == 0:
        colour = fixtures.DRUM_COLOURS[int(rng.integers(len(fixtures.DRUM_COLOURS)))]
        parts = fixtures.drum(x - 0.32, y, colour)
        return parts + fixtures.drum(x + 0.32, y + 0.05, colour) if rng.random() < 0.5 else parts
    if kind == 1:
        return fixtures.pallet(x, y, 0.0) + fixtures.crate(rng, x, y, 0.144)
    return fixtures.traffic_cone(x, y, (0.88, 0.34, 0.10))
