"""Patrolling: where to walk, on the compact observation and without joint physics."""

import functools
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import gymnasium as gym
import numpy as np

from patrolgym.agents.policy import Policy
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.registration import NAVIGATION_IDS

from .base import TASKS, Task

_SETTINGS = {"size": "small", "robot": "exquad"}
#: Rewards of a patrol come slowly: the policy looks further ahead and tries more than a gait's.
_HYPER = {
    "ppo": {
        "envs_per_worker": 4,
        "n_steps": 512,
        "batch_size": 512,
        "learning_rate": 3e-4,
        "gamma": 0.995,
        "ent_coef": 0.002,
        "log_std": -0.5,
        "activation": "tanh",
    }
}


def _make(scenario: str, settings: Mapping[str, Any], split: str) -> "gym.Env[Any, Any]":
    return gym.make(NAVIGATION_IDS[scenario], split=split, disable_env_checker=True, **settings)


def _judge(
    scenario: str, settings: Mapping[str, Any], policy: Policy, first_seed: int, episodes: int
) -> dict[str, float]:
    """Means over whole patrols on `val`; nothing is reported, so that no picture has to be taken."""
    rows: list[dict[str, float]] = []
    with closing(_make(scenario, settings, "val")) as env:
        inner = env.unwrapped
        assert isinstance(inner, InspectionEnv)
        for seed in range(first_seed, first_seed + episodes):
            observation, _ = env.reset(seed=seed, options={"site_seed": seed})
            earned, ended = 0.0, False
            while not ended:
                observation, reward, terminated, truncated, _ = env.step(policy.act(observation))
                earned, ended = earned + float(reward), terminated or truncated
            score = inner.score()
            row = {
                "return": earned,
                **{name: float(score[name]) for name in ("coverage", "points_served", "distance_m")},
            }
            rows.append(row | {"collisions": float(score["safety"]["collisions"])})
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return {"score": means["return"], **means}


for _scenario in NAVIGATION_IDS:
    TASKS.add(
        _scenario,
        Task(functools.partial(_make, _scenario), _SETTINGS, functools.partial(_judge, _scenario), _HYPER),
    )
