"""One process area of a plant: a row of units on its floor, the pipe track behind them, and its hazardous zones."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..site import fixtures
from ..site.draft import Draft, footprint, grown
from ..site.model import Equipment
from ..site.piping import branch
from ..site.zones import rectangle
from ..types import Point, Zone
from .plant_units import PLATFORM_LEAST_M, RECIPES, build_platform
from .units import Maker, Tags, build_unit

BETWEEN_M = 0.5  # units, at least
BAY_M = 1.7  # left free in a restricted area
MACHINES = ("centrifugal_pump", "compressor", "heat_exchanger", "horizontal_vessel", "vertical_tank")
#: Kinds whose flanges or seals may leak, with the reach of zone 1 round them in m (EI 15 order of magnitude).
ZONE_1_M = {"centrifugal_pump": 0.5, "compressor": 0.6, "gate_valve": 0.3, "lever_valve": 0.3, "pipe_rack": 0.3}


@dataclass(frozen=True)
class Program:
    """What an area is for.

    Attributes:
        number: of the area, for tags and names.
        gas: in its lines, or None.
        recipes: names of `RECIPES`, or "platform", in the order in which they are tried.
        slab: stands on a raised slab.
        restricted: people must not enter; a bay is left free in it.
    """

    number: int
    gas: str | None
    recipes: tuple[str, ...]
    slab: bool
    restricted: bool


def build_area(
    program: Program, length_m: float, depth_m: float, rng: np.random.Generator, style: dict[str, Any], tags: Tags
) -> Draft:
    """Draft an area of `length_m` x `depth_m` whose front is at y = 0; recipes that do not fit are left out."""
    area = Draft(length_m, depth_m)
    floor_m = float(rng.uniform(0.05, 0.1)) if program.slab else 0.0
    maker = Maker(rng, {**style, "gas": program.gas}, tags, program.number)
    units = _choose(program, length_m, depth_m, maker, floor_m, style["rail"])
    bay = BAY_M if program.restricted else 0.0
    spare = length_m - bay - sum(unit.width_m for unit in units) - BETWEEN_M * max(len(units) - 1, 0)
    gaps = rng.dirichlet(np.full(len(units) + 1, 3.0)) * spare + BETWEEN_M * (np.arange(len(units) + 1) > 0)
    x, free_after = float(gaps[0]), int(rng.integers(max(len(units) - 1, 1)))
    if program.slab:
        area.structure.append(fixtures.plinth((0.0, 0.0, length_m, depth_m), floor_m))
    for k, unit in enumerate(units):
        area.adopt(unit, x, 0.0)
        x += unit.width_m + float(gaps[k + 1]) + (bay if k == free_after else 0.0)
    if floor_m == 0.0:
        _pipe_track(area, rng)
    _signs(area, program, floor_m)
    _zones(area, program)
    return area


def _choose(
    program: Program, length_m: float, depth_m: float, maker: Maker, floor_m: float, edge: Point
) -> list[Draft]:
    """Units of the program that fit side by side, a platform last so that its ramp leads into the aisle."""
    units: list[Draft] = []
    left = length_m - (BAY_M if program.restricted else 0.0)
    for name in sorted(program.recipes, key=lambda name: name == "platform"):
        if left < (PLATFORM_LEAST_M if name == "platform" else RECIPES[name].least_m):
            continue
        unit = (
            build_platform(maker, "junction_box", edge)
            if name == "platform"
            else build_unit(RECIPES[name], maker, floor_m)
        )
        if unit.width_m <= left and unit.depth_m <= depth_m:
            units.append(unit)
            left -= unit.width_m + BETWEEN_M
    return units


def _pipe_track(area: Draft, rng: np.random.Generator) -> None:
    """Pipes along the back, with a branch to each machine that has a face for one."""
    y = area.depth_m - 0.5
    backs = [claim for claim in area.claims if claim[4] > y - 0.55]
    spans = _clear_spans([(c[0] - 0.3, c[3] + 0.3) for c in backs], area.width_m)
    for start, end in spans:
        if end - start < 2.2:
            continue
        area.structure += fixtures.pipe_track(rng, start + 0.2, end - 0.2, y, int(rng.integers(2, 5)))
        area.claim((start + 0.2, y - 0.55, end - 0.2, y + 0.5), 0.5)
        for e in [e for e in area.equipment if e.kind in MACHINES]:
            x0, _, x1, _ = footprint(e, e.position_m[0], e.position_m[1], e.yaw_rad)
            if start + 0.3 < x0 and x1 < end - 0.3:
                look = fixtures.PIPE_LOOKS[int(rng.integers(len(fixtures.PIPE_LOOKS)))]
                low = 0.7 if e.kind == "vertical_tank" else 0.0
                area.structure += branch(rng, e, y, low, look)


def _clear_spans(taken: list[tuple[float, float]], length_m: float) -> list[tuple[float, float]]:
    """Stretches of 0..length that no interval covers."""
    spans, at = [], 0.0
    for start, end in sorted(taken):
        if start > at:
            spans.append((at, start))
        at = max(at, end)
    return [*spans, (at, length_m)] if at < length_m else spans


def _signs(area: Draft, program: Program, floor_m: float) -> None:
    """Ex signs at the front corners of an area with gas."""
    if program.gas is None or not area.equipment:
        return
    for x in (0.15, area.width_m - 0.15):
        rect = (x - 0.15, 0.02, x + 0.15, 0.2)
        if area.fits(rect, clearance_m=0.1):
            area.claim(rect)
            area.structure += fixtures.sign_post(x, 0.12, "ex", floor_m)


def _zones(area: Draft, program: Program) -> None:
    """Hazardous zones after the carriers in the area, and its restricted zone."""
    length, depth = area.width_m, area.depth_m
    name = f"area {program.number}"
    if program.restricted:
        area.zones.append(Zone(f"Restricted {name}", "restricted", rectangle(-0.2, -0.5, length + 0.2, depth + 0.1)))
    if program.gas is None or not area.equipment:
        return
    reach = 0.3 if program.gas == "H2" else 0.5
    whole = rectangle(-0.1, -reach, length + 0.1, depth + 0.1)
    area.zones.append(Zone(f"Z2 {program.gas} {name}", "hazard", whole, 2, program.gas))
    for e in area.equipment:
        rect = footprint(e, e.position_m[0], e.position_m[1], e.yaw_rad)
        if e.kind in ZONE_1_M:
            around = rectangle(*grown(rect, ZONE_1_M[e.kind]))
            area.zones.append(Zone(f"Z1 {program.gas} {e.tag}", "hazard", around, 1, program.gas))
        elif e.kind == "vertical_tank":
            area.zones.append(Zone(f"Z0 {program.gas} {e.tag}", "hazard", _vent(e), 0, program.gas))


def _vent(tank: Equipment) -> tuple[tuple[float, float], ...]:
    """Zone 0 is round the tank's vent, within its bund."""
    return rectangle(*footprint(tank, tank.position_m[0], tank.position_m[1], tank.yaw_rad))
