"""Walking after velocity commands."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import gymnasium as gym
import numpy as np

from patrolgym.agents.policy import Policy
from patrolgym.commands.base import WALK

from ..gait import WALK_M_S, Probe, make, probe
from .base import TASKS, Task

#: Seeds of evaluation start here; training draws its episodes from other streams.
_VAL_SEED = 1_000_000
_FORWARD = (WALK_M_S, 0.0, 0.0)
_PROBES = (Probe("forward", _FORWARD), Probe("push_50", _FORWARD, push_n_s=50.0))

# The guide walks already: little noise finds what is better, and what a step does shows within a stride or two.
_SETTINGS = {"robot": "exquad", "guide": "trot", "randomise": True, "episode_s": 20.0, "tracking_sigma": 0.05}
_HYPER = {"ppo": {"log_std": -2.5, "learning_rate": 3e-4, "gamma": 0.98, "gae_lambda": 0.92}}


def _make(settings: Mapping[str, Any], split: str) -> "gym.Env[Any, Any]":
    del split  # there are no sites
    return make(settings)


def _judge(settings: Mapping[str, Any], policy: Policy, first_seed: int, episodes: int) -> dict[str, float]:
    returns, lengths, errors = [], [], []
    first = _VAL_SEED + first_seed
    with closing(make(settings)) as env:
        for seed in range(first, first + episodes):
            observation, _ = env.reset(seed=seed)
            earned, ended = [], False
            while not ended:
                observation, reward, terminated, truncated, info = env.step(policy.act(observation))
                earned.append(float(reward))
                errors.append(float(np.linalg.norm(info["command"][:2] - info["velocity"][:2])))
                ended = terminated or truncated
            returns.append(sum(earned))
            lengths.append(len(earned))
    earned_mean = float(np.mean(returns))
    figures = {"return": earned_mean, "length": float(np.mean(lengths)), "error_m_s": float(np.mean(errors))}
    for each in _PROBES:
        figures |= probe(settings, policy, each, first, episodes)
    return {"score": earned_mean, **figures}


TASKS.add(
    WALK,
    Task(WALK, _make, _SETTINGS, _judge, _HYPER),
)
