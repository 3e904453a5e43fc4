"""The localiser takes out an error of the size that the estimate has."""

import numpy as np

from patrolgym.agents.navigation.localiser import (
    ELEVATION_RAD,
    Localiser,
    lidar_rays,
    rotation_from_euler,
    rotation_of,
)
from patrolgym.envs.world.raycast import RayMesh

from .yard import yard

WALLS = [(6.0, y, 1.5, 12.0, 0.1, 3.0) for y in (0.0, 8.0)] + [(x, 4.0, 1.5, 0.1, 8.0, 3.0) for x in (0.0, 12.0)]


def test_it_finds_shift_and_turn() -> None:
    briefing = yard(boxes=[*WALLS, (8.0, 5.0, 0.5, 1.0, 1.0, 1.0)])
    mesh = RayMesh(briefing.vertices_m, briefing.faces)
    rays = lidar_rays(16, 180, *ELEVATION_RAD)
    place, turn = np.array([4.0, 3.0, 0.9]), rotation_from_euler(0.01, -0.02, 0.6)
    believed, leaning = place + (0.05, -0.04, 0.02), rotation_of(np.array([0.004, -0.006, 0.016])) @ turn
    rng = np.random.default_rng(1)
    localiser = Localiser(mesh)
    for _ in range(15):
        ranges = np.asarray(mesh.cast(place, rays @ turn.T).distance_m, dtype=float)
        ranges = np.where(np.isfinite(ranges), ranges + 0.02 * rng.standard_normal(len(ranges)), 0.0)
        localiser.update(ranges, rays, believed, leaning)
    position, rotation = localiser.correct(believed, leaning)
    assert np.linalg.norm(position - place) < 0.015
    assert np.arccos(np.clip((np.trace(rotation @ turn.T) - 1) / 2, -1, 1)) < 0.004


def test_a_scan_is_taken_in_as_it_is_observed() -> None:
    briefing = yard(boxes=[*WALLS, (8.0, 5.0, 0.5, 1.0, 1.0, 1.0)])
    mesh = RayMesh(briefing.vertices_m, briefing.faces)
    rays = lidar_rays(16, 180, *ELEVATION_RAD)
    place, angles = np.array([4.0, 3.0, 0.9]), np.array([0.01, -0.02, 0.6])
    ranges = np.asarray(mesh.cast(place, rays @ rotation_from_euler(*angles).T).distance_m)
    seen = np.where(np.isfinite(ranges), ranges, 0.0).reshape(16, 180)
    localiser = Localiser(mesh)
    for _ in range(15):
        hits, position = localiser.take(seen, np.concatenate([place + (0.05, -0.04, 0.02), angles]))
    assert np.linalg.norm(position - place) < 0.015
    assert len(hits) == np.isfinite(ranges).sum()
    # The box stands between x = 7.5 and 8.5, nothing else within the walls and over the floor.
    inside = hits[(hits[:, 2] > 0.1) & (np.abs(hits[:, 0] - 6.0) < 5.7) & (np.abs(hits[:, 1] - 4.0) < 3.7)]
    assert len(inside) > 10
    assert (np.abs(inside - [8.0, 5.0, 0.5]) < 0.55).all()


def test_an_empty_scan_changes_nothing() -> None:
    briefing = yard()
    localiser = Localiser(RayMesh(briefing.vertices_m, briefing.faces))
    localiser.update(np.zeros(2880), np.zeros((2880, 3)), np.zeros(3), np.eye(3))
    position, rotation = localiser.correct(np.array([1.0, 2.0, 3.0]), np.eye(3))
    np.testing.assert_array_equal(position, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(rotation, np.eye(3))
