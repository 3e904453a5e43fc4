"""All fixed parts of a site as one mesh: the common source of the collision body, the ray-cast scene and maps."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..types import FloatArray, IntArray
from .model import Part, Site


@dataclass(frozen=True, eq=False)
class SiteMesh:
    """Merged parts.

    Attributes:
        vertices_m: (n, 3) float64, world frame.
        faces: (m, 3) int32 into the vertices.
        face_part: (m,) index into `parts`.
        parts: the parts in order; `owners` their equipment tags (None: structure).
    """

    vertices_m: FloatArray
    faces: IntArray
    face_part: IntArray
    parts: tuple[Part, ...]
    owners: tuple[str | None, ...]

    def select(self, keep: Iterable[bool]) -> tuple[FloatArray, IntArray]:
        """Vertices and faces of the parts marked True in `keep` (one flag a part)."""
        flags = np.fromiter(keep, dtype=bool, count=len(self.parts))
        faces = self.faces[flags[self.face_part]]
        used, inverse = np.unique(faces, return_inverse=True)
        return self.vertices_m[used], inverse.reshape(faces.shape).astype(np.int32)

    def solid(self) -> tuple[FloatArray, IntArray]:
        """Vertices and faces of the parts that collide."""
        return self.select(part.solid for part in self.parts)


def merge(site: Site) -> SiteMesh:
    """Merge everything fixed on `site` in its present state."""
    owned = site.owned_parts()
    counts = [len(part.vertices_m) for _, part in owned]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return SiteMesh(
        np.concatenate([part.vertices_m for _, part in owned]),
        np.concatenate([part.faces.astype(np.int32) + start for (_, part), start in zip(owned, offsets, strict=False)]),
        np.repeat(np.arange(len(owned), dtype=np.int32), [len(part.faces) for _, part in owned]),
        tuple(part for _, part in owned),
        tuple(tag for tag, _ in owned),
    )
