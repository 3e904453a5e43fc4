"""Ray casting on triangle meshes with Intel Embree; the only file that imports embreex."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore import EmbreeDevice
from embreex.rtcore_scene import EmbreeScene

from ..types import BoolArray, FloatArray, IntArray

#: One device for the whole process: each new one would start its own threads.
_DEVICE = EmbreeDevice()


@dataclass(eq=False)
class Hits:
    """Where n rays met a mesh first.

    Attributes:
        distance_m: (n,) float32 along the ray, inf where nothing was met.
        face: (n,) int32 index of the triangle, -1 where nothing was met.
        u, v: (n,) float32 barycentric weights of the triangle's second and third corner.
        raw_normal: (n, 3) float32 normals of any length, pointing to the side from which corners run counter-clockwise.
    """

    distance_m: FloatArray
    face: IntArray
    u: FloatArray
    v: FloatArray
    raw_normal: FloatArray

    @cached_property
    def normal(self) -> FloatArray:
        """(n, 3) unit geometric normals, zero where nothing was met."""
        return self.normals(slice(None))

    def normals(self, which: IntArray | slice) -> FloatArray:
        """(k, 3) those of some rays."""
        raw = self.raw_normal[which]
        length = np.sqrt(np.einsum("ij,ij->i", raw, raw))
        normal: FloatArray = raw / np.maximum(length, 1e-30)[:, None]
        normal[self.face[which] == -1] = 0.0
        return normal


class RayMesh:
    """A fixed triangle mesh to cast rays at.

    Args:
        vertices_m: (n, 3).
        faces: (m, 3) indices into the vertices; both may be empty.
    """

    def __init__(self, vertices_m: FloatArray, faces: IntArray) -> None:
        vertices = np.ascontiguousarray(vertices_m, np.float32).reshape(-1, 3)
        corners = np.ascontiguousarray(faces, np.int32).reshape(-1, 3)
        if corners.size and not 0 <= corners.min() <= corners.max() < len(vertices):
            raise ValueError(f"faces must index {len(vertices)} vertices, got {corners.min()}..{corners.max()}")
        self._scene: EmbreeScene | None = None
        if corners.size:
            self._scene = EmbreeScene(_DEVICE)
            TriangleMesh(self._scene, vertices, corners)

    def cast(self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray | float = np.inf) -> Hits:
        """The first triangle along each ray, seen from either side.

        Args:
            origins_m: (n, 3), or (3,) for one shared by all rays.
            directions: (n, 3) unit vectors.
            max_distance_m: scalar or (n,); what lies farther is not met.
        """
        origins, rays = _as_rays(origins_m, directions)
        if self._scene is None or not len(rays):
            return _nothing(len(rays))
        result = self._scene.run(origins, rays, dists=_limits(max_distance_m, len(rays)), output=1)
        face, distance = result["primID"], result["tfar"]
        np.copyto(distance, np.float32(np.inf), where=face < 0)
        return Hits(distance, face, result["u"], result["v"], result["Ng"])

    def occluded(
        self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray | float = np.inf
    ) -> BoolArray:
        """(n,) whether anything lies on the ray nearer than `max_distance_m`; cheaper than `cast`.

        `directions` may be (1, 3) for parallel rays.
        """
        origins = np.atleast_2d(np.asarray(origins_m, np.float32))
        rays = np.ascontiguousarray(np.atleast_2d(directions), np.float32)
        count = len(rays) if len(origins) == 1 else len(origins)
        if self._scene is None or not count:
            return np.zeros(count, bool)
        if len(origins) == 1:
            origins = _repeated(origins, count)
        found = self._scene.run(origins, rays, dists=_limits(max_distance_m, count), query="OCCLUDED")
        blocked: BoolArray = found >= 0
        return blocked


def _as_rays(origins_m: FloatArray, directions: FloatArray) -> tuple[FloatArray, FloatArray]:
    rays = np.ascontiguousarray(directions, np.float32)
    if rays.ndim != 2 or rays.shape[1] != 3:
        raise ValueError(f"ray directions must have shape (n, 3), got {rays.shape}")
    origins = np.asarray(origins_m, np.float32)
    if origins.shape not in ((3,), (1, 3), rays.shape):
        raise ValueError(f"ray origins must have shape (3,) or {rays.shape}, got {origins.shape}")
    return origins if origins.shape == rays.shape else _repeated(origins, len(rays)), rays


def _repeated(origin_m: FloatArray, count: int) -> FloatArray:
    """(count, 3) float32 view of one origin; `np.broadcast_to` takes several times as long."""
    return np.ndarray((count, 3), np.float32, np.ascontiguousarray(origin_m), strides=(0, 4))


def _limits(max_distance_m: FloatArray | float, count: int) -> FloatArray:
    limits = np.empty(count, np.float32)
    # For a single number NumPy's own takes several times as long.
    several = isinstance(max_distance_m, np.ndarray)
    limits[:] = np.minimum(max_distance_m, 1e30) if several else min(max_distance_m, 1e30)
    return limits


def _nothing(count: int) -> Hits:
    zeros = np.zeros(count, np.float32)
    return Hits(
        np.full(count, np.inf, np.float32), np.full(count, -1, np.int32), zeros, zeros, np.zeros((count, 3), np.float32)
    )
