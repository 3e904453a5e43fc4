"""People without helmets and things on walkways, found in pictures of a hall."""

import numpy as np
import pytest

from patrolgym.agents.navigation.optics import level_rotation
from patrolgym.agents.vision.base import DETECTORS, Detection, Scanner, Surroundings
from patrolgym.agents.vision.helmet import Head, bare_chance
from patrolgym.agents.vision.view import View
from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.sensors.proprioception import PoseEstimator
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site.model import Site
from patrolgym.envs.world.raycast import RayMesh
from patrolgym.envs.world.scene import Scene

from .halls import hall
from .rendered import CAMERA, as_view, looking


def shots(live: Site, target: np.ndarray, rng: np.random.Generator, far_m: float = 4.0) -> tuple[View, View]:
    """A view of `target` from 2 m to `far_m` along the aisle and the frame before it, their poses misjudged."""
    scene = Scene(live)
    way = np.array([-np.sign(target[0]), rng.uniform(-0.2, 0.2), 0.0])
    eye = target + rng.uniform(2.0, far_m) * way
    eye[2] = 1.05
    turn = looking(eye, target)
    shift, misturned = PoseEstimator(rng)(np.zeros(3), turn)
    views = []
    for back_m, time_s in ((0.3, 9.5), (0.0, 10.0)):
        scene.update(time_s)
        frame = CAMERA.capture(scene, eye + back_m * way, turn, 1.2, rng)
        views.append(as_view(frame, eye + back_m * way + shift, misturned, time_s))
    return views[1], views[0]


def scan(name: str, healthy: Site, view: View, previous: View) -> list[Detection]:
    detector, mesh = DETECTORS[name], merge(healthy)
    assert isinstance(detector, Scanner)
    around = Surroundings(tuple(healthy.zones), RayMesh(mesh.vertices_m, mesh.faces), tuple(healthy.points()))
    return [d for d in detector.scan(view, None, around, previous) if d.confidence >= 0.5]


@pytest.mark.parametrize("name, anomaly", [("helmet", "no_helmet"), ("aisle", "object_in_aisle")])
def test_what_is_wrong_is_found_and_look_alikes_are_not(name: str, anomaly: str) -> None:
    kind, found = ANOMALIES[anomaly], 0
    for seed in range(6):
        rng = np.random.default_rng([seed, 17])
        healthy = hall(rng, workers=0)
        places = [where for where in kind.candidates(healthy) if 1.0 < abs(where.position_m[0]) < 5.0]
        where = places[int(rng.integers(len(places)))]
        live, harmless = healthy.copy(), healthy.copy()
        truth = kind.place(live, where, float(np.mean(kind.severity)), rng)
        kind.distract(harmless, where, rng)
        target = np.array(truth.position_m) + (0.0, 0.0, 0.4 if name == "helmet" else 0.1)
        hits = scan(name, healthy, *shots(live, target, rng))
        found += any(np.linalg.norm(np.subtract(d.position_m, truth.position_m)) < 0.5 for d in hits)
        assert scan(name, healthy, *shots(harmless, target, rng)) == []
        assert scan(name, healthy, *shots(healthy, target, rng)) == []
    assert found >= 5


def test_what_drives_along_is_no_thing_left_behind() -> None:
    rng = np.random.default_rng(5)
    healthy = hall(rng, workers=0)
    kind = ANOMALIES["object_in_aisle"]
    where = next(w for w in kind.candidates(healthy) if 2.0 < w.position_m[0] < 3.0 and abs(w.position_m[1]) < 0.3)
    live = healthy.copy()
    truth = kind.place(live, where, 0.6, rng)
    view, before = shots(live, np.array(truth.position_m), rng, 2.5)
    empty, _ = shots(healthy, np.array(truth.position_m), np.random.default_rng(1), 2.5)
    assert len(scan("aisle", healthy, view, before)) == 1
    assert scan("aisle", healthy, view, empty) == [], "it was not there a moment ago"


def test_beside_a_slope_the_floor_is_no_thing_left_behind() -> None:
    """A strip of floor at the edge of a picture that something slanting fills, as a motor seen from nearby may."""
    healthy = hall(np.random.default_rng(3), workers=0)
    eye, turn = np.array([-5.0, 0.0, 1.05]), level_rotation(np.array([1.0, 0.0, -0.2]))
    rows, columns = np.mgrid[:240, :320]
    rays = np.stack([(columns - 159.5) / 277.0, (rows - 119.5) / 277.0, np.ones((240, 320))], axis=-1) @ turn.T
    slope = np.where(columns < 40, 0.0, 0.15)
    # Where a ray meets what is as high as the floor 3.5 m ahead of the eye.
    depth = -(3.5 * slope + eye[2]) / (rays[..., 2] - slope * rays[..., 0])
    depth = np.where((depth > 0.0) & (depth < 8.0), depth, 0.0).astype(np.float32)
    air = np.full((240, 320), 20.0, dtype=np.float32)
    view = View(np.full((240, 320, 3), 128, np.uint8), depth, air, eye, turn, 277.0, 1.0)
    assert scan("aisle", healthy, view, view) == []


def test_the_leaf_of_an_open_door_is_no_thing_left_behind() -> None:
    for seed in range(3):
        rng = np.random.default_rng([seed, 23])
        healthy = hall(rng, ("guard_door",), workers=0)
        door = healthy.equipment["M-0"]
        door.position_m, door.params["motion"] = (-5.0, 1.3, 0.0), "hinged"
        live = healthy.copy()
        live.equipment["M-0"].state["gap_m"] = 0.8
        target = np.array([door.position_m[0] - 0.2, 0.6, 0.8])
        view, before = shots(live, target, rng, 3.0)
        assert scan("aisle", healthy, view, before) == []
        mesh = merge(healthy)
        unknown = Surroundings(tuple(healthy.zones), RayMesh(mesh.vertices_m, mesh.faces))
        detector = DETECTORS["aisle"]
        assert isinstance(detector, Scanner)
        assert detector.scan(view, None, unknown, before), "it does stand out"


def test_a_wide_cold_head_has_a_helmet_and_a_narrow_warm_one_none() -> None:
    assert bare_chance(Head(0.28, 0.12, 0.02, 25.0)) < 0.01
    assert bare_chance(Head(0.19, 0.55, 0.02, 17.0)) > 0.99
    assert 0.01 < bare_chance(Head(0.22, 0.24, 0.05, 8.0)) < 0.6, "too small to tell"
