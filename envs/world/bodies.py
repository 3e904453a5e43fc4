"""Things that move: each a small mesh in its own frame, so that moving it costs nothing and rays are turned instead."""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..site.model import Mover, Part
from ..types import BoolArray, FloatArray, IntArray, Point
from .raycast import Hits, RayMesh
from .surfaces import Look, Surfaces
from .vectors import dot_rows, turned_columns, turned_rows

#: Shapes are kept, for each costs a few milliseconds; a walker or a fire has fewer than this.
_KEPT_SHAPES = 256
#: What looks smaller than this (half its width, about 16 px of a common picture) throws no shadow that one would miss.
_LOOMS_RAD = 0.05
#: x, y, z, yaw of what stands upright.
Pose = tuple[float, float, float, float]


class Ball(NamedTuple):
    """Middle and radius of a sphere in plain numbers, which cost less than arrays where there are few."""

    centre_m: Point
    radius_m: float


class BodyMesh:
    """Parts joined in the frame of their body, with a sphere round them; mesh and looks are made when first met.

    Args:
        parts: of the body.
        surface_c: temperatures in °C of its surfaces; those without are at ambient.
        ambient_c: of the air.
    """

    def __init__(self, parts: Sequence[Part], surface_c: dict[str, float], ambient_c: float) -> None:
        self._parts, self._surface_c, self._ambient_c = parts, surface_c, ambient_c
        vertices = self._vertices_m
        centre = 0.5 * (vertices.min(axis=0) + vertices.max(axis=0))
        self.radius_m = float(np.sqrt(((vertices - centre) ** 2).sum(axis=1).max()))
        self.centre_m: FloatArray = centre.astype(np.float32)

    def around(self, pose: Pose) -> Ball:
        """What holds it standing at `pose`, whichever way it faces."""
        x, y, z, _ = pose
        ahead, aside, up = self.centre_m.tolist()
        return Ball((x, y, z + up), self.radius_m + math.hypot(ahead, aside))

    @cached_property
    def mesh(self) -> RayMesh:
        """What rays meet."""
        return RayMesh(self._vertices_m, self._faces)

    @cached_property
    def surfaces(self) -> Surfaces:
        """What it looks like."""
        parts = self._parts
        counts = [len(part.vertices_m) for part in parts]
        celsius = np.repeat([self._surface_c.get(part.surface, self._ambient_c) for part in parts], counts)
        extra = [
            np.zeros(n) if p.surface_delta_k is None else p.surface_delta_k for n, p in zip(counts, parts, strict=True)
        ]
        face_part = np.repeat(np.arange(len(parts)), [len(part.faces) for part in parts])
        return Surfaces(self._vertices_m, self._faces, face_part, parts, celsius + np.concatenate(extra))

    @property
    def _vertices_m(self) -> FloatArray:
        return np.concatenate([part.vertices_m for part in self._parts])

    @property
    def _faces(self) -> IntArray:
        starts = np.cumsum([0, *(len(part.vertices_m) for part in self._parts[:-1])])
        return np.concatenate([part.faces + int(start) for part, start in zip(self._parts, starts, strict=True)])


class Sphere:
    """A sphere round something, to find the few rays that may meet it."""

    def __init__(self, centre_m: FloatArray, radius_m: float) -> None:
        self.centre_m = np.asarray(centre_m, np.float32)
        self.radius_m = radius_m

    def looms(self, viewer_m: FloatArray) -> bool:
        """Whether it looks large enough from a place (3,) for its shadow to matter."""
        way = self.centre_m - viewer_m
        return bool(way @ way < (self.radius_m / _LOOMS_RAD) ** 2)

    def near(self, origins_m: FloatArray, directions: FloatArray) -> IntArray:
        """Indices of the rays that pass through; `origins_m` (3,) or (n, 3), `directions` (n, 3) or (1, 3)."""
        to_centre = self.centre_m - origins_m
        square = np.float32(self.radius_m**2)
        if to_centre.ndim == 1:
            along = dot_rows(directions, to_centre)
            beyond = (to_centre * to_centre).sum() - square
            return np.flatnonzero(along > np.sqrt(beyond)) if beyond > 0.0 else np.arange(len(directions))
        if len(directions) == 1:
            # Seen along the parallel rays the sphere is a disc.
            along, across, above = turned_rows(frame_along(directions[0]), to_centre).T
            across, above = across * across, above * above
            across += above
            return np.flatnonzero((across < square) & (along > -np.float32(self.radius_m)))
        along = np.einsum("ij,ij->i", to_centre, directions)
        beyond = np.einsum("ij,ij->i", to_centre, to_centre) - square
        return np.flatnonzero((beyond < 0.0) | ((along > 0.0) & (along * along > beyond)))


