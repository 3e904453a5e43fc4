"""Car bodies in bare metal, as they go through a body shop, and the skids that carry them.

The body's frame: x from rear to front, y left, z up from the lower edge of the sills; sides are mirror images.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..types import FloatArray, Point
from .shapes import Shape, box, box_between, join, unit
from .sheet import Bend, Outline, arc, band, rim, sheet

#: Height of the conveyor's rollers, distance between a skid's runners, height of a sill's lower edge over the rollers.
DECK_M, GAUGE_M, SKID_M = 0.42, 0.9, 0.22
_BELT_M, _ARCH_M, _ARCH_Z_M = 0.72, 0.37, 0.10
_FRONT_AXLE_M, _REAR_AXLE_M = 1.32, -1.30
_INNER_M = 0.055
_GAP_M = 0.007
METAL: tuple[str, Point] = ("sheet_metal", (0.55, 0.56, 0.57))
_DARK: tuple[str, Point] = ("rubber", (0.07, 0.07, 0.07))


@dataclass(frozen=True)
class CarShape:
    """One model of car.

    Attributes:
        tail: "hatch" or "sedan".
        long, wide, tall: factors on the common sizes.
    """

    tail: str = "hatch"
    long: float = 1.0
    wide: float = 1.0
    tall: float = 1.0


@dataclass(frozen=True)
class Dent:
    """A shallow round dent: its centre (x, z) on the side in the body's frame, depth and radius."""

    centre: tuple[float, float]
    depth_m: float
    radius_m: float


#: Upper edge of the side from the foot of the windscreen to the lower end of the tail.
_TOPS: dict[str, Outline] = {
    "hatch": ((0.98, 0.745), (0.62, 0.955), (0.24, 1.155), (0.05, 1.205), (-0.40, 1.235), (-0.95, 1.225),
              (-1.40, 1.175), (-1.62, 1.115), (-1.82, 0.92), (-1.99, 0.72), (-2.06, 0.55), (-2.08, 0.35),
              (-2.05, 0.18)),
    "sedan": ((0.98, 0.745), (0.62, 0.955), (0.24, 1.135), (0.05, 1.180), (-0.35, 1.205), (-0.80, 1.185),
              (-1.10, 1.105), (-1.55, 0.835), (-1.80, 0.795), (-2.18, 0.775), (-2.24, 0.60), (-2.25, 0.38),
              (-2.20, 0.20)),
}  # fmt: skip
#: Upper edges of the doors from the A pillar back, and the lower rear edge of the rear door.
_DOOR_TOP: dict[str, Outline] = {
    "hatch": ((0.72, 0.785), (0.17, 1.085), (-0.02, 1.13), (-0.28, 1.155), (-0.85, 1.145), (-1.16, 1.07)),
    "sedan": ((0.72, 0.785), (0.17, 1.065), (-0.02, 1.105), (-0.28, 1.125), (-0.78, 1.105), (-1.02, 1.03)),
}
_DOOR_REAR: Outline = ((-1.20, 0.72), (-1.04, 0.46), (-0.89, 0.28), (-0.86, 0.08))
_HINGE_X, _SPLIT_X, _SILL_Z = 0.735, -0.28, 0.08
#: Middles (x, z) and radius of the patches of the doors that are inspected.
PANEL_PATCHES: dict[str, tuple[float, float]] = {"front": (0.22, 0.32), "rear": (-0.59, 0.32)}
PATCH_RADIUS_M = 0.19


def draw_car(rng: np.random.Generator) -> CarShape:
    """Draw one of a few models; few, so that their meshes are shared."""
    sizes = ((1.0, 1.0, 1.0), (1.04, 1.03, 1.05), (0.96, 0.97, 1.02))
    return CarShape(("hatch", "sedan")[int(rng.integers(2))], *sizes[int(rng.integers(len(sizes)))])


