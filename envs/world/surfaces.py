"""What rays see where they meet a mesh: normal, colour, gloss, emissivity and temperature of each point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..site.materials import MATERIALS
from ..site.model import Part
from ..types import BoolArray, FloatArray, IntArray
from .atlas import Atlas
from .normals import corner_normals, unit
from .textures import TILE_PX, pattern_atlas, pattern_index

#: Materials that shine by themselves.
GLOWING = frozenset({"flame", "lamp"})
#: Corner normals that differ from the face's by more than this make it look round.
_FLAT_COS = np.float32(np.cos(np.radians(1.0)))
#: At grazing angles a pixel covers a long strip; blurring it along its whole length would blur it across, too.
_LEAST_COS = np.float32(0.25)


@dataclass(eq=False)
class Look:
    """Points as seen along rays; all float32, planar so that each row is contiguous.

    Attributes:
        normal: (3, n) unit shading normal on the viewer's side.
        cos_view: (n,) cosine between the geometric normal and the way back to the viewer.
        albedo: (3, n) linear light, 0..1.
        gloss, emissivity: (n,) 0..1.
        surface_c: (n,) true temperature in °C.
        glow: (n,) shines by itself.
        part: (n,) index into the parts of its mesh.
    """

    normal: FloatArray
    cos_view: FloatArray
    albedo: FloatArray
    gloss: FloatArray
    emissivity: FloatArray
    surface_c: FloatArray
    glow: BoolArray
    part: IntArray

    def put(self, where: IntArray, other: "Look") -> None:
        """Replace the points at indices `where`."""
        self.normal[:, where] = other.normal
        self.albedo[:, where] = other.albedo
        for name in ("cos_view", "gloss", "emissivity", "surface_c", "glow", "part"):
            getattr(self, name)[where] = getattr(other, name)


def srgb_to_linear(colour: FloatArray) -> FloatArray:
    """Linear light of sRGB 0..1 (IEC 61966-2-1)."""
    result: FloatArray = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return result


_BYTE_TO_LINEAR = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)


class Surfaces:
    """Tables from triangle to looks for one mesh.

    Args:
        vertices_m, faces: (n, 3), (m, 3).
        face_part: (m,) index into `parts`.
        parts: their materials, tints and decals; a decal's uv are those of the part's vertices, which must follow
            each other in `vertices_m` in the order of the parts.
        vertex_c: (n,) temperature in °C.
    """

    def __init__(
        self,
        vertices_m: FloatArray,
        faces: IntArray,
        face_part: IntArray,
        parts: Sequence[Part],
        vertex_c: FloatArray,
    ) -> None:
        self._face_part = face_part.astype(np.intp)
        corners = [vertices_m[faces[:, k]].astype(np.float32).T for k in range(3)]
        self._set_normals(corners, faces, len(vertices_m))
        self._celsius = _linear_rows([vertex_c.astype(np.float32)[None, faces[:, k]] for k in range(3)])
        self._set_materials(parts)
        self._set_decals(parts, faces, corners)

    @property
    def part_albedo(self) -> FloatArray:
        """(parts,) mean linear albedo of each part."""
        return self._albedo

    def celsius(self, face: IntArray, u: FloatArray, v: FloatArray) -> FloatArray:
        """(n,) true surface temperature in °C."""
        row = self._celsius.take(face, axis=0, mode="clip")
        celsius: FloatArray = u * row[:, 1]
        celsius += row[:, 0]
        celsius += v * row[:, 2]
        return celsius

    def part(self, face: IntArray) -> IntArray:
        """(n,) part of each triangle."""
        return self._face_part.take(face, mode="clip")

    def look(
        self,
        face: IntArray,
        u: FloatArray,
        v: FloatArray,
        points_m: FloatArray,
        directions: FloatArray,
        pixel_m: FloatArray,
    ) -> Look:
        """Looks of n points.

        Args:
            face: (n,) triangles, intp.
            u: (n,) as in `Hits`.
            v: (n,) as in `Hits`.
            points_m: (3, n) where the rays end, in the frame of the mesh.
            directions: (3, n) unit directions of the rays in that frame.
            pixel_m: (n,) side of the area that a pixel covers across the ray.
        """
        part = self.part(face)
        plane = self._plane.take(face, axis=0, mode="clip")
        normal = np.empty((3, len(face)), np.float32)
        for k in range(3):
            normal[k] = plane[:, k]
        cos_view = normal[0] * directions[0]
        for k in (1, 2):
            cos_view += normal[k] * directions[k]
        # Along the ray: away from the viewer is the back.
        side = -np.copysign(np.float32(1.0), cos_view)
        np.abs(cos_view, out=cos_view)
        self._bend(normal, face, u, v)
        normal *= side
        footprint_m = pixel_m / np.maximum(cos_view, _LEAST_COS)
        albedo = self._pattern_colour(plane[:, 3], part, points_m, footprint_m)
        self._put_decals(albedo, face, u, v, footprint_m)
        return Look(
            normal,
            cos_view,
            albedo,
            self._gloss.take(part),
            self._emissivity.take(part),
            self.celsius(face, u, v),
            self._glow.take(part),
            part,
        )

    def _bend(self, normal: FloatArray, face: IntArray, u: FloatArray, v: FloatArray) -> None:
        """Put the normals of round surfaces in place of those of their faces."""
        row = self._round_row.take(face, mode="clip")
        where = np.flatnonzero(row >= 0)
        if len(where):
            u, v = u.take(where), v.take(where)
            corner = self._round_normal.take(row.take(where), axis=0, mode="clip")
            bent = [corner[:, k] + u * corner[:, k + 3] + v * corner[:, k + 6] for k in range(3)]
            length = np.sqrt(bent[0] * bent[0] + bent[1] * bent[1] + bent[2] * bent[2])
            for k in range(3):
                normal[k][where] = bent[k] / length

    def _pattern_colour(
        self, axis: FloatArray, part: IntArray, points_m: FloatArray, footprint_m: FloatArray
    ) -> FloatArray:
        """Material colour varied by its pattern, laid on along the two axes other than the face's main `axis`."""
        per_m = self._per_m.take(part)
        # Blends by 0 or 1 take a fifth of the time of np.where.
        s = (axis == 0).view(np.uint8) * (points_m[1] - points_m[0])
        s += points_m[0]
        t = (axis == 2).view(np.uint8) * (points_m[1] - points_m[2])
        t += points_m[2]
        s *= per_m
        t *= -per_m
        s -= np.floor(s)
        t -= np.floor(t)
        texels = footprint_m * per_m
        texels *= TILE_PX
        factors = pattern_atlas().sample(self._pattern.take(part), s, t, texels)
        colour = np.empty((3, len(part)), np.float32)
        for k, row in enumerate(colour):
            np.multiply(factors[:, k], self._vary[k].take(part), out=row)
            row += self._plain[k].take(part)
        return colour

    def _put_decals(
        self, albedo: FloatArray, face: IntArray, u: FloatArray, v: FloatArray, footprint_m: FloatArray
    ) -> None:
        if not len(self._decal):
            return
        row = self._decal_row.take(face, mode="clip")
        where = np.flatnonzero(row >= 0)
        if not len(where):
            return
        row, u, v = row.take(where), u.take(where), v.take(where)
        corner = self._decal_uv.take(row, axis=0, mode="clip")
        s = corner[:, 0] + u * corner[:, 2] + v * corner[:, 4]
        t = corner[:, 1] + u * corner[:, 3] + v * corner[:, 5]
        texels = footprint_m.take(where) * self._decal_texels_per_m.take(row)
        colours = self._decals.sample(self._decal.take(row), np.clip(s, 0, 1), np.clip(t, 0, 1), texels)
        for k in range(3):
            albedo[k][where] = _BYTE_TO_LINEAR.take(colours[:, k])

    def _set_normals(self, corners: list[FloatArray], faces: IntArray, vertices: int) -> None:
        """Face normals, and for round surfaces the normals at the corners (smoothed across soft edges)."""
        area = np.cross(corners[1] - corners[0], corners[2] - corners[0], axis=0).astype(np.float32)
        normal = unit(area)
        # Normal and main axis; rows of four floats are gathered several times faster than four columns.
        self._plane = np.stack([*normal, np.argmax(np.abs(normal), axis=0)], axis=1).astype(np.float32)
        corner = corner_normals(area, normal, faces.T.ravel(), vertices)
        bends = np.einsum("ikj,ij->kj", corner.reshape(3, 3, -1), normal)
        kept = np.flatnonzero((bends < _FLAT_COS).any(axis=0))
        bent = [corner.reshape(3, 3, -1)[:, k, kept] for k in range(3)]
        self._round_normal = _linear_rows(bent)
        self._round_row = _row_of(kept, len(faces))

    def _set_materials(self, parts: Sequence[Part]) -> None:
        materials = [MATERIALS[part.material] for part in parts]
        colours = [part.tint if part.tint is not None else m.albedo for part, m in zip(parts, materials, strict=True)]
        albedo = srgb_to_linear(np.array(colours, float).reshape(-1, 3))
        contrast = np.array([m.contrast for m in materials])
        self._albedo: FloatArray = albedo.mean(axis=1).astype(np.float32)
        # (3, parts): turn a pattern's 0..255 around 127.5 into the colour times 1 - contrast .. 1 + contrast.
        self._vary = (albedo.T * (contrast / 127.5)).astype(np.float32)
        self._plain = (albedo.T * (1.0 - contrast)).astype(np.float32)
        self._pattern = np.array([pattern_index(m.pattern) for m in materials], np.int64)
        traits = np.array([(m.gloss, m.emissivity, 1.0 / m.scale_m) for m in materials], np.float32).reshape(-1, 3)
        self._gloss, self._emissivity, self._per_m = (np.ascontiguousarray(column) for column in traits.T)
        self._glow = np.array([m.name in GLOWING for m in materials], bool)

    def _set_decals(self, parts: Sequence[Part], faces: IntArray, corners: list[FloatArray]) -> None:
        """Picture and uv of the faces that carry one; a picture that several parts share is stored once."""
        pictures = {id(part.decal.image): part.decal.image for part in parts if part.decal is not None}
        self._decal = np.zeros(0, np.intp)
        if not pictures:
            return
        slot = {key: i for i, key in enumerate(pictures)}
        self._decals = Atlas(list(pictures.values()), wrap=False)
        uv = np.zeros((sum(len(part.vertices_m) for part in parts), 2), np.float32)
        start = 0
        for part in parts:
            if part.decal is not None:
                uv[start : start + len(part.vertices_m)] = part.decal.uv
            start += len(part.vertices_m)
        part_slot = np.array([-1 if part.decal is None else slot[id(part.decal.image)] for part in parts], np.int64)
        face_slot = part_slot[self._face_part]
        kept = np.flatnonzero(face_slot >= 0)
        self._decal = face_slot[kept]
        self._decal_row = _row_of(kept, len(faces))
        first, second, third = (uv[faces[kept, k]].T for k in range(3))
        self._decal_uv = _linear_rows([first, second, third])
        self._decal_texels_per_m = self._texel_density(corners, kept)

    def _texel_density(self, corners: list[FloatArray], kept: IntArray) -> FloatArray:
        """Texels a metre of the decal faces: the root of their area in the picture over that in the world."""
        a, b = (corners[k][:, kept] - corners[0][:, kept] for k in (1, 2))
        world = np.sqrt((np.cross(a, b, axis=0) ** 2).sum(axis=0))
        width, height = self._decals.size[:, self._decal]
        _, _, us, vs, ut, vt = self._decal_uv.T[:6]
        picture = np.abs(us * vt - vs * ut) * width * height
        density: FloatArray = np.sqrt(picture / np.maximum(world, 1e-12)).astype(np.float32)
        return density


def _row_of(kept: IntArray, faces: int) -> IntArray:
    """(faces,) int32 place of each face in `kept`, -1 where it is not in it."""
    row = np.full(faces, -1, np.int32)
    row[kept] = np.arange(len(kept), dtype=np.int32)
    return row


def _linear_rows(corners: Sequence[FloatArray]) -> FloatArray:
    """Values (c, m) at three corners as rows first, second - first, third - first, filled up to a multiple of four.

    The value at barycentric (u, v) is then first + u * (second - first) + v * (third - first).
    """
    first, second, third = corners
    columns = np.concatenate([first, second - first, third - first])
    rows = np.zeros((columns.shape[1], -(-len(columns) // 4) * 4), np.float32)
    rows[:, : len(columns)] = columns.T
    return rows
