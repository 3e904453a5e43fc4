"""Generated plants with one anomaly or look-alike in them, and where a robot may look at it from."""

from functools import lru_cache

import numpy as np

from patrolgym.agents.vision.view import View
from patrolgym.envs.anomalies.base import ANOMALIES, Candidate
from patrolgym.envs.anomalies.survey import survey
from patrolgym.envs.sensors.proprioception import PoseEstimator
from patrolgym.envs.site.model import Site
from patrolgym.envs.site.weather import sample_weather
from patrolgym.envs.sites.base import generate
from patrolgym.envs.types import AnomalyTruth
from patrolgym.envs.world.scene import Scene

from .rendered import CAMERA, as_view, looking


@lru_cache(maxsize=32)
def plant(split: str, seed: int, size: str = "small") -> Site:
    """A healthy plant; do not change it, copy it."""
    return generate("hazardous-plant", size, split, seed)


def on_another_day(site: Site, rng: np.random.Generator) -> Site:
    """A copy of the plant under the weather of another day."""
    twin = site.copy()
    twin.weather, dark, _ = sample_weather(rng, "train")
    if not dark:
        twin.lights = []
    return twin


def placed(site: Site, name: str, rng: np.random.Generator, severity: float | None = None) -> tuple[Site, AnomalyTruth]:
    """A copy with one anomaly of the class at a random place."""
    kind, live = ANOMALIES[name], site.copy()
    candidates = kind.candidates(live)
    where = candidates[int(rng.integers(len(candidates)))]
    low, high = kind.severity
    drawn = float(np.exp(rng.uniform(np.log(low), np.log(high)))) if severity is None else severity
    return live, kind.place(live, where, drawn, rng)


def distracted(site: Site, name: str, rng: np.random.Generator) -> tuple[Site, Candidate]:
    """A copy with one look-alike of the class at a random place."""
    kind, live = ANOMALIES[name], site.copy()
    candidates = kind.distractor_candidates(live)
    where = candidates[int(rng.integers(len(candidates)))]
    kind.distract(live, where, rng)
    return live, where


def eye_near(
    site: Site, scene: Scene, target: np.ndarray, rng: np.random.Generator, near: float, far: float
) -> np.ndarray:
    """A place of the lens `near`..`far` metres from `target` with a clear view of it; ValueError if there is none."""
    eyes = survey(site).eyes_m
    distance = np.linalg.norm(eyes - target, axis=1)
    fit = np.flatnonzero((distance > near) & (distance < far))
    for k in rng.permutation(fit):
        way = target - eyes[k]
        length = np.linalg.norm(way)
        if not scene.occluded(eyes[k], (way / length)[None], length - 0.1).any():
            return eyes[k]
    raise ValueError(f"nothing sees {target.round(2).tolist()} from {near} to {far} m")


def shoot_pair(
    live: Site,
    healthy: Site,
    eye: np.ndarray,
    target: np.ndarray,
    zoom: float,
    rng: np.random.Generator,
    time_s: float = 10.0,
) -> tuple[View, View, View]:
    """Live view with its believed pose, healthy reference of another day, and the live view with its true pose."""
    reference_scene = Scene(on_another_day(healthy, rng))
    reference = CAMERA.capture(reference_scene, eye, looking(eye, target), zoom, rng)
    believed = eye + rng.normal(0, 0.05, 3) * (1, 1, 0.3)
    turn = looking(believed, target)
    shift, misturned = PoseEstimator(rng)(np.zeros(3), turn)
    scene = Scene(live)
    scene.update(time_s)
    frame = CAMERA.capture(scene, believed - shift, turn @ misturned.T @ turn, zoom, rng)
    return as_view(frame, believed, turn, time_s), as_view(reference), as_view(frame, time_s=time_s)
