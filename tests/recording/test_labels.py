"""Ground-truth labels: right, tight, and only where something can be seen."""

import numpy as np
import pytest

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.outside import looking_along
from patrolgym.envs.sensors.camera import Camera
from patrolgym.envs.sites.base import SITES
from patrolgym.recording.labels import CATEGORIES, PICTURES, Labeller

CAMERA = Camera()


@pytest.fixture(scope="module")
def envs():
    made = {name: InspectionEnv(name, split="train", sensors=("rgb",)) for name in SITES.names()}
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def env(envs):
    return envs["hazardous-plant"]


def stage(env, name):
    """An episode with one anomaly of the class, on the first site that has a place for it."""
    for seed in range(6):
        try:
            env.reset(seed=seed, options={"site_seed": seed, "anomalies": [{"class": name}]})
        except ValueError:
            continue
        return env.anomalies[0]
    pytest.fail(f"no small site has a place for {name}")


def views_round(env, place, distance_m=2.5, count=10):
    """Pictures of a place from all sides."""
    for turn in np.linspace(0.0, 2 * np.pi, count, endpoint=False):
        towards = np.array([np.cos(turn), np.sin(turn), 0.35])
        towards /= np.linalg.norm(towards)
        at = np.asarray(place) + distance_m * towards
        yield CAMERA.capture(env.world.scene, at, looking_along(-towards), 1.5, np.random.default_rng(0))


def places_m(frame, mask):
    rows, columns = np.nonzero(mask)
    depth = frame.truth_depth_m[rows, columns]
    ray = np.column_stack([(columns - 159.5) / frame.focal_px, (rows - 119.5) / frame.focal_px, np.ones(len(rows))])
    return (ray * depth[:, None]) @ frame.rotation.T + frame.position_m


@pytest.mark.parametrize("name", ANOMALIES.names())
def test_an_anomaly_is_labelled_where_it_is_in_the_pictures_that_show_it(envs, name):
    env = envs[ANOMALIES[name].scenarios[0]]
    truth = stage(env, name)
    labeller = Labeller(env)
    found = []
    for frame in views_round(env, truth.position_m):
        for label in labeller.labels(frame):
            if label.group == "anomaly":
                assert label.category == name
                assert np.linalg.norm(places_m(frame, label.mask) - truth.position_m, axis=1).min() < 0.6
                found.append(label)
    shown = tuple(picture for picture in PICTURES if picture in ANOMALIES[name].seen_by)
    assert {label.shown_in for label in found} == ({shown} if shown else set())


def test_a_hot_bearing_is_labelled_on_what_is_hot(env):
    truth = stage(env, "hot_bearing")
    labeller, hot = Labeller(env), []
    for frame in views_round(env, truth.position_m, 1.5):
        hot += [frame.thermal_c[label.mask > 0] for label in labeller.labels(frame) if label.group == "anomaly"]
    assert np.median(np.concatenate(hot)) > 60.0


def test_a_healthy_site_has_equipment_only(env):
    env.reset(seed=0, options={"site_seed": 0, "anomalies": []})
    labeller = Labeller(env)
    x0, y0, x1, y1 = env.world.site.bounds_m
    groups = {
        label.group for f in views_round(env, ((x0 + x1) / 2, (y0 + y1) / 2, 1.0), 6.0) for label in labeller.labels(f)
    }
    assert "equipment" in groups
    assert "anomaly" not in groups


def test_boxes_are_tight_and_masks_do_not_overlap_between_equipment(env):
    env.reset(seed=1, options={"site_seed": 1})
    labeller = Labeller(env)
    for equipment in env.briefing.equipment[:4]:
        for frame in views_round(env, np.add(equipment.position_m, (0, 0, 1)), 3.0, 4):
            total = np.zeros((240, 320), int)
            for label in labeller.labels(frame):
                rows, columns = np.nonzero(label.mask)
                x, y, width, height = label.box_px
                assert (columns.min(), rows.min()) == (x, y)
                assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (width, height)
                assert len(rows) >= 24
                assert label.category in CATEGORIES[label.group]
                total += label.mask if label.group == "equipment" else 0
            assert total.max() <= 1