def side_y(shape: CarShape, flat: FloatArray) -> FloatArray:
    """(n,) half width of the body at (n, 2) places (x, z) of its side."""
    x, z = flat[:, 0] / shape.long, flat[:, 1] / shape.tall
    plan = 0.89 * (1.0 - 0.12 * (np.abs(x) / 2.15) ** 4)
    barrel = -0.045 * (np.clip(0.42 - z, 0.0, None) / 0.42) ** 2 - 0.022 * (np.clip(z - 0.42, 0.0, 0.3) / 0.3) ** 2
    lean = -0.48 * np.clip(z - _BELT_M, 0.0, None)
    return np.asarray(shape.wide * (plan + barrel + lean))


def side_normal(shape: CarShape, x: float, z: float) -> FloatArray:
    """Unit outward normal of the left side at (x, z)."""
    step = 0.01
    y = side_y(shape, np.array([[x - step, z], [x + step, z], [x, z - step], [x, z + step]]))
    return unit((-(y[1] - y[0]) / (2 * step), 1.0, -(y[3] - y[2]) / (2 * step)))


def _scaled(shape: CarShape, outline: Outline) -> list[tuple[float, float]]:
    return [(x * shape.long, z * shape.tall) for x, z in outline]


def _side(shape: CarShape, inward_m: float = 0.0) -> Bend:
    """Bends flat (x, z) onto the left side, or `inward_m` within it."""
    return lambda flat: np.column_stack([flat[:, 0], side_y(shape, flat) - inward_m, flat[:, 1]])


@lru_cache(maxsize=16)
def _outlines(shape: CarShape) -> dict[str, list[tuple[float, float]]]:
    """Flat outlines (x, z) of the left side's panels and openings, counter-clockwise with x to the left."""
    top, doors = _TOPS[shape.tail], _DOOR_TOP[shape.tail]
    split = next(k for k, place in enumerate(doors) if place[0] <= _SPLIT_X)
    front_axle, rear_axle = (_FRONT_AXLE_M, _ARCH_Z_M), (_REAR_AXLE_M, _ARCH_Z_M)
    front_arch = arc(front_axle, _ARCH_M, np.radians(-8.0), np.radians(188.0), 14)
    rear_arch = arc(rear_axle, _ARCH_M, np.radians(-16.0), np.radians(190.0), 14)
    fender = [(_HINGE_X + _GAP_M, 0.05), (_HINGE_X + _GAP_M, 0.77), (0.98, 0.745), (1.30, 0.715), (1.70, 0.66),
              (1.98, 0.58), (2.10, 0.48), (2.12, 0.32), (2.06, 0.12), (1.98, 0.05), *front_arch,
              (0.95, 0.05)]  # fmt: skip
    g = 0.5 * _GAP_M
    front_door = [(_HINGE_X, _SILL_Z), (_HINGE_X, 0.70), *doors[:split], (_SPLIT_X + g, doors[split][1]),
                  (_SPLIT_X + g, _SILL_Z)]  # fmt: skip
    rear_door = [(_SPLIT_X - g, _SILL_Z), (_SPLIT_X - g, doors[split][1]), *doors[split + 1 :], *_DOOR_REAR]
    aperture = _grown([*doors, *_DOOR_REAR])
    frame = [
        (_HINGE_X, 0.0),
        (_HINGE_X, _SILL_Z - _GAP_M),
        *aperture[::-1],
        *top,
        (-1.92, 0.12),
        *rear_arch[::-1],
        (-0.93, 0.0),
    ]
    windows = {
        "front_window": [(0.60, 0.755), (0.15, 1.02), (-0.02, 1.065), (_SPLIT_X + 0.06, 1.09),
                         (_SPLIT_X + 0.06, 0.745)],
        "rear_window": [(_SPLIT_X - 0.06, 0.745), (_SPLIT_X - 0.06, 1.09),
                        *((x + 0.05, z - 0.06) for x, z in doors[-2:]),
                        (doors[-1][0] + 0.03, 0.745)],
    }  # fmt: skip
    whole = [*fender[2:10], *front_arch, (0.93, 0.0), (-0.93, 0.0), *rear_arch, (-1.92, 0.12), *top[:0:-1]]
    flat = {
        "fender": fender,
        "front_door": front_door,
        "rear_door": rear_door,
        "frame": frame,
        "whole": whole,
        **windows,
    }
    return {name: _scaled(shape, outline) for name, outline in flat.items()}


