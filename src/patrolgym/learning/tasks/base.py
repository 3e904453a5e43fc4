"""What a task is: the environment that is learnt in, and how a policy is judged in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym

from patrolgym.agents.policy import Policy
from patrolgym.envs.registry import Registry


@dataclass(frozen=True)
class Task:
    """One scenario as something to learn.

    Attributes:
        plays: the scenario in which `run` and `bench` use what was learnt.
        make: (settings, split) -> environment with flat Box spaces; a module-level function.
        settings: what `make` takes, with defaults, all JSON-able.
        hyper: by algorithm, what differs from the algorithm's defaults.
        judge: (settings, policy, first seed, episodes) -> figures on `val`; "return" is there, and "score" by which the
            best policy is kept.
    """

    plays: str
    make: Callable[[Mapping[str, Any], str], "gym.Env[Any, Any]"]
    settings: Mapping[str, Any]
    judge: Callable[[Mapping[str, Any], Policy, int, int], dict[str, float]]
    hyper: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


TASKS: Registry[Task] = Registry("scenario", "patrolgym.learning.tasks")
