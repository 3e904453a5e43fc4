"""Fixed things of a workshop that are not equipment: guards, skid beds, lifts, things stored and hung up.

All stand on the floor at z = 0; none is inspectable.
"""

from collections.abc import Sequence

import numpy as np

from ..types import Point
from .car_body import DECK_M, GAUGE_M
from .ground import Rect
from .model import Part
from .shapes import box, box_between, cylinder, join, repeated
from .surroundings import along

GUARD_M = 2.0  # height of guards
_GAP_M = 0.12  # under the wires
_POST_EVERY_M = 1.5
_WIRE_M = 0.004
_PITCH_M = (0.09, 0.30)  # of the wires along the guard and up
_LIFT_M = 4.6
_MOUTH_M = (1.15, 2.35)  # half width and height of a lift's opening
_CURTAIN_M = 0.6  # to which its strips hang down

_LOADS: tuple[tuple[str, Point], ...] = (
    ("cardboard", (0.62, 0.48, 0.32)),
    ("cardboard", (0.54, 0.44, 0.34)),
    ("plastic", (0.20, 0.32, 0.50)),
    ("plastic", (0.40, 0.42, 0.43)),
    ("sheet_metal", (0.50, 0.51, 0.52)),
    ("paint_worn", (0.30, 0.38, 0.34)),
)

Place = tuple[float, float]


def wire_guard(start: Place, end: Place, post: Point, mesh: Point) -> list[Part]:
    """A guard of wire panels between posts along a straight line; it hides about a twentieth of what is behind.

    Args:
        start: (x, y) of its first post's middle.
        end: that of its last.
        post: sRGB of posts.
        mesh: sRGB of frames and wires.
    """
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    places = np.linspace(0.0, length, max(1, int(np.ceil(length / _POST_EVERY_M))) + 1)
    low, high = _GAP_M, GUARD_M - 0.03
    posts = [box_between((x - 0.03, -0.03, 0.0), (x + 0.03, 0.03, GUARD_M)) for x in places]
    feet = [box_between((x - 0.06, -0.06, 0.0), (x + 0.06, 0.06, 0.012)) for x in places]
    rails = [box_between((0.0, -0.0125, z - 0.0125), (length, 0.0125, z + 0.0125)) for z in (low, high)]
    steps = np.arange(_PITCH_M[0], length - 0.04, _PITCH_M[0])
    levels = np.arange(low + _PITCH_M[1], high - 0.05, _PITCH_M[1])
    half = 0.5 * _WIRE_M
    wires = [
        repeated(box_between((-half, -half, low), (half, half, high)), steps[:, None] * (1.0, 0.0, 0.0)),
        repeated(box_between((0.0, -half, -half), (length, half, half)), levels[:, None] * (0.0, 0.0, 1.0)),
    ]
    return [
        along(start, end, join([*posts, *feet])).part("paint", post, inspectable=False),
        along(start, end, join([*rails, *wires])).part("paint", mesh, inspectable=False),
    ]


def skid_bed(x0_m: float, x1_m: float, y_m: float) -> list[Part]:
    """A stretch of a skid conveyor along x without a drive: two rails on legs, with rollers between."""
    legs = np.linspace(x0_m + 0.08, x1_m - 0.08, max(2, int((x1_m - x0_m) / 1.4) + 1))
    steel = []
    for side in (-0.5 * GAUGE_M - 0.1, 0.5 * GAUGE_M + 0.1):
        steel.append(box_between((x0_m, y_m + side - 0.05, DECK_M - 0.14), (x1_m, y_m + side + 0.05, DECK_M)))
        steel += [box((0.08, 0.08, DECK_M - 0.14), (x, y_m + side, 0.5 * DECK_M - 0.07)) for x in legs]
    ties = [box((0.06, GAUGE_M + 0.2, 0.06), (x, y_m, DECK_M - 0.2)) for x in legs]
    return [join([*steel, *ties]).part("steel", (0.36, 0.38, 0.40), inspectable=False)]


