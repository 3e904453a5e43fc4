"""Views of equipment through the simulated camera, as a patrol takes them: pose misjudged, other light."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from patrolgym.agents.vision.view import View
from patrolgym.envs.sensors.camera import Camera, Frame
from patrolgym.envs.sensors.proprioception import PoseEstimator
from patrolgym.envs.site.artwork import COMMON_FACES, HELD_OUT_FACES
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.equipment.drawn import COMMON_PAINTS, HELD_OUT_PAINTS
from patrolgym.envs.site.model import Light, Part, Site, Weather
from patrolgym.envs.site.weather import sample_weather
from patrolgym.envs.types import InspectionPoint
from patrolgym.envs.world.scene import Scene

CAMERA = Camera()
HEAD_M = 1.05
MARGIN = 1.3
_NEIGHBOURS = ("centrifugal_pump", "vertical_tank", "lever_valve", "horizontal_vessel", "gate_valve")


@dataclass(frozen=True, eq=False)
class Shot:
    """A live view with its misjudged pose, the healthy reference, and the truth: the point's value, the view's pose."""

    view: View
    reference: View
    point: InspectionPoint
    truth: float | None
    site: Site
    true_view: View


def yard(kind: str, rng: np.random.Generator, split: str = "train") -> tuple[Site, str]:
    """A healthy target of `kind` at the origin, its front to -y, among neighbours; and its tag."""
    test = split == "test"
    style = {
        "split": split,
        "gauge_faces": HELD_OUT_FACES if test else COMMON_FACES,
        "paints": COMMON_PAINTS + HELD_OUT_PAINTS if test else COMMON_PAINTS,
        "wear": float(rng.uniform(0.1, 0.7)),
    }
    floor = ("concrete", "asphalt", "gravel")[int(rng.integers(3))]
    weather, lights = _weather(rng, split)
    site = Site("hazardous-plant", "small", (-8.0, -8.0, 8.0, 8.0), (-6.0, -6.0, 0.0), weather, style, lights=lights)
    site.structure.append(slab(12.0, floor))
    target = KINDS[kind]
    site.equipment["T-1"] = target.make("T-1", (0.0, 0.0, 0.0), 0.0, rng, style)
    half = 0.5 * site.equipment["T-1"].params["size_m"][0]
    for k, (x, y) in enumerate(((-1.6 - half, 0.4), (1.7 + half, 0.6), (0.3, 3.2), (-2.5, 3.0))):
        name = _NEIGHBOURS[int(rng.integers(len(_NEIGHBOURS)))]
        tag = f"N-{k}"
        site.equipment[tag] = KINDS[name].make(tag, (x, y, 0.0), float(rng.choice([0.0, 1.57])), rng, style)
    return site, "T-1"


def slab(half_m: float, material: str) -> Part:
    """A square of ground at z = 0."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * half_m
    return Part(corners, np.array([[0, 1, 2], [0, 2, 3]]), material)


def _weather(rng: np.random.Generator, split: str) -> tuple[Weather, list[Light]]:
    weather, dark, lamp = sample_weather(rng, split)
    lights = [Light((-2.0, -4.0, 4.5), lamp, 14.0), Light((4.0, 1.0, 4.5), lamp, 14.0)] if dark else []
    return weather, lights


def in_other_light(site: Site, rng: np.random.Generator) -> Site:
    """A copy of the site under the weather and light of another day."""
    twin = site.copy()
    twin.weather, twin.lights = _weather(rng, "train")
    return twin


def stand(
    point: InspectionPoint, scene: Scene, rng: np.random.Generator, near: float = 1.0, far: float = 3.0
) -> np.ndarray:
    """A place for the camera `near`..`far` metres off within 50 degrees, from where the patch is not hidden."""
    centre, normal, up = (np.asarray(v) for v in (point.position_m, point.normal, point.up))
    right = np.cross(up, normal)
    for _ in range(200):
        place = centre + rng.uniform(near, far) * _within(normal, np.radians(50.0), rng)
        place[2] = HEAD_M
        sight = place - centre
        distance = np.linalg.norm(sight)
        if sight @ normal / distance < np.cos(np.radians(50.0)) or not near * 0.8 < distance < far * 1.2:
            continue
        offsets = [a * right + b * up for a, b in ((0, 0), (0.45, 0), (-0.45, 0), (0, 0.45), (0, -0.45))]
        targets = np.array([centre + 0.02 * normal + point.size_m * o for o in offsets])
        ways = targets - place
        lengths = np.linalg.norm(ways, axis=1)
        if not scene.occluded(place, ways / lengths[:, None], lengths - 0.03).any():
            return place
    raise ValueError(f"{point.name} cannot be seen from anywhere tried")


def _within(axis: np.ndarray, angle_rad: float, rng: np.random.Generator) -> np.ndarray:
    while True:
        way = rng.normal(size=3)
        way /= np.linalg.norm(way)
        if way @ axis > np.cos(angle_rad):
            return way


def zoom_for(point: InspectionPoint, distance_m: float, margin: float = MARGIN) -> float:
    """The zoom that serves the point with a margin, held by what keeps the patch in the frame."""
    focal = min(point.density_px_m * margin, 165.0 / point.size_m) * distance_m
    return float(np.clip(focal / CAMERA.focal_px(1.0), 1.0, 20.0))


def looking(position: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Rotation of a level camera at `position` that looks at `target`."""
    forward = (target - position) / np.linalg.norm(target - position)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward], axis=1)


def as_view(
    frame: Frame, position: np.ndarray | None = None, rotation: np.ndarray | None = None, time_s: float = 0.0
) -> View:
    """A frame as agents get it, with a believed pose (the true one if None)."""
    return View(
        frame.rgb,
        frame.depth_m,
        frame.thermal_c,
        frame.position_m if position is None else position,
        frame.rotation if rotation is None else rotation,
        frame.focal_px,
        time_s,
    )


def shoot_point(
    healthy: Site,
    name: str,
    change: Callable[[Site], None],
    rng: np.random.Generator,
    near: float = 1.0,
    far: float = 3.0,
) -> Shot:
    """Take the reference of the healthy site and then a live view of its point after `change`."""
    point = next(p for p in healthy.points() if p.name == name)
    live = healthy.copy()
    change(live)
    scene = Scene(live)
    reference_scene = Scene(in_other_light(healthy, rng))
    target = np.asarray(point.position_m)
    place = stand(point, reference_scene, rng, near, far)
    zoom = zoom_for(point, float(np.linalg.norm(place - target)))
    reference = CAMERA.capture(reference_scene, place, looking(place, target), zoom, rng)
    believed = place + rng.normal(0, 0.05, 3) * (1, 1, 0.3)
    # The robot aims by where it believes it is: what it believes is right by construction, the truth is off.
    turn = looking(believed, target)
    shift, misturned = PoseEstimator(rng)(np.zeros(3), turn)
    frame = CAMERA.capture(scene, believed - shift, turn @ misturned.T @ turn, zoom, rng)
    kind = live.equipment[point.tag]
    truth = KINDS[kind.kind].values(kind).get(name)
    return Shot(as_view(frame, believed, turn), as_view(reference), point, truth, live, as_view(frame))