def _grown(outline: Outline) -> list[tuple[float, float]]:
    """The outline pushed outwards by the gap between panels."""
    middle = np.mean(np.asarray(outline), axis=0)
    return [(x + _GAP_M * np.sign(x - middle[0]), z + _GAP_M * np.sign(z - middle[1])) for x, z in outline]


@lru_cache(maxsize=16)
def side_panels(shape: CarShape, fine: bool) -> dict[str, Shape]:
    """The left side's outer panels by name: "fender", "front_door", "rear_door", "frame"; fine patches on the doors."""
    outlines, bend = _outlines(shape), _side(shape)
    patches = _patches(shape) if fine else {}
    panels = {
        "fender": sheet(outlines["fender"], bend, 0.16, flipped=True),
        "frame": sheet(outlines["frame"], bend, 0.16, flipped=True),
    }
    # The change from a coarse to a fine mesh would show, so that a door with a fine patch is even round it.
    step = 0.065 if fine else 0.16
    for name in ("front", "rear"):
        here = [(patches[name], PATCH_RADIUS_M)] if name in patches else []
        window = [outlines[f"{name}_window"]]
        panels[f"{name}_door"] = sheet(outlines[f"{name}_door"], bend, step, window, here, flipped=True)
    return panels


def _patches(shape: CarShape) -> dict[str, tuple[float, float]]:
    return {name: (x * shape.long, z * shape.tall) for name, (x, z) in PANEL_PATCHES.items()}


def patch_place(shape: CarShape, name: str) -> tuple[FloatArray, FloatArray]:
    """Middle and unit outward normal of a door's patch ("front" or "rear") on the left side."""
    x, z = _patches(shape)[name]
    y = side_y(shape, np.array([[x, z]]))[0]
    return np.array([x, y, z]), side_normal(shape, x, z)


def dented(panel: Shape, middle: FloatArray, normal: FloatArray, depth_m: float, radius_m: float) -> Shape:
    """A panel pushed in along `normal` (unit, outward) round `middle`, smoothly down to `depth_m`."""
    offset = panel.vertices_m - middle
    along = offset @ normal
    square = np.einsum("ij,ij->i", offset, offset) - along * along
    share = np.clip(1.0 - square / radius_m**2, 0.0, None) ** 2 * (np.abs(along) < 0.1)
    return Shape(panel.vertices_m - (depth_m * share)[:, None] * normal, panel.faces)


def mirrored(shape: Shape) -> Shape:
    """The same on the other side of the car."""
    return Shape(shape.vertices_m * (1.0, -1.0, 1.0), shape.faces[:, ::-1])


@lru_cache(maxsize=8)
def shell(shape: CarShape) -> tuple[Shape, Shape, Shape]:
    """The rest of the body: hood, roof and tail; the inside with pillars, floor and wheel houses; the dark gaps."""
    outlines, bend, inside = _outlines(shape), _side(shape), _side(shape, _INNER_M)
    windows = [outlines["front_window"], outlines["rear_window"]]
    inner = [
        sheet(outlines["whole"], inside, 0.24, windows, edge_m=0.2),
        rim(outlines["whole"], bend, inside, spacing_m=0.3),
    ]
    inner += [rim(window, bend, inside) for window in windows]
    inner += [_wheel_house(shape, x * shape.long) for x in (_FRONT_AXLE_M, _REAR_AXLE_M)]
    gap = _side(shape, 0.006)
    lines = [band(outlines[name], gap, 0.03, flipped=True) for name in ("front_door", "rear_door")]
    lines.append(band(outlines["fender"][:2] + outlines["fender"][-1:], gap, 0.03, flipped=True))
    both = [piece for left in inner for piece in (left, mirrored(left))]
    dark = [piece for left in lines for piece in (left, mirrored(left))]
    faces, backs = zip(_roof(shape), _hood(shape), _tail(shape), strict=True)
    return join(faces), join([*both, *backs, *_frame_work(shape)]), join(dark)