def frame_along(axis: FloatArray) -> FloatArray:
    """(3, 3) rotation that turns the unit vector `axis` (3,) into the first axis."""
    x, y, z = axis.tolist()
    # Duff et al. 2017, "Building an orthonormal basis, revisited".
    sign = math.copysign(1.0, z)
    a = -1.0 / (sign + z)
    b = x * y * a
    return np.array([[x, y, z], [1.0 + sign * x * x * a, sign * b, -sign * x], [b, sign + y * y * a, -y]])


class Body:
    """A body mesh at a pose: `position_m` (3,) and `rotation` (3, 3) from its frame to the world."""

    def __init__(self, body: BodyMesh, position_m: FloatArray, rotation: FloatArray) -> None:
        self._body = body
        self.position_m = np.asarray(position_m, np.float32)
        self.rotation = np.asarray(rotation, np.float32)
        centre = self.rotation @ body.centre_m + self.position_m
        self.sphere = Sphere(centre, body.radius_m)

    def cast(self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray) -> Hits:
        """As `RayMesh.cast`; normals in the world frame."""
        origins, rays = self.to_own(origins_m), turned_rows(self.rotation.T, directions)
        hits = self._body.mesh.cast(origins, rays, max_distance_m)
        hits.raw_normal = turned_rows(self.rotation, hits.raw_normal)
        return hits

    def occluded(self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray | float) -> BoolArray:
        """As `RayMesh.occluded`."""
        rays = turned_rows(self.rotation.T, directions)
        return self._body.mesh.occluded(self.to_own(origins_m), rays, max_distance_m)

    def celsius(self, hits: Hits) -> FloatArray:
        """(n,) surface temperature in °C."""
        return self._body.surfaces.celsius(hits.face, hits.u, hits.v)

    def look(self, hits: Hits, points_m: FloatArray, directions: FloatArray, pixel_m: FloatArray) -> Look:
        """As `Surfaces.look`, with (3, n) points and directions in the world frame."""
        points = turned_columns(self.rotation.T, points_m - self.position_m[:, None])
        look = self._body.surfaces.look(
            hits.face.astype(np.intp), hits.u, hits.v, points, turned_columns(self.rotation.T, directions), pixel_m
        )
        look.normal = turned_columns(self.rotation, look.normal)
        return look

    def to_own(self, points_m: FloatArray) -> FloatArray:
        """World points (3,) or (n, 3) in the frame of the body."""
        offset = np.asarray(points_m, np.float32) - self.position_m
        return turned_rows(self.rotation.T, offset.reshape(-1, 3)).reshape(offset.shape)


