"""Environments on several processes."""

import functools

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")

from patrolgym.learning.fleet import Fleet
from patrolgym.learning.tasks.base import TASKS

TASK = TASKS["quadruped-velocity"]
SETTINGS = {"robot": "a1", "randomise": False, "guide": None, "episode_s": 0.1}


def test_a_fleet_steps_its_environments_and_begins_anew_by_itself() -> None:
    fleet = Fleet(functools.partial(TASK.make, SETTINGS, "train"), workers=2, envs_per_worker=2, seed=5)
    try:
        assert fleet.num_envs == 4
        first = fleet.reset()
        assert first.shape == (4, 48) and first.dtype == np.float32
        assert len({row.tobytes() for row in first}) == 4
        actions = np.zeros((4, 12), np.float32)
        actions[3] = 0.2
        for _ in range(5):
            observations, rewards, ends, infos = fleet.step(actions)
        assert ends.all() and rewards.shape == (4,)
        last = infos[3]["terminal_observation"]
        assert last[36:48] == pytest.approx(np.full(12, 0.2))
        assert not np.array_equal(last, observations[3])
        assert infos[0]["TimeLimit.truncated"]
        assert infos[0]["episode"]["l"] == 5
        assert infos[0]["episode"]["r"] == pytest.approx(sum(infos[0]["terms"].values()))
    finally:
        fleet.close()
        fleet.close()


def test_an_environment_that_cannot_be_made_says_so() -> None:
    with pytest.raises(RuntimeError, match="unicycle"):
        Fleet(functools.partial(TASK.make, {"robot": "unicycle"}, "train"), 1, 1, 0)