def _wheel_house(shape: CarShape, x: float) -> Shape:
    """The tunnel over a wheel, seen from the wheel and from above."""
    reach = 0.58 * shape.wide

    def tunnel(grown_m: float, outer: Bend) -> tuple[Shape, Shape]:
        arch = arc((x, _ARCH_Z_M * shape.tall), _ARCH_M + grown_m, np.radians(-12.0), np.radians(192.0), 10)
        depth = reach - grown_m
        deep: Bend = lambda flat: np.column_stack([flat[:, 0], np.full(len(flat), depth), flat[:, 1]])  # noqa: E731
        return rim(arch, outer, deep, closed=False, spacing_m=1.0), sheet(arch, deep, 0.3, flipped=True)

    own = tunnel(0.0, _side(shape, 0.02))
    above = [Shape(piece.vertices_m, piece.faces[:, ::-1]) for piece in tunnel(0.012, _side(shape, _INNER_M))]
    return join([*own, *above])


def _line(shape: CarShape, line: Outline) -> tuple[FloatArray, FloatArray]:
    """(n,) x rising and the z that belong to it."""
    places = np.array(sorted(_scaled(shape, line)))
    return places[:, 0], places[:, 1]


def _plate(
    bend: Callable[[float], Bend], outline: Outline, holes: Sequence[Outline], step_m: float
) -> tuple[Shape, Shape]:
    """Face, and back with edges, of a closed plate 2.5 cm thick; `bend` takes how far a place lies within."""
    outer, inner = bend(0.0), bend(0.025)
    back = sheet(outline, inner, 2.0 * step_m, holes, edge_m=1.5 * step_m)
    edges = [rim(loop, outer, inner, spacing_m=step_m) for loop in (outline, *(hole[::-1] for hole in holes))]
    face = sheet(outline, outer, step_m, holes, edge_m=0.7 * step_m)
    return face, join([Shape(back.vertices_m, back.faces[:, ::-1]), *edges])


def _across(
    shape: CarShape, line: Outline, start: float, end: float, inset_m: float, crown_m: float, step_m: float
) -> tuple[Shape, Shape]:
    """A plate from side to side over the part of a side's upper edge between two x, bulging by `crown_m`."""
    x_line, z_line = _line(shape, line)
    start, end = start * shape.long, end * shape.long

    def bend(down_m: float) -> Bend:
        def bent(flat: FloatArray) -> FloatArray:
            z = np.interp(flat[:, 0], x_line, z_line)
            half = side_y(shape, np.column_stack([flat[:, 0], z])) - inset_m
            return np.column_stack([flat[:, 0], flat[:, 1] * half, z + crown_m * (1.0 - flat[:, 1] ** 2) - down_m])

        return bent

    return _plate(bend, [(start, -1.0), (end, -1.0), (end, 1.0), (start, 1.0)], (), step_m)


def _roof(shape: CarShape) -> tuple[Shape, Shape]:
    return _across(shape, _TOPS[shape.tail], -1.45 if shape.tail == "hatch" else -0.95, 0.22, 0.0, 0.035, 0.2)


def _hood(shape: CarShape) -> tuple[Shape, Shape]:
    edge = ((0.98, 0.745), (1.30, 0.715), (1.70, 0.66), (1.98, 0.58), (2.10, 0.48))
    return _across(shape, edge, 1.0, 2.07, 0.012, 0.05, 0.2)


def _tail(shape: CarShape) -> tuple[Shape, Shape]:
    """What closes the rear: tailgate or lid with the rear window's opening, along the sides' rear edge."""
    top = _TOPS[shape.tail]
    first = 6 if shape.tail == "hatch" else 5
    line = np.array(_scaled(shape, top[first:]))
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    glass = (0.28, 0.62) if shape.tail == "hatch" else (0.14, 0.78)

    def bend(within_m: float) -> Bend:
        def bent(flat: FloatArray) -> FloatArray:
            x, z = np.interp(flat[:, 0], run, line[:, 0]), np.interp(flat[:, 0], run, line[:, 1])
            half = side_y(shape, np.column_stack([x, z])) - 0.006
            bulge = 0.03 * (1.0 - flat[:, 1] ** 2) - within_m
            return np.column_stack([x - bulge, -flat[:, 1] * half, z + bulge])

        return bent

    end = float(run[-1])
    outline = [(0.0, -1.0), (end, -1.0), (end, 1.0), (0.0, 1.0)]
    window = [(glass[0], -0.8), (glass[1], -0.8), (glass[1], 0.8), (glass[0], 0.8)]
    return _plate(bend, outline, [window], 0.22)


