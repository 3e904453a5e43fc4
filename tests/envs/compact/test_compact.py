"""The compact observation, its own account of what was seen, and the camera that aims itself."""

import multiprocessing
import warnings
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import RecordEpisodeStatistics

import patrolgym  # noqa: F401
from patrolgym.envs.compact.view import LAYOUT, SIZE
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.registration import NAVIGATION_IDS


def make(**kwargs: Any) -> InspectionEnv:
    inner = gym.make(NAVIGATION_IDS["hazardous-plant"], disable_env_checker=True, **kwargs).unwrapped
    assert isinstance(inner, InspectionEnv)
    return inner


@pytest.fixture(scope="module")
def env() -> Iterator[InspectionEnv]:
    made = make()
    yield made
    made.close()


def part(observation: np.ndarray, name: str) -> np.ndarray:
    start = 0
    for key, count, _ in LAYOUT:
        if key == name:
            return observation[start : start + count]
        start += count
    raise KeyError(name)


def played(seed: int) -> list[bytes]:
    """Bytes of the observations and rewards of a few steps."""
    made = make()
    rng = np.random.default_rng(seed)
    observation, _ = made.reset(seed=seed)
    told = [observation.tobytes()]
    for _ in range(30):
        observation, reward, *_ = made.step(rng.uniform(-1.0, 1.0, 3))
        told += [observation.tobytes(), np.float64(reward).tobytes()]
    made.close()
    return told


@pytest.mark.parametrize("env_id", NAVIGATION_IDS.values())
def test_gymnasium_finds_nothing_to_say(env_id: str) -> None:
    made = gym.make(env_id, render_mode="rgb_array")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made.unwrapped)
    made.close()


def test_the_same_seed_is_bit_exact_in_another_process() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        elsewhere = pool.apply_async(played, (5,))
        here = played(5)
        assert elsewhere.get(timeout=240) == here


def test_statistics_and_vectors_of_gymnasium() -> None:
    many = gym.make_vec(NAVIGATION_IDS["hazardous-plant"], num_envs=2, vectorization_mode="sync")
    observation, _ = many.reset(seed=1)
    assert observation.shape == (2, SIZE)
    assert not np.array_equal(observation[0], observation[1])
    many.close()
    counted = RecordEpisodeStatistics(make())
    counted.reset(seed=0)
    counted.unwrapped.finish()
    info = counted.step(np.zeros(3))[4]
    assert info["episode"]["l"] == 1
    counted.close()


@pytest.mark.parametrize("action", [np.zeros(6), np.array([0.0, np.nan, 0.0])])
def test_a_bad_action_is_named(env: InspectionEnv, action: np.ndarray) -> None:
    env.reset(seed=0)
    with pytest.raises(ValueError, match="action must be 3 finite numbers"):
        env.step(action)


@pytest.mark.parametrize(
    "wrong", [{"control": "joint"}, {"observation": "pixels"}, {"dynamics": "magic"}, {"control": "mind"}]
)
def test_what_does_not_go_together_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="choose from"):
        make(**wrong)


def test_walking_needs_the_compact_observation() -> None:
    made = make(observation="sensors", sensors=())
    with pytest.raises(ValueError, match="observation='compact'"):
        made.reset(seed=0)
    made.close()


def test_the_camera_looks_about_by_itself_and_the_account_follows_the_score(env: InspectionEnv) -> None:
    env.reset(seed=3)
    for step in range(200):
        observation, *_ = env.step(np.array([0.4, 0.0, 0.3 if step % 40 < 20 else -0.3]))
    score = env.score()
    assert score["coverage"] > 0.02
    believed = part(observation, "left_over")
    assert believed[2] == pytest.approx(score["coverage"], abs=0.06)
    assert believed[3] == pytest.approx(score["points_served"], abs=0.15)
    assert believed[0] == pytest.approx(1.0 - 20.0 / env.briefing.time_limit_s, abs=1e-3)


def test_what_was_seen_leaves_the_map(env: InspectionEnv) -> None:
    before, _ = env.reset(seed=3)
    for _ in range(60):
        after, *_ = env.step(np.zeros(3))
    assert part(after, "left").sum() < part(before, "left").sum()
    np.testing.assert_allclose(part(after, "free"), part(before, "free"), atol=1.0)
    assert part(after, "free").min() >= 0.0 and part(after, "free").max() <= 1.0


def test_the_nearest_point_is_where_it_is_said_to_be(env: InspectionEnv) -> None:
    observation, _ = env.reset(seed=7)
    first = part(observation, "points")[:12]
    x, y, _, _, _, yaw = env.observation["pose"]
    away, bearing = 20.0 * first[3], np.arctan2(first[2], first[1]) + yaw
    place = np.array([x + away * np.cos(bearing), y + away * np.sin(bearing)])
    before = [np.array(p.position_m[:2]) + 1.5 * np.array(p.normal[:2]) for p in env.briefing.points]
    assert min(np.linalg.norm(place - other) for other in before) < 0.01


def test_geometry_scores_as_pictures_do() -> None:
    """The same walk with and without pixels."""
    scores = []
    for sensors in ((), ("rgb",)):
        made = make(sensors=sensors)
        made.reset(seed=11, options={"site_seed": 2, "anomalies": []})
        for step in range(60):
            made.step(np.array([0.5, 0.0, 0.4 if step < 30 else -0.4]))
        scores.append(made.score())
        made.close()
    assert scores[0]["coverage"] == pytest.approx(scores[1]["coverage"], abs=0.02)
    assert scores[0]["coverage"] > 0.0