class Company:
    """Bodies that stay together, so that most rays are ruled out for all of them at once."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        self.bodies = tuple(bodies)
        if len(bodies) == 1:
            self.sphere = bodies[0].sphere
            return
        centre = np.mean([body.sphere.centre_m for body in bodies], axis=0)
        reach = [np.linalg.norm(body.sphere.centre_m - centre) + body.sphere.radius_m for body in bodies]
        self.sphere = Sphere(centre, float(max(reach)))

    def near(
        self,
        origins_m: FloatArray,
        directions: FloatArray,
        limits_m: FloatArray | float,
        viewer_m: FloatArray | None = None,
    ) -> Iterator[tuple[Body, IntArray]]:
        """Each body with the indices of the rays (as in `Sphere.near`) that may meet it, where there are any.

        Rays that end before it, by `limits_m` (scalar or (n,)), may be left out; so may bodies that look small from
        `viewer_m` (3,).
        """
        bodies = [body for body in self.bodies if viewer_m is None or body.sphere.looms(viewer_m)]
        if not bodies:
            return
        close = _long_enough(self.sphere, origins_m, limits_m, self.sphere.near(origins_m, directions))
        if not len(close):
            return
        if len(self.bodies) == 1:
            yield bodies[0], close
            return
        origins = origins_m if origins_m.ndim == 1 else origins_m[close]
        rays = directions if len(directions) == 1 else directions[close]
        for body in bodies:
            near = _long_enough(body.sphere, origins_m, limits_m, close[body.sphere.near(origins, rays)])
            if len(near):
                yield body, near


def _long_enough(sphere: Sphere, origins_m: FloatArray, limits_m: FloatArray | float, near: IntArray) -> IntArray:
    """Of the rays `near` from one place those that reach as far as a sphere; all where they start in many places."""
    if origins_m.ndim > 1 or not isinstance(limits_m, np.ndarray):
        return near
    way = sphere.centre_m - origins_m
    return near[limits_m[near] > np.sqrt(way @ way) - np.float32(sphere.radius_m)]


class BodyMaker:
    """Places movers and outside parts, and keeps their meshes as long as their shape stays."""

    def __init__(self, ambient_c: float) -> None:
        self._ambient_c = ambient_c
        # The parts are kept beside their mesh: an identity is only unique while its object lives.
        self._shapes: dict[int, tuple[tuple[Part, ...], BodyMesh]] = {}
        self._outside: dict[tuple[object, ...], BodyMesh] = {}
        self._reaches: dict[int, tuple[Mover, tuple[float, float]]] = {}

    def around(self, mover: Mover, time_s: float) -> Ball:
        """What holds a jointed `mover` at `time_s`, whatever its pose."""
        if id(mover) not in self._reaches:
            self._reaches[id(mover)] = (mover, _reach(mover))
        height_m, radius_m = self._reaches[id(mover)][1]
        x, y, z, _ = mover.pose_at(time_s)
        return Ball((x, y, z + height_m), radius_m)

    def mover(self, mover: Mover, time_s: float) -> list[Body]:
        """`mover` where and as it is at `time_s`: one body, or one a link."""
        pose = mover.pose_at(time_s)
        if mover.link_poses_at is None:
            return standing(self.mesh(mover, time_s), pose)
        place, turn = _placed(pose)
        poses = mover.link_poses_at(time_s)
        places, turns = poses[:, :3, 3] @ turn.T + place, turn @ poses[:, :3, :3]
        meshes = [self._mesh(parts, mover.surface_c) for parts in mover.links]
        return [Body(*each) for each in zip(meshes, places, turns, strict=True)]

    def mesh(self, mover: Mover, time_s: float) -> BodyMesh:
        """What a `mover` without joints looks like at `time_s`."""
        return self._mesh(mover.parts if mover.shape_at is None else mover.shape_at(time_s), mover.surface_c)

    def _mesh(self, parts: tuple[Part, ...], surface_c: dict[str, float]) -> BodyMesh:
        if id(parts) not in self._shapes:
            while len(self._shapes) >= _KEPT_SHAPES:
                del self._shapes[next(iter(self._shapes))]
            self._shapes[id(parts)] = (parts, BodyMesh(parts, surface_c, self._ambient_c))
        return self._shapes[id(parts)][1]

    def outside(self, parts: Sequence[tuple[Part, FloatArray, FloatArray]]) -> list[Body]:
        """Parts of the robot, as others see them, at their positions and rotations; those with one pose become one."""
        poses: dict[bytes, tuple[FloatArray, FloatArray, list[Part]]] = {}
        for part, position, rotation in parts:
            pose = np.asarray(position, float).tobytes() + np.asarray(rotation, float).tobytes()
            poses.setdefault(pose, (position, rotation, []))[2].append(part)
        return [Body(self._joined(group), position, rotation) for position, rotation, group in poses.values()]

    def _joined(self, parts: Sequence[Part]) -> BodyMesh:
        """Equal parts share their mesh, so that nobody need keep the objects."""
        key = tuple((part.vertices_m.tobytes(), part.faces.tobytes(), part.material, part.tint) for part in parts)
        if key not in self._outside:
            self._outside[key] = BodyMesh(parts, {}, self._ambient_c)
        return self._outside[key]


def standing(mesh: BodyMesh, pose: Pose) -> list[Body]:
    """The one body of what stands at `pose`."""
    return [Body(mesh, *_placed(pose))]


def _placed(pose: Pose) -> tuple[FloatArray, FloatArray]:
    """Position (3,) and rotation (3, 3) to the world."""
    x, y, z, yaw = pose
    c, s = math.cos(yaw), math.sin(yaw)
    return np.array([x, y, z]), np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _reach(mover: Mover) -> tuple[float, float]:
    """Height over its origin, and radius, of a sphere that holds a jointed mover in every pose.

    The origins of links that follow each other keep their distances.
    """
    assert mover.link_poses_at is not None
    places = mover.link_poses_at(0.0)[:, :3, 3]
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    sizes = [max(float(np.linalg.norm(part.vertices_m, axis=1).max()) for part in parts) for parts in mover.links]
    reach = max(size + float(steps[:k].sum()) for k, size in enumerate(sizes))
    return float(places[0, 2]), reach + float(np.hypot(*places[0, :2]))
