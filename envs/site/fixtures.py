"""Fixed things that are not equipment: plinths, bunds, ramps, hoses, pipe tracks, pipe bridges and clutter.

All stand on the floor at z = 0 unless a height is given; none is inspectable.
"""

from collections.abc import Sequence

import numpy as np

from ..types import FloatArray, Point
from . import artwork
from .ground import Rect
from .model import Part
from .shapes import Shape, bend, box, box_between, cone, cylinder, join, prism, quad, torus, tube

#: Pipe paints by what is inside (BS 1710-like), and lagging.
PIPE_LOOKS: tuple[tuple[str, Point | None], ...] = (
    ("galvanised", None),
    ("lagging", None),
    ("stainless", None),
    ("paint", (0.55, 0.56, 0.56)),
    ("paint_worn", (0.24, 0.42, 0.32)),
    ("paint_worn", (0.62, 0.54, 0.36)),
    ("paint", (0.30, 0.42, 0.55)),
)
CONTAINER_COLOURS: tuple[Point, ...] = ((0.20, 0.34, 0.50), (0.50, 0.24, 0.18), (0.30, 0.42, 0.36), (0.62, 0.62, 0.60))
DRUM_COLOURS: tuple[Point, ...] = ((0.16, 0.30, 0.55), (0.62, 0.20, 0.15), (0.25, 0.27, 0.28), (0.20, 0.42, 0.30))


def plinth(rect: Rect, height_m: float) -> Part:
    """A concrete kerb, plinth or slab."""
    x0, y0, x1, y1 = rect
    return box_between((x0, y0, 0.0), (x1, y1, height_m)).part("concrete", inspectable=False)


def bund(rect: Rect, height_m: float, thick_m: float = 0.15) -> Part:
    """The wall round a tank, along the inside of `rect`."""
    x0, y0, x1, y1 = rect
    t = thick_m
    bars = [(x0, y0, x1, y0 + t), (x0, y1 - t, x1, y1), (x0, y0 + t, x0 + t, y1 - t), (x1 - t, y0 + t, x1, y1 - t)]
    return join([box_between((a, b, 0.0), (c, d, height_m)) for a, b, c, d in bars]).part("concrete", inspectable=False)


def platform(rect: Rect, height_m: float, ramp_m: float, edge: Point) -> list[Part]:
    """A raised platform with handrails, and a ramp that leaves it towards +x.

    Args:
        rect: (x0, y0, x1, y1) of platform and ramp together; the ramp is the last `ramp_m` along x.
        height_m: of the platform.
        ramp_m: horizontal length of the ramp.
        edge: sRGB of the handrail.
    """
    x0, y0, x1, y1 = rect
    start = x1 - ramp_m
    profile = [(x0, 0.0), (x1, 0.0), (start, height_m), (x0, height_m)]
    body = prism(profile, (0.0, y1, 0.0), (1, 0, 0), (0, 0, 1), y1 - y0)
    rails = [_rail((start, y, height_m), (x1, y, 0.0)) for y in (y0 + 0.05, y1 - 0.05)]
    rails += [_rail((x0 + 0.05, y, height_m), (start, y, height_m)) for y in (y0 + 0.05, y1 - 0.05)]
    rails.append(_rail((x0 + 0.05, y0 + 0.05, height_m), (x0 + 0.05, y1 - 0.05, height_m)))
    return [body.part("concrete", inspectable=False), join(rails).part("galvanised", edge, inspectable=False)]


def _rail(start: Point, end: Point) -> Shape:
    """A handrail 1 m high with a knee rail and posts, along a sloping line."""
    a, b = np.array(start), np.array(end)
    count = max(2, int(np.ceil(np.linalg.norm(b - a) / 1.3)) + 1)
    feet = [a + (b - a) * s for s in np.linspace(0.02, 0.98, count)]
    posts = [cylinder(foot, foot + (0, 0, 1.0), 0.02, 8) for foot in feet]
    return join([*posts, *(tube([a + (0, 0, z), b + (0, 0, z)], 0.02, 8) for z in (0.5, 1.0))])


