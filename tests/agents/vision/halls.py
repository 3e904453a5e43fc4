"""A bare hall with a marked walkway, machines beside it and workers: enough of a factory to try a detector on."""

import numpy as np

from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.equipment.drawn import COMMON_PAINTS
from patrolgym.envs.site.model import Light, Part, Site, Weather
from patrolgym.envs.site.people import person
from patrolgym.envs.site.shapes import box_between
from patrolgym.envs.site.zones import rectangle
from patrolgym.envs.types import Zone

AISLE = (-9.0, -1.0, 9.0, 1.0)
_MACHINES = ("control_cabinet", "compressor", "fan", "centrifugal_pump", "vertical_tank")
_FLOORS = ("concrete", "paint_worn", "paint")
_FLOOR_TINTS = ((0.50, 0.52, 0.50), (0.42, 0.50, 0.44), (0.60, 0.58, 0.52), (0.36, 0.40, 0.46))
_LINES = ((0.85, 0.70, 0.12), (0.86, 0.86, 0.82))


def air(rng: np.random.Generator) -> Weather:
    """Air and light in a hall: no sun, an even light from above."""
    ambient = float(rng.uniform(16.0, 27.0))
    return Weather(ambient, ambient, (0.0, 0.0, 1.0), 0.0, float(rng.uniform(0.2, 0.5)), (0.2, 0.1))


def lamps(rng: np.random.Generator) -> list[Light]:
    """Hall lights."""
    strength = float(rng.uniform(6.0, 16.0))
    return [Light((x, y, 5.5), (1.0, 0.97, 0.92), strength) for x in (-6.0, 0.0, 6.0) for y in (-2.5, 2.5)]


def hall(rng: np.random.Generator, kinds: tuple[str, ...] = (), workers: int = 1) -> Site:
    """A healthy hall of 20 by 10 m with a walkway along x; `kinds` stand by the walkway before others."""
    style = {"split": "train", "paints": COMMON_PAINTS, "wear": 0.4, "gas": None}
    site = Site("car-factory", "small", (-10.0, -5.0, 10.0, 5.0), (-8.5, 0.0, 0.0), air(rng), style, lights=lamps(rng))
    site.structure += _building(rng)
    site.zones.append(Zone("aisle 1", "walkway", rectangle(*AISLE)))
    names = [*kinds, *(_MACHINES[int(k)] for k in rng.integers(len(_MACHINES), size=8))]
    places = [(x, y, yaw) for x in (-5.0, -1.5, 2.0, 5.5) for y, yaw in ((2.9, 0.0), (-2.9, np.pi))]
    for k, (name, (x, y, yaw)) in enumerate(zip(names, places, strict=False)):
        tag = f"M-{k}"
        site.equipment[tag] = KINDS[name].make(tag, (x, y, 0.0), yaw, rng, style)
    for _ in range(workers):
        x, y = float(rng.uniform(-7.0, 7.0)), float(rng.uniform(-0.6, 0.6))
        path = [(x, y), (x + float(rng.uniform(1.0, 2.0)), y)] if rng.random() < 0.5 else None
        yaw = float(rng.uniform(-np.pi, np.pi))
        site.movers.append(person(rng, x, y, yaw, path, ambient_c=site.weather.ambient_c))
    return site


def _building(rng: np.random.Generator) -> list[Part]:
    floor = _FLOORS[int(rng.integers(3))]
    tint = None if floor == "concrete" else _FLOOR_TINTS[int(rng.integers(len(_FLOOR_TINTS)))]
    x0, y0, x1, y1 = AISLE
    line = _LINES[int(rng.integers(2))]
    parts = [box_between((-10.2, -5.2, -0.3), (10.2, 5.2, 0.0)).part(floor, tint, inspectable=False)]
    for y in (y0, y1):
        stripe = box_between((x0, y - 0.05, 0.0), (x1, y + 0.05, 0.002))
        parts.append(stripe.part("paint_worn", line, solid=False, inspectable=False))
    for a, b in (
        ((-10.2, 5.0), (10.2, 5.2)),
        ((-10.2, -5.2), (10.2, -5.0)),
        ((-10.2, -5), (-10, 5)),
        ((10, -5), (10.2, 5)),
    ):
        parts.append(box_between((*a, 0.0), (*b, 6.0)).part("cladding", (0.78, 0.78, 0.74), inspectable=False))
    return parts
