import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh

from patrolgym.envs.sensors.camera import Camera, Frame
from patrolgym.envs.site.model import Light, Mover, Part, Site, Weather
from patrolgym.envs.world.scene import Scene

EYE = np.array([0.0, 0.0, 0.8])
Yard = Callable[..., Site]


def block(size: tuple[float, float, float], at: tuple[float, float, float], material: str = "paint") -> Part:
    mesh = trimesh.creation.box(extents=size)
    return Part(np.asarray(mesh.vertices) + at, np.asarray(mesh.faces, np.int32), material)


def shoot(site: Site, rotation: np.ndarray, zoom: float = 1.0, seed: int = 0, eye: np.ndarray = EYE) -> Frame:
    return Camera().capture(Scene(site), eye, rotation, zoom, np.random.default_rng(seed))


def pixel(frame: Frame, point: tuple[float, float, float]) -> tuple[int, int]:
    """Row and column that show a world point."""
    x, y, z = frame.rotation.T @ (np.asarray(point) - frame.position_m)
    height, width = frame.depth_m.shape
    row, column = 0.5 * (height - 1) + frame.focal_px * y / z, 0.5 * (width - 1) + frame.focal_px * x / z
    return round(row), round(column)


def mean_at(frame: Frame, point: tuple[float, float, float], reach: int = 2) -> np.ndarray:
    row, column = pixel(frame, point)
    patch = frame.rgb[row - reach : row + reach + 1, column - reach : column + reach + 1]
    return np.asarray(patch.reshape(-1, 3).mean(axis=0))


@pytest.mark.parametrize("zoom", [1.0, 4.0])
def test_pictures_show_points_where_the_pinhole_puts_them(yard: Yard, ahead: np.ndarray, zoom: float) -> None:
    site = yard(block((0.02, 0.1, 0.1), (3.0, 0.3, 0.9)))
    frame = shoot(site, ahead, zoom)
    seen = np.argwhere(frame.truth_owner == len(site.structure) - 1)
    row, column = seen.mean(axis=0)
    forward = 3.0 - 0.01
    assert frame.focal_px == pytest.approx(160.0 / np.tan(np.radians(30.0)) * zoom)
    assert column == pytest.approx(159.5 - frame.focal_px * 0.3 / forward, abs=0.6)
    assert row == pytest.approx(119.5 - frame.focal_px * 0.1 / forward, abs=0.6)
    assert np.sqrt(len(seen)) == pytest.approx(0.1 * frame.focal_px / forward, rel=0.1)
    assert frame.truth_depth_m[tuple(seen.T)] == pytest.approx(forward, abs=0.03)


def test_depth_errs_with_the_square_of_distance_and_ends(yard: Yard, ahead: np.ndarray) -> None:
    spread = {}
    for distance in (2.0, 5.0):
        frame = shoot(yard(block((0.1, 20.0, 20.0), (distance + 0.05, 0.0, 0.0))), ahead)
        assert frame.truth_depth_m[:40] == pytest.approx(distance, abs=1e-3)
        assert abs(np.median(frame.depth_m[:40]) - distance) < 0.01
        spread[distance] = float(np.std(frame.depth_m[:40]))
    assert spread[5.0] == pytest.approx(0.05, rel=0.1)
    assert spread[5.0] / spread[2.0] == pytest.approx(6.25, rel=0.1)
    far = shoot(yard(block((0.1, 60.0, 60.0), (25.0, 0.0, 0.0))), ahead)
    row, column = pixel(far, (25.0, 8.0, 1.0))
    assert far.truth_depth_m[row, column] == pytest.approx(24.95, abs=0.01)
    assert far.depth_m[row, column] == 0.0


def test_sky_has_no_depth_and_no_owner(yard: Yard, ahead: np.ndarray) -> None:
    frame = shoot(yard(), ahead)
    assert (frame.depth_m[:20] == 0.0).all()
    assert (frame.truth_owner[:20] == -1).all()


def test_pictures_on_parts_stand_upright_and_are_not_mirrored(yard: Yard, ahead: np.ndarray) -> None:
    frame = shoot(yard(), ahead, 4.0)
    red, green = mean_at(frame, (4.4, 0.15, 0.75)), mean_at(frame, (4.4, -0.15, 0.75))
    blue, white = mean_at(frame, (4.4, 0.15, 0.45)), mean_at(frame, (4.4, -0.15, 0.45))
    assert np.argmax(red) == 0
    assert np.argmax(green) == 1
    assert np.argmax(blue) == 2
    assert white.min() > 0.85 * white.max()


def test_shadows_are_darker_than_sunlit_ground_beside_them(yard: Yard, ahead: np.ndarray, weather: Weather) -> None:
    site = yard(block((0.3, 0.3, 2.0), (4.0, -2.0, 1.0)))
    down = ahead @ np.array([[1.0, 0.0, 0.0], [0.0, 0.92, 0.39], [0.0, -0.39, 0.92]])
    frame = shoot(site, down)
    sun = np.array(weather.sun)
    tip = np.array([4.0, -2.0, 1.2]) - sun * (1.2 / sun[2])
    shadow = mean_at(frame, (tip[0], tip[1], 0.0), 1)
    beside = mean_at(frame, (tip[0] - 0.8, tip[1] + 0.4, 0.0), 1)
    assert shadow.mean() < 0.75 * beside.mean()


