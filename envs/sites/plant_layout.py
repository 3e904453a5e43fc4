"""Lays a plant out: process areas along the plan, what stands along the building, the dock, lamps and marked zones."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..site.draft import Draft
from ..site.model import Light
from ..site.zones import rectangle
from ..types import Point, Zone
from . import plant_dressing as dressing
from .base import SizeSpec
from .plant_areas import build_area
from .plant_plan import Plan, draw_plan, draw_programs
from .units import Maker, Tags, place_dock

LAMP_EVERY_M = 11.0
LAMP_STRENGTH = 14.0
ARM_M = 0.9  # reach of a lamp's arm
ALONG_BUILDING = {"small": 5, "medium": 7, "large": 14}  # pieces


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
    maker = Maker(rng, {**style, "gas": None}, tags, len(programs) + 1)
    dressing.overhead(draft, plan, rng)
    doors = _building(draft, plan, maker, size)
    place_dock(draft, maker)
    _lamps(draft, plan, maker, lamp)
    _walk_zones(draft, plan, doors)
    dressing.floors(draft, plan, programs, rng, style)
    dressing.fences(draft, rng, style)
    dressing.hoses(draft, plan, rng)
    flat = [(rect, program) for (rect, _), program in zip(plan.areas, programs, strict=True) if not program.slab]
    dressing.store(draft, [rect for rect, program in flat if not program.recipes], rng)
    dressing.clutter(draft, [rect for rect, _ in flat], rng)
    return draft


def _building(draft: Draft, plan: Plan, maker: Maker, size: SizeSpec) -> list[tuple[float, float]]:
    """What stands along the building; gives the stretches of x of its doors."""
    door = maker.make("exit_door")
    x = float(maker.rng.uniform(0.25, 0.75)) * draft.width_m
    length, width, _ = door.params["size_m"]
    draft.place(door, x, draft.depth_m - 0.5 * width - 0.005, 0.0, 0.0)
    doors = [(x - 0.5 * length, x + 0.5 * length)]
    # Nothing in the way of the exit.
    draft.claim((doors[0][0] - 0.4, plan.wall_y - 0.5, doors[0][1] + 0.4, draft.depth_m - width - 0.01))
    kinds = ["control_cabinet", "junction_box", "fire_extinguisher", "gas_detector"]
    for kind in (kinds * 4)[: ALONG_BUILDING[size.name]]:
        for _ in range(8):
            e = maker.make(kind)
            length, width, _ = e.params["size_m"]
            at = float(maker.rng.uniform(0.5 + 0.5 * length, draft.width_m - 0.5 - 0.5 * length))
            if draft.try_place(e, at, draft.depth_m - 0.5 * width - 0.01, 0.0, 0.0, 0.35):
                break
    return doors


def _lamps(draft: Draft, plan: Plan, maker: Maker, colour: Point) -> None:
    """Lamp posts along the fences, and the light they give."""
    along_y = np.arange(0.6 * LAMP_EVERY_M, plan.wall_y, LAMP_EVERY_M)
    places = [(float(x), 0.3, np.pi) for x in np.arange(0.5 * LAMP_EVERY_M, draft.width_m - 1.0, LAMP_EVERY_M)]
    places += [(x, float(y), yaw) for x, yaw in ((0.3, np.pi / 2), (draft.width_m - 0.3, -np.pi / 2)) for y in along_y]
    for x, y, yaw in places:
        lamp = maker.make("lamp_post")
        foot = (x - 0.2, y - 0.2, x + 0.2, y + 0.2)
        if not draft.fits(foot, clearance_m=0.1) or not draft.fits(foot, 4.5, ARM_M, from_m=2.5):
            continue
        # Its arm is far above everything else that stands there.
        draft.claim(foot, lamp.params["height_m"])
        lamp.position_m, lamp.yaw_rad = (x, y, 0.0), yaw
        draft.equipment.append(lamp)
        dx, dy, dz = lamp.params["lamp_m"]
        head = (x + np.cos(yaw) * dx - np.sin(yaw) * dy, y + np.sin(yaw) * dx + np.cos(yaw) * dy, dz)
        draft.lights.append(Light((float(head[0]), float(head[1]), float(head[2])), colour, LAMP_STRENGTH))


def _walk_zones(draft: Draft, plan: Plan, doors: Sequence[tuple[float, float]]) -> None:
    """Walkways along all aisles, and the escape route along the building to its door."""
    for k, (x0, y0, x1, y1) in enumerate(plan.aisles):
        draft.zones.append(Zone(f"Walkway {k + 1}", "walkway", rectangle(x0 + 0.2, y0 + 0.2, x1 - 0.2, y1 - 0.2)))
    y = plan.wall_y - 0.5 * plan.aisle_m
    left, right = doors[0]
    draft.zones.append(Zone("Escape route", "escape_route", rectangle(0.5, y - 0.6, draft.width_m - 0.5, y + 0.6)))
    draft.zones.append(Zone("Exit", "escape_route", rectangle(left, y + 0.6, right, draft.depth_m - 0.3)))
