"""Low things on the floor, and what they do to ways."""

import numpy as np
import pytest

from patrolgym.agents.navigation.live import LiveObstacles
from patrolgym.agents.navigation.map import SiteMap, build_map
from patrolgym.agents.navigation.planner import Router
from patrolgym.envs.sensors.lidar import Lidar
from patrolgym.envs.site.shapes import Shape, box, join
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import RayMesh

from .yard import yard

AT_M, FROM_M, LIDAR_UP_M = np.array([6.0, 4.0]), np.array([4.2, 4.0]), 0.75


def scan(things: list[Shape], from_m: FloatArray, tilt_rad: float, rng: np.random.Generator) -> FloatArray:
    """(n, 3) returns from the yard with things in it, placed by a pose that is wrong by a tilt."""
    briefing = yard()
    mesh = join([Shape(briefing.vertices_m, briefing.faces), *things])
    position, rays = np.array([*from_m, LIDAR_UP_M]), Lidar().directions.reshape(-1, 3)
    reach = RayMesh(mesh.vertices_m, mesh.faces).cast(position, rays, 20.0).distance_m
    back = np.isfinite(reach) & (reach < 20.0)
    reach = reach[back] + rng.normal(0.0, 0.02, int(back.sum()))
    c, s = np.cos(tilt_rad), np.sin(tilt_rad)
    points = rays[back] * reach[:, None] @ np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    return np.asarray(position + points)


def thing(height_m: float) -> Shape:
    """A thing of 0.4 m on the floor."""
    return box((0.4, 0.4, height_m), (*AT_M, 0.5 * height_m))


@pytest.fixture
def site_map() -> SiteMap:
    """What is built in the yard: nothing."""
    briefing = yard()
    return build_map(briefing, RayMesh(briefing.vertices_m, briefing.faces), 0.5)


@pytest.fixture
def live(site_map: SiteMap) -> LiveObstacles:
    """Nothing seen yet."""
    return LiveObstacles(site_map)


def look(live: LiveObstacles, things: list[Shape], scans: int = 10, from_m: FloatArray = FROM_M) -> None:
    """Walk towards the things."""
    rng = np.random.default_rng(1)
    for k in range(scans):
        here = from_m + (0.05 * k, 0.0)
        live.update(scan(things, here, rng.normal(0.0, 0.017), rng), here, 0.2 * k)


@pytest.mark.parametrize("height_m", [0.1, 0.14, 0.18])
def test_what_feet_would_stumble_over_is_walked_round_for_good(
    site_map: SiteMap, live: LiveObstacles, height_m: float
) -> None:
    look(live, [thing(height_m)])
    assert len(live.low_m)
    assert np.abs(live.low_m - AT_M).max() < 0.35
    assert not live.clear(AT_M[None], 1e3)[0]
    way = Router.over(site_map, live.extra_cost(1e3)).route(np.array([3.0, 4.0]), np.array([9.0, 4.0]))
    assert way is not None
    assert np.linalg.norm(way - AT_M, axis=1).min() > 0.5


def test_a_mat_and_a_tilted_floor_are_walked_on(live: LiveObstacles) -> None:
    look(live, [thing(0.02)])
    assert not len(live.low_m)


def test_feet_of_somebody_are_no_low_thing(live: LiveObstacles) -> None:
    look(live, [thing(0.14), box((0.25, 0.25, 1.7), (*AT_M, 0.85))])
    assert not len(live.low_m)


def test_what_was_taken_away_is_forgotten_when_the_floor_is_seen(live: LiveObstacles) -> None:
    look(live, [thing(0.14)])
    assert len(live.low_m)
    look(live, [], scans=30, from_m=FROM_M - (0.6, 0.0))
    assert not len(live.low_m)