def test_movers_throw_shadows(yard: Yard, ahead: np.ndarray, weather: Weather) -> None:
    sun = np.array(weather.sun)
    site = yard()
    down = ahead @ np.array([[1.0, 0.0, 0.0], [0.0, 0.92, 0.39], [0.0, -0.39, 0.92]])
    bare = shoot(site, down)
    site.movers = [
        Mover("person", (block((0.4, 0.4, 1.8), (0.0, 0.0, 0.9)),), lambda t: (3.5, -1.0, 0.0, 0.0), {}, 0.3, 1.8)
    ]
    frame = shoot(site, down)
    spot = np.array([3.5, -1.0, 1.0]) - sun / sun[2]
    assert (frame.truth_owner == -2).any()
    assert mean_at(frame, (spot[0], spot[1], 0.0), 1).mean() < 0.8 * mean_at(bare, (spot[0], spot[1], 0.0), 1).mean()


@pytest.mark.parametrize(("sun", "sky"), [(1.0, 0.4), (0.1, 0.55), (0.4, 0.2)])
def test_exposure_follows_the_light(yard: Yard, ahead: np.ndarray, weather: Weather, sun: float, sky: float) -> None:
    frame = shoot(yard(light=replace(weather, sun_strength=sun, sky_strength=sky)), ahead)
    assert 80 < frame.rgb.mean() < 170
    assert (frame.rgb.min(axis=2) >= 254).mean() < 0.08


def test_night_is_darker_and_noisier_yet_lamps_show_things(yard: Yard, ahead: np.ndarray, weather: Weather) -> None:
    wall = block((0.1, 20.0, 20.0), (4.0, 0.0, 0.0), "plastic")
    day = shoot(yard(wall), ahead)
    site = yard(wall, light=replace(weather, sun_strength=0.0, sky_strength=0.04))
    site.lights = [Light((1.0, 0.0, 3.0), (1.0, 0.95, 0.85), 4.0)]
    night = shoot(site, ahead)
    grain = [np.std(np.diff(frame.rgb[100:140, 100:140].astype(float), axis=1)) for frame in (day, night)]
    assert 40 < night.rgb[100:140, 100:140].mean() < day.rgb[100:140, 100:140].mean() + 10
    assert grain[1] > 1.3 * grain[0]


def test_flames_shine_by_themselves(yard: Yard, ahead: np.ndarray, weather: Weather) -> None:
    night = replace(weather, sun_strength=0.0, sky_strength=0.04)
    frame = shoot(yard(block((0.3, 0.3, 0.6), (3.0, 1.0, 0.6), "flame"), light=night), ahead)
    assert mean_at(frame, (2.85, 1.0, 0.7))[0] > 200


def test_noise_is_the_seeds(yard: Yard, ahead: np.ndarray) -> None:
    scene, camera = Scene(yard()), Camera()
    first, same, other = (camera.capture(scene, EYE, ahead, 1.0, np.random.default_rng(seed)) for seed in (1, 1, 2))
    for name in ("rgb", "depth_m", "thermal_c"):
        assert (getattr(first, name) == getattr(same, name)).all()
        assert (getattr(first, name) != getattr(other, name)).mean() > 0.3
    assert (first.truth_depth_m == other.truth_depth_m).all()


def test_turning_smears_along_the_turn(yard: Yard, ahead: np.ndarray) -> None:
    scene, camera = Scene(yard()), Camera()
    still, panned = (
        camera.capture(scene, EYE, ahead, 4.0, np.random.default_rng(0), np.array([0.0, rate, 0.0]))
        for rate in (0.0, 1.5)
    )
    edges = [np.abs(np.diff(frame.rgb.astype(float), axis=1)) for frame in (still, panned)]
    assert edges[1].max() < 0.6 * edges[0].max()
    assert (still.thermal_c == panned.thermal_c).all()


def test_bit_exact_in_another_process_with_other_threads(yard: Yard, ahead: np.ndarray, weather: Weather) -> None:
    script = Path(__file__).with_name("picture_hash.py")
    hashes = set()
    for threads in ("1", "2"):
        env = os.environ | {"OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": threads}
        done = subprocess.run(
            [sys.executable, str(script), threads], env=env, capture_output=True, text=True, check=True
        )
        hashes.add(done.stdout.strip())
    assert len(hashes) == 1
    assert len(hashes.pop()) == hashlib.sha256().digest_size * 2


@pytest.mark.parametrize("zoom", [0.5, 20.1, float("nan")])
def test_zoom_out_of_range_is_refused(yard: Yard, ahead: np.ndarray, zoom: float) -> None:
    with pytest.raises(ValueError, match=r"zoom must be within 1\.\.20, got"):
        shoot(yard(), ahead, zoom)


def test_impossible_cameras_are_refused() -> None:
    with pytest.raises(ValueError, match="8 x 8 px"):
        Camera(0, 240)
