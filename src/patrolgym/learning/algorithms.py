"""The algorithms that `patrolgym train` offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from stable_baselines3 import PPO
from torch import nn

from patrolgym.agents.policy import FORMAT, Policy

from .scoring import ScoringPolicy

_ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "elu": nn.ELU}
#: Share of the learning rate that is left at the end.
_LAST_RATE = 0.1
_NOT_THE_MODELS = ("envs_per_worker", "normalise")


@dataclass(frozen=True)
class Algorithm:
    """What an algorithm starts from.

    Attributes:
        model: class of stable-baselines3.
        defaults: its hyperparameters, all JSON-able; "layers" and "activation" make the networks, "log_std" is the
            first log standard deviation of the actions, "normalise" whether observations are. With "rows" (count,
            width) an observation begins with so many choices of so many numbers, all scored by the same network.
    """

    model: Any
    defaults: Mapping[str, Any]


ALGORITHMS = {
    "ppo": Algorithm(
        PPO,
        MappingProxyType(
            {
                "envs_per_worker": 8,
                "n_steps": 256,
                "batch_size": 1024,
                "n_epochs": 5,
                "learning_rate": 5e-4,
                "gamma": 0.99,
                "gae_lambda": 0.95,
                "clip_range": 0.2,
                "ent_coef": 0.0,
                "vf_coef": 0.5,
                "max_grad_norm": 1.0,
                "target_kl": 0.02,
                "layers": (256, 128),
                "activation": "elu",
                "log_std": -1.0,
                "normalise": True,
                "rows": None,
            }
        ),
    )
}


def make_model(algorithm: str, env: Any, hyper: Mapping[str, Any], seed: int) -> Any:
    """A new model; the learning rate falls linearly to a tenth of `hyper["learning_rate"]`."""
    settings = {name: value for name, value in hyper.items() if name not in _NOT_THE_MODELS}
    rate, rows = float(settings.pop("learning_rate")), settings.pop("rows")
    networks = {
        "net_arch": list(settings.pop("layers")),
        "activation_fn": _ACTIVATIONS[settings.pop("activation")],
        "log_std_init": float(settings.pop("log_std")),
    }
    torch.set_num_threads(1)
    return ALGORITHMS[algorithm].model(
        ScoringPolicy if rows else "MlpPolicy",
        env,
        learning_rate=lambda left: rate * max(left, _LAST_RATE),
        policy_kwargs={**networks, "rows": tuple(rows)} if rows else networks,
        seed=seed,
        device="cpu",
        **settings,
    )


def exported(model: Any, normal: Any, facts: Mapping[str, Any], hyper: Mapping[str, Any]) -> Policy:
    """The policy of `model` with the observation statistics of `normal` (a VecNormalize)."""
    modules = [*model.policy.mlp_extractor.policy_net.modules(), model.policy.action_net]
    layers = [
        (module.weight.detach().numpy().copy(), module.bias.detach().numpy().copy())
        for module in modules
        if isinstance(module, nn.Linear)
    ]
    shape = {"activation": hyper["activation"], "rows": hyper["rows"], "clip_obs": float(normal.clip_obs)}
    meta = {"format": FORMAT, **shape, **facts}
    statistics = normal.obs_rms
    return Policy(meta, statistics.mean.astype(np.float32), statistics.var.astype(np.float32), layers)
