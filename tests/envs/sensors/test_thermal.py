from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import trimesh

from patrolgym.envs.sensors.camera import Camera, Frame
from patrolgym.envs.sensors.radiometry import ThermalImager
from patrolgym.envs.site.model import Part, Site, Weather
from patrolgym.envs.world.scene import Scene

EYE = np.array([0.0, 0.0, 1.0])
FACE = (slice(90, 150), slice(130, 190))
Yard = Callable[..., Site]


def plate(material: str, rise_k: float, lean_rad: float = 0.0) -> Part:
    """A plate 2 m ahead that fills the middle of the picture; leaning back it faces the sky."""
    mesh = trimesh.creation.box(extents=(0.02, 1.6, 1.6))
    mesh.apply_transform(trimesh.transformations.rotation_matrix(lean_rad, [0.0, 1.0, 0.0]))
    vertices = np.asarray(mesh.vertices) + (2.0, 0.0, 1.0)
    return Part(vertices, np.asarray(mesh.faces, np.int32), material, surface_delta_k=np.full(len(vertices), rise_k))


def shoot(site: Site, rotation: np.ndarray, imager: ThermalImager | None = None, seed: int = 0) -> tuple[Frame, float]:
    """A frame, and the true temperature in its middle."""
    scene = Scene(site)
    middle = scene.cast(EYE, rotation[:, 2][None])
    frame = Camera(imager=imager).capture(scene, EYE, rotation, 1.0, np.random.default_rng(seed))
    return frame, float(scene.surface_c(middle)[0])


PERFECT = ThermalImager(netd_k=0.0, pattern_k=0.0, offset_k=0.0)


def test_paint_shows_nearly_its_own_temperature(yard: Yard, ahead: np.ndarray) -> None:
    frame, true_c = shoot(yard(plate("paint", 40.0)), ahead, PERFECT)
    assert true_c == pytest.approx(60.0, abs=6.0)
    assert 0.93 * (true_c - 20.0) < frame.thermal_c[FACE].mean() - 20.0 < true_c - 20.0


@pytest.mark.parametrize(("lean_rad", "mirrored_c"), [(0.0, 20.0), (0.9, 0.0)])
def test_bare_metal_shows_what_it_mirrors(
    yard: Yard, ahead: np.ndarray, lean_rad: float, mirrored_c: float, weather: Weather
) -> None:
    frame, true_c = shoot(yard(plate("aluminium", 60.0, lean_rad)), ahead, PERFECT)
    kelvin = (0.08 * (true_c + 273.15) ** 4 + 0.92 * (mirrored_c + 273.15) ** 4) ** 0.25
    # The level plate mirrors things at ambient near the horizon, the leaning one the sky (which is at 0 °C here).
    assert frame.thermal_c[FACE].mean() == pytest.approx(kelvin - 273.15, abs=4.0)
    assert frame.thermal_c[FACE].mean() < 0.5 * true_c


def test_noise_is_the_netd(yard: Yard, ahead: np.ndarray) -> None:
    scene, camera = Scene(yard(plate("paint", 10.0))), Camera()
    pair = [camera.capture(scene, EYE, ahead, 1.0, np.random.default_rng(seed)).thermal_c[FACE] for seed in (1, 2)]
    assert np.std(pair[0] - pair[1]) / np.sqrt(2.0) == pytest.approx(0.045, rel=0.1)


def test_offset_differs_between_pictures_within_its_limit(yard: Yard, ahead: np.ndarray) -> None:
    scene, camera = Scene(yard(plate("paint", 10.0))), Camera()
    perfect = Camera(imager=PERFECT).capture(scene, EYE, ahead, 1.0, np.random.default_rng(0)).thermal_c[FACE].mean()
    errors = [
        camera.capture(scene, EYE, ahead, 1.0, np.random.default_rng(seed)).thermal_c[FACE].mean() - perfect
        for seed in range(12)
    ]
    assert np.abs(errors).max() <= 1.02
    assert np.std(errors) > 0.2


def test_sky_and_range_limits(yard: Yard, ahead: np.ndarray, weather: Weather) -> None:
    cold = replace(weather, ambient_c=-15.0, sky_c=-60.0)
    frame, _ = shoot(yard(plate("paint", 700.0), light=cold), ahead)
    assert frame.thermal_c[FACE].max() == 400.0
    assert frame.thermal_c[:5].min() == -20.0


def test_edges_are_soft(yard: Yard, ahead: np.ndarray) -> None:
    frame, _ = shoot(yard(plate("paint", 60.0)), ahead, PERFECT)
    row = frame.thermal_c[60]
    inside, outside = row[160], row[20]
    between = (row[:160] > outside + 0.1 * (inside - outside)) & (row[:160] < inside - 0.1 * (inside - outside))
    assert 1 <= between.sum() <= 4
