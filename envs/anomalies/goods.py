"""Things that people put down in a workshop. Not an anomaly itself."""

from collections.abc import Callable

import numpy as np

from ..site.fixtures import DRUM_COLOURS, pallet
from ..site.model import Part
from ..site.shapes import Shape, box, cone, cylinder, join, torus, tube
from ..types import Point, as_point

_STEEL: tuple[Point, ...] = ((0.62, 0.14, 0.12), (0.16, 0.26, 0.46), (0.30, 0.31, 0.33), (0.66, 0.64, 0.60))
_PLASTIC: tuple[Point, ...] = ((0.20, 0.34, 0.55), (0.24, 0.25, 0.27), (0.80, 0.80, 0.76), (0.72, 0.60, 0.14))
_MATS: tuple[Point, ...] = ((0.10, 0.10, 0.11), (0.22, 0.24, 0.26), (0.34, 0.20, 0.14), (0.16, 0.26, 0.20))
_PALLET_M = 1.2


def some_goods(at_m: Point, extent_m: float, rng: np.random.Generator) -> list[Part]:
    """One thing whose largest extent over the floor is `extent_m`, turned at random, in the world frame."""
    makers = [maker for low, high, maker in _GOODS if low <= extent_m <= high]
    if not makers:
        raise ValueError(f"nothing is {extent_m:.2f} m large; sizes go from {_GOODS[0][0]:g} to {_GOODS[-1][1]:g} m")
    parts = makers[int(rng.integers(len(makers)))](extent_m, rng)
    yaw = float(rng.uniform(0.0, 2 * np.pi))
    return [part.moved(at_m, yaw) for part in parts]


def floor_mat(at_m: Point, rng: np.random.Generator) -> list[Part]:
    """A flat rubber mat or a cover over a cable, at most 2 cm high."""
    size = (float(rng.uniform(0.5, 1.2)), float(rng.uniform(0.35, 0.7)), float(rng.uniform(0.008, 0.02)))
    mat = box(size, (0.0, 0.0, 0.5 * size[2])).part("rubber", _pick(_MATS, rng), solid=False, inspectable=False)
    return [mat.moved(at_m, float(rng.uniform(0.0, 2 * np.pi)))]


def extent_m(parts: list[Part]) -> float:
    """Largest extent over the floor, by the best fitting direction."""
    flat = np.concatenate([part.vertices_m[:, :2] for part in parts])
    angles = np.arange(0.0, np.pi, np.pi / 36)
    along = flat @ np.stack([np.cos(angles), np.sin(angles)])
    across = flat @ np.stack([-np.sin(angles), np.cos(angles)])
    best = int(np.argmin(np.ptp(along, axis=0) * np.ptp(across, axis=0)))
    return float(max(np.ptp(along[:, best]), np.ptp(across[:, best])))


def _toolbox(extent: float, rng: np.random.Generator) -> list[Part]:
    width, height = 0.45 * extent, float(rng.uniform(0.36, 0.5)) * extent
    tray = box((extent, width, 0.6 * height), (0, 0, 0.3 * height))
    lid = box((0.97 * extent, 0.94 * width, 0.38 * height), (0, 0, 0.8 * height))
    grip = 0.2 * extent
    handle = tube([(-grip, 0, height), (-grip, 0, 1.2 * height), (grip, 0, 1.2 * height), (grip, 0, height)], 0.011, 6)
    colour = _pick(_STEEL, rng)
    return [_part(join([tray, lid]), "paint", colour), _part(handle, "galvanised", None)]


def _bucket(extent: float, rng: np.random.Generator) -> list[Part]:
    radius, height = 0.5 * extent, float(rng.uniform(0.85, 1.1)) * extent
    wall = cone((0, 0, 0), (0, 0, height), 0.78 * radius, 0.97 * radius, 20)
    rim = torus((0, 0, height), (0, 0, 1), 0.96 * radius, 0.04 * radius, 20, 5)
    angle = np.linspace(0.0, np.pi, 9)
    arc = np.stack([radius * np.cos(angle), 0 * angle, height + 0.55 * radius * np.sin(angle)], axis=1)
    return [_part(join([wall, rim]), "plastic", _pick(_PLASTIC, rng)), _part(tube(arc, 0.006, 5), "galvanised", None)]


def _carton(extent: float, rng: np.random.Generator) -> list[Part]:
    size = np.array([extent, extent * rng.uniform(0.6, 0.95), extent * rng.uniform(0.4, 0.85)])
    shade = float(rng.uniform(0.85, 1.1))
    brown = as_point(np.clip(np.array([0.62, 0.48, 0.32]) * shade, 0, 1), "colour")
    tape = box((extent * 1.004, 0.05, size[2] * 1.004), (0, 0, 0.5 * size[2]))
    return [_part(box(size, (0, 0, 0.5 * size[2])), "cardboard", brown), _part(tape, "plastic", (0.68, 0.60, 0.44))]


def _crates(extent: float, rng: np.random.Generator) -> list[Part]:
    width, height = 0.66 * extent, float(rng.uniform(0.3, 0.5)) * extent
    levels = int(rng.integers(1, 4)) if height < 0.25 else 1
    shapes = []
    for k in range(levels):
        z = k * height
        shapes += [
            box((0.96 * extent, 0.94 * width, 0.94 * height), (0, 0, z + 0.47 * height)),
            box((extent, width, 0.12 * height), (0, 0, z + 0.94 * height)),
        ]
    return [_part(join(shapes), "plastic", _pick(_PLASTIC, rng))]


def _drum(extent: float, rng: np.random.Generator) -> list[Part]:
    radius, height = 0.485 * extent, 1.5 * extent
    body = cylinder((0, 0, 0), (0, 0, height), radius, 20)
    hoops = [torus((0, 0, share * height), (0, 0, 1), radius, 0.02 * extent, 20, 4) for share in (0.34, 0.66, 0.98)]
    return [_part(join([body, *hoops]), "paint_worn", _pick(DRUM_COLOURS, rng))]


def _pallet(extent: float, rng: np.random.Generator) -> list[Part]:
    """A pallet, often with cartons on it."""
    share = extent / _PALLET_M
    shape = pallet(0.0, 0.0, 0.0)[0]
    parts = [_part(Shape(shape.vertices_m * (share, share, 1.0), shape.faces), "cardboard", (0.58, 0.46, 0.30))]
    for x in (-0.26, 0.26):
        if rng.random() < 0.5:
            load = _carton(0.5 * share, rng)
            parts += [part.moved((x * share, 0.0, 0.144), 0.0) for part in load]
    return parts


_Maker = Callable[[float, np.random.Generator], list[Part]]
#: (least, greatest extent in m, maker), by the least.
_GOODS: tuple[tuple[float, float, _Maker], ...] = (
    (0.2, 0.42, _bucket),
    (0.2, 0.8, _carton),
    (0.25, 0.6, _toolbox),
    (0.3, 0.75, _crates),
    (0.4, 0.62, _drum),
    (0.75, 1.3, _pallet),
)


def _pick(colours: tuple[Point, ...], rng: np.random.Generator) -> Point:
    shade = np.asarray(colours[int(rng.integers(len(colours)))]) * rng.uniform(0.85, 1.12)
    return as_point(np.clip(shade, 0.02, 0.95), "colour")


def _part(shape: Shape, material: str, tint: Point | None) -> Part:
    return shape.part(material, tint, inspectable=False)
