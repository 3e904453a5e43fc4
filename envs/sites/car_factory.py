"""The car body shop: lines of welding robots, machines and stores in one hall, in three sizes."""

from typing import Any, ClassVar

import numpy as np

from ..site.draft import Route
from ..site.equipment.drawn import COMMON_PAINTS, HELD_OUT_PAINTS
from ..site.model import Site
from ..site.weather import sample_indoors
from ..types import Point
from . import promises
from .base import SITES, SiteGenerator, SizeSpec
from .factory_layout import lay_out
from .factory_traffic import add_traffic

ATTEMPTS = 20
#: Inspection points of each quantity that even a small site has.
LEAST_POINTS = {"motor": 2, "vibration": 2, "drive": 2, "weld": 2, "panel": 2, "guard": 1, "stack_light": 1, "air": 2}
_FLOORS: tuple[Point, ...] = ((0.50, 0.52, 0.52), (0.58, 0.57, 0.53), (0.42, 0.46, 0.48))
_WALKS: tuple[Point, ...] = ((0.34, 0.46, 0.38), (0.56, 0.56, 0.54), (0.36, 0.42, 0.50), (0.50, 0.46, 0.40))
_HELD_OUT_WALKS: tuple[Point, ...] = ((0.50, 0.34, 0.30), (0.30, 0.44, 0.46))
_LANES: tuple[Point, ...] = ((0.38, 0.39, 0.40), (0.50, 0.50, 0.48))
_LINES: tuple[Point, ...] = ((0.86, 0.72, 0.16), (0.88, 0.87, 0.82))
_CLADDING: tuple[Point, ...] = ((0.74, 0.76, 0.76), (0.66, 0.70, 0.72), (0.78, 0.76, 0.70))
_HELD_OUT_CLADDING: tuple[Point, ...] = ((0.56, 0.62, 0.58), (0.70, 0.64, 0.58))
_BASES: tuple[Point, ...] = ((0.40, 0.44, 0.48), (0.36, 0.44, 0.40), (0.52, 0.50, 0.46))
_STEEL: tuple[Point, ...] = ((0.62, 0.64, 0.64), (0.30, 0.38, 0.48), (0.50, 0.52, 0.50))
_HOUSINGS: tuple[Point, ...] = ((0.66, 0.68, 0.68), (0.38, 0.46, 0.54), (0.60, 0.58, 0.52))
_POSTS: tuple[Point, ...] = ((0.86, 0.68, 0.08), (0.84, 0.66, 0.14), (0.30, 0.31, 0.33))
_MESH: tuple[Point, ...] = ((0.14, 0.14, 0.15), (0.24, 0.25, 0.26))


class CarFactory(SiteGenerator):
    """Lines of robot cells and rows of machines between walkways and vehicle lanes, in a hall."""

    name: ClassVar[str] = "car-factory"
    sensors: ClassVar[tuple[str, ...]] = ("vibrometer", "instruments", "ultrasound")

    def build(self, size: SizeSpec, split: str, seeds: np.random.SeedSequence) -> Site:
        """Draw halls until one keeps every promise; almost always the first does."""
        for attempt in seeds.spawn(ATTEMPTS):
            rng = np.random.default_rng(attempt)
            site, routes = _draw(size, split, rng)
            if promises.keep(site, size, LEAST_POINTS, rng):
                add_traffic(site, routes, rng)
                return site
        raise RuntimeError(f"no sound {size.name} factory in {ATTEMPTS} attempts")


def draw_style(rng: np.random.Generator, split: str) -> dict[str, Any]:
    """Draw a hall's looks; those of the test split hold styles that no other split shows."""
    test = split == "test"
    paints = COMMON_PAINTS + HELD_OUT_PAINTS if test else COMMON_PAINTS
    picked = rng.choice(len(paints), 4, replace=False)

    def one_of(common: tuple[Point, ...], held_out: tuple[Point, ...] = ()) -> Point:
        choice = common + held_out if test else common
        return choice[int(rng.integers(len(choice)))]

    return {
        "split": split,
        "paints": tuple(paints[int(k)] for k in picked),
        "wear": float(rng.uniform(0.1, 0.5)),
        "floor": ("epoxy", one_of(_FLOORS)),
        "walk": ("epoxy", one_of(_WALKS, _HELD_OUT_WALKS)),
        "lane": ("epoxy", one_of(_LANES)),
        "line": one_of(_LINES),
        "lane_line": one_of(_LINES),
        "cladding": one_of(_CLADDING, _HELD_OUT_CLADDING),
        "roof": one_of(_CLADDING),
        "wall_base": one_of(_BASES),
        "steel": one_of(_STEEL),
        "housing": one_of(_HOUSINGS),
        "guard_post": one_of(_POSTS),
        "guard_mesh": one_of(_MESH),
    }


def _draw(size: SizeSpec, split: str, rng: np.random.Generator) -> tuple[Site, list[Route]]:
    style = draw_style(rng, split)
    weather, lamp = sample_indoors(rng, split)
    draft = lay_out(size, rng, style, lamp, float(rng.uniform(0.45, 0.75))).turned(2 * int(rng.integers(2)))
    site = Site(
        CarFactory.name,
        size.name,
        (0.0, 0.0, size.width_m, size.depth_m),
        draft.dock,
        weather,
        style,
        {e.tag: e for e in draft.equipment},
        draft.structure,
        zones=draft.zones,
        lights=draft.lights,
    )
    return site, draft.routes


SITES.add(CarFactory.name, CarFactory())