def _frame_work(shape: CarShape) -> list[Shape]:
    """Floor, fire wall, cowl, rails, bumper beams, radiator frame."""
    long, wide, tall = shape.long, shape.wide, shape.tall
    boxes = [
        ((-1.95, -0.56, 0.06), (0.96, 0.56, 0.09)),
        ((-0.92, -0.80, 0.02), (0.74, 0.80, 0.06)),
        ((0.93, -0.72, 0.06), (0.96, 0.72, 0.70)),
        ((0.86, -0.72, 0.68), (1.04, 0.72, 0.71)),
        ((-2.00, -0.60, 0.28), (-1.96, 0.60, 0.60)),
        ((1.96, -0.62, 0.28), (2.05, 0.62, 0.40)),
        ((1.93, -0.60, 0.50), (1.98, 0.60, 0.54)),
        ((1.93, -0.60, 0.14), (1.98, 0.60, 0.18)),
        ((0.10, -0.55, 0.09), (0.25, 0.55, 0.20)),
    ]
    for y in (-0.42, 0.42):
        boxes.append(((0.96, y - 0.04, 0.22), (1.96, y + 0.04, 0.34)))
        boxes.append(((1.93, y * 1.4 - 0.02, 0.18), (1.98, y * 1.4 + 0.02, 0.50)))
    scale = np.array((long, wide, tall))
    return [box_between(np.array(low) * scale, np.array(high) * scale) for low, high in boxes]


def handles(shape: CarShape) -> Shape:
    """The openings for door handles, both sides."""
    found = []
    for x in (-0.14, -0.98):
        middle = (x * shape.long, 0.69 * shape.tall)
        ends = [(middle[0] + side * 0.07, middle[1]) for side in (1.0, -1.0)]
        outline = [
            *arc(ends[0], 0.016, -0.5 * np.pi, 0.5 * np.pi, 3),
            *arc(ends[1], 0.016, 0.5 * np.pi, 1.5 * np.pi, 3),
        ]
        left = sheet(outline, _side(shape, -0.0015), 0.2, flipped=True)
        found += [left, mirrored(left)]
    return join(found)


def car_body(
    shape: CarShape, left: Sequence[Shape], right: Sequence[Shape]
) -> list[tuple[Shape, tuple[str, Point], bool]]:
    """A whole body of these outer panels (left ones; right ones, mirrored already): (shape, look, inspectable)."""
    outer, inner, gaps = shell(shape)
    return [
        (join([*left, *right, outer]), METAL, True),
        (inner, METAL, False),
        (join([gaps, handles(shape)]), _DARK, False),
    ]


def whole_body(shape: CarShape) -> list[tuple[Shape, tuple[str, Point], bool]]:
    """A sound body with a coarse mesh, as it moves on the line."""
    panels = list(side_panels(shape, False).values())
    return car_body(shape, panels, [mirrored(panel) for panel in panels])


def skid(length_m: float = 4.3) -> Shape:
    """A skid under a body whose sills' lower edge is at z = 0: runners on the rollers, cross members, rests."""
    runners = [
        box_between((-0.5 * length_m, y - 0.045, -SKID_M), (0.5 * length_m, y + 0.045, -SKID_M + 0.09))
        for y in (-0.5 * GAUGE_M, 0.5 * GAUGE_M)
    ]
    cross = [box((0.1, GAUGE_M, 0.06), (x, 0, -SKID_M + 0.06)) for x in (-1.6, -0.55, 0.55, 1.6)]
    arms = [box((0.08, 1.5, 0.06), (x, 0, -SKID_M + 0.12)) for x in (-0.75, 0.6)]
    rests = [
        box_between((x - 0.03, y - 0.03, -SKID_M + 0.12), (x + 0.03, y + 0.03, 0.04 if abs(y) < 0.7 else -0.01))
        for x in (-0.75, 0.6)
        for y in (-0.72, 0.72)
    ]
    return join(runners + cross + arms + rests)