def hose(path_m: FloatArray, radius_m: float, colour: Point) -> list[Part]:
    """A hose that lies on the floor along (k, 2), with couplings at its ends."""
    path = np.column_stack([path_m, np.full(len(path_m), radius_m)])
    line = tube(bend(list(path), 0.25) if len(path) > 2 else path, radius_m, 8).part(
        "rubber", colour, inspectable=False
    )
    ends = []
    for end, other in ((path[0], path[1]), (path[-1], path[-2])):
        along = (other - end) / np.linalg.norm(other - end)
        ends.append(cylinder(end + (0, 0, 0.006), end + 0.12 * along + (0, 0, 0.006), radius_m + 0.005, 10))
    return [line, join(ends).part("brass", inspectable=False)]


def pipe_track(rng: np.random.Generator, x0_m: float, x1_m: float, y_m: float, count: int) -> list[Part]:
    """`count` pipes side by side on low sleepers along x, centred on `y_m`; both ends dive into the ground."""
    pitch = 0.28
    sleepers, parts = [], []
    width = 0.5 * pitch * (count - 1) + 0.16
    for x in np.arange(x0_m + 0.5, x1_m - 0.4, 2.4):
        sleepers.append(box_between((x - 0.09, y_m - width, 0.0), (x + 0.09, y_m + width, 0.22)))
    for k in range(count):
        radius = float(rng.choice([0.04, 0.06, 0.085]))
        y, z = y_m + (k - 0.5 * (count - 1)) * pitch, 0.22 + radius
        path = np.array([(x0_m + 0.2, y, 0.0), (x0_m + 0.2, y, z), (x1_m - 0.2, y, z), (x1_m - 0.2, y, 0.0)])
        material, tint = PIPE_LOOKS[int(rng.integers(len(PIPE_LOOKS)))]
        parts.append(tube(bend(list(path), 0.14, 3), radius, 10).part(material, tint, inspectable=False))
    return [join(sleepers).part("concrete", inspectable=False), *parts] if sleepers else parts


def pipe_bridge(
    rng: np.random.Generator,
    start: tuple[float, float],
    end: tuple[float, float],
    posts_m: Sequence[float],
    height_m: float,
    count: int,
) -> list[Part]:
    """Pipes that rise from the ground at `start` and run high over the aisles, on portals.

    Args:
        rng: draws the pipes.
        start: one end of the middle line, which runs along x or along y.
        end: its other end.
        posts_m: distances along the line at which a portal stands.
        height_m: of the beams.
        count: of pipes.
    """
    a, b = np.array([*start, 0.0]), np.array([*end, 0.0])
    along = (b - a) / np.linalg.norm(b - a)
    across = np.array([-along[1], along[0], 0.0])
    half = 0.15 * count + 0.1
    steel = []
    for distance in posts_m:
        foot = a + distance * along
        for side in (-half, half):
            p = foot + side * across
            steel += [box((0.14, 0.14, height_m), p + (0, 0, 0.5 * height_m)), box((0.3, 0.3, 0.03), p + (0, 0, 0.015))]
        size = np.abs(across) * (2 * half + 0.14) + np.abs(along) * 0.14 + (0, 0, 0.16)
        steel.append(box(size, foot + (0, 0, height_m + 0.08)))
    parts = [join(steel).part("galvanised", inspectable=False)]
    for k in range(count):
        radius = float(rng.choice([0.05, 0.075, 0.1]))
        aside, lift = across * (k - 0.5 * (count - 1)) * 0.3, np.array([0, 0, height_m + 0.16 + radius])
        path = bend([a + aside, a + aside + lift, b + aside + lift], 0.3)
        material, tint = PIPE_LOOKS[int(rng.integers(len(PIPE_LOOKS)))]
        parts.append(tube(path, radius, 12).part(material, tint, inspectable=False))
    return parts


def sign_post(x_m: float, y_m: float, name: str, floor_m: float) -> list[Part]:
    """A post with the safety sign `name` (see `artwork.sign`) that looks to -y."""
    post = cylinder((x_m, y_m, floor_m), (x_m, y_m, floor_m + 1.75), 0.02, 8)
    plate = box((0.28, 0.006, 0.28), (x_m, y_m - 0.025, floor_m + 1.58))
    face = quad((x_m, y_m - 0.0285, floor_m + 1.58), 0.28, 0.28)
    return [
        join([post, plate]).part("galvanised", inspectable=False),
        face.part("sign", solid=False, inspectable=False, image=artwork.sign(name)),
    ]


