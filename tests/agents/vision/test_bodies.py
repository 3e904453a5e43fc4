"""Signal towers, guard doors, welds and panels: what is wrong is found, look-alikes and healthy ones are not."""

import cv2
import numpy as np
import pytest

from patrolgym.agents.navigation.optics import level_rotation
from patrolgym.agents.vision.base import Inspection, point_detector
from patrolgym.agents.vision.view import View
from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.anomalies.carriers import point_of
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Site
from patrolgym.envs.types import InspectionPoint

from .halls import air, lamps
from .rendered import shoot_point, yard

#: Class, kind, severity, and how far the reading may be off.
CLASSES = [
    ("stack_light_fault", "signal_tower", 1.0, 0.0),
    ("stack_light_fault", "signal_tower", 2.0, 0.0),
    ("guard_open", "guard_door", 0.1, 0.05),
    ("guard_open", "guard_door", 0.5, 0.08),
    ("missing_weld", "body_stand", 1.0, 1.0),
    ("panel_dent", "body_stand", 4.0, 2.0),
]


def inspected(name: str, kind: str, severity: float, what: str, seed: int) -> Inspection:
    """One look from 1 to 2 m at the first point of the class, its pose misjudged, with a reference."""
    anomaly, rng = ANOMALIES[name], np.random.default_rng([seed, 9])
    healthy, _ = yard(kind, rng)
    healthy.weather, healthy.lights = air(rng), lamps(rng)
    places = anomaly.candidates(healthy)
    where = next(w for w in places if point_of(w).normal[1] < -0.5)

    def change(site: Site) -> None:
        if what == "wrong":
            anomaly.place(site, where, severity, rng)
        if what == "look-alike":
            anomaly.distract(site, where, rng)

    shot = shoot_point(healthy, point_of(where).name, change, rng, 1.0, 2.0)
    detector = point_detector(shot.point)
    assert detector is not None
    return detector.inspect(shot.view, shot.point, shot.reference)


def alarm(result: Inspection) -> bool:
    return any(d.confidence >= 0.5 for d in result.detections)


@pytest.mark.parametrize("name, kind, severity, off", CLASSES)
def test_what_is_wrong_is_found_and_read(name: str, kind: str, severity: float, off: float) -> None:
    found = [inspected(name, kind, severity, "wrong", seed) for seed in range(4)]
    hits = [result for result in found if alarm(result)]
    assert len(hits) >= 3
    assert np.median([result.reading for result in hits]) == pytest.approx(severity, abs=off)
    assert all(result.detections[0].reading == result.reading for result in hits)


@pytest.mark.parametrize("name, kind", sorted({row[:2] for row in CLASSES}))
def test_what_is_healthy_gives_no_alarm(name: str, kind: str) -> None:
    for what in ("healthy", "look-alike"):
        assert sum(alarm(inspected(name, kind, 0.0, what, seed)) for seed in range(3)) <= (name == "panel_dent")


def test_states_are_what_the_truth_says() -> None:
    rng = np.random.default_rng(0)
    for name, kind, severity, _ in CLASSES:
        site, tag = yard(kind, rng)
        where = ANOMALIES[name].candidates(site)[0]
        truth = ANOMALIES[name].place(site, where, severity, rng)
        assert truth.tag == tag and truth.severity == truth.reading == severity
        values = KINDS[kind].values(site.equipment[tag])
        if point_of(where).name in values:
            assert values[point_of(where).name] == pytest.approx(severity)
    site, tag = yard("body_stand", rng)
    row = next(w for w in ANOMALIES["missing_weld"].candidates(site))
    ANOMALIES["missing_weld"].place(site, row, 2.4, rng)
    assert len(site.equipment[tag].state["missing"][point_of(row).name]) == 2


def test_a_line_beside_a_row_of_welds_is_not_taken_for_the_row() -> None:
    welds = tuple((0.03 * k, 0.0) for k in range(-3, 4))
    details = {"welds": welds, "weld_diameter_m": 0.007}
    upright = ((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    point = InspectionPoint("B/weld", "B", "weld", "rgb", (1.0, 0.0, 1.0), *upright, 0.2, 800.0, details=details)
    picture = np.full((240, 320), 150, np.uint8)
    # 1000 px a metre: a dash every 2.5 cm, as a shaded edge looks, 19 mm below the row, of which two are missing.
    for x in range(0, 320, 25):
        cv2.line(picture, (x, 139 + x // 100), (x + 20, 139 + x // 100), 100, 5)
    for k, (right, _) in enumerate(welds):
        if k not in (4, 5):
            cv2.circle(picture, (round(159.5 + 1000 * right), 120), 3, 110, -1)
    depth, air_c = np.full(picture.shape, 1.0, np.float32), np.full(picture.shape, 20.0, np.float32)
    rotation = level_rotation(np.array([1.0, 0.0, 0.0]))
    view = View(np.dstack([picture] * 3), depth, air_c, np.array([0.0, 0.0, 1.0]), rotation, 1000.0)
    assert point_detector(point).inspect(view, point, None).reading == 2.0
