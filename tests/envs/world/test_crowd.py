"""Leaving out what rays cannot meet changes nothing of what they meet."""

import numpy as np
import pytest

from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.people import person
from patrolgym.envs.site.robot_arm import arm
from patrolgym.envs.site.vehicles import Drive, cart
from patrolgym.envs.world.scene import MOVING, Scene


@pytest.fixture
def scene(yard):
    rng, site = np.random.default_rng(0), yard()
    for k in range(8):
        robot = KINDS["welding_robot"].make(f"R-{k}", (3.0 * k - 10.0, 4.0, 0.0), 0.7 * k, rng, {})
        site.movers.append(arm(robot, rng, offset_s=5.0 * k))
        site.movers.append(person(rng, 3.0 * k - 9.0, -3.0, 0.0, path=[(3.0 * k - 9.0, -3.0), (3.0 * k - 7.0, -5.0)]))
    site.movers.append(cart(rng, Drive(np.array([[-8.0, -1.5], [8.0, -1.5]]), 1.0, 2.0)))
    made = Scene(site)
    made.update(17.0)
    return made


def one_by_one(scene: Scene, origins: np.ndarray, rays: np.ndarray, limit: float) -> np.ndarray:
    """Distance to the nearest thing of all, found without leaving anything out."""
    origins = np.broadcast_to(origins, rays.shape).astype(np.float32)
    nearest = scene.static.cast(origins, rays).distance_m
    for mover in scene._site.movers:
        for body in scene._maker.mover(mover, 17.0):
            far = np.full(len(rays), np.inf, np.float32)
            nearest = np.minimum(nearest, body.cast(origins, rays, far).distance_m)
    return np.where(nearest < limit, nearest, np.inf)


def fan(count: int, spread: float, seed: int) -> np.ndarray:
    rays = np.array([0.2, 1.0, -0.02]) + spread * np.random.default_rng(seed).normal(size=(count, 3))
    return (rays / np.linalg.norm(rays, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("spread", [0.15, 0.5, 5.0])
@pytest.mark.parametrize("limit", [np.inf, 6.0])
def test_rays_from_one_place(scene, spread, limit):
    met = 0
    for seed, place in enumerate([(-4.0, -6.0, 1.0), (0.0, 0.0, 1.5), (5.0, 2.0, 0.7)]):
        rays = fan(4000, spread, seed)
        hits = scene.cast(np.array(place), rays, limit)
        expected = one_by_one(scene, np.array(place), rays, limit)
        np.testing.assert_allclose(np.where(hits.distance_m < limit, hits.distance_m, np.inf), expected, rtol=1e-5)
        met += int((hits.face == MOVING).sum())
    assert met > 50


@pytest.mark.parametrize("many", [True, False])
def test_a_few_rays(scene, many):
    place, met = np.array([0.0, 0.0, 1.5]), 0
    for seed in range(60):
        rays = fan(20, 0.5, seed)
        origins = np.tile(place, (20, 1)) if many else place
        hits = scene.cast(origins, rays)
        np.testing.assert_allclose(hits.distance_m, one_by_one(scene, place, rays, np.inf), rtol=1e-5)
        met += int((hits.face == MOVING).sum())
    assert met > 20


def test_one_ray(scene):
    place, met = np.array([0.0, 0.0, 1.5]), 0
    for seed in range(200):
        ray = fan(1, 0.5, seed)
        hits = scene.cast(place, ray)
        np.testing.assert_allclose(hits.distance_m, one_by_one(scene, place, ray, np.inf), rtol=1e-5)
        met += int((hits.face == MOVING).sum())
    assert met > 5


@pytest.mark.parametrize("parallel", [True, False])
def test_shadow_rays_from_many_places(scene, parallel):
    rng = np.random.default_rng(3)
    origins = (rng.uniform((-10, -6, 0.05), (10, 7, 0.1), (3000, 3))).astype(np.float32)
    if parallel:
        rays = fan(1, 0.0, 0) * (1.0, 0.3, -25.0)
        rays = (rays / np.linalg.norm(rays)).astype(np.float32)
        limits: float | np.ndarray = np.inf
    else:
        way = np.array([0.0, 0.0, 6.0]) - origins
        limits = np.linalg.norm(way, axis=1)
        rays = (way / limits[:, None]).astype(np.float32)
    wide = np.broadcast_to(rays, origins.shape)
    expected = one_by_one(scene, origins, wide, np.inf) < limits
    assert (scene.occluded(origins, rays, limits) == expected).mean() > 0.9995
    assert 50 < expected.sum() < 2900
