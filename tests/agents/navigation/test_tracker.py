"""The tracker walking a point robot that does exactly what it is told."""

import numpy as np
import pytest

from patrolgym.agents.navigation.guard import HALF_LENGTH_M, Around, gap_ahead, rectangle_gaps
from patrolgym.agents.navigation.tracker import Tracker
from patrolgym.envs.types import ExRating, RobotInfo

ROBOT = RobotInfo(
    "test", ExRating("Gb", "IIB", "T4"), 1.2, 0.4, 0.8, 2.8, (-1.0, 1.5), (1.0, 20.0), 0.68, 1.05, (320, 240), 1.0472
)
NOTHING = np.zeros((0, 3))


def walk(way: np.ndarray, obstacles: np.ndarray, seconds: float) -> np.ndarray:
    """(k, 3) x, y, yaw of a robot that starts at the origin facing east."""
    tracker = Tracker(ROBOT)
    tracker.follow(way)
    pose, path = np.zeros(3), []
    for _ in range(round(seconds * 10)):
        forward, lateral, turn = tracker.step(pose[:2], pose[2], Around(obstacles))
        c, s = np.cos(pose[2]), np.sin(pose[2])
        pose = pose + 0.1 * np.array([c * forward - s * lateral, s * forward + c * lateral, turn])
        path.append(pose)
    return np.array(path)


@pytest.mark.parametrize("goal", [(4.0, 0.0), (3.0, 3.0), (0.0, -4.0), (-3.0, 0.5)])
def test_it_arrives_and_stays(goal: tuple[float, float]) -> None:
    path = walk(np.array([[0.0, 0.0], goal]), NOTHING, 20.0)
    assert np.linalg.norm(path[-1, :2] - goal) < 0.15
    np.testing.assert_allclose(path[-1], path[-5], atol=1e-3)


def test_it_keeps_to_the_way_round_a_corner() -> None:
    path = walk(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]]), NOTHING, 20.0)
    off = np.minimum(np.abs(path[:, 1]) + np.maximum(path[:, 0] - 4.0, 0), np.abs(path[:, 0] - 4.0))
    assert off.max() < 0.6


def test_it_stops_short_of_what_stands_in_the_way() -> None:
    wall = np.column_stack([np.full(81, 3.0), np.linspace(-2.0, 2.0, 81), np.zeros(81)])
    path = walk(np.array([[0.0, 0.0], [6.0, 0.0]]), wall, 15.0)
    assert 1.0 < path[:, 0].max() < 3.0 - HALF_LENGTH_M + 0.02


def test_the_gap_ahead_is_that_of_the_rectangle() -> None:
    ahead = np.array([1.0, 0.0])
    assert gap_ahead(np.array([[2.0, 0.0, 0.0]]), ahead) == pytest.approx(2.0 - HALF_LENGTH_M)
    assert gap_ahead(np.array([[2.0, 0.6, 0.0], [-2.0, 0.0, 0.0]]), ahead) == np.inf


@pytest.mark.parametrize("way", [np.zeros(2), np.zeros((0, 2)), np.array([[0.0, np.nan]])])
def test_a_way_that_is_none_is_named(way: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a way must be"):
        Tracker(ROBOT).follow(way)


def post(x: float, y: float) -> np.ndarray:
    """A thin post, as the map gives it: places 5 cm apart."""
    return np.array([[x + dx, y + dy, 0.0] for dx in (-0.05, 0.0, 0.05) for dy in (-0.05, 0.0, 0.05)])


def gap_to(pose: np.ndarray, places: np.ndarray) -> float:
    """How near the body's rectangle comes to places."""
    c, s = np.cos(pose[2]), np.sin(pose[2])
    local = (places[:, :2] - pose[:2]) @ np.array([[c, -s], [s, c]])
    return float(rectangle_gaps(local[:, 0], local[:, 1]).min())


def test_the_gap_is_that_of_the_rectangle_inside_and_out() -> None:
    gaps = rectangle_gaps(np.array([HALF_LENGTH_M + 0.3, 0.0, HALF_LENGTH_M + 0.3]), np.array([0.0, 0.0, 0.78]))
    np.testing.assert_allclose(gaps, [0.3, -0.38, 0.5], atol=1e-9)


def test_a_way_behind_is_walked_forwards_if_it_is_long_and_backwards_if_short() -> None:
    assert abs(walk(np.array([[0.0, 0.0], [-6.0, 0.0]]), NOTHING, 20.0)[-1, 2]) > 2.5
    assert abs(walk(np.array([[0.0, 0.0], [-1.2, 0.0]]), NOTHING, 20.0)[-1, 2]) < 0.2


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_its_tail_clears_what_it_turns_beside(side: float) -> None:
    posts = np.vstack([post(0.4, side * 0.75), post(-0.6, -side * 0.75)])
    path = walk(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, side * 4.0]]), posts, 20.0)
    assert min(gap_to(pose, posts) for pose in path) > -0.02
    assert np.linalg.norm(path[-1, :2] - (1.0, side * 4.0)) < 0.15


def test_it_frees_itself_from_what_stands_under_its_rim() -> None:
    behind = post(-0.68, 0.0)
    tracker, pose = Tracker(ROBOT), np.zeros(3)
    for _ in range(40):
        forward, lateral, turn = tracker.turn(0.5, pose[:2], pose[2], Around(behind))
        c, s = np.cos(pose[2]), np.sin(pose[2])
        pose = pose + 0.1 * np.array([c * forward - s * lateral, s * forward + c * lateral, turn])
    assert gap_to(pose, behind) > 0.0
    assert pose[2] > 0.5
