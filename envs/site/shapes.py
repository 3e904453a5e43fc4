"""Geometric primitives: closed triangle meshes with outward, counter-clockwise faces, that become `Part`s.

Vertices are not shared across sharp edges, so per-vertex normals stay true. All sizes in metres.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ..types import ByteArray, FloatArray, IntArray, Point
from .model import Decal, Part

X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
FRONT = (0.0, -1.0, 0.0)  # where the front of equipment looks
_CREASE_COS = np.cos(np.radians(35.0))
Vector = Sequence[float] | FloatArray
#: (lower ring, upper ring, what lies between), see `_strip_faces`.
Strip = tuple[int, int, str]


@dataclass(frozen=True, eq=False)
class Shape:
    """A bare mesh: `vertices_m` (n, 3), `faces` (m, 3), and `uv` (n, 2) where a picture may go on it."""

    vertices_m: FloatArray
    faces: IntArray
    uv: FloatArray | None = None

    def moved(self, offset_m: Vector) -> "Shape":
        """Shifted by `offset_m`."""
        return Shape(self.vertices_m + np.asarray(offset_m), self.faces, self.uv)

    def turned(self, axis: Vector, angle_rad: float, about_m: Vector = (0.0, 0.0, 0.0)) -> "Shape":
        """Turned by the right hand about the line through `about_m` along `axis`."""
        x, y, z = unit(axis)
        cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        matrix = np.eye(3) + np.sin(angle_rad) * cross + (1.0 - np.cos(angle_rad)) * (cross @ cross)
        centre = np.asarray(about_m, dtype=float)
        return Shape((self.vertices_m - centre) @ matrix.T + centre, self.faces, self.uv)

    def part(
        self,
        material: str,
        tint: Point | None = None,
        surface: str = "body",
        solid: bool = True,
        inspectable: bool = True,
        image: ByteArray | None = None,
        surface_delta_k: FloatArray | None = None,
    ) -> Part:
        """As a part; `image` becomes its decal and needs a shape with `uv` (`quad`, `disc`)."""
        if image is not None and self.uv is None:
            raise ValueError("a picture needs a shape with uv, such as quad() or disc()")
        decal = Decal(image, self.uv) if image is not None and self.uv is not None else None
        return Part(self.vertices_m, self.faces, material, surface, solid, inspectable, decal, tint, surface_delta_k)


def unit(vector: Vector) -> FloatArray:
    """`vector` scaled to length 1; a zero vector is a ValueError."""
    array = np.asarray(vector, dtype=float)
    length = float(np.sqrt(array @ array))
    if length == 0.0:
        raise ValueError(f"a direction must not be zero, got {vector!r}")
    return array / length


def join(shapes: Sequence[Shape]) -> Shape:
    """Several shapes as one."""
    offsets = np.cumsum([0] + [len(s.vertices_m) for s in shapes[:-1]])
    uvs = [s.uv for s in shapes if s.uv is not None]
    return Shape(
        np.concatenate([s.vertices_m for s in shapes]),
        np.concatenate([s.faces + np.int32(k) for s, k in zip(shapes, offsets, strict=True)]),
        np.concatenate(uvs) if len(uvs) == len(shapes) else None,
    )


def repeated(shape: Shape, offsets_m: FloatArray) -> Shape:
    """Copies of `shape` (its picture coordinates left out) shifted by each of `offsets_m` (k, 3), as one."""
    vertices = (np.asarray(offsets_m)[:, None] + shape.vertices_m).reshape(-1, 3)
    starts = np.arange(len(offsets_m), dtype=np.int32)[:, None, None] * np.int32(len(shape.vertices_m))
    return Shape(vertices, (shape.faces + starts).reshape(-1, 3))


def box(size_m: Vector, centre_m: Vector = (0.0, 0.0, 0.0)) -> Shape:
    """Axis-aligned box of full extents `size_m`."""
    corners, faces = _unit_box()
    return Shape(corners * np.asarray(size_m, dtype=float) + np.asarray(centre_m, dtype=float), faces)


def box_between(low_m: Vector, high_m: Vector) -> Shape:
    """Axis-aligned box from corner `low_m` to corner `high_m`."""
    low, high = np.asarray(low_m, dtype=float), np.asarray(high_m, dtype=float)
    return box(high - low, 0.5 * (low + high))


def bar(start_m: Vector, end_m: Vector, width_m: float, depth_m: float, up: Vector = Z) -> Shape:
    """Straight rectangular bar; `depth_m` is along `up` as far as that is square to the bar."""
    start = np.asarray(start_m, dtype=float)
    along = np.asarray(end_m, dtype=float) - start
    length = float(np.linalg.norm(along))
    a = unit(along)
    sideways = _cross(unit(up), a)
    s = unit(sideways) if float(np.linalg.norm(sideways)) > 1e-6 else frame(along)[0]
    corners, faces = _unit_box()
    local = corners * np.array([length, width_m, depth_m])
    return Shape(local @ np.stack([a, s, _cross(a, s)]) + start + 0.5 * along, faces)


def revolve(
    profile: Sequence[tuple[float, float]], start_m: Vector = (0.0, 0.0, 0.0), axis: Vector = Z, segments: int = 0
) -> Shape:
    """A turned body.

    Args:
        profile: (radius, distance along the axis), the outside on the right-hand side when walking along it, so
            upwards for a body around the axis; starts and ends at radius 0 for a closed body.
        start_m: where distance 0 lies.
        axis: direction of the axis.
        segments: round the axis; 0 chooses by the largest radius.
    """
    segments = segments or segments_for(max(r for r, _ in profile))
    rings, strips = _rings(tuple((float(r), float(h)) for r, h in profile))
    circle = _circle(segments)
    local = np.empty((len(rings), segments, 3))
    local[:, :, :2] = rings[:, :1, None] * circle
    local[:, :, 2] = rings[:, 1:]
    vertices = local.reshape(-1, 3) @ frame(axis) + np.asarray(start_m, dtype=float)
    return Shape(vertices, _strip_faces(strips, segments))


def cylinder(start_m: Vector, end_m: Vector, radius_m: float, segments: int = 0) -> Shape:
    """Closed cylinder between two points."""
    return cone(start_m, end_m, radius_m, radius_m, segments)


def cone(start_m: Vector, end_m: Vector, start_radius_m: float, end_radius_m: float, segments: int = 0) -> Shape:
    """Closed frustum between two points; either radius may be 0."""
    along = np.asarray(end_m, dtype=float) - np.asarray(start_m, dtype=float)
    length = float(np.sqrt(along @ along))
    profile = [(0.0, 0.0), (start_radius_m, 0.0), (end_radius_m, length), (0.0, length)]
    return revolve(profile[start_radius_m == 0.0 : 3 if end_radius_m == 0.0 else 4], start_m, along, segments)


def ring(start_m: Vector, end_m: Vector, inner_m: float, outer_m: float, segments: int = 0) -> Shape:
    """A pipe piece or washer with a hole, between two points."""
    along = np.asarray(end_m, dtype=float) - np.asarray(start_m, dtype=float)
    length = float(np.sqrt(along @ along))
    profile = [(inner_m, 0.0), (outer_m, 0.0), (outer_m, length), (inner_m, length), (inner_m, 0.0)]
    return revolve(profile, start_m, along, segments)


def dished(centre_m: Vector, axis: Vector, radius_m: float, depth_m: float, segments: int = 0) -> Shape:
    """Half an ellipsoid, as a vessel's end: open circle of `radius_m` at `centre_m`, bulging along `axis`."""
    angles = np.linspace(0.0, np.pi / 2, 5)
    return revolve([(radius_m * np.cos(a), depth_m * np.sin(a)) for a in angles], centre_m, axis, segments)


