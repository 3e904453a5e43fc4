"""What a site must keep whatever it was made by: nothing runs into another, floats or is out of sight or reach."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.spatial import cKDTree

from ..site import access
from ..site.mesh import merge
from ..site.model import Equipment, Site
from ..site.zones import contains, distance_m
from ..types import ExRating, FloatArray, Point
from ..world.raycast import RayMesh

#: What a patrol robot is rated for (IEC 60079-0 marking IIB T4 Gb).
RATING = ExRating("Gb", "IIB", "T4")
_OVERLAP_M = 0.005
_LEAST_PLACES = 40  # 2.5 m² on which to stand
_MOST_CUT_OFF = 0.05
#: From everywhere on a lane there is a place this near to stand, with this much room between robot and lane.
_REFUGE_M, _ASIDE_M = 3.0, 0.2


@dataclass(frozen=True)
class Complaint:
    """Something wrong with a site.

    Attributes:
        about: what sort of thing.
        name: tag of the equipment, name of the zone, number of the person or vehicle, or "".
        text: what is wrong, for people.
        grave: the site cannot be played like this; otherwise it is only worse than it should be.
    """

    about: Literal["equipment", "zone", "person", "vehicle", "dock", "site"]
    name: str
    text: str
    grave: bool

    def __str__(self) -> str:
        """The text with what it is about."""
        return f"{self.about} {self.name}: {self.text}"


def complaints(site: Site) -> list[Complaint]:
    """Everything that is wrong with `site`, the grave first."""
    mesh = merge(site)
    rays = RayMesh(mesh.vertices_m, mesh.faces)
    forbidden = access.forbidden_polygons(site.zones, RATING)
    places = access.standable(mesh, rays, site.bounds_m, site.dock, forbidden)
    found = [
        *_outside(site),
        *_overlapping(site),
        *_unsupported(site),
        *_dock(site, rays),
        *_reach(site, places),
        *_people(site, rays),
        *_lanes(site, places),
        *_vehicles(site, rays),
        *_piercing(site),
        *_zones(site),
        *_unseen(site, places, rays),
    ]
    return sorted(found, key=lambda complaint: not complaint.grave)


def _structure(site: Site) -> RayMesh:
    # The level ground, at z = 0, is solid by the physics' own plane.
    parts = [p for p in site.structure if p.solid or not p.vertices_m[:, 2].any()]
    offsets = np.cumsum([0] + [len(p.vertices_m) for p in parts[:-1]])
    faces = np.concatenate([p.faces + k for p, k in zip(parts, offsets, strict=True)])
    return RayMesh(np.concatenate([p.vertices_m for p in parts]), faces)


def _outside(site: Site) -> list[Complaint]:
    x0, y0, x1, y1 = site.bounds_m
    wrong = []
    for e in site.equipment.values():
        vertices = np.concatenate([p.vertices_m for p in e.moved_parts()])[:, :2]
        if e.kind != "lamp_post" and ((vertices < (x0 - 0.02, y0 - 0.02)) | (vertices > (x1 + 0.02, y1 + 0.02))).any():
            low, high = vertices.min(axis=0), vertices.max(axis=0)
            reach = f"x {low[0]:.2f}..{high[0]:.2f}, y {low[1]:.2f}..{high[1]:.2f}"
            text = f"it takes up {reach} and so leaves the site, x {x0:g}..{x1:g}, y {y0:g}..{y1:g}"
            wrong.append(Complaint("equipment", e.tag, text, True))
    return wrong


def _overlapping(site: Site) -> list[Complaint]:
    """Pieces of equipment whose boxes run into each other (arms of lamps reach over others' heads)."""
    solid = [e for e in site.equipment.values() if e.kind != "lamp_post"]
    boxes = [_box(e) for e in solid]
    wrong = []
    for i, first in enumerate(solid):
        for j in range(i + 1, len(solid)):
            if _run_into(boxes[i], boxes[j]):
                wrong.append(Complaint("equipment", solid[j].tag, f"it runs into {first.tag}", True))
    return wrong


def _box(e: Equipment) -> tuple[FloatArray, float, float]:
    """Corners (4, 2) of the solid parts' box in the world, and its lowest and highest z."""
    vertices = np.concatenate([p.vertices_m for p in e.parts() if p.solid])
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    c, s = np.cos(e.yaw_rad), np.sin(e.yaw_rad)
    placed = corners @ np.array([[c, s], [-s, c]]) + e.position_m[:2]
    return placed, float(low[2]) + e.position_m[2], float(high[2]) + e.position_m[2]


def _run_into(a: tuple[FloatArray, float, float], b: tuple[FloatArray, float, float]) -> bool:
    """Whether two upright boxes overlap by more than a few millimetres (separating axes)."""
    if min(a[2], b[2]) - max(a[1], b[1]) <= _OVERLAP_M:
        return False
    for corners in (a[0], b[0]):
        for edge in (corners[1] - corners[0], corners[3] - corners[0]):
            axis = edge / max(float(np.linalg.norm(edge)), 1e-9)
            one, other = a[0] @ axis, b[0] @ axis
            if min(one.max(), other.max()) - max(one.min(), other.min()) <= _OVERLAP_M:
                return False
    return True


def _unsupported(site: Site) -> list[Complaint]:
    """Equipment that floats over or sinks into what it stands on."""
    structure, wrong = _structure(site), []
    for e in site.equipment.values():
        vertices = np.concatenate([p.vertices_m for p in e.moved_parts()])
        low = vertices[:, 2].min()
        feet = vertices[vertices[:, 2] < low + 0.02] + (0.0, 0.0, 0.05)
        down = np.tile([0.0, 0.0, -1.0], (len(feet), 1))
        gap = structure.cast(feet, down).distance_m - (feet[:, 2] - low)
        if abs(low - e.position_m[2]) > 0.01 or np.abs(gap).max() > 0.02:
            text = f"it stands {gap.min():.2f} to {gap.max():.2f} m over its ground (z_m is {e.position_m[2]:.2f})"
            wrong.append(Complaint("equipment", e.tag, text, True))
    return wrong


def _piercing(site: Site) -> list[Complaint]:
    """Equipment with an edge through the structure; the pipes that join machines end within 5 cm of their skin."""
    structure, wrong = _structure(site), []
    for e in site.equipment.values():
        through = 0
        for part in e.moved_parts():
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
            wrong.append(Complaint("equipment", e.tag, f"the structure goes through it ({through} edges)", False))
    return wrong


def _unseen(site: Site, places: access.Access, rays: RayMesh) -> list[Complaint]:
    text = "is seen from nowhere within 5 m where the robot may stand, so it cannot be served"
    hidden = access.unseen(site.points(), places, rays)
    return [Complaint("equipment", p.tag, f"inspection point {p.name} {text}", False) for p in hidden]


def _reach(site: Site, places: access.Access) -> list[Complaint]:
    """Whether the robot gets about."""
    count = len(places.positions)
    if count < _LEAST_PLACES:
        return [
            Complaint("dock", "", f"the robot gets no further than {count * places.cell_m**2:.1f} m² from it", True)
        ]
    wrong = []
    for zone in site.zones:
        if zone.kind == "walkway" and contains(zone.polygon_m, places.positions).sum() < 10:
            wrong.append(Complaint("zone", zone.name, "the robot does not get there", False))
    share = places.unreachable / (count + places.unreachable)
    if share > _MOST_CUT_OFF:
        wrong.append(Complaint("site", "", f"{share:.0%} of the free floor cannot be reached from the dock", False))
    return wrong


def _dock(site: Site, rays: RayMesh) -> list[Complaint]:
    """Anything in the space of a robot, 1.2 x 0.6 m, that stands on the dock."""
    x, y, yaw = site.dock
    x0, y0, x1, y1 = site.bounds_m
    if not (x0 + 0.4 <= x <= x1 - 0.4 and y0 + 0.4 <= y <= y1 - 0.4):
        return [Complaint("dock", "", f"({x:g}, {y:g}) is not 0.4 m within x {x0:g}..{x1:g}, y {y0:g}..{y1:g}", True)]
    turn = np.linspace(-np.pi, np.pi, 72, endpoint=False)
    reach = np.minimum(0.6 / np.maximum(np.abs(np.cos(turn)), 1e-6), 0.32 / np.maximum(np.abs(np.sin(turn)), 1e-6))
    directions = np.column_stack([np.cos(turn + yaw), np.sin(turn + yaw), np.zeros(72)])
    for height in (0.15, 0.4, 0.8, 1.1):
        if rays.occluded(np.tile([x, y, height], (72, 1)), directions, reach).any():
            return [Complaint("dock", "", f"something is in the way of the robot there at {height} m height", True)]
    return []


def _zones(site: Site) -> list[Complaint]:
    dock = np.array([site.dock[:2]])
    return [
        Complaint("zone", zone.name, "a hazard zone reaches within 1 m of the dock", False)
        for zone in site.zones
        if zone.kind == "hazard" and distance_m(zone.polygon_m, dock)[0] < 1.0
    ]


def _people(site: Site, rays: RayMesh) -> list[Complaint]:
    wrong = []
    turn = np.arange(12) * np.pi / 6
    around = np.column_stack([np.cos(turn), np.sin(turn), np.zeros(12)])
    for k, mover in enumerate(site.movers):
        if mover.kind != "person":
            continue
        way: FloatArray = np.array([mover.pose_at(float(t)) for t in np.arange(0.0, 90.0, 1.5)])
        for zone in site.zones:
            if zone.kind in ("restricted", "hazard") and contains(zone.polygon_m, way[:, :2]).any():
                # In a restricted zone a person is an intruder, and would be one that no score knows of.
                grave = zone.kind == "restricted"
                wrong.append(Complaint("person", str(k), f"is in the {zone.kind} zone {zone.name!r}", grave))
        for height in (0.3, 0.9, 1.5):
            origins = np.repeat(np.column_stack([way[:, :2], np.full(len(way), height)]), 12, axis=0)
            if rays.occluded(origins, np.tile(around, (len(way), 1)), mover.radius_m).any():
                wrong.append(Complaint("person", str(k), f"runs into something at {height} m height", True))
                break
    return wrong


def _lanes(site: Site, places: access.Access) -> list[Complaint]:
    """Vehicle lanes on which the robot could be caught: it must be able to step out of the way everywhere."""
    wrong = []
    lanes = [zone for zone in site.zones if zone.kind == "vehicle_lane"]
    off = np.min([distance_m(zone.polygon_m, places.positions) for zone in lanes], axis=0) if lanes else None
    for zone in lanes:
        assert off is not None
        on_it = places.positions[contains(zone.polygon_m, places.positions)]
        refuges = places.positions[off > access.RADIUS_M + _ASIDE_M]
        if len(on_it) and (not len(refuges) or np.max(cKDTree(refuges).query(on_it)[0]) > _REFUGE_M):
            text = f"the robot finds no room beside it within {_REFUGE_M:g} m"
            wrong.append(Complaint("zone", zone.name, text, False))
    return wrong


def _vehicles(site: Site, rays: RayMesh) -> list[Complaint]:
    """Vehicles that leave their lanes or run into something fixed."""
    wrong = []
    lanes = [zone.polygon_m for zone in site.zones if zone.kind == "vehicle_lane"]
    for k, mover in enumerate(site.movers):
        if mover.kind != "vehicle" or mover.size_m is None:
            continue
        way: FloatArray = np.array([mover.pose_at(float(t)) for t in np.arange(0.0, 240.0, 1.0)])
        corners = np.stack([_corners(mover.size_m, pose) for pose in way])
        flat = corners.reshape(-1, 2)
        if not np.any([contains(lane, flat) for lane in lanes], axis=0).all():
            wrong.append(Complaint("vehicle", str(k), "leaves its lane", False))
        line = np.roll(corners, -1, axis=1).reshape(-1, 2) - flat
        length = np.linalg.norm(line, axis=1)
        along = np.column_stack([line / length[:, None], np.zeros(len(line))])
        for height in (0.2, 0.6, 1.0):
            if rays.occluded(np.column_stack([flat, np.full(len(flat), height)]), along, length).any():
                wrong.append(Complaint("vehicle", str(k), f"runs into something at {height} m height", True))
                break
    return wrong


def _corners(size_m: Point, pose: FloatArray) -> FloatArray:
    """(4, 2) corners of a box of `size_m` at (x, y, z, yaw), one after another."""
    c, s = np.cos(pose[3]), np.sin(pose[3])
    half = 0.5 * np.array(size_m[:2]) * [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    return np.asarray(half @ np.array([[c, s], [-s, c]]) + pose[:2])
