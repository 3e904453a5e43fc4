"""What others wrote for any environment takes ours as they are made by default."""

import warnings
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.performance import benchmark_init, benchmark_render, benchmark_step
from gymnasium.vector import AsyncVectorEnv
from gymnasium.wrappers import RecordEpisodeStatistics

import patrolgym  # noqa: F401
from patrolgym.envs.registration import IDS, NAVIGATION_IDS, VELOCITY_ID
from patrolgym.tours import TOUR_IDS

#: id -> arguments that make it quick to try
IMAGINED = {env_id: {"dynamics": "imagined"} for env_id in TOUR_IDS.values()}
VECTORS = {NAVIGATION_IDS["hazardous-plant"]: {}, TOUR_IDS["hazardous-plant"]: {"dynamics": "imagined"}}
#: Stable-Baselines3 hints at flattening depth, heat and lidar.
PLAIN = {env_id: {"sensors": ("rgb", "gas")} for env_id in IDS.values()}


@pytest.mark.parametrize(
    ("env_id", "arguments"),
    [*PLAIN.items(), *((env_id, {}) for env_id in NAVIGATION_IDS.values()), *IMAGINED.items(), (VELOCITY_ID, {})],
)
def test_stable_baselines_finds_nothing_to_say(env_id: str, arguments: dict[str, Any]) -> None:
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    made = gym.make(env_id, **arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checker.check_env(made.unwrapped)
    made.close()


def test_stable_baselines_takes_all_sensors() -> None:
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    made = gym.make(IDS["hazardous-plant"])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        checker.check_env(made.unwrapped)
    made.close()
    hints = [str(warning.message) for warning in said]
    assert sorted(hint.split()[2] for hint in hints) == ["depth", "lidar", "thermal"]
    assert all("unconventional shape" in hint for hint in hints)


@pytest.mark.parametrize(("env_id", "arguments"), VECTORS.items())
def test_several_processes_play_what_one_does(env_id: str, arguments: dict[str, Any]) -> None:
    single = gym.make(env_id, **arguments)
    many = AsyncVectorEnv([lambda: gym.make(f"patrolgym:{env_id}", **arguments)] * 2, context="spawn")
    single.action_space.seed(0)
    seen, _ = single.reset(seed=8)
    beside, _ = many.reset(seed=[7, 8])
    for _ in range(3):
        np.testing.assert_array_equal(beside[1], seen)
        assert not np.array_equal(beside[0], seen)
        action = single.action_space.sample()
        seen, reward, *_ = single.step(action)
        beside, rewards, *_ = many.step(np.stack([action, action]))
        assert rewards[1] == pytest.approx(reward)
    many.close()
    single.close()


def test_statistics_of_an_episode_of_the_whole_plant() -> None:
    made = RecordEpisodeStatistics(gym.make(NAVIGATION_IDS["hazardous-plant"]))
    made.reset(seed=0)
    earned = [made.step(np.array([0.5, 0.0, 0.0], np.float32))[1] for _ in range(10)]
    made.get_wrapper_attr("finish")()
    _, last, terminated, _, info = made.step(np.zeros(3, np.float32))
    made.close()
    assert terminated and info["episode"]["l"] == 11
    assert info["episode"]["r"] == pytest.approx(sum(earned) + last, abs=1e-6)


def test_statistics_of_a_whole_tour() -> None:
    made = RecordEpisodeStatistics(gym.make(TOUR_IDS["hazardous-plant"], dynamics="imagined"))
    made.reset(seed=0)
    earned, over, info = 0.0, False, {}
    while not over:
        _, reward, over, _, info = made.step(0)
        earned += float(reward)
    made.close()
    assert 10 < info["episode"]["l"] < 100
    assert info["episode"]["r"] == pytest.approx(earned, abs=1e-6)


@pytest.mark.parametrize("env_id", [IDS["hazardous-plant"], VELOCITY_ID])
def test_gymnasium_measures_the_speed(env_id: str) -> None:
    made = gym.make(env_id, render_mode="rgb_array")
    assert benchmark_step(made, 0.2, seed=0) > 0.2
    assert benchmark_render(made, 0.2) > 0.05
    made.close()
    assert benchmark_init(lambda: gym.make(env_id), 0.2, seed=0) > 0.01