def drum(x_m: float, y_m: float, colour: Point, z_m: float = 0.0) -> list[Part]:
    """A 200 l steel drum."""
    body = cylinder((x_m, y_m, z_m), (x_m, y_m, z_m + 0.88), 0.29, 20)
    hoops = [torus((x_m, y_m, z_m + z), (0, 0, 1), 0.29, 0.012, 20, 4) for z in (0.3, 0.58, 0.87)]
    return [join([body, *hoops]).part("paint_worn", colour, inspectable=False)]


def pallet(x_m: float, y_m: float, yaw_rad: float) -> list[Part]:
    """A wooden pallet, 1.2 x 0.8 x 0.144 m."""
    boards = [box((1.2, 0.1, 0.022), (0, y, 0.133)) for y in np.linspace(-0.35, 0.35, 5)]
    blocks = [box((0.1, 0.8, 0.122), (x, 0, 0.061)) for x in (-0.55, 0.0, 0.55)]
    shape = join([*boards, *blocks]).turned((0, 0, 1), yaw_rad).moved((x_m, y_m, 0.0))
    return [shape.part("cardboard", (0.58, 0.46, 0.30), inspectable=False)]


def crate(rng: np.random.Generator, x_m: float, y_m: float, z_m: float = 0.0) -> list[Part]:
    """A carton or a plastic crate."""
    size = (float(rng.uniform(0.5, 0.9)), float(rng.uniform(0.4, 0.65)), float(rng.uniform(0.35, 0.7)))
    body = box(size, (x_m, y_m, z_m + 0.5 * size[2]))
    if rng.random() < 0.5:
        return [body.part("cardboard", inspectable=False)]
    return [body.part("plastic", DRUM_COLOURS[int(rng.integers(len(DRUM_COLOURS)))], inspectable=False)]


def traffic_cone(x_m: float, y_m: float, colour: Point) -> list[Part]:
    """A traffic cone with a pale band."""
    foot = box((0.36, 0.36, 0.03), (x_m, y_m, 0.015))
    band = cone((x_m, y_m, 0.32), (x_m, y_m, 0.46), 0.087, 0.064, 16)
    body = cone((x_m, y_m, 0.03), (x_m, y_m, 0.7), 0.13, 0.025, 16)
    return [
        join([foot, body]).part("plastic", colour, inspectable=False),
        band.part("sign", inspectable=False),
    ]


def bollard(x_m: float, y_m: float, colour: Point) -> list[Part]:
    """A collision post."""
    body = cylinder((x_m, y_m, 0.0), (x_m, y_m, 1.0), 0.075, 14)
    return [body.part("paint_worn", colour, inspectable=False)]


def container(rng: np.random.Generator, x_m: float, y_m: float) -> list[Part]:
    """A 20 ft container, 6.06 x 2.44 x 2.59 m, with its doors towards +x."""
    tint = CONTAINER_COLOURS[int(rng.integers(len(CONTAINER_COLOURS)))]
    body = box((6.0, 2.38, 2.53), (x_m, y_m, 1.3))
    frame = [box((0.12, 0.12, 2.59), (x_m + a * 2.97, y_m + b * 1.16, 1.295)) for a in (-1, 1) for b in (-1, 1)]
    frame += [box((6.06, 0.1, 0.14), (x_m, y_m + b * 1.17, z)) for b in (-1, 1) for z in (0.07, 2.52)]
    bars = [cylinder((x_m + 3.03, y_m + y, 0.2), (x_m + 3.03, y_m + y, 2.4), 0.02, 8) for y in (-0.8, -0.3, 0.3, 0.8)]
    return [
        body.part("cladding", tint, inspectable=False),
        join(frame).part("paint_worn", tint, inspectable=False),
        join(bars).part("galvanised", inspectable=False),
    ]


