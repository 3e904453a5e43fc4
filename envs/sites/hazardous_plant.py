"""The hazardous plant: process areas with their machines, piping and gas zones, in three sizes."""

from typing import Any, ClassVar

import numpy as np

from ..site.artwork import COMMON_FACES, HELD_OUT_FACES
from ..site.equipment.drawn import COMMON_PAINTS, HELD_OUT_PAINTS
from ..site.model import Site
from ..site.weather import sample_weather
from . import promises
from .base import SITES, SiteGenerator, SizeSpec
from .plant_layout import lay_out

ATTEMPTS = 20
#: Inspection points of each quantity that even a small site has.
LEAST_POINTS = {"gauge": 2, "valve": 2, "level": 1, "bearing": 1, "joint": 2, "flange": 2, "discharge": 1}
_CLADDING = ((0.62, 0.66, 0.68), (0.50, 0.58, 0.64), (0.72, 0.70, 0.64), (0.46, 0.52, 0.48), (0.70, 0.72, 0.74))
_HELD_OUT_CLADDING = ((0.40, 0.34, 0.38), (0.30, 0.42, 0.46), (0.66, 0.60, 0.44))
_FENCE = ((0.60, 0.62, 0.62), (0.22, 0.34, 0.28), (0.26, 0.28, 0.30))
_LINES = ((0.86, 0.72, 0.16), (0.88, 0.87, 0.82))


class HazardousPlant(SiteGenerator):
    """Rows of process areas between aisles, a building with the exit on one side, fences on the others."""

    name: ClassVar[str] = "hazardous-plant"
    sensors: ClassVar[tuple[str, ...]] = ("gas", "tdlas", "ultrasound")

    def build(self, size: SizeSpec, split: str, seeds: np.random.SeedSequence) -> Site:
        """Draw plants until one keeps every promise; almost always the first does."""
        for attempt in seeds.spawn(ATTEMPTS):
            rng = np.random.default_rng(attempt)
            site = _draw(size, split, rng)
            if promises.keep(site, size, LEAST_POINTS, rng):
                return site
        raise RuntimeError(f"no sound {size.name} plant in {ATTEMPTS} attempts")


def draw_style(rng: np.random.Generator, split: str) -> dict[str, Any]:
    """Draw a site's looks; those of the test split hold styles that no other split shows."""
    test = split == "test"
    paints = COMMON_PAINTS + HELD_OUT_PAINTS if test else COMMON_PAINTS
    faces = (*HELD_OUT_FACES, *COMMON_FACES[::2]) if test else COMMON_FACES
    claddings = _CLADDING + _HELD_OUT_CLADDING if test else _CLADDING
    aisle = ("asphalt", "concrete")[int(rng.integers(2))]
    picked = rng.choice(len(paints), 4, replace=False)
    return {
        "split": split,
        "gauge_faces": faces,
        "paints": tuple(paints[int(k)] for k in picked),
        "wear": float(rng.uniform(0.15, 0.7)),
        "aisle_floor": aisle,
        "area_floor": "concrete" if aisle == "asphalt" else ("asphalt", "gravel")[int(rng.integers(2))],
        "outside_floor": ("gravel", "asphalt")[int(rng.integers(2))],
        "cladding": claddings[int(rng.integers(len(claddings)))],
        "fence": _FENCE[int(rng.integers(len(_FENCE)))],
        "rail": ((0.82, 0.68, 0.14), (0.60, 0.62, 0.63), (0.30, 0.42, 0.56))[int(rng.integers(3))],
        "line": _LINES[int(rng.integers(len(_LINES)))],
        "restricted_line": ((0.66, 0.20, 0.15), (0.78, 0.36, 0.12))[int(rng.integers(2))],
        "escape_line": (0.18, 0.46, 0.30),
    }


def _draw(size: SizeSpec, split: str, rng: np.random.Generator) -> Site:
    style = draw_style(rng, split)
    weather, dark, lamp = sample_weather(rng, split)
    quarters = int(rng.integers(4))
    width, depth = (size.depth_m, size.width_m) if quarters % 2 else (size.width_m, size.depth_m)
    draft = lay_out(size, width, depth, rng, style, lamp).turned(quarters)
    return Site(
        HazardousPlant.name,
        size.name,
        (0.0, 0.0, size.width_m, size.depth_m),
        draft.dock,
        weather,
        style,
        {e.tag: e for e in draft.equipment},
        draft.structure,
        zones=draft.zones,
        lights=draft.lights if dark else [],
    )


SITES.add(HazardousPlant.name, HazardousPlant())
