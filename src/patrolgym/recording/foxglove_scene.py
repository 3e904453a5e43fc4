"""What a 3-D view of a patrol shows: the site, its zones and equipment, the robot, people, reports and the truth."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.robots.visuals import Visual
from patrolgym.envs.site.materials import MATERIALS
from patrolgym.envs.site.mesh import SiteMesh
from patrolgym.envs.types import AnomalyTruth, FloatArray, IntArray, Report, Zone

from .foxglove import colour, entity, kind, pose, text, triangles, yawed
from .palette import BAD, PERSON, TEXT, WARM, zone_style
from .text import Colour

_OVER_GROUND_M, _LINE_PX, _LABEL_M = 0.03, 3.0, 0.25
_BOX_ALPHA, _MARK_M, _MARK_ALPHA = 0.12, 0.5, 0.45
_PERSON_M = (0.5, 0.5, 1.75)


def site_scene(mesh: SiteMesh) -> Any:
    """Everything fixed as it is today, in the colours of its materials."""
    faces: dict[Colour, list[IntArray]] = defaultdict(list)
    ends = np.searchsorted(mesh.face_part, np.arange(len(mesh.parts) + 1))
    for k, part in enumerate(mesh.parts):
        faces[_rgb(part.tint or MATERIALS[part.material].albedo)].append(mesh.faces[ends[k] : ends[k + 1]])
    shapes = [triangles(mesh.vertices_m, np.concatenate(group), rgb) for rgb, group in faces.items()]
    return kind("SceneUpdate")(entities=[entity(0.0, "site", triangles=shapes)])


def zone_scene(zones: Sequence[Zone]) -> Any:
    """The zones' borders with what they are."""
    entities = []
    for zone in zones:
        name, rgb, _, _ = zone_style(zone)
        corners = [{"x": x, "y": y, "z": _OVER_GROUND_M} for x, y in zone.polygon_m]
        line = {
            "type": "LINE_LOOP",
            "pose": pose((0.0, 0.0, 0.0)),
            "thickness": _LINE_PX,
            "scale_invariant": True,
            "points": corners,
            "color": colour(rgb),
        }
        middle = (*np.mean(zone.polygon_m, axis=0), _LABEL_M)
        words = f"{name}: {zone.name}" if zone.name != name else name
        entities.append(entity(0.0, zone.name, lines=[line], texts=[text(middle, words, _LABEL_M, rgb)]))
    return kind("SceneUpdate")(entities=entities)


def equipment_scene(env: InspectionEnv) -> Any:
    """A box and its tag round each piece of equipment."""
    entities = []
    for one in env.briefing.equipment:
        x, y, z = one.position_m
        size = dict(zip("xyz", one.size_m, strict=True))
        at = pose((x, y, z + 0.5 * one.size_m[2]), yawed(one.yaw_rad))
        label = text((x, y, z + one.size_m[2] + _LABEL_M), one.tag, _LABEL_M, TEXT)
        box = {"pose": at, "size": size, "color": colour(PERSON, _BOX_ALPHA)}
        entities.append(entity(0.0, one.tag, cubes=[box], texts=[label]))
    return kind("SceneUpdate")(entities=entities)


def truth_scene(anomalies: Sequence[AnomalyTruth]) -> Any:
    """Where the anomalies really are."""
    entities = []
    for number, truth in enumerate(anomalies):
        words = f"{truth.anomaly_class} {truth.severity:.3g} {truth.unit}"
        entities.append(_marked(0.0, f"anomaly {number}", truth.position_m, words, WARM))
    return kind("SceneUpdate")(entities=entities)


def report_scene(time_s: float, number: int, report: Report) -> Any:
    """What the agent claims, from `time_s` on."""
    reading = "" if report.reading is None else f" {report.reading:.3g}"
    words = f"{report.anomaly_class}{reading} ({report.confidence:.0%})"
    return kind("SceneUpdate")(entities=[_marked(time_s, f"report {number}", report.position_m, words, BAD)])


def people_scene(time_s: float, people_m: FloatArray) -> Any:
    """Everybody, where they are at `time_s`."""
    size = dict(zip("xyz", _PERSON_M, strict=True))
    bodies = [
        {
            "pose": pose((x, y, z + 0.5 * _PERSON_M[2])),
            "size": size,
            "bottom_scale": 1.0,
            "top_scale": 0.6,
            "color": colour(PERSON),
        }
        for x, y, z in people_m.tolist()
    ]
    return kind("SceneUpdate")(entities=[entity(time_s, "people", cylinders=bodies)])


def robot_scene(names: Sequence[str], visuals: Sequence[Visual]) -> Any:
    """The robot's links, each in the frame of its name."""
    entities = []
    for name, (vertices, faces, rgb) in zip(names, visuals, strict=True):
        painted: dict[Colour, list[int]] = defaultdict(list)
        for number, paint in enumerate(rgb):
            painted[_rgb(paint)].append(number)
        shapes = [triangles(vertices, faces[chosen], paint) for paint, chosen in painted.items()]
        if shapes:
            entities.append(entity(0.0, name, frame=name, locked=True, triangles=shapes))
    return kind("SceneUpdate")(entities=entities)


def _marked(time_s: float, name: str, position_m: Sequence[float], words: str, rgb: Colour) -> dict[str, Any]:
    """A see-through ball with words over it."""
    x, y, z = position_m
    ball = {"pose": pose(position_m), "size": dict.fromkeys("xyz", _MARK_M), "color": colour(rgb, _MARK_ALPHA)}
    return entity(time_s, name, spheres=[ball], texts=[text((x, y, z + _MARK_M), words, _LABEL_M, rgb)])


def _rgb(shares: Sequence[float] | FloatArray) -> Colour:
    """RGB 0..255 from 0..1, in steps that keep the number of colours small."""
    red, green, blue = (int(round(float(share) * 51.0) * 5) for share in shares)
    return (red, green, blue)
