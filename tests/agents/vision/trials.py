"""Trials of a detector on generated plants: an anomaly, a look-alike or nothing, looked at as a patrol does."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from patrolgym.agents.vision.base import Detection, Surroundings, point_detector, scanners
from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.site.access import HEAD_M
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Site
from patrolgym.envs.types import FloatArray, InspectionPoint
from patrolgym.envs.world.scene import Scene

from .plants import distracted, eye_near, placed, plant, shoot_pair
from .rendered import zoom_for

POINT_CLASSES = {
    "gauge_out_of_range": "gauge",
    "valve_wrong_position": "valve",
    "level_out_of_range": "level",
    "hot_bearing": "bearing",
    "hot_joint": "joint",
}
SCAN_CLASSES = ("liquid_spill", "fire", "intruder")
CLASSES = (*POINT_CLASSES, *SCAN_CLASSES)
_SURE = 0.5
_SHOT_S = 10.0


@dataclass
class Tally:
    """What came of the trials of one class."""

    trials: Counter[str] = field(default_factory=Counter)
    found: int = 0
    false: Counter[str] = field(default_factory=Counter)
    location_m: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)
    unread: int = 0

    @property
    def rate(self) -> float:
        """Share of the anomalies found in ONE look."""
        return self.found / max(self.trials["anomaly"], 1)

    @property
    def precision(self) -> float:
        """With as many look-alikes and healthy looks as anomalies."""
        return self.found / max(self.found + sum(self.false.values()), 1)

    def line(self, name: str) -> str:
        """One row of the table."""
        where = np.percentile(self.location_m, [50, 95]).round(2).tolist() if self.location_m else "-"
        errors = np.percentile(self.reading, [50, 95]).round(2).tolist() if self.reading else "-"
        counts = dict(self.trials)
        return (
            f"{name:22s} {counts} rate {self.rate:.2f} precision {self.precision:.2f} false {dict(self.false)} "
            f"place_m {where} reading {errors} unread {self.unread}"
        )


def run(name: str, split: str, count: int, size: str = "small") -> Tally:
    """Look at `count` anomalies, look-alikes and healthy places of the class `name`."""
    tally = Tally()
    for seed in range(count):
        for what in ("anomaly", "look-alike", "healthy"):
            rng = np.random.default_rng([seed, len(what), CLASSES.index(name)])
            healthy = plant(split, seed // 4, size)
            try:
                trial = _point_trial if name in POINT_CLASSES else _scan_trial
                trial(tally, name, what, healthy, rng)
            except ValueError:
                # No carrier on this plant, or none that a random place sees.
                tally.trials["skipped"] += 1
    return tally


def _changed(name: str, what: str, healthy: Site, rng: np.random.Generator) -> tuple[Site, FloatArray, str | None]:
    """The live plant, where to look, and the tag of the carrier."""
    if what == "look-alike":
        live, where = distracted(healthy, name, rng)
        extra = [part.vertices_m for _, part in live.extras[len(healthy.extras) :]]
        if extra:
            return live, np.concatenate(extra).mean(axis=0), where.tag
        if len(live.movers) > len(healthy.movers):
            return live, np.array(live.movers[-1].pose_at(_SHOT_S)[:3]) + (0.0, 0.0, 0.9), where.tag
        return live, np.array(where.position_m), where.tag
    live, truth = placed(healthy, name, rng)
    place = np.array(truth.position_m)
    if name == "intruder":
        place = np.array(live.movers[-1].pose_at(_SHOT_S)[:3]) + (0.0, 0.0, 0.9)
    return (live if what == "anomaly" else healthy.copy()), place, truth.tag


def _point_trial(tally: Tally, name: str, what: str, healthy: Site, rng: np.random.Generator) -> None:
    live, _, tag = _changed(name, what, healthy, rng)
    point = next(p for p in live.points() if p.tag == tag and p.quantity == POINT_CLASSES[name])
    eye = _eye_for(point, healthy, rng)
    target = np.array(point.position_m)
    view, reference, _ = shoot_pair(
        live, healthy, eye, target, zoom_for(point, float(np.linalg.norm(eye - target))), rng
    )
    detector = point_detector(point)
    assert detector is not None
    result = detector.inspect(view, point, reference)
    tally.unread += result.reading is None or result.confidence < _SURE
    equipment = live.equipment[point.tag]
    truth = KINDS[equipment.kind].values(equipment).get(point.name)
    if result.reading is not None and result.confidence >= _SURE and truth is not None:
        full = 100.0 / (point.scale[1] - point.scale[0]) if name == "gauge_out_of_range" and point.scale else 1.0
        tally.reading.append(abs(result.reading - truth) * full)
    _count(tally, what, list(result.detections), target)


def _scan_trial(tally: Tally, name: str, what: str, healthy: Site, rng: np.random.Generator) -> None:
    live, place, _ = _changed(name, what, healthy, rng)
    far = {"liquid_spill": 4.0, "fire": 6.0, "intruder": 7.0}[name]
    eye = eye_near(healthy, Scene(healthy), place + (0.0, 0.0, 0.03), rng, 1.5, far)
    target = place + rng.normal(0, 0.3, 3) * (1.0, 1.0, 0.4)
    view, reference, _ = shoot_pair(live, healthy, eye, target, float(rng.uniform(1.0, 1.6)), rng, _SHOT_S)
    surroundings = Surroundings(tuple(healthy.zones))
    own_site = [s for s in scanners() if healthy.scenario in ANOMALIES[s.anomaly_class].scenarios]
    found = [d for s in own_site for d in s.scan(view, reference, surroundings)]
    own = [d for d in found if d.anomaly_class == name]
    _count(tally, what, own, place)
    tally.false["others"] += sum(d.confidence >= _SURE for d in found if d.anomaly_class != name)


def _count(tally: Tally, what: str, found: list[Detection], place: FloatArray) -> None:
    tally.trials[what] += 1
    sure = [d for d in found if d.confidence >= _SURE]
    near = [d for d in sure if np.linalg.norm(np.array(d.position_m) - place) < 1.0]
    if what == "anomaly" and near:
        tally.found += 1
        tally.location_m.append(float(np.linalg.norm(np.array(near[0].position_m) - place)))
    tally.false[what] += len(sure) - (len(near) if what == "anomaly" else 0)


def _eye_for(point: InspectionPoint, healthy: Site, rng: np.random.Generator) -> FloatArray:
    """A place of the lens within 45 degrees of the patch's normal, 0.8 to 3.5 m off, that sees its middle and rim."""
    scene, centre, normal = Scene(healthy), np.array(point.position_m), np.array(point.normal)
    rim = 0.45 * point.size_m * np.array([np.cross(point.up, normal), -np.cross(point.up, normal), point.up])
    targets = centre + 0.02 * normal + np.concatenate([np.zeros((1, 3)), rim])
    for _ in range(300):
        angle, distance = rng.uniform(-np.pi / 4, np.pi / 4), rng.uniform(0.8, 3.5)
        way = np.cos(angle) * normal + np.sin(angle) * np.cross((0.0, 0.0, 1.0), normal)
        eye = np.array([*(centre + distance * way)[:2], HEAD_M])
        lines = targets - eye
        lengths = np.linalg.norm(lines, axis=1)
        level = abs(lines[0] @ normal) / lengths[0] > np.cos(np.radians(50.0))
        if level and not scene.occluded(eye, lines / lengths[:, None], lengths - 0.03).any():
            return eye
    raise ValueError(f"{point.name} is hidden")
