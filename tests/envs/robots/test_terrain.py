"""The elevation map."""

import math

import numpy as np
import pytest

from patrolgym.envs.robots import load_robot
from patrolgym.envs.robots.terrain import ElevationMap
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import RayMesh

from .ground import FLAT, Mesh, echoes, kerb, lidar_rays


def floor(height: float, noise: float = 0.0, seed: int = 0) -> FloatArray:
    """Points of a floor that is `height` higher beyond x = 0.52."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(-1.5, 1.5, (20000, 2))
    return np.column_stack([xy, np.where(xy[:, 0] > 0.52, height, 0.0) + rng.normal(0.0, noise, 20000)])


def seen(points: FloatArray) -> ElevationMap:
    terrain = ElevationMap(0.3, 0.55)
    terrain.update(points, np.zeros(2), 0.0)
    return terrain


def test_nothing_seen_is_nothing_known() -> None:
    terrain = ElevationMap(0.3, 0.55)
    assert math.isnan(terrain.height(0.2, 0.1))
    assert terrain.top(0.0, 0.0, 1.0, 0.0) == -math.inf
    assert terrain.foothold(0.3, 0.2, 0.2) == (0.3, 0.2)


def test_heights_of_a_noisy_step() -> None:
    terrain = seen(floor(0.12, 0.01))
    assert terrain.height(0.2, 0.1) == pytest.approx(0.0, abs=0.01)
    assert terrain.height(0.9, 0.1) == pytest.approx(0.12, abs=0.01)
    assert terrain.top(0.0, 0.0, 0.9, 0.0) == pytest.approx(0.12, abs=0.03)


@pytest.mark.parametrize("x", np.arange(0.4, 0.7, 0.04))
def test_feet_keep_off_an_edge(x: float) -> None:
    place, _ = seen(floor(0.12)).foothold(float(x), 0.1, 0.2)
    assert abs(place - 0.52) >= 0.07
    assert abs(place - x) <= 0.21


def scanned(mesh: Mesh, ground_z_m: float, seed: int) -> ElevationMap:
    """The map of a robot whose lidar, with 1.5 cm noise along each ray, came 1.2 m nearer to x = 1.5."""
    rng, eye, rays = np.random.default_rng(seed), RayMesh(*mesh), lidar_rays(load_robot("exquad").lidar)
    terrain = ElevationMap(0.3, 0.55)
    for step in range(12):
        place = np.array([0.1 * step + rng.uniform(0.0, 0.05), 0.0, ground_z_m + 0.9])
        terrain.update(echoes(eye, place, rays, rng), place[:2], ground_z_m)
    return terrain


def places(terrain: ElevationMap, lowest_x: float, highest_x: float) -> FloatArray:
    """(n, 2) x of places to step to and of the footholds chosen for them."""
    wanted = [(float(x), float(y)) for x in np.arange(lowest_x, highest_x, 0.03) for y in np.arange(-0.5, 0.5, 0.05)]
    return np.array([(x, terrain.foothold(x, y, 0.2)[0]) for x, y in wanted])


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_noise_and_shadows_hide_no_edge(up: bool, seed: int) -> None:
    terrain = scanned(kerb(0.11, up), 0.0 if up else 0.11, seed)
    _, chosen = places(terrain, 1.35, 1.65).T
    assert (np.abs(chosen - 1.5) < 0.05).mean() < 0.01


def test_noise_moves_few_feet_on_level_ground() -> None:
    wanted, chosen = places(scanned(FLAT, 0.0, 0), 0.8, 2.0).T
    assert (chosen == wanted).mean() > 0.92


def test_level_and_sloping_ground_needs_no_detour() -> None:
    points = floor(0.0)
    points[:, 2] = math.tan(math.radians(20.0)) * points[:, 0]
    terrain = ElevationMap(0.3, 0.55)
    terrain.update(points, np.zeros(2), 0.0)
    assert terrain.foothold(0.31, 0.22, 0.2) == (0.31, 0.22)


def test_walls_count_as_high_and_what_hangs_above_is_ignored() -> None:
    wall = np.array([[0.6, 0.0, z] for z in np.linspace(0.0, 2.0, 50)])
    ceiling = np.array([[0.3, 0.0, 1.2]])
    terrain = seen(np.concatenate([floor(0.0), wall, ceiling]))
    assert terrain.top(0.5, 0.0, 0.7, 0.0) == pytest.approx(0.3, abs=1e-6)
    assert terrain.height(0.3, 0.0) == pytest.approx(0.0, abs=1e-6)


def test_what_went_away_is_forgotten() -> None:
    terrain = seen(floor(0.12))
    for _ in range(15):
        terrain.update(floor(0.0), np.zeros(2), 0.0)
    assert terrain.height(0.9, 0.1) == pytest.approx(0.0, abs=0.01)


def test_somebody_who_walked_on_leaves_no_ridge_though_nothing_is_seen_there_again() -> None:
    body = np.array(
        [[x, y, z] for x in np.arange(0.3, 1.2, 0.04) for y in np.arange(-0.4, 0.4, 0.04) for z in (0.1, 0.4)]
    )
    terrain = seen(np.concatenate([floor(0.0), body]))
    assert terrain.top(0.5, 0.0, 0.8, 0.0) == pytest.approx(0.3, abs=1e-6)
    ground = floor(0.0)
    ground = ground[(ground[:, 0] < 0.2) | (ground[:, 0] > 1.3) | (np.abs(ground[:, 1]) > 0.5)]
    for _ in range(12):
        terrain.update(ground, np.zeros(2), 0.0)
    assert not terrain.top(0.5, 0.0, 0.8, 0.0) > 0.05


def test_a_kerb_that_is_not_seen_for_a_while_stays() -> None:
    terrain = seen(floor(0.12))
    for _ in range(30):
        terrain.update(np.array([[-1.0, 0.0, 0.0]]), np.zeros(2), 0.0)
    assert terrain.height(0.9, 0.1) == pytest.approx(0.12, abs=0.01)


def test_the_map_moves_along() -> None:
    terrain = seen(floor(0.12))
    far = floor(0.0) + [1.0, -0.7, 0.0]
    terrain.update(far[far[:, 0] > 1.6], np.array([1.0, -0.7]), 0.0)
    assert terrain.height(0.9, 0.1) == pytest.approx(0.12, abs=0.01)
    assert terrain.height(2.2, -0.7) == pytest.approx(0.0, abs=0.01)


def test_a_foot_knows_better() -> None:
    terrain = seen(floor(0.0))
    terrain.touch(0.2, 0.2, 0.05)
    assert terrain.height(0.2, 0.2) == pytest.approx(0.05)
