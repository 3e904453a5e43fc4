"""Generated sites with one anomaly or look-alike in them, and where a robot may look at it from."""

from dataclasses import dataclass

import numpy as np

from patrolgym.agents.vision.view import View
from patrolgym.envs.anomalies.base import ANOMALIES, Candidate
from patrolgym.envs.anomalies.survey import survey
from patrolgym.envs.reference import ReferenceCamera
from patrolgym.envs.sensors.proprioception import PoseEstimator
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site.model import Site
from patrolgym.envs.site.weather import sample_weather
from patrolgym.envs.sites.base import generate
from patrolgym.envs.types import AnomalyTruth
from patrolgym.envs.world.raycast import RayMesh
from patrolgym.envs.world.scene import Scene

from .rendered import CAMERA, as_view, looking

#: When the live pictures are taken, and how long after the frame before and how far from its place.
SHOT_S, _BEFORE_S, _WALKED_M = 10.0, 0.5, 0.2


@dataclass(frozen=True, eq=False)
class Ground:
    """A healthy site to copy, not to change; what stands on it when pictures are taken; its mesh; its references."""

    site: Site
    scene: Scene
    built: RayMesh
    references: ReferenceCamera

    @classmethod
    def of(cls, scenario: str, size: str, split: str, seed: int) -> "Ground":
        """A generated site."""
        site = generate(scenario, size, split, seed)
        scene, mesh = Scene(site), merge(site)
        scene.update(SHOT_S)
        references = ReferenceCamera(site, split, np.random.default_rng([seed, 1]))
        return cls(site, scene, RayMesh(mesh.vertices_m, mesh.faces), references)

    def reference(self, eye: np.ndarray, target: np.ndarray, zoom: float, rng: np.random.Generator) -> View:
        """A picture of another day: outdoors each of a day of its own, in a hall all of the day of commissioning."""
        turn = looking(eye, target)
        if not self.site.weather.indoors:
            return as_view(CAMERA.capture(Scene(on_another_day(self.site, rng)), eye, turn, zoom, rng))
        picture = self.references.picture(eye, turn, zoom)
        depth, heat = (np.asarray(picture[name], dtype=np.float32) for name in ("depth", "thermal"))
        return View(np.asarray(picture["rgb"], dtype=np.uint8), depth, heat, eye, turn, CAMERA.focal_px(zoom))


def on_another_day(site: Site, rng: np.random.Generator) -> Site:
    """A copy of the plant under the weather of another day."""
    twin = site.copy()
    twin.weather, dark, _ = sample_weather(rng, "train")
    if not dark:
        twin.lights = []
    return twin


def placed(site: Site, name: str, rng: np.random.Generator) -> tuple[Site, Candidate, AnomalyTruth]:
    """A copy with one anomaly of the class at a random place."""
    kind, live = ANOMALIES[name], site.copy()
    candidates = kind.candidates(live)
    where = candidates[int(rng.integers(len(candidates)))]
    low, high = kind.severity
    severity = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return live, where, kind.place(live, where, severity, rng)


def distracted(site: Site, name: str, rng: np.random.Generator) -> tuple[Site, Candidate]:
    """A copy with one look-alike of the class at a random place."""
    kind, live = ANOMALIES[name], site.copy()
    candidates = kind.distractor_candidates(live)
    where = candidates[int(rng.integers(len(candidates)))]
    kind.distract(live, where, rng)
    return live, where


def eye_near(ground: Ground, target: np.ndarray, rng: np.random.Generator, near: float, far: float) -> np.ndarray:
    """A place of the lens `near`..`far` metres from `target` with a clear view of it; ValueError if there is none."""
    eyes = survey(ground.site).eyes_m
    distance = np.linalg.norm(eyes - target, axis=1)
    fit = np.flatnonzero((distance > near) & (distance < far))
    for k in rng.permutation(fit):
        way = target - eyes[k]
        length = float(np.linalg.norm(way))
        if not ground.scene.occluded(eyes[k], (way / length)[None], length - 0.1).any():
            return np.asarray(eyes[k])
    raise ValueError(f"nothing sees {target.round(2).tolist()} from {near} to {far} m")


def shoot(
    live: Site, ground: Ground, eye: np.ndarray, target: np.ndarray, zoom: float, rng: np.random.Generator
) -> tuple[View, View, View]:
    """Live view with its believed pose, healthy reference of another day, and the frame before the live one."""
    reference = ground.reference(eye, target, zoom, rng)
    believed = eye + rng.normal(0, 0.05, 3) * (1, 1, 0.3)
    turn = looking(believed, target)
    shift, misturned = PoseEstimator(rng)(np.zeros(3), turn)
    scene = Scene(live)

    def taken(time_s: float, from_m: np.ndarray) -> View:
        scene.update(time_s)
        return as_view(
            CAMERA.capture(scene, from_m - shift, turn @ misturned.T @ turn, zoom, rng), from_m, turn, time_s
        )

    view = taken(SHOT_S, believed)
    return view, reference, taken(SHOT_S - _BEFORE_S, believed - _WALKED_M * turn[:, 2] * (1, 1, 0))
