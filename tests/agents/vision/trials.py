"""Trials of a detector on generated sites: an anomaly, a look-alike or nothing, looked at as a patrol does."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from patrolgym.agents.vision.base import Detection, Surroundings, point_detector, scanners
from patrolgym.envs.anomalies.base import ANOMALIES, Candidate
from patrolgym.envs.site.access import HEAD_M
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Site
from patrolgym.envs.types import FloatArray, InspectionPoint

from .plants import SHOT_S, Ground, distracted, eye_near, placed, shoot
from .rendered import zoom_for

POINT_CLASSES = {
    "gauge_out_of_range": "gauge",
    "valve_wrong_position": "valve",
    "level_out_of_range": "level",
    "hot_bearing": "bearing",
    "hot_joint": "joint",
    "guard_open": "guard",
    "hot_motor": "motor",
    "missing_weld": "weld",
    "panel_dent": "panel",
    "stack_light_fault": "stack_light",
}
#: How far off a glance may be that a scanner is given, and by how much it is aimed over the place.
_FAR_M = {
    "liquid_spill": 4.0,
    "fire": 6.0,
    "intruder": 7.0,
    "coolant_leak": 4.0,
    "no_helmet": 6.0,
    "object_in_aisle": 4.0,
}
_ABOVE_M = {"no_helmet": 0.4}
SCAN_CLASSES = tuple(_FAR_M)
#: Those of the plant come first: a class's place among them seeds its trials.
CLASSES = tuple(
    sorted((*POINT_CLASSES, *SCAN_CLASSES), key=lambda name: "hazardous-plant" not in ANOMALIES[name].scenarios)
)
_SURE = 0.5
#: Trials on one site; draws of a place, should the first be hidden; so high is the middle of somebody.
_ON_ONE, _DRAWS, _MIDDLE_M = 4, 5, 0.9


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
    """Look at `count` anomalies, look-alikes and healthy places of the class `name`, on sites of its first scenario."""
    tally = Tally()
    trial = _point_trial if name in POINT_CLASSES else _scan_trial
    for first in range(0, count, _ON_ONE):
        ground = Ground.of(ANOMALIES[name].scenarios[0], size, split, first // _ON_ONE)
        for seed in range(first, min(first + _ON_ONE, count)):
            for what in ("anomaly", "look-alike", "healthy"):
                rng = np.random.default_rng([seed, len(what), CLASSES.index(name)])
                for _ in range(_DRAWS):
                    try:
                        trial(tally, name, what, ground, rng)
                        break
                    except ValueError:
                        # No carrier on this site, or none that a random place sees.
                        tally.trials["hidden"] += 1
    return tally


@dataclass(frozen=True, eq=False)
class _Case:
    """The live site, where to look, the candidate changed, and what the truth says of it (None: not changed)."""

    live: Site
    place_m: FloatArray
    where: Candidate
    reading: float | None = None


def _changed(name: str, what: str, healthy: Site, rng: np.random.Generator) -> _Case:
    if what == "look-alike":
        live, where = distracted(healthy, name, rng)
        extra = [part.vertices_m for _, part in live.extras[len(healthy.extras) :]]
        place = np.concatenate(extra).mean(axis=0) if extra else np.array(where.position_m)
        return _Case(live, _of_newcomer(live, healthy, place), where)
    live, where, truth = placed(healthy, name, rng)
    place = _of_newcomer(live, healthy, np.array(truth.position_m))
    return _Case(live, place, where, truth.reading) if what == "anomaly" else _Case(healthy.copy(), place, where)


def _of_newcomer(live: Site, healthy: Site, place: FloatArray) -> FloatArray:
    """The middle of who came onto the site when the picture is taken; `place` where nobody did."""
    people = [mover for mover in live.movers[len(healthy.movers) :] if mover.kind == "person"]
    return np.array(people[-1].pose_at(SHOT_S)[:3]) + (0.0, 0.0, _MIDDLE_M) if people else place


def _point_trial(tally: Tally, name: str, what: str, ground: Ground, rng: np.random.Generator) -> None:
    case = _changed(name, what, ground.site, rng)
    own = [p for p in case.live.points() if p.tag == case.where.tag and p.quantity == POINT_CLASSES[name]]
    point = min(own, key=lambda p: float(np.linalg.norm(np.subtract(p.position_m, case.where.position_m))))
    eye, target = _eye_for(point, ground, rng), np.array(point.position_m)
    zoom = zoom_for(point, float(np.linalg.norm(eye - target)))
    view, reference, _ = shoot(case.live, ground, eye, target, zoom, rng)
    detector = point_detector(point)
    assert detector is not None
    result = detector.inspect(view, point, reference)
    tally.unread += result.reading is None or result.confidence < _SURE
    equipment = case.live.equipment[point.tag]
    truth = KINDS[equipment.kind].values(equipment).get(point.name, case.reading)
    if result.reading is not None and result.confidence >= _SURE and truth is not None:
        full = 100.0 / (point.scale[1] - point.scale[0]) if name == "gauge_out_of_range" and point.scale else 1.0
        tally.reading.append(abs(result.reading - truth) * full)
    _count(tally, what, list(result.detections), target)


def _scan_trial(tally: Tally, name: str, what: str, ground: Ground, rng: np.random.Generator) -> None:
    case, healthy = _changed(name, what, ground.site, rng), ground.site
    eye = eye_near(ground, case.place_m + (0.0, 0.0, 0.03), rng, 1.5, _FAR_M[name])
    target = case.place_m + rng.normal(0, 0.3, 3) * (1.0, 1.0, 0.4) + (0.0, 0.0, _ABOVE_M.get(name, 0.0))
    view, reference, previous = shoot(case.live, ground, eye, target, float(rng.uniform(1.0, 1.6)), rng)
    surroundings = Surroundings(tuple(healthy.zones), ground.built)
    own_site = [s for s in scanners() if healthy.scenario in ANOMALIES[s.anomaly_class].scenarios]
    found = [d for s in own_site for d in s.scan(view, reference, surroundings, previous)]
    own = [d for d in found if d.anomaly_class == name]
    _count(tally, what, own, case.place_m)
    tally.false["others"] += sum(d.confidence >= _SURE for d in found if d.anomaly_class != name)


def _count(tally: Tally, what: str, found: list[Detection], place: FloatArray) -> None:
    tally.trials[what] += 1
    sure = [d for d in found if d.confidence >= _SURE]
    near = [d for d in sure if np.linalg.norm(np.array(d.position_m) - place) < 1.0]
    if what == "anomaly" and near:
        tally.found += 1
        tally.location_m.append(float(np.linalg.norm(np.array(near[0].position_m) - place)))
    tally.false[what] += len(sure) - (len(near) if what == "anomaly" else 0)


def _eye_for(point: InspectionPoint, ground: Ground, rng: np.random.Generator) -> FloatArray:
    """A place of the lens within 45 degrees of the patch's normal, 0.8 to 3.5 m off, that sees its middle and rim."""
    scene, centre, normal = ground.scene, np.array(point.position_m), np.array(point.normal)
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
