"""Policies that score choices, in torch and as plain arrays."""

import gymnasium as gym
import numpy as np
import pytest

pytest.importorskip("stable_baselines3")

import torch
from gymnasium import spaces
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from patrolgym.learning.algorithms import ALGORITHMS, exported, make_model

COUNT, WIDTH, REST = 4, 3, 2


class Bandit(gym.Env[np.ndarray, np.int64]):
    """Choosing the row with the largest second number pays; some rows are no choice."""

    observation_space = spaces.Box(-1.0, 1.0, (COUNT * WIDTH + REST,), np.float32)
    action_space = spaces.Discrete(COUNT)

    def _drawn(self) -> np.ndarray:
        self._rows = self.np_random.uniform(-1.0, 1.0, (COUNT, WIDTH)).astype(np.float32)
        self._rows[:, 0] = self.np_random.permutation([1.0, 1.0, 0.0, 1.0])
        return np.concatenate([self._rows.ravel(), np.zeros(REST, np.float32)])

    def reset(self, *, seed: int | None = None, options: object = None) -> tuple[np.ndarray, dict[str, object]]:
        super().reset(seed=seed)
        return self._drawn(), {}

    def step(self, action: np.int64) -> tuple[np.ndarray, float, bool, bool, dict[str, object]]:
        earned = float(self._rows[action, 1]) if self._rows[action, 0] else -1.0
        return self._drawn(), earned, False, bool(self.np_random.random() < 0.1), {}


def test_it_learns_to_choose_and_plain_arrays_choose_alike() -> None:
    hyper = {
        **ALGORITHMS["ppo"].defaults, "rows": (COUNT, WIDTH), "layers": [16], "activation": "tanh", "normalise": False,
        "n_steps": 256, "batch_size": 64, "learning_rate": 3e-3, "gamma": 0.0, "target_kl": None,
    }  # fmt: skip
    normal = VecNormalize(DummyVecEnv([Bandit]))
    normal.norm_obs = False
    model = make_model("ppo", normal, hyper, seed=0)
    model.learn(4096)
    policy = exported(model, normal, {}, hyper)
    env, best, alike, tries = Bandit(), 0, 0, 200
    observation, _ = env.reset(seed=1)
    for _ in range(tries):
        rows = observation[: COUNT * WIDTH].reshape(COUNT, WIDTH)
        choice = policy.choose(observation)
        assert rows[choice, 0] == 1.0
        best += choice == int(np.argmax(np.where(rows[:, 0] > 0.5, rows[:, 1], -np.inf)))
        with torch.no_grad():
            told = model.policy.get_distribution(torch.from_numpy(observation[None])).distribution.logits
        alike += choice == int(told.argmax())
        observation, *_ = env.step(np.int64(choice))
    assert best > 0.85 * tries
    assert alike == tries
