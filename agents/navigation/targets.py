"""What to see besides the inspection points: equipment surfaces, the floor round them, areas and aisles."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from patrolgym.envs.types import BoolArray, Briefing, FloatArray

from .map import SiteMap, surface_points

SURFACE_DENSITY_PX_M = 134.0
"""Coverage asks for 125 px/m; the rest is margin for the pose."""
SURFACE_COS = float(np.cos(np.deg2rad(59.0)))
FLOOR_DENSITY_PX_M = 60.0
FLOOR_COS = float(np.cos(np.deg2rad(78.0)))
FLOOR_WEIGHT = 0.3
WET_QUANTITIES = ("flange", "bearing", "level", "valve", "sump")
"""What holds liquid has one of these inspected."""


@dataclass(frozen=True)
class Watch:
    """Zones that are looked over for a class: of which kinds, at which height, how closely, and what a place is worth.

    `worth_m2` is in m² of equipment surface.
    """

    kinds: tuple[str, ...]
    height_m: float
    density_px_m: float
    worth_m2: float


WATCHES = {
    "intruder": Watch(("restricted",), 0.9, 40.0, 0.2),
    "object_in_aisle": Watch(("walkway", "escape_route"), 0.15, 55.0, 0.1),
    "no_helmet": Watch(("walkway",), 1.6, 50.0, 0.1),
}
"""By class; a head of 20 cm is then ten pixels wide, a box of 25 cm fourteen."""


@dataclass(frozen=True, eq=False)
class Targets:
    """Sampled places to be seen, world frame.

    Attributes:
        position_m, normal: (n, 3); a zero normal may be seen from any side.
        weight: (n,) what seeing it is worth, in m² of equipment surface.
        density_px_m: (n,) pixels a metre it must be seen at.
        cos_limit: (n,) cosine of the largest incidence.
        compared: (n,) wants a picture of the healthy site to compare with (floor, for spills).
    """

    position_m: FloatArray
    normal: FloatArray
    weight: FloatArray
    density_px_m: FloatArray
    cos_limit: FloatArray
    compared: BoolArray

    def __len__(self) -> int:
        return len(self.weight)


def find_targets(briefing: Briefing, site_map: SiteMap, most: int = 30_000) -> Targets:
    """All targets of a briefing; surfaces are sampled one a 0.0125 m², coarser if that were more than `most`."""
    return join([_surfaces(briefing, most), _floor(briefing, site_map), *_areas(briefing, site_map)])


def join(groups: list[Targets]) -> Targets:
    """Several sets of targets as one."""
    names = ("position_m", "normal", "weight", "density_px_m", "cos_limit", "compared")
    return Targets(*(np.concatenate([getattr(group, name) for group in groups]) for name in names))


def make_targets(
    position_m: FloatArray, normal: FloatArray, weight: float, density_px_m: float, cos: float, compared: bool = False
) -> Targets:
    """Targets (n, 3) that share everything but place and normal."""
    n = len(position_m)
    return Targets(
        np.asarray(position_m, dtype=float).reshape(-1, 3),
        np.broadcast_to(np.asarray(normal, dtype=float), (n, 3)),
        np.full(n, weight),
        np.full(n, density_px_m),
        np.full(n, cos),
        np.full(n, compared),
    )


def _surfaces(briefing: Briefing, most: int) -> Targets:
    faces = briefing.faces[np.asarray(briefing.face_owner) >= 0]
    corners = np.asarray(briefing.vertices_m, dtype=float)[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    area = max(0.0125, float(length.sum()) / 2 / most)
    points, face = surface_points(briefing.vertices_m, faces, area)
    unit = normal[face] / np.maximum(length[face], 1e-12)[:, None]
    return make_targets(points, unit, area, SURFACE_DENSITY_PX_M, SURFACE_COS)


def _floor(briefing: Briefing, site_map: SiteMap, reach_m: float = 1.0, step: int = 3) -> Targets:
    """Floor beside equipment that holds liquid, where what leaks gathers."""
    near = np.zeros(site_map.grid.shape, dtype=bool)
    wet = {point.tag for point in briefing.points if point.quantity in WET_QUANTITIES}
    for equipment in (e for e in briefing.equipment if e.tag in wet):
        near |= site_map.grid.within(footprint(equipment.position_m, equipment.yaw_rad, equipment.size_m, reach_m))
    near &= ~ndimage.binary_dilation(site_map.obstacle)
    keep = np.zeros_like(near)
    keep[::step, ::step] = near[::step, ::step]
    xy = site_map.grid.positions(np.flatnonzero(keep))
    points = np.column_stack([xy, site_map.height_at(xy)])
    area = (step * site_map.grid.cell_m) ** 2
    return make_targets(points, np.array([0.0, 0.0, 1.0]), FLOOR_WEIGHT * area, FLOOR_DENSITY_PX_M, FLOOR_COS, True)


def _areas(briefing: Briefing, site_map: SiteMap) -> list[Targets]:
    """What is to be looked over for people and things, for each class that may occur."""
    return [_area(briefing, site_map, WATCHES[name]) for name in WATCHES if name in briefing.anomaly_classes]


def _area(briefing: Briefing, site_map: SiteMap, watch: Watch, step: int = 8) -> Targets:
    """Places in the zones of a watch."""
    within = np.zeros(site_map.grid.shape, dtype=bool)
    for zone in briefing.zones:
        if zone.kind in watch.kinds:
            within |= site_map.grid.within(zone.polygon_m)
    within &= ~site_map.obstacle
    keep = np.zeros_like(within)
    keep[::step, ::step] = within[::step, ::step]
    xy = site_map.grid.positions(np.flatnonzero(keep))
    points = np.column_stack([xy, site_map.height_at(xy) + watch.height_m])
    return make_targets(points, np.zeros(3), watch.worth_m2, watch.density_px_m, -1.0)


def footprint(
    position_m: tuple[float, float, float], yaw_rad: float, size_m: tuple[float, float, float], grow_m: float = 0.0
) -> tuple[tuple[float, float], ...]:
    """Corners of a turned rectangle on the ground, grown by `grow_m` on all sides, counter-clockwise."""
    half_x, half_y = size_m[0] / 2 + grow_m, size_m[1] / 2 + grow_m
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    corners = ((-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y))
    return tuple((float(position_m[0] + c * x - s * y), float(position_m[1] + s * x + c * y)) for x, y in corners)
