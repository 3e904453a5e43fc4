"""Patrolling, without joint physics: where to go next, or how to walk at every moment."""

import functools
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import gymnasium as gym
import numpy as np

from patrolgym.agents.policy import Policy
from patrolgym.agents.touring.offers import CHOICES, WIDTH
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.registration import NAVIGATION_IDS
from patrolgym.envs.types import FloatArray
from patrolgym.tour_env import TourEnv
from patrolgym.tours import TOUR_IDS

from .base import TASKS, Task

_SETTINGS = {"size": "small", "robot": "exquad"}
# Choices are learnt where they cost the least.
_TOUR_SETTINGS = {**_SETTINGS, "dynamics": "imagined", "repeats": 3}
#: Choices are few, each tells much, and the time left makes an episode's end near: small rollouts, often learnt from.
_TOUR = {
    "ppo": {
        "envs_per_worker": 8,
        "n_steps": 16,
        "batch_size": 64,
        "n_epochs": 10,
        "learning_rate": 4e-3,
        "gamma": 0.97,
        "gae_lambda": 0.9,
        "ent_coef": 0.002,
        "target_kl": 0.05,
        "layers": (32, 32),
        "activation": "relu",
        "normalise": False,
        "rows": (CHOICES, WIDTH),
    }
}
#: Rewards of a patrol come slowly: the policy looks further ahead and tries more than a gait's.
_WALK = {
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
_Act = Callable[[Policy, FloatArray], Any]


def _make(env_id: str, settings: Mapping[str, Any], split: str) -> "gym.Env[Any, Any]":
    return gym.make(env_id, split=split, disable_env_checker=True, **settings)


def _judge(
    env_id: str, act: _Act, settings: Mapping[str, Any], policy: Policy, first_seed: int, episodes: int
) -> dict[str, float]:
    """Means over whole patrols on `val`; nothing is reported, so that no picture has to be taken."""
    rows: list[dict[str, float]] = []
    with closing(_make(env_id, settings, "val")) as env:
        inner = env.unwrapped
        assert isinstance(inner, InspectionEnv | TourEnv)
        for seed in range(first_seed, first_seed + episodes):
            observation, _ = env.reset(seed=seed, options={"site_seed": seed})
            earned, ended = 0.0, False
            while not ended:
                observation, reward, terminated, truncated, _ = env.step(act(policy, observation))
                earned, ended = earned + float(reward), terminated or truncated
            score = inner.score()
            row = {
                "return": earned,
                **{name: float(score[name]) for name in ("coverage", "points_served", "distance_m")},
            }
            rows.append(row | {"collisions": float(score["safety"]["collisions"])})
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return {"score": means["return"], **means}


def _task(scenario: str, env_id: str, settings: Mapping[str, Any], act: _Act, hyper: Mapping[str, Any]) -> Task:
    make, judge = functools.partial(_make, env_id), functools.partial(_judge, env_id, act)
    return Task(scenario, make, settings, judge, hyper)


for _scenario in NAVIGATION_IDS:
    TASKS.add(_scenario, _task(_scenario, TOUR_IDS[_scenario], _TOUR_SETTINGS, Policy.choose, _TOUR))
    _walk = _task(_scenario, NAVIGATION_IDS[_scenario], _SETTINGS, Policy.act, _WALK)
    TASKS.add(f"{_scenario}-walk", _walk)
