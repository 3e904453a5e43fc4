"""Light under a roof: the looked-up sum of all lamps is what the lamps give one by one."""

import numpy as np
import pytest

from patrolgym.envs.site.model import Light
from patrolgym.envs.world.hall import HallLight

BOUNDS = (0.0, 0.0, 20.0, 12.0)
LAMPS = [Light((x, y, 6.0), (1.0, 1.0, 1.0), 4.0) for x in (3.0, 9.0, 15.0) for y in (3.0, 9.0)]


def _exact(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
    light = np.zeros(points.shape[1])
    for lamp in LAMPS:
        way = np.array(lamp.position_m)[:, None] - points
        distance = np.linalg.norm(way, axis=0)
        light += lamp.strength * np.maximum((way * normals).sum(axis=0), 0.0) / distance**3
    return light


@pytest.mark.parametrize("height", [0.0, 1.3, 2.9])
def test_light_on_level_surfaces_is_that_of_all_lamps(height):
    rng = np.random.default_rng(0)
    points = np.stack([rng.uniform(0, 20, 200), rng.uniform(0, 12, 200), np.full(200, height)])
    up = np.tile([[0.0], [0.0], [1.0]], 200)
    found = (HallLight(LAMPS, BOUNDS).vector(points.astype(np.float32)) * up).sum(axis=0)
    assert found == pytest.approx(_exact(points, up), rel=0.05)


def test_a_wall_is_lit_from_the_side_where_the_lamps_are():
    hall = HallLight(LAMPS, BOUNDS)
    at = np.array([[20.0], [6.0], [2.0]], np.float32)
    towards = hall.vector(at)[:, 0]
    assert towards[0] < 0.0 < towards[2]
    assert -towards[0] == pytest.approx(_exact(at, np.array([[-1.0], [0.0], [0.0]]))[0], rel=0.05)


def test_nothing_to_light_is_no_error():
    assert HallLight(LAMPS, BOUNDS).vector(np.zeros((3, 0), np.float32)).shape == (3, 0)