def silo(rng: np.random.Generator, x_m: float, y_m: float) -> list[Part]:
    """A water tank or silo on a concrete base, out of service for the patrol; fits 3 x 3 m."""
    radius, height = float(rng.uniform(1.0, 1.4)), float(rng.uniform(2.2, 3.2))
    shade = float(rng.uniform(0.5, 0.8))
    base = cylinder((x_m, y_m, 0.0), (x_m, y_m, 0.15), radius + 0.08, 36).part("concrete", inspectable=False)
    shell = cylinder((x_m, y_m, 0.15), (x_m, y_m, height), radius, 36)
    roof = cone((x_m, y_m, height), (x_m, y_m, height + 0.25), radius, 0.15, 36)
    hoops = [torus((x_m, y_m, z), (0, 0, 1), radius, 0.02, 36, 4) for z in np.linspace(0.6, height - 0.1, 3)]
    return [base, join([shell, roof, *hoops]).part("paint_worn", (shade, shade, 0.97 * shade), inspectable=False)]


def column(rng: np.random.Generator, x_m: float, y_m: float) -> list[Part]:
    """A tall column with a platform and a ladder, on a concrete base; fits 2.6 x 2.6 m."""
    radius, height = float(rng.uniform(0.5, 0.75)), float(rng.uniform(6.0, 9.0))
    base = cylinder((x_m, y_m, 0.0), (x_m, y_m, 0.2), radius + 0.25, 24).part("concrete", inspectable=False)
    shell = [cylinder((x_m, y_m, 0.2), (x_m, y_m, height), radius, 28)]
    shell.append(cone((x_m, y_m, height), (x_m, y_m, height + 0.4), radius, 0.1, 28))
    deck = cylinder((x_m, y_m, 0.7 * height), (x_m, y_m, 0.7 * height + 0.05), radius + 0.55, 28)
    rails = [torus((x_m, y_m, 0.7 * height + z), (0, 0, 1), radius + 0.52, 0.02, 28, 4) for z in (0.55, 1.05)]
    side = y_m - radius - 0.15
    ladder = [cylinder((x_m + x, side, 0.3), (x_m + x, side, 0.7 * height), 0.02, 6) for x in (-0.2, 0.2)]
    ladder += [
        cylinder((x_m - 0.2, side, z), (x_m + 0.2, side, z), 0.012, 6) for z in np.arange(0.5, 0.7 * height, 0.3)
    ]
    shade = float(rng.uniform(0.55, 0.8))
    return [
        base,
        join(shell).part(("lagging", "paint")[int(rng.integers(2))], (shade, shade, shade), inspectable=False),
        join([deck, *rails, *ladder]).part("galvanised", inspectable=False),
    ]


def pipe_stack(rng: np.random.Generator, x_m: float, y_m: float) -> list[Part]:
    """Spare pipes along x on bearers, 4.2 x 1.2 m."""
    bearers = [box((0.12, 1.2, 0.1), (x_m + x, y_m, 0.05)) for x in (-1.4, 1.4)]
    radius = float(rng.uniform(0.07, 0.11))
    pipes = []
    for row, count in enumerate((5, 4, 3)):
        z = 0.1 + radius * (1.0 + row * np.sqrt(3.0))
        for k in range(count):
            y = y_m + (k - 0.5 * (count - 1)) * 2.0 * radius
            pipes.append(cylinder((x_m - 2.0, y, z), (x_m + 2.0, y, z), 0.995 * radius, 14))
    material = ("steel", "rusted_steel", "galvanised")[int(rng.integers(3))]
    return [
        join(bearers).part("cardboard", (0.5, 0.4, 0.28), inspectable=False),
        join(pipes).part(material, inspectable=False),
    ]


def drum_store(rng: np.random.Generator, x_m: float, y_m: float) -> list[Part]:
    """Drums and a crate on two pallets, 2.7 x 1.1 m."""
    colour = DRUM_COLOURS[int(rng.integers(len(DRUM_COLOURS)))]
    left, right = x_m - 0.7, x_m + 0.7
    parts = pallet(left, y_m, 0.0) + pallet(right, y_m, 0.0) + crate(rng, right, y_m, 0.144)
    for x in (left - 0.3, left + 0.3):
        parts += drum(x, y_m, colour, 0.144)
    return parts
