"""A network that scores each of several choices by the same weights, for stable-baselines3."""

from itertools import pairwise
from typing import Any

import torch
from stable_baselines3.common.policies import ActorCriticPolicy
from torch import Tensor, nn


class _Scorer(nn.Module):
    """(b, count) scores of observations (b, count * width + rest); rows whose first number is 0 are no choice.

    It starts by preferring rows with a high last number: by `LEAN` times that number, with activations that leave
    positive numbers as they are.
    """

    def __init__(self, count: int, width: int, inputs: int, layers: list[int], activation: type[nn.Module]) -> None:
        super().__init__()
        self._count, self._width = count, width
        sizes = [width + inputs - count * width, *layers]
        parts: list[nn.Module] = []
        for before, after in pairwise(sizes):
            parts += [nn.Linear(before, after), activation()]
        last = nn.Linear(sizes[-1], 1)
        nn.init.normal_(last.weight, std=0.01)
        nn.init.zeros_(last.bias)
        self.net = nn.Sequential(*parts, last)
        path = [module for module in self.net if isinstance(module, nn.Linear)]
        with torch.no_grad():
            for k, module in enumerate(path):
                # The first unit of each layer hands the number on.
                module.bias[0] = 0.0
                if k < len(path) - 1:
                    module.weight[0] = 0.0
                module.weight[0, width - 1 if k == 0 else 0] = LEAN if k == len(path) - 1 else 1.0

    def forward(self, observation: Tensor) -> Tensor:
        split = self._count * self._width
        rows = observation[:, :split].reshape(-1, self._count, self._width)
        rest = observation[:, None, split:].expand(-1, self._count, -1)
        scores: Tensor = self.net(torch.cat([rows, rest], dim=-1)).squeeze(-1)
        return scores - NOT_OFFERED * (rows[..., 0] < 0.5)


#: How much the last number of a row counts at first.
LEAN = 8.0
#: Taken off the score of what is no choice.
NOT_OFFERED = 1e3


class _Extractor(nn.Module):
    """What stable-baselines3 asks for between features and heads."""

    def __init__(self, scorer: _Scorer, value: nn.Sequential, choices: int, values: int) -> None:
        super().__init__()
        self.policy_net, self.value_net = scorer, value
        self.latent_dim_pi, self.latent_dim_vf = choices, values

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        return self.forward_actor(features), self.forward_critic(features)

    def forward_actor(self, features: Tensor) -> Tensor:
        scores: Tensor = self.policy_net(features)
        return scores

    def forward_critic(self, features: Tensor) -> Tensor:
        value: Tensor = self.value_net(features)
        return value


class ScoringPolicy(ActorCriticPolicy):
    """Scores are the logits of the choices; the value has a network of its own.

    Args:
        rows: (how many choices, numbers of each), which come first in the observation.
    """

    def __init__(self, *args: Any, rows: tuple[int, int], **kwargs: Any) -> None:
        self._rows = rows
        super().__init__(*args, **kwargs)

    def _build_mlp_extractor(self) -> None:
        count, width = self._rows
        layers: list[int] = list(self.net_arch)
        scorer = _Scorer(count, width, self.features_dim, layers, self.activation_fn)
        parts: list[nn.Module] = []
        for before, after in pairwise([self.features_dim, *layers]):
            parts += [nn.Linear(before, after), self.activation_fn()]
        self.mlp_extractor = _Extractor(scorer, nn.Sequential(*parts), count, layers[-1])

    def _build(self, lr_schedule: Any) -> None:
        self.ortho_init = False
        super()._build(lr_schedule)
        # The scores are the logits already.
        self.action_net = nn.Identity()
        self.optimizer = self.optimizer_class(self.parameters(), lr=lr_schedule(1), **self.optimizer_kwargs)
