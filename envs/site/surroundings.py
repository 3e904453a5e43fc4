"""What stands round a site: fences, walls, a building's side, and a skyline behind."""

import numpy as np

from ..types import Point
from .model import Part
from .shapes import Shape, box, box_between, cylinder, dished, join

FENCE_M = 2.1
_PALE_PITCH_M = 0.18


def along(start: tuple[float, float], end: tuple[float, float], shape: Shape) -> Shape:
    """Turn a shape drawn along +x from the origin so that it runs from `start` towards `end`."""
    angle = np.arctan2(end[1] - start[1], end[0] - start[0])
    return shape.turned((0, 0, 1), float(angle)).moved((*start, 0.0))


def fence(start: tuple[float, float], end: tuple[float, float], colour: Point) -> list[Part]:
    """A palisade on a concrete plinth; its line is the middle of the plinth, 0.2 m thick."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    plinth = box_between((0.0, -0.1, 0.0), (length, 0.1, 0.25))
    posts = [box_between((x - 0.04, -0.04, 0.25), (x + 0.04, 0.04, FENCE_M)) for x in np.arange(0.1, length, 2.75)]
    rails = [box_between((0.0, 0.04, z), (length, 0.07, z + 0.05)) for z in (0.5, 1.75)]
    pales = _pales(np.arange(0.15, length - 0.05, _PALE_PITCH_M))
    return [
        along(start, end, plinth).part("concrete", inspectable=False),
        along(start, end, join([*posts, *rails])).part("galvanised", colour, inspectable=False),
        along(start, end, pales).part("galvanised", colour, inspectable=False),
    ]


def _pales(places_m: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Shape:
    """Many flat pales with a point, each an open blade of eight triangles."""
    half, low, high, thick = 0.035, 0.3, FENCE_M, 0.012
    front = np.array([[-half, low], [half, low], [half, high - 0.08], [0.0, high], [-half, high - 0.08]])
    blade = np.vstack([np.insert(front, 1, 0.04 - thick, axis=1), np.insert(front, 1, 0.04, axis=1)])
    near = np.array([[0, 1, 2], [0, 2, 4], [2, 3, 4]])
    faces = np.vstack([near, near[:, ::-1] + 5])
    count = len(places_m)
    vertices = np.tile(blade, (count, 1))
    vertices[:, 0] += np.repeat(places_m, len(blade))
    offsets = np.repeat(np.arange(count) * len(blade), len(faces))[:, None]
    return Shape(vertices, (np.tile(faces, (count, 1)) + offsets).astype(np.int32))


def wall(start: tuple[float, float], end: tuple[float, float], height_m: float, material: str) -> list[Part]:
    """A free-standing wall 0.2 m thick with a coping."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    body = box_between((0.0, -0.1, 0.0), (length, 0.1, height_m))
    coping = box_between((-0.03, -0.14, height_m), (length + 0.03, 0.14, height_m + 0.08))
    return [
        along(start, end, body).part(material, inspectable=False),
        along(start, end, coping).part("concrete", inspectable=False),
    ]


def facade(
    rng: np.random.Generator, x0_m: float, x1_m: float, y_m: float, colour: Point, doors: list[tuple[float, float]]
) -> list[Part]:
    """A building's side along x whose face lies at y = `y_m`, looking to -y, with windows high up between `doors`.

    `doors`: (from, to) stretches of x to keep clear below 3 m.
    """
    height = float(rng.uniform(4.5, 7.0))
    plinth = box_between((x0_m, y_m + 0.0, 0.0), (x1_m, y_m + 0.3, 0.4)).part("concrete", inspectable=False)
    body = box_between((x0_m, y_m + 0.02, 0.4), (x1_m, y_m + 8.0, height)).part("cladding", colour, inspectable=False)
    eaves = box_between((x0_m - 0.1, y_m - 0.1, height), (x1_m + 0.1, y_m + 8.1, height + 0.25))
    pitch = float(rng.uniform(3.0, 4.5))
    panes, pipes = [], []
    for x in np.arange(x0_m + 1.6, x1_m - 1.4, pitch):
        panes.append(box((1.5, 0.04, 0.8), (x, y_m + 0.01, 3.3)))
    for x in np.arange(x0_m + 0.15, x1_m, 2.6 * pitch):
        if not any(a - 0.2 < x < b + 0.2 for a, b in doors):
            pipes.append(cylinder((x, y_m - 0.06, 0.05), (x, y_m - 0.06, height), 0.05))
    parts = [plinth, body, eaves.part("galvanised", inspectable=False)]
    if panes:
        parts.append(join(panes).part("glass", (0.20, 0.26, 0.30), inspectable=False))
    if pipes:
        parts.append(join(pipes).part("plastic", (0.35, 0.36, 0.37), inspectable=False))
    return parts


def skyline(rng: np.random.Generator, bounds: tuple[float, float, float, float]) -> list[Part]:
    """Halls, tanks and stacks 6 to 26 m beyond the fence, so that the site does not end in a void."""
    x0, y0, x1, y1 = bounds
    parts = []
    count = int(6 + (x1 - x0 + y1 - y0) / 12)
    for k in range(count):
        side, along, away = k % 4, rng.uniform(-0.1, 1.1), rng.uniform(8.0, 22.0)
        x = x0 + along * (x1 - x0) if side < 2 else (x0 - away if side == 2 else x1 + away)
        y = y0 + along * (y1 - y0) if side >= 2 else (y0 - away if side == 0 else y1 + away)
        if side == 1:
            y += 9.0  # behind the building
        parts.append(_far_thing(rng, float(x), float(y)))
    return parts


def _far_thing(rng: np.random.Generator, x: float, y: float) -> Part:
    kind = rng.integers(3)
    shade = float(rng.uniform(0.45, 0.85))
    tint = (shade, shade * float(rng.uniform(0.95, 1.02)), shade * float(rng.uniform(0.92, 1.05)))
    if kind == 0:
        size = (float(rng.uniform(6, 14)), float(rng.uniform(5, 10)), float(rng.uniform(4, 9)))
        material = ("cladding", "brick", "concrete")[int(rng.integers(3))]
        return box(size, (x, y, size[2] / 2)).part(material, None if material == "brick" else tint, inspectable=False)
    if kind == 1:
        radius, height = float(rng.uniform(2.0, 5.0)), float(rng.uniform(4.0, 9.0))
        roof = dished((x, y, height), (0, 0, 1), radius, 0.15 * radius)
        return join([cylinder((x, y, 0), (x, y, height), radius), roof]).part("paint", tint, inspectable=False)
    height = float(rng.uniform(12.0, 22.0))
    return cylinder((x, y, 0), (x, y, height), float(rng.uniform(0.4, 0.9))).part("steel", tint, inspectable=False)
