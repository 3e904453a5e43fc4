"""The robot's own account of a patrol: what it believes to have seen, by its briefing, its pose and its lens."""

import numpy as np

from ..frames import Sight
from ..metrics.coverage import Coverage
from ..metrics.surfels import sample, seeable
from ..site.access import Access, forbidden_polygons, standable
from ..site.mesh import SiteMesh
from ..site.model import Part
from ..types import Briefing, FloatArray
from ..world.raycast import RayMesh

#: One sample of a surface for so much of it: a quarter of what the score takes, which costs four times as much.
AREA_M2 = 0.08
# The pose is off by a little: what is shown hardly sharply enough, or at the border of the picture, is not believed.
_SURE, _INSIDE = 0.93, 0.9


class Account:
    """Coverage as the score counts it, but on the as-built site, from where the robot believes its camera was, and less
    sure of what is shown only just.

    Nothing in it is ground truth: it comes from the briefing and from the observation key `camera`.

    Args:
        briefing: of the episode.

    Attributes:
        access: where the robot may stand, by the briefing.
        seen: coverage so far; `seen.surfels`, `seen.seen`, `seen.served` as in `metrics.coverage`.
        mesh: ray caster over the as-built site.
    """

    def __init__(self, briefing: Briefing) -> None:
        robot = briefing.robot
        self.mesh = RayMesh(briefing.vertices_m, briefing.faces)
        fixed = _as_parts(briefing)
        forbidden = forbidden_polygons(briefing.zones, robot.rating)
        self.access: Access = standable(fixed, self.mesh, briefing.bounds_m, briefing.dock, forbidden)
        standing = np.column_stack([self.access.positions, self.access.ground_z])
        surfels = sample(fixed, AREA_M2)
        self.seen = Coverage()
        self.seen.begin(surfels[seeable(surfels, standing, robot.camera_height_m, self.mesh)], briefing.points)
        self._points = briefing.points
        width, height = robot.image_size_px
        self._shape = (round(_SURE * _INSIDE * height), round(_SURE * _INSIDE * width))

    def clear(self) -> None:
        """Forget what was seen."""
        self.seen.begin(self.seen.surfels, self._points)

    def look(self, camera: FloatArray) -> bool:
        """Take in one look, `camera` (13,) of the observation; returns whether it showed any new surface."""
        values = np.asarray(camera, dtype=float)
        position, rotation, focal = values[:3], values[3:12].reshape(3, 3), _SURE * float(values[12])
        return self.seen.take(Sight(position, rotation, focal, self._shape, self.mesh))

    @property
    def coverage(self) -> float:
        """Believed share of the surfaces, 0..1."""
        return float(self.seen.compute()["coverage"])

    @property
    def served(self) -> float:
        """Believed share of the inspection points, 0..1."""
        return float(self.seen.compute()["points_served"])


def _as_parts(briefing: Briefing) -> SiteMesh:
    """The briefing's mesh as one part for structure and one for equipment, which alone is to be inspected."""
    vertices, faces = np.zeros((0, 3)), np.zeros((0, 3), np.int32)
    parts = tuple(Part(vertices, faces, "paint", inspectable=owned) for owned in (False, True))
    owned = (np.asarray(briefing.face_owner) >= 0).astype(np.int32)
    return SiteMesh(np.asarray(briefing.vertices_m), briefing.faces, owned, parts, (None, None))
