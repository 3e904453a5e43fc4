"""One line of a body shop: cells of welding robots behind guards on a conveyor, and gates where bodies are checked."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..site import shopfloor
from ..site.draft import Draft, Route
from ..site.ground import Rect
from ..site.model import Equipment
from ..site.zones import rectangle
from ..types import Zone
from .factory_rows import store
from .units import Maker

CELL_M = 5.7  # along the line, and so far bodies move at once
ROBOTS_M, CLOSE_M = 3.4, 1.6  # from the line's axis to the guard on a side with robots, and on one without
STRIP_M = 0.65  # beside the guards, for cabinets and posts
#: Depth of a line with robots on both sides, and on one.
LINE_M, HALF_LINE_M = 2 * ROBOTS_M + STRIP_M, ROBOTS_M + CLOSE_M + STRIP_M
STATION_M = 5.15  # the lift in which bodies come and go: half a cell to its middle, half a body beyond
ENTRY_M = 0.4  # between the wall and the first cell
STAND_GAP_M = 1.7
ROBOT_M = (1.25, 2.32)  # of a robot's base from the cell's middle, along and across the line
PASS_M = 1.25  # half the opening for the bodies


@dataclass(frozen=True)
class LineProgram:
    """What a line has.

    Attributes:
        robots: of each cell.
        stands: quality gates behind its end.
        walled: it comes out of the wall at x = 0.
        strip_first: the strip for cabinets lies at y = 0.
        sides: -1 and 1 for robots on the side towards y = 0 and on the other.
    """

    robots: tuple[int, ...]
    stands: int
    walled: bool
    strip_first: bool
    sides: tuple[int, ...] = (-1, 1)

    @property
    def guards_m(self) -> tuple[float, float]:
        """Distances from the axis to the guards on the side towards y = 0 and on the other."""
        low, high = (ROBOTS_M if side in self.sides else CLOSE_M for side in (-1, 1))
        return low, high


@dataclass
class _Line:
    """A line being laid out along x."""

    draft: Draft
    maker: Maker
    style: dict[str, Any]
    program: LineProgram
    stops: list[float] = field(default_factory=list)
    robots: list[str] = field(default_factory=list)
    lifts: list[Rect] = field(default_factory=list)

    @property
    def axis_m(self) -> float:
        """The y along which bodies move."""
        return self.program.guards_m[0] + (STRIP_M if self.program.strip_first else 0.0)

    @property
    def guards_m(self) -> tuple[float, float]:
        """The y of the guards."""
        low, high = self.program.guards_m
        return self.axis_m - low, self.axis_m + high

    @property
    def depth_m(self) -> float:
        """Of the whole line."""
        return sum(self.program.guards_m) + STRIP_M

    @property
    def strip_yaw(self) -> float:
        """Of what looks out of the strip."""
        return 0.0 if self.program.strip_first else np.pi


def build_line(program: LineProgram, length_m: float, maker: Maker, style: dict[str, Any]) -> Draft:
    """Draft a line `length_m` long; bodies move towards +x. Its route is called "line"."""
    draft = Draft(length_m, LINE_M if len(program.sides) == 2 else HALF_LINE_M)
    line = _Line(draft, maker, style, program)
    x = _begin(line, program.walled)
    cells = []
    for count in program.robots:
        _cell(line, x, count)
        cells.append(x)
        x += CELL_M
    _fence(line, cells, program.walled)
    _station(line, x)
    x += STATION_M
    for _ in range(program.stands):
        x = _stand(line, x)
    _goods(line, x)
    stops = tuple((at, line.axis_m) for at in line.stops)
    draft.routes.append(Route("line", stops, {"robots": tuple(line.robots)}))
    return draft


def _begin(line: _Line, walled: bool) -> float:
    """The wall's opening or the lift at the line's start; gives where the first cell begins."""
    if not walled:
        _station(line, 0.0)
        return STATION_M
    line.stops.append(ENTRY_M - 0.5 * CELL_M)
    line.draft.structure += shopfloor.skid_bed(0.0, ENTRY_M, line.axis_m)
    line.draft.claim((0.0, line.axis_m - PASS_M, ENTRY_M, line.axis_m + PASS_M))
    return ENTRY_M


def _station(line: _Line, x: float) -> None:
    """A clad lift for bodies, open towards the cells."""
    line.stops.append(x + STATION_M - 0.5 * CELL_M if x == 0.0 else x + 0.5 * CELL_M)
    rect = (x, line.axis_m - PASS_M - 0.1, x + STATION_M, line.axis_m + PASS_M + 0.1)
    line.draft.structure += shopfloor.lift_housing(rect, line.style["housing"], line.style["guard_post"], x > 0.0)
    line.draft.claim(rect, 5.0)
    line.lifts.append(rect)


def _cell(line: _Line, x: float, robots: int) -> None:
    """A cell of `CELL_M` from `x` on: conveyor, robots, and what belongs to them."""
    draft, maker, axis = line.draft, line.maker, line.axis_m
    middle = x + 0.5 * CELL_M
    line.stops.append(middle)
    draft.place(maker.make("conveyor"), middle, axis, 0.0, line.strip_yaw)
    along, across = ROBOT_M
    corners = [(a, b) for a in (-1, 1) for b in line.program.sides]
    for k in maker.rng.permutation(len(corners))[:robots]:
        a, b = corners[int(k)]
        robot = maker.make("welding_robot")
        draft.place(robot, middle + a * along, axis + b * across, 0.0, 0.0 if b < 0 else np.pi)
        line.robots.append(robot.tag)
    low, high = line.guards_m
    draft.zones.append(Zone(f"Cell {robot.tag}", "restricted", rectangle(x, low, x + CELL_M, high)))
    _beside(line, x)


def _beside(line: _Line, x: float) -> None:
    """Cabinet, posts and their like in the strip along the cell, which leave the robots in view."""
    draft, maker = line.draft, line.maker
    kinds = ("signal_tower", ("control_cabinet", "air_unit")[int(maker.rng.integers(2))])
    corner = (0.62, CELL_M - 0.62)[int(maker.rng.integers(2))]
    for kind, at in zip(kinds, (0.5 * CELL_M + 1.05, corner), strict=True):
        e = maker.make(kind)
        _, width, _ = e.params["size_m"]
        off = STRIP_M - 0.08 - 0.5 * width
        y = off if line.program.strip_first else line.depth_m - off
        draft.try_place(e, x + at, y, 0.0, line.strip_yaw, 0.02)


def _fence(line: _Line, cells: list[float], walled: bool) -> None:
    """Guards round the cells, with a door to each and a light curtain where bodies come in."""
    post, mesh = line.style["guard_post"], line.style["guard_mesh"]
    axis, structure = line.axis_m, line.draft.structure
    for x in cells:
        front = int(line.maker.rng.integers(2))
        for k, y in enumerate(line.guards_m):
            gaps = [_door(line, x + 0.5 * CELL_M, y, k == 0)] if k == front else []
            for start, end in _runs(x, x + CELL_M, gaps):
                structure += shopfloor.wire_guard((start, y), (end, y), post, mesh)
        line.draft.claim((x, line.guards_m[0], x + CELL_M, line.guards_m[1]), shopfloor.GUARD_M)
    for x in (*cells, cells[-1] + CELL_M):
        inner = PASS_M + (0.1 if x != cells[0] or not walled else 0.0)
        for low, high in ((line.guards_m[0], axis - inner), (axis + inner, line.guards_m[1])):
            structure += shopfloor.wire_guard((x, low), (x, high), post, mesh)
    if walled:
        _curtain(line, cells[0])


def _runs(start: float, end: float, gaps: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches between `start` and `end` without the gaps."""
    edges = [start, *(x for gap in gaps for x in gap), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _door(line: _Line, x: float, y: float, faces_down: bool) -> tuple[float, float]:
    """A door in the guard along x at `y`; gives the stretch that it takes."""
    door = line.maker.make("guard_door")
    length = door.params["size_m"][0]
    _set_down(line.draft, door, x, y, 0.0 if faces_down else np.pi)
    return (x - 0.5 * length, x + 0.5 * length)


def _curtain(line: _Line, x: float) -> None:
    """The light curtain across the opening through which bodies come in."""
    curtain = line.maker.make("light_curtain")
    _set_down(line.draft, curtain, x - 0.12, line.axis_m, np.pi / 2)


def _set_down(draft: Draft, e: Equipment, x: float, y: float, yaw: float) -> None:
    e.position_m, e.yaw_rad = (x, y, 0.0), yaw
    draft.equipment.append(e)


def _stand(line: _Line, x: float) -> float:
    """A quality gate behind `x`, with room on all sides; gives where it ends."""
    stand = line.maker.make("body_stand")
    length = float(stand.params["size_m"][0])
    middle = x + STAND_GAP_M + 0.5 * length
    line.draft.place(stand, middle, line.axis_m, 0.0, np.pi * int(line.maker.rng.integers(2)))
    end = middle + 0.5 * length
    for k, (low, high) in enumerate(((0.0, line.axis_m - 1.1), (line.axis_m + 1.1, line.depth_m))):
        name = f"Gate {stand.tag} {'ab'[k]}"
        line.draft.zones.append(Zone(name, "walkway", rectangle(x + 0.2, low, end, high)))
    return end


def _goods(line: _Line, x: float) -> None:
    """Parts beside the lifts and behind `x`, where the line ends, with room to walk round what stands there."""
    for x0, y0, x1, y1 in line.lifts:
        for low, high in ((0.2, y0 - 0.3), (y1 + 0.3, line.depth_m - 0.2)):
            store(line.draft, (x0 + 0.2, low, x1 - 0.2, high), line.maker.rng)
    store(line.draft, (x + STAND_GAP_M, 0.3, line.draft.width_m - 0.3, line.depth_m - 0.3), line.maker.rng)
