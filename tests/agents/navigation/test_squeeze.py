"""A way out of an aisle in which the robot cannot turn."""

import numpy as np

from patrolgym.agents.navigation.guard import rectangle_gaps
from patrolgym.agents.navigation.squeeze import Squeeze, way_out
from patrolgym.envs.types import FloatArray


def aisle(width_m: float) -> FloatArray:
    """(n, 3) two walls along x that end at x = 0, and one across the aisle's end at x = 3."""
    x, y = np.arange(0.0, 3.0, 0.05), np.arange(-width_m / 2, width_m / 2, 0.05)
    walls = [np.column_stack([x, np.full(len(x), side * width_m / 2)]) for side in (-1, 1)]
    places = np.vstack([*walls, np.column_stack([np.full(len(y), 3.0), y])])
    return np.column_stack([places, np.zeros(len(places))])


def west(places_m: FloatArray) -> FloatArray:
    """Costs of going on to the far west."""
    return np.asarray(10.0 + places_m[:, 0])


def gap(pose: FloatArray, places_m: FloatArray) -> float:
    c, s = np.cos(pose[2]), np.sin(pose[2])
    local = (places_m[:, :2] - pose[:2]) @ np.array([[c, -s], [s, c]])
    return float(rectangle_gaps(local[:, 0], local[:, 1]).min())


def test_it_backs_out_of_an_aisle_it_stands_askew_in() -> None:
    walls, pose = aisle(1.1), np.array([1.0, 0.0, 0.15])
    poses = way_out(pose[:2], pose[2], walls, west)
    assert poses is not None
    np.testing.assert_allclose(poses[0], pose, atol=1e-9)
    assert min(gap(p, walls) for p in poses) > 0.0
    assert poses[-1, 0] < -0.3
    squeeze = Squeeze(poses)
    for _ in range(300):
        wanted = squeeze.wanted(pose[:2], pose[2])
        if wanted is None:
            break
        c, s = np.cos(pose[2]), np.sin(pose[2])
        forward, left, turn = wanted
        pose = pose + 0.1 * np.array([c * forward - s * left, s * forward + c * left, turn])
        assert gap(pose, walls) > 0.0
    assert wanted is None


def test_it_goes_on_from_where_it_was_pushed_past_a_pose() -> None:
    """A step of the grid aside is longer than the reach of a pose: standing on a later one it must not wait there."""
    steps = np.arange(9)[:, None] * np.array([0.1, 0.1, 0.0])
    squeeze, pose = Squeeze(steps), np.zeros(3)
    squeeze.wanted(pose[:2], pose[2])
    pose = steps[2].copy()
    for _ in range(100):
        wanted = squeeze.wanted(pose[:2], pose[2])
        if wanted is None:
            break
        pose = pose + 0.1 * wanted
    assert wanted is None
    np.testing.assert_allclose(pose, steps[-1], atol=0.1)


def test_where_it_can_turn_it_is_led_on_past_what_it_stands_before() -> None:
    """Beside a long wall, heading for it at an angle: turned along the wall it gets on."""
    x = np.arange(-3.0, 3.0, 0.05)
    wall = np.column_stack([x, np.zeros(len(x)), np.zeros(len(x))])
    poses = way_out(np.array([0.0, 0.9]), -0.8, wall, lambda places: 10.0 - places[:, 0])
    assert poses is not None
    assert poses[-1, 0] > 0.5
    assert min(gap(pose, wall) for pose in poses) > 0.0


def test_there_is_none_out_of_a_closed_box() -> None:
    side = np.arange(-1.0, 1.0, 0.05)
    ring = [np.column_stack([side, np.full(len(side), y)]) for y in (-0.6, 0.6)]
    ring += [np.column_stack([np.full(len(side), x), 0.6 * side]) for x in (-1.0, 1.0)]
    places = np.vstack(ring)
    assert way_out(np.zeros(2), 0.0, np.column_stack([places, np.zeros(len(places))]), west) is None
