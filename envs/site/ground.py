"""What lies flat: floors of different make, painted lines, drains and harmless stains."""

from collections.abc import Sequence

import numpy as np

from ..types import FloatArray, Point
from .model import Part
from .shapes import Shape, join

OUTSIDE_M = 30.0  # the ground goes on this far beyond the fence
LINE_M = 0.003  # paint lies this far above the floor, drains and stains between
Rect = tuple[float, float, float, float]
#: A material in its own colour, or in another.
Floor = str | tuple[str, Point]


def flat(rect: Rect, z_m: float = 0.0) -> Shape:
    """Upward rectangle (x0, y0, x1, y1) at height `z_m`."""
    x0, y0, x1, y1 = rect
    corners = np.array([[x0, y0, z_m], [x1, y0, z_m], [x1, y1, z_m], [x0, y1, z_m]])
    return Shape(corners, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32))


def floors(bounds: Rect, base: Floor, patches: Sequence[tuple[Rect, Floor]], outside: Floor) -> list[Part]:
    """The whole ground at z = 0 without overlaps: `base`, later patches (rect, floor) over earlier ones."""
    x0, y0, x1, y1 = bounds
    xs = np.unique(np.clip([x0, x1, *(v for r, _ in patches for v in (r[0], r[2]))], x0, x1))
    ys = np.unique(np.clip([y0, y1, *(v for r, _ in patches for v in (r[1], r[3]))], y0, y1))
    mid_x, mid_y = 0.5 * (xs[1:] + xs[:-1]), 0.5 * (ys[1:] + ys[:-1])
    made = [base, *(floor for _, floor in patches)]
    owner = np.zeros((len(mid_y), len(mid_x)), dtype=int)
    for k, ((px0, py0, px1, py1), _) in enumerate(patches, start=1):
        owner[np.ix_((mid_y > py0) & (mid_y < py1), (mid_x > px0) & (mid_x < px1))] = k
    tiles: dict[Floor, list[Shape]] = {}
    for row in range(len(mid_y)):
        ends = np.flatnonzero(np.diff(owner[row])) + 1
        for start, end in zip([0, *ends], [*ends, len(mid_x)], strict=True):
            rect = (float(xs[start]), float(ys[row]), float(xs[end]), float(ys[row + 1]))
            tiles.setdefault(made[owner[row, start]], []).append(flat(rect))
    far = OUTSIDE_M
    for rect in ((x0 - far, y0 - far, x1 + far, y0), (x0 - far, y1, x1 + far, y1 + far),
                 (x0 - far, y0, x0, y1), (x1, y0, x1 + far, y1)):  # fmt: skip
        tiles.setdefault(outside, []).append(flat(rect))
    # Not solid: the physics has its own plane at z = 0, and feet would touch both.
    looks = {floor: (floor, None) if isinstance(floor, str) else floor for floor in sorted(tiles, key=str)}
    return [
        join(tiles[floor]).part(material, tint, solid=False, inspectable=False)
        for floor, (material, tint) in looks.items()
    ]


def painted(rects: Sequence[Rect], colour: Point) -> Part:
    """Painted bars on the floor."""
    return join([flat(rect, LINE_M) for rect in rects]).part("paint_worn", colour, solid=False, inspectable=False)


def outline(rect: Rect, width_m: float) -> list[Rect]:
    """The four bars along the inside of a rectangle."""
    x0, y0, x1, y1 = rect
    w = width_m
    return [(x0, y0, x1, y0 + w), (x0, y1 - w, x1, y1), (x0, y0 + w, x0 + w, y1 - w), (x1 - w, y0 + w, x1, y1 - w)]


def drain(rect: Rect) -> list[Part]:
    """A channel drain with its grating and frame."""
    frame = join([flat(bar, LINE_M) for bar in outline(rect, 0.03)])
    x0, y0, x1, y1 = rect
    inner = flat((x0 + 0.03, y0 + 0.03, x1 - 0.03, y1 - 0.03), 0.5 * LINE_M)
    return [
        frame.part("galvanised", solid=False, inspectable=False),
        inner.part("grating", (0.25, 0.25, 0.25), solid=False, inspectable=False),
    ]


def blob(rng: np.random.Generator, x_m: float, y_m: float, radius_m: float, z_m: float = 0.5 * LINE_M) -> Shape:
    """An irregular flat patch of about `radius_m` round (x, y)."""
    angle = np.linspace(0.0, 2 * np.pi, 24, endpoint=False)
    wobble = sum(rng.uniform(0.0, 0.25 / k) * np.cos(k * angle + rng.uniform(0.0, 2 * np.pi)) for k in (1, 2, 3, 5))
    radius = radius_m * np.clip(1.0 + wobble, 0.4, 1.6)
    rim: FloatArray = np.column_stack([x_m + radius * np.cos(angle), y_m + radius * np.sin(angle), np.full(24, z_m)])
    following = (np.arange(24) + 1) % 24
    faces = np.stack([np.full(24, 24), np.arange(24), following], axis=1).astype(np.int32)
    return Shape(np.vstack([rim, [[x_m, y_m, z_m]]]), faces)


def stain(rng: np.random.Generator, x_m: float, y_m: float, radius_m: float, floor: str, colour: Point) -> Part:
    """An old dry stain: the floor's own material in another shade."""
    shade = float(rng.uniform(0.6, 0.9))
    tint = (shade * colour[0], shade * colour[1], shade * colour[2] * float(rng.uniform(0.92, 1.0)))
    # Each at its own height, so that stains may cross.
    z_m = float(rng.uniform(0.2, 0.45)) * LINE_M
    return blob(rng, x_m, y_m, radius_m, z_m).part(floor, tint, solid=False, inspectable=False)
