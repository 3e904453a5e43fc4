"""Lays a body shop out: lines, rows of machines, what stands along the wall, the dock, the hall, the marked zones."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..site import shopfloor
from ..site.draft import Draft, Route
from ..site.zones import rectangle
from ..types import Point, Zone
from . import factory_hall as shell
from .base import SizeSpec
from .factory_lines import CELL_M, ENTRY_M, STATION_M, LineProgram, build_line
from .factory_plan import Block, Plan, draw_plan
from .factory_rows import ROW_M, build_row, draw_units, store
from .units import Maker, Tags, place_dock

LINES = {"small": 1, "medium": 2, "large": 6}  # blocks beyond them are stores
#: Cells of a line, and robots of a cell, the second number more often.
CELLS, ROBOTS = {"line": 2, "half": 1}, {"line": (3, 4), "half": (2, 2)}
STANDS = {"small": 1, "medium": 2, "large": 3}  # quality gates, one a line
STAND_LEAST_M = 6.45
UNITS = {"small": (4,), "medium": (9,), "large": (8, 8, 8, 8)}  # of each block of machines
ALONG_WALL = {"small": 3, "medium": 5, "large": 12}


def lay_out(size: SizeSpec, rng: np.random.Generator, style: dict[str, Any], lamp: Point, level: float) -> Draft:
    """Draft a whole body shop in its own frame, with its wall strip along y = 0."""
    plan = draw_plan(size, rng)
    draft, tags = Draft(size.width_m, size.depth_m), Tags()
    lines = _lines(draft, plan, size, rng, style, tags)
    _rows(draft, plan, size, rng, style, tags)
    maker = Maker(rng, style, tags, len(plan.blocks) + 1)
    place_dock(draft, maker)
    _wall(draft, maker, size)
    for k, lane in enumerate(plan.lanes):
        y = 0.5 * (lane[1] + lane[3])
        draft.routes.append(Route("vehicle", ((lane[0] + 1.2, y), (lane[2] - 1.2, y)), {"lane": k}))
    _zones(draft, plan)
    shell.floor(draft, plan, rng, style)
    shell.hall(draft, size.name, [y for y, walled in lines if walled], lamp, level, style)
    shell.ducts(draft, plan, rng)
    return draft


def _lines(
    draft: Draft, plan: Plan, size: SizeSpec, rng: np.random.Generator, style: dict[str, Any], tags: Tags
) -> list[tuple[float, bool]]:
    """Place the lines, and goods where none is; gives the y of each line's axis and whether it is walled."""
    blocks = [block for block in plan.blocks if block.kind in CELLS]
    order = [int(k) for k in rng.permutation(len(blocks))]
    lines, gates = order[: LINES[size.name]], order[: STANDS[size.name]]
    axes = []
    for k, block in enumerate(blocks):
        x0, y0, x1, y1 = block.rect
        if k not in lines:
            store(draft, (x0 + 0.3, y0 + 0.3, x1 - 0.3, y1 - 0.3), rng)
            continue
        maker = Maker(rng, {**style, "conveyor_m": CELL_M}, tags, k + 1)
        program = _program(block, k in gates, rng)
        line = build_line(program, x1 - x0, maker, style)
        draft.adopt(line, x0, y0)
        axes.append((draft.routes[-1].stops_m[0][1], program.walled))
    return axes


def _program(block: Block, gate: bool, rng: np.random.Generator) -> LineProgram:
    """A line that fills its block, with a quality gate behind it where one is wanted and fits."""
    cells = CELLS[block.kind]
    left = block.rect[2] - block.rect[0] - cells * CELL_M - STATION_M - (ENTRY_M if block.walled else STATION_M)
    robots = tuple(int(n) for n in rng.choice(ROBOTS[block.kind], cells, p=[0.3, 0.7]))
    strip_first = bool(rng.random() < 0.5)
    # Where robots stand on one side only, the drive of the conveyor is looked at from the other.
    sides = (-1, 1) if block.kind == "line" else ((1,) if strip_first else (-1,))
    return LineProgram(robots, int(gate and left >= STAND_LEAST_M), block.walled, strip_first, sides)


def _rows(
    draft: Draft, plan: Plan, size: SizeSpec, rng: np.random.Generator, style: dict[str, Any], tags: Tags
) -> None:
    """Machines in one row along the wall or two back to back, and goods in what is left."""
    blocks = [block for block in plan.blocks if block.kind not in CELLS]
    order = [int(k) for k in rng.permutation(len(blocks))]
    counts = dict(zip(order, UNITS[size.name], strict=False))
    lines = len(plan.blocks) - len(blocks)
    for k, block in enumerate(blocks):
        x0, y0, x1, y1 = block.rect
        maker = Maker(rng, style, tags, lines + k + 1)
        row_names = draw_units(counts.get(k, 0), rng, needed=k == order[0])
        sides = [row_names] if block.kind == "wall" else [row_names[::2], row_names[1::2]]
        for side, row in zip(_sides(block), sides, strict=False):
            built = build_row(row, x1 - x0, maker)
            draft.adopt(built.turned(2) if side else built, x0, y1 - ROW_M if side else y0)
        if not row_names:
            store(draft, (x0 + 0.2, y0 + 0.3, x1 - 0.2, y1 - 0.3), rng)
        elif block.kind == "rows":
            draft.structure += shopfloor.media_wall((x0 + 0.3, 0.5 * (y0 + y1)), (x1 - 0.3, 0.5 * (y0 + y1)), rng)


def _sides(block: Block) -> Iterator[bool]:
    """For each row of a block whether it looks to +y."""
    yield False
    if block.kind == "rows":
        yield True


def _wall(draft: Draft, maker: Maker, size: SizeSpec) -> None:
    """The exit, extinguishers and cabinets along the wall at y = 0."""
    door = maker.make("exit_door")
    length, width, _ = door.params["size_m"]
    x = float(maker.rng.uniform(0.35, 0.8)) * draft.width_m
    draft.place(door, x, 0.5 * width + 0.005, 0.0, np.pi)
    draft.claim((x - 0.5 * length - 0.3, width + 0.01, x + 0.5 * length + 0.3, 2.0))
    draft.zones.append(Zone("Exit", "escape_route", rectangle(x - 0.5 * length, 0.3, x + 0.5 * length, 1.2)))
    kinds = ["fire_extinguisher", "control_cabinet", "workbench", "fire_extinguisher"] * 3
    for kind in kinds[: ALONG_WALL[size.name]]:
        for _ in range(8):
            e = maker.make(kind)
            length, width, _ = e.params["size_m"]
            at = float(maker.rng.uniform(3.0 + 0.5 * length, draft.width_m - 0.5 - 0.5 * length))
            if draft.try_place(e, at, 0.5 * width + 0.01, 0.0, np.pi, 0.3):
                break


def _zones(draft: Draft, plan: Plan) -> None:
    """Walkways, vehicle lanes, and the escape route along the wall."""
    for k, (x0, y0, x1, y1) in enumerate(plan.walks):
        draft.zones.append(Zone(f"Walkway {k + 1}", "walkway", rectangle(x0 + 0.2, y0 + 0.2, x1 - 0.2, y1 - 0.2)))
    for k, lane in enumerate(plan.lanes):
        draft.zones.append(Zone(f"Lane {k + 1}", "vehicle_lane", rectangle(*lane)))
    y = 0.5 * (plan.walks[0][1] + plan.walks[0][3])
    draft.zones.append(Zone("Escape route", "escape_route", rectangle(0.5, y - 0.5, draft.width_m - 0.5, y + 0.5)))
