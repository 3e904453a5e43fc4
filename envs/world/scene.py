"""The ray-cast twin of a site: everything that optical sensors see."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..site.mesh import SiteMesh, merge
from ..site.model import Mover, Part, Site
from ..types import BoolArray, FloatArray, IntArray
from .bodies import Body, BodyMaker, standing
from .crowd import Crowd, Member
from .heat import vertex_temperatures
from .light import Lighting, Points
from .obscurance import Obscurance
from .raycast import Hits, RayMesh
from .shadow import PictureShadow
from .surfaces import Surfaces

#: `Hits.face` of a scene where a moving body was met.
MOVING = -2


@dataclass(eq=False)
class SceneHits(Hits):
    """Hits on the fixed mesh (`face` as in `SiteMesh.faces`) or on moving bodies (`face` is `MOVING`).

    Attributes:
        moving: body, indices of the rays that met it, and its own hits; later ones lie nearer.
    """

    moving: tuple[tuple[Body, IntArray, Hits], ...] = ()


class Scene:
    """What rays meet: the fixed mesh of `site`, and its movers where `update` has put them.

    Args:
        site: in the state that is to be seen.
        mesh: its merged mesh if it was made already.
    """

    def __init__(self, site: Site, mesh: SiteMesh | None = None) -> None:
        self.mesh = merge(site) if mesh is None else mesh
        mesh = self.mesh
        self.weather = site.weather
        self._site = site
        self.static = RayMesh(mesh.vertices_m, mesh.faces)
        celsius = vertex_temperatures(site, mesh)
        self._surfaces = Surfaces(mesh.vertices_m, mesh.faces, mesh.face_part, mesh.parts, celsius)
        # The same stains for every state of one site, others on another.
        seed = [int(abs(value) * 1e6) for value in (*site.dock, *site.bounds_m)]
        self._ambient = Obscurance(mesh.vertices_m, mesh.faces, site.bounds_m, np.random.default_rng(seed))
        self.lighting = Lighting(site)
        self._maker = BodyMaker(site.weather.ambient_c)
        self.update(0.0)

    def update(self, time_s: float, outside: Sequence[tuple[Part, FloatArray, FloatArray]] = ()) -> None:
        """Put the movers where they are at `time_s`, and `outside` parts (with position (3,), rotation (3, 3))."""
        members = [self._member(mover, time_s) for mover in self._site.movers]
        if outside:
            members.append(Member.of(self._maker.outside(outside)))
        self._moving = Crowd(members)

    def _member(self, mover: Mover, time_s: float) -> Member:
        if mover.links:
            return Member(self._maker.around(mover, time_s), partial(self._maker.mover, mover, time_s))
        # Asked for now rather than when it is built: pedestrians know only where they are at present.
        mesh, pose = self._maker.mesh(mover, time_s), mover.pose_at(time_s)
        return Member(mesh.around(pose), partial(standing, mesh, pose))

    def cast(
        self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray | float = np.inf
    ) -> SceneHits:
        """The first thing along each ray.

        Args:
            origins_m: (n, 3), or (3,) for one shared by all rays.
            directions: (n, 3) unit vectors.
            max_distance_m: scalar or (n,); what lies farther is not met.
        """
        origins, rays = np.asarray(origins_m, np.float32), np.asarray(directions, np.float32)
        found = self.static.cast(origins, rays, max_distance_m)
        hits = SceneHits(found.distance_m, found.face, found.u, found.v, found.raw_normal)
        moving = []
        reach = np.minimum(hits.distance_m, np.asarray(max_distance_m, np.float32))
        for body, near in self._moving.near(origins, rays, reach):
            own = body.cast(origins if origins.ndim == 1 else origins[near], rays[near], reach[near])
            met = np.flatnonzero(own.face >= 0)
            if len(met):
                own = Hits(own.distance_m[met], own.face[met], own.u[met], own.v[met], own.raw_normal[met])
                where = near[met]
                hits.distance_m[where], hits.face[where] = own.distance_m, MOVING
                reach[where] = own.distance_m
                hits.u[where], hits.v[where], hits.raw_normal[where] = own.u, own.v, own.raw_normal
                moving.append((body, where, own))
        hits.moving = tuple(moving)
        return hits

    def occluded(
        self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray | float = np.inf
    ) -> BoolArray:
        """(n,) whether anything lies on each ray nearer than `max_distance_m`; `directions` may be (1, 3)."""
        return self._occluded(None, origins_m, directions, max_distance_m)

    def _occluded(
        self,
        viewer_m: FloatArray | None,
        origins_m: FloatArray,
        directions: FloatArray,
        max_distance_m: FloatArray | float = np.inf,
    ) -> BoolArray:
        origins, rays = np.asarray(origins_m, np.float32), np.atleast_2d(np.asarray(directions, np.float32))
        blocked = self.static.occluded(origins, rays, max_distance_m)
        for body, near in self._moving.near(origins, rays, max_distance_m, viewer_m):
            limit = max_distance_m if np.ndim(max_distance_m) == 0 else np.asarray(max_distance_m)[near]
            own = origins if origins.ndim == 1 else origins[near]
            blocked[near] |= body.occluded(own, rays if len(rays) == 1 else rays[near], limit)
        return blocked

    def surface_c(self, hits: SceneHits) -> FloatArray:
        """(n,) true surface temperature in °C; means nothing where nothing was met."""
        celsius = self._surfaces.celsius(hits.face, hits.u, hits.v)
        for body, where, own in hits.moving:
            celsius[where] = body.celsius(own)
        return celsius

    def owner(self, hits: SceneHits) -> IntArray:
        """(n,) int32 index into `SiteMesh.parts`, -1 where nothing was met, -2 for moving bodies."""
        part = self._surfaces.part(hits.face)
        return np.where(hits.face >= 0, part, hits.face).astype(np.int32, copy=False)

    def albedo(self, hits: SceneHits) -> FloatArray:
        """(n,) mean albedo 0..1 of the part met; 0.4 for moving bodies."""
        albedo = self._surfaces.part_albedo.take(self._surfaces.part(hits.face))
        return np.where(hits.face >= 0, albedo, np.float32(0.4))

    def points(self, position_m: FloatArray, rays: FloatArray, hits: SceneHits, pixel_rad: float) -> Points:
        """What is where `hits` are, for rays (3, n) from one viewer whose pixels subtend `pixel_rad`."""
        pixel = np.flatnonzero(hits.face != -1)
        face = hits.face.take(pixel).astype(np.intp)
        u, v, distance = (array.take(pixel) for array in (hits.u, hits.v, hits.distance_m))
        direction = np.stack([row.take(pixel) for row in rays])
        position = direction * distance
        position += np.asarray(position_m, np.float32)[:, None]
        pixel_m = distance * np.float32(pixel_rad)
        look = self._surfaces.look(face, u, v, position, direction, pixel_m)
        for body, rays_of_body, own in hits.moving:
            where = np.searchsorted(pixel, rays_of_body)
            seen = body.look(own, position[:, where], direction[:, where], pixel_m[where])
            seen.part[:] = MOVING
            look.put(where, seen)
        ambient = self._ambient.light(position, look.normal)
        return Points(pixel, position, direction, distance, ambient, look)

    def shadow(self, points: Points, owner: IntArray) -> PictureShadow:
        """Shadows on the picture that `points` are part of; `owner` (h, w) int32 as `owner` gives for its rays."""
        if not len(points.pixel):
            return PictureShadow(self.occluded, points, owner)
        viewer = points.position_m[:, 0] - points.distance_m[0] * points.direction[:, 0]
        return PictureShadow(partial(self._occluded, viewer), points, owner)
