"""Checks of a generated site, shared by the quick tests and the sweep; each gives a list of complaints."""

import numpy as np

from patrolgym.envs.site import access
from patrolgym.envs.site.draft import overlaps
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.mesh import SiteMesh, merge
from patrolgym.envs.site.model import Equipment, Part, Site
from patrolgym.envs.site.zones import contains, distance_m
from patrolgym.envs.sites.hazardous_plant import RATING
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import RayMesh


def complaints(site: Site) -> list[str]:
    """Everything that is wrong with `site`."""
    mesh = merge(site)
    rays = RayMesh(mesh.vertices_m, mesh.faces)
    forbidden = access.forbidden_polygons(site.zones, RATING)
    places = access.standable(mesh, rays, site.bounds_m, site.dock, forbidden)
    return [
        *_overlapping(site),
        *_unsupported(site),
        *_piercing(site),
        *(f"{p.name} cannot be seen" for p in access.unseen(site.points(), places, rays)),
        *_cut_off(site, places),
        *_dock(site, mesh, rays),
        *_zones(site, places),
        *_people(site, rays),
    ]


def _world_parts(e: Equipment) -> list[Part]:
    return [part.moved(e.position_m, e.yaw_rad) for part in KINDS[e.kind].parts(e)]


def _structure(site: Site) -> RayMesh:
    # The level ground, at z = 0, is solid by the physics' own plane.
    parts = [p for p in site.structure if p.solid or not p.vertices_m[:, 2].any()]
    offsets = np.cumsum([0] + [len(p.vertices_m) for p in parts[:-1]])
    faces = np.concatenate([p.faces + k for p, k in zip(parts, offsets, strict=True)])
    return RayMesh(np.concatenate([p.vertices_m for p in parts]), faces)


def _overlapping(site: Site) -> list[str]:
    """Pieces of equipment whose bounding boxes run into each other (arms of lamps reach over others' heads)."""
    solid = [e for e in site.equipment.values() if e.kind != "lamp_post"]
    boxes = []
    for e in solid:
        vertices = np.concatenate([p.vertices_m for p in _world_parts(e) if p.solid])
        boxes.append((*vertices.min(axis=0), *vertices.max(axis=0)))
    hit = overlaps(boxes)
    return [f"{solid[i].tag} runs into {solid[j].tag}" for i, j in np.argwhere(np.triu(hit))]


def _unsupported(site: Site) -> list[str]:
    """Equipment that floats over or sinks into what it stands on."""
    structure, wrong = _structure(site), []
    for e in site.equipment.values():
        vertices = np.concatenate([p.vertices_m for p in _world_parts(e)])
        low = vertices[:, 2].min()
        feet = vertices[vertices[:, 2] < low + 0.02] + (0.0, 0.0, 0.05)
        down = np.tile([0.0, 0.0, -1.0], (len(feet), 1))
        gap = structure.cast(feet, down).distance_m - (feet[:, 2] - low)
        if abs(low - e.position_m[2]) > 0.01 or np.abs(gap).max() > 0.02:
            wrong.append(f"{e.tag} stands {gap.min():.3f}..{gap.max():.3f} m over its ground")
    return wrong


def _piercing(site: Site) -> list[str]:
    """Equipment with an edge through the structure; the pipes that join machines end within 5 cm of their skin."""
    structure, wrong = _structure(site), []
    for e in site.equipment.values():
        through = 0
        for part in _world_parts(e):
            if not part.solid:
                continue
            corners = part.vertices_m[part.faces]
            start, end = corners.reshape(-1, 3), np.roll(corners, -1, axis=1).reshape(-1, 3)
            high = np.minimum(start[:, 2], end[:, 2]) > e.position_m[2] + 0.02
            line = end[high] - start[high]
            length = np.linalg.norm(line, axis=1)
            long = length > 0.12
            line, length = line[long] / length[long, None], length[long]
            hit = structure.occluded(start[high][long] + 0.05 * line, line, length - 0.1)
            through += int(hit.sum())
        if through:
            wrong.append(f"{e.tag} is pierced by the structure ({through} edges)")
    return wrong


def _cut_off(site: Site, places: access.Access) -> list[str]:
    """Aisles into which the robot does not get."""
    walkways = [z for z in site.zones if z.kind == "walkway"]
    return [z.name for z in walkways if contains(z.polygon_m, places.positions).sum() < 10]


def _dock(site: Site, mesh: SiteMesh, rays: RayMesh) -> list[str]:
    """Anything in the space of a robot, 1.2 x 0.6 m, that stands on the dock."""
    x, y, yaw = site.dock
    turn = np.linspace(-np.pi, np.pi, 72, endpoint=False)
    reach = np.minimum(0.6 / np.maximum(np.abs(np.cos(turn)), 1e-6), 0.32 / np.maximum(np.abs(np.sin(turn)), 1e-6))
    directions = np.column_stack([np.cos(turn + yaw), np.sin(turn + yaw), np.zeros(72)])
    wrong = []
    for height in (0.15, 0.4, 0.8, 1.1):
        blocked = rays.occluded(np.tile([x, y, height], (72, 1)), directions, reach)
        wrong += [f"dock is blocked at {height} m"] * bool(blocked.any())
    return wrong


def _zones(site: Site, places: access.Access) -> list[str]:
    kinds = [z.kind for z in site.zones]
    wrong = [f"no {kind}" for kind in ("dock", "escape_route", "walkway", "restricted", "hazard") if kind not in kinds]
    for zone in site.zones:
        corners = np.array(zone.polygon_m)
        area = np.sum(corners[:, 0] * np.roll(corners[:, 1], -1) - corners[:, 1] * np.roll(corners[:, 0], -1)) / 2
        wrong += [f"{zone.name} is not counter-clockwise"] * bool(area <= 0)
        if zone.kind == "hazard" and distance_m(zone.polygon_m, np.array([site.dock[:2]]))[0] < 1.0:
            wrong.append(f"{zone.name} reaches the dock")
    if not any(z.ex_zone is not None and z.gas not in (None, "H2") for z in site.zones):
        wrong.append("no gas that may be smelt")
    return wrong


def _people(site: Site, rays: RayMesh) -> list[str]:
    wrong = []
    turn = np.arange(12) * np.pi / 6
    around = np.column_stack([np.cos(turn), np.sin(turn), np.zeros(12)])
    for k, mover in enumerate(site.movers):
        way: FloatArray = np.array([mover.pose_at(float(t)) for t in np.arange(0.0, 90.0, 1.5)])
        for zone in site.zones:
            if zone.kind in ("restricted", "hazard") and contains(zone.polygon_m, way[:, :2]).any():
                wrong.append(f"person {k} is in {zone.name}")
        for height in (0.3, 0.9, 1.5):
            origins = np.repeat(np.column_stack([way[:, :2], np.full(len(way), height)]), 12, axis=0)
            if rays.occluded(origins, np.tile(around, (len(way), 1)), mover.radius_m).any():
                wrong.append(f"person {k} runs into something")
    return wrong