def sphere(centre_m: Vector, radius_m: float, segments: int = 12) -> Shape:
    """Sphere with half as many rings as `segments`."""
    angles = np.linspace(-np.pi / 2, np.pi / 2, max(segments // 2, 3) + 1)
    return revolve([(radius_m * np.cos(a), radius_m * np.sin(a)) for a in angles], centre_m, Z, segments)


def torus(centre_m: Vector, axis: Vector, radius_m: float, tube_m: float, segments: int = 20, sides: int = 6) -> Shape:
    """Ring of round section: `radius_m` to the middle of the tube of radius `tube_m`."""
    angles = np.linspace(0.0, 2 * np.pi, sides + 1)
    profile = [(radius_m + tube_m * np.cos(a), tube_m * np.sin(a)) for a in angles]
    return revolve(profile, centre_m, axis, segments)


def bend(path_m: Sequence[Vector], radius_m: float, steps: int = 3) -> FloatArray:
    """Round the corners of a polyline (k, 3) with arcs of `radius_m`, `steps` pieces each."""
    points = np.asarray(path_m, dtype=float)
    rounded = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        back, ahead = unit(before - corner), unit(after - corner)
        half = 0.5 * float(np.arccos(np.clip(back @ ahead, -1.0, 1.0)))
        if half > 0.5 * np.pi - 1e-3:
            rounded.append(corner)
            continue
        middle = corner + unit(back + ahead) * (radius_m / np.sin(half))
        inward = corner + back * (radius_m / np.tan(half)) - middle
        for angle in np.linspace(0.0, np.pi - 2 * half, steps + 1):
            rounded.append(middle + inward * np.cos(angle) - back * (radius_m * np.sin(angle)))
    return np.array([*rounded, points[-1]])


def tube(path_m: Sequence[Vector] | FloatArray, radius_m: float, segments: int = 0) -> Shape:
    """Closed round tube along a polyline (k, 3); corners should be soft (`bend`)."""
    points = np.asarray(path_m, dtype=float)
    segments = segments or segments_for(radius_m)
    steps = np.diff(points, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    tangents = np.concatenate([steps[:1], steps[:-1] + steps[1:], steps[-1:]])
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    u = frame(tangents[0])[0]
    circle = _circle(segments) * radius_m
    rings = []
    for point, tangent in zip(points, tangents, strict=True):
        u = unit(u - (u @ tangent) * tangent)
        rings.append(point + circle @ np.stack([u, _cross(tangent, u)]))
    last = len(rings)
    strips = ((0, 0, "back"), *((k, k + 1, "band") for k in range(1, last)), (last + 1, last + 1, "ahead"))
    return Shape(np.concatenate([rings[0], *rings, rings[-1]]), _strip_faces(strips, segments))


def prism(
    outline_m: Sequence[tuple[float, float]] | FloatArray,
    origin_m: Vector,
    right: Vector,
    up: Vector,
    depth_m: float,
    hub_m: tuple[float, float] | None = None,
) -> Shape:
    """An outline pulled out by `depth_m` along right x up.

    Args:
        outline_m: (k, 2) corners along (right, up), counter-clockwise, star-shaped about the hub.
        origin_m: where (0, 0) of the outline lies, on the back face.
        right: unit vector of the outline's first coordinate.
        up: unit vector of the second, square to `right`.
        depth_m: thickness.
        hub_m: a point inside from which every corner can be seen; the corners' mean unless given.
    """
    flat = np.asarray(outline_m, dtype=float)
    count = len(flat)
    flat = np.vstack([flat, flat.mean(axis=0) if hub_m is None else hub_m])
    across, upward = np.asarray(right, dtype=float), np.asarray(up, dtype=float)
    back = flat @ np.stack([across, upward]) + np.asarray(origin_m, dtype=float)
    front = back + depth_m * _cross(across, upward)
    here = np.arange(count)
    following = (here + 1) % count
    sides = np.stack([back[here], back[following], front[following], front[here]], axis=1).reshape(-1, 3)
    quads = np.arange(4 * count).reshape(-1, 4)
    fan = np.stack([here, following, np.full(count, count)], axis=1)
    faces = [quads[:, [0, 1, 2]], quads[:, [0, 2, 3]], fan + 4 * count, fan[:, [1, 0, 2]] + 5 * count + 1]
    return Shape(np.concatenate([sides, front, back]), np.concatenate(faces).astype(np.int32))


def quad(centre_m: Vector, width_m: float, height_m: float, normal: Vector = FRONT, up: Vector = Z) -> Shape:
    """A flat rectangle for a picture, seen from where `normal` points; one-sided."""
    u = unit(up)
    corners = np.array([[-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5], [0.5, 0.5]]) * (width_m, height_m)
    vertices = corners @ np.stack([_cross(u, unit(normal)), u]) + np.asarray(centre_m, dtype=float)
    uv = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    return Shape(vertices, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32), uv)


def disc(centre_m: Vector, radius_m: float, normal: Vector = FRONT, up: Vector = Z, segments: int = 24) -> Shape:
    """A flat round plate for a picture (its inscribed circle), seen from where `normal` points; one-sided."""
    u = unit(up)
    circle = _circle(segments)
    vertices = radius_m * circle @ np.stack([_cross(u, unit(normal)), u]) + np.asarray(centre_m, dtype=float)
    uv = 0.5 + 0.5 * circle * (1.0, -1.0)
    fan = np.arange(1, segments - 1, dtype=np.int32)
    return Shape(vertices, np.stack([np.zeros_like(fan), fan, fan + 1], axis=1), uv)


def fade(vertices_m: FloatArray, source_m: Vector, reach_m: float, peak_k: float) -> FloatArray:
    """(n,) K over the surface's temperature, `peak_k` at `source_m`, falling with exp(-distance / reach)."""
    distance = np.linalg.norm(vertices_m - np.asarray(source_m, dtype=float), axis=1)
    return np.asarray(peak_k * np.exp(-distance / reach_m))


def segments_for(radius_m: float) -> int:
    """How many flat sides make a circle of `radius_m` look round from two metres."""
    for limit, segments in ((0.012, 6), (0.035, 8), (0.12, 12), (0.3, 18), (0.7, 26)):
        if radius_m <= limit:
            return segments
    return 32


def frame(axis: Vector) -> FloatArray:
    """(3, 3) rows u, v, a: right-handed, a along `axis`; u is level."""
    x, y, z = (float(value) for value in axis)
    return _frame(x, y, z)


@lru_cache(maxsize=1024)
def _frame(x: float, y: float, z: float) -> FloatArray:
    a = unit((x, y, z))
    u = np.array(X) if abs(a[2]) > 0.999 else _cross(np.array(Z), a)
    u = unit(u - (u @ a) * a)
    return np.stack([u, _cross(a, u), a])


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Cross product of two vectors (np.cross costs ten times as much)."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])


@lru_cache(maxsize=64)
def _circle(segments: int) -> FloatArray:
    angle = np.arange(segments) * (2.0 * np.pi / segments)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


@lru_cache(maxsize=1)
def _unit_box() -> tuple[FloatArray, IntArray]:
    corners = []
    for axis in range(3):
        for sign in (-0.5, 0.5):
            a, b = np.eye(3)[(axis + 1) % 3] * 0.5, np.eye(3)[(axis + 2) % 3] * sign
            centre = np.eye(3)[axis] * sign
            corners += [centre - a - b, centre + a - b, centre + a + b, centre - a + b]
    first = np.arange(0, 24, 4, dtype=np.int32)[:, None]
    return np.array(corners), np.concatenate([first + np.array(half) for half in ((0, 1, 2), (0, 2, 3))]).astype(
        np.int32
    )


@lru_cache(maxsize=2048)
def _rings(profile: tuple[tuple[float, float], ...]) -> tuple[FloatArray, tuple[Strip, ...]]:
    """Split a profile at its creases into rings (k, 2) of radius and distance, and the strips between them."""
    rings: list[tuple[float, float]] = []
    strips: list[Strip] = []
    last: FloatArray | None = None
    for (r0, h0), (r1, h1) in pairwise(profile):
        if h0 == h1 and min(r0, r1) == 0.0:
            strips.append((len(rings), len(rings), "back" if r0 == 0.0 else "ahead"))
            rings.append((max(r0, r1), h0))
            last = None
            continue
        direction = unit((r1 - r0, h1 - h0))
        if last is None or float(last @ direction) < _CREASE_COS:
            rings.append((r0, h0))
        rings.append((r1, h1))
        kind = "tip_low" if r0 < 1e-9 else "tip_high" if r1 < 1e-9 else "band"
        strips.append((len(rings) - 2, len(rings) - 1, kind))
        last = direction
    return np.array(rings), tuple(strips)


@lru_cache(maxsize=512)
def _strip_faces(strips: tuple[Strip, ...], segments: int) -> IntArray:
    """Faces between rings of `segments` vertices: bands, tips (one ring is a point) and flat caps."""
    j = np.arange(segments)
    k = (j + 1) % segments
    fan = np.stack([np.zeros(segments - 2, dtype=int), j[1:-1], j[2:]], axis=1)
    faces = []
    for lower, upper, kind in strips:
        low, high = lower * segments, upper * segments
        if kind in ("band", "tip_high"):
            faces.append(np.stack([low + j, low + k, high + k], axis=1))
        if kind in ("band", "tip_low"):
            faces.append(np.stack([low + j, high + k, high + j], axis=1))
        if kind in ("back", "ahead"):
            faces.append(low + (fan if kind == "ahead" else fan[:, ::-1]))
    return np.concatenate(faces).astype(np.int32)