def lift_housing(rect: Rect, cladding: Point, edge: Point, mouth_first: bool) -> list[Part]:
    """The clad shaft of a lift for bodies; its opening, with strips, lies at the rectangle's first or last x."""
    x0, y0, x1, y1 = rect
    middle, (half, top) = 0.5 * (y0 + y1), _MOUTH_M
    mouth, back = (x0, x1) if mouth_first else (x1, x0)
    inward = 0.08 if mouth_first else -0.08
    walls = [
        box_between((x0, y0, 0.0), (x1, y0 + 0.08, _LIFT_M)),
        box_between((x0, y1 - 0.08, 0.0), (x1, y1, _LIFT_M)),
        box_between((min(back, back - inward), y0, 0.0), (max(back, back - inward), y1, _LIFT_M)),
        box_between((x0, y0, _LIFT_M), (x1, y1, _LIFT_M + 0.08)),
        box_between(
            (min(mouth, mouth + inward), middle - half, top), (max(mouth, mouth + inward), middle + half, _LIFT_M)
        ),
    ]
    for low, high in ((y0, middle - half), (middle + half, y1)):
        walls.append(box_between((min(mouth, mouth + inward), low, 0.0), (max(mouth, mouth + inward), high, _LIFT_M)))
    frame = [box((0.12, 0.12, top + 0.1), (mouth, middle + side * half, 0.5 * top + 0.05)) for side in (-1.0, 1.0)] + [
        box((0.12, 2 * half + 0.12, 0.14), (mouth, middle, top + 0.07))
    ]
    corners = [box((0.14, 0.14, _LIFT_M + 0.2), (x, y, 0.5 * _LIFT_M + 0.1)) for x in (x0, x1) for y in (y0, y1)]
    return [
        join(walls).part("cladding", cladding, inspectable=False),
        join([*frame, *corners]).part("paint_worn", edge, inspectable=False),
        strip_curtain(mouth + inward, middle, half, top),
    ]


def strip_curtain(x_m: float, y_m: float, half_m: float, top_m: float) -> Part:
    """A curtain of rubber strips across x, which bodies push through; it hides what is behind."""
    count = round(2 * half_m / 0.21)
    width = 2 * half_m / count
    strips = [
        # Every other one hangs a little in front, so that they overlap.
        box_between((x_m + a, y_m + y - 0.02, _CURTAIN_M), (x_m + a + 0.012, y_m + y + width + 0.02, top_m))
        for k, y in enumerate(np.arange(count) * width - half_m)
        for a in (0.014 * (k % 2),)
    ]
    return join(strips).part("rubber", (0.20, 0.21, 0.22), solid=False, inspectable=False)


def pallets(rng: np.random.Generator, places_m: Sequence[Place]) -> list[Part]:
    """Loaded pallets, 1.2 x 0.8 m, with their middles at `places_m` (x, y); all carry one sort of load, up to 1.5 m."""
    if not places_m:
        return []
    material, tint = _LOADS[int(rng.integers(len(_LOADS)))]
    size = (float(rng.uniform(0.95, 1.16)), float(rng.uniform(0.65, 0.78)), float(rng.uniform(0.35, 0.66)))
    boards = [box_between((-0.6, -0.4, 0.11), (0.6, 0.4, 0.144))]
    boards += [box((1.2, 0.1, 0.11), (0.0, y, 0.055)) for y in (-0.35, 0.0, 0.35)]
    flat = np.column_stack([places_m, np.zeros(len(places_m))])
    layers = rng.integers(1, 3, len(flat))
    shift = np.column_stack([rng.uniform(-0.02, 0.02, (len(flat), 2)), np.full(len(flat), 0.144)])
    stacked = [flat[layers > k] + shift[layers > k] + (0.0, 0.0, 1.02 * k * size[2]) for k in range(2)]
    load = [box(size, (0.0, 0.0, 0.5 * size[2]))]
    if material == "plastic":
        load += [box((size[0] + 0.03, size[1] + 0.03, 0.03), (0.0, 0.0, share * size[2])) for share in (0.5, 0.97)]
    return [
        repeated(join(boards), flat).part("cardboard", (0.58, 0.46, 0.30), inspectable=False),
        repeated(join(load), np.concatenate(stacked)).part(material, tint, inspectable=False),
    ]


def media_wall(start: Place, end: Place, rng: np.random.Generator) -> list[Part]:
    """A panelled partition along a straight line, with pipes on top, against which machines stand from both sides."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    high = float(rng.uniform(1.7, 2.2))
    joints = np.linspace(0.0, length, max(2, round(length / 2.0)) + 1)
    posts = [box_between((x - 0.04, -0.05, 0.0), (x + 0.04, 0.05, high + 0.35)) for x in joints]
    pipes = [
        cylinder((0.0, y, high + z), (length, y, high + z), 0.03, 8) for y, z in ((0.0, 0.1), (0.0, 0.2), (0.0, 0.3))
    ]
    shade = float(rng.uniform(0.5, 0.75))
    return [
        along(start, end, box_between((0.0, -0.03, 0.08), (length, 0.03, high))).part(
            "paint", (shade, shade, shade), inspectable=False
        ),
        along(start, end, join(posts)).part("galvanised", inspectable=False),
        along(start, end, join(pipes)).part("paint", (0.30, 0.42, 0.58), solid=False, inspectable=False),
    ]
