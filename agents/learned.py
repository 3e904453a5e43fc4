"""Policies from run folders of `patrolgym train`, and the agent that patrols by one."""

from pathlib import Path
from typing import ClassVar

import numpy as np

from patrolgym.envs.compact.looker import Looker
from patrolgym.envs.compact.view import CompactView
from patrolgym.envs.types import Briefing

from .base import AGENTS, Agent, Commission, Decision, Observation
from .patrol import PatrolAgent
from .policy import Policy
from .reporter import Reporter

#: The last of a patrol, s: what is still uncertain is reported then.
_CONCLUDE_S = 0.25
_WALK = 3


class LearnedAgent(Agent):
    """Walks by a trained policy on the compact observation; the camera aims itself, and the detectors report."""

    name: ClassVar[str] = "learned"
    sensors: ClassVar[tuple[str, ...]] = ("ring", "gas", *PatrolAgent.sensors)
    optional_sensors: ClassVar[tuple[str, ...]] = tuple(s for s in PatrolAgent.optional_sensors if s != "gas")
    policy: ClassVar[Policy]

    def begin(self, briefing: Briefing, commission: Commission, rng: np.random.Generator) -> None:
        """Start afresh; the policy is deterministic."""
        del rng
        self._view = CompactView(briefing)
        self._looker = Looker(briefing, self._view.account)
        self._reporter = Reporter(briefing, commission)
        self._limit_s, self._concluded = briefing.time_limit_s, False

    def act(self, observation: Observation) -> Decision:
        """Walk on, and say what the last pictures showed."""
        walk = self.policy.act(self._view.see(observation))
        action = np.concatenate([walk, self._looker.act(observation)]).astype(np.float32)
        reports, readings = self._reporter.take(observation)
        if not self._concluded and self._limit_s - float(observation["time"][0]) < _CONCLUDE_S:
            self._concluded = True
            last, values = self._reporter.conclude()
            reports, readings = [*reports, *last], [*readings, *values]
        return Decision(action, reports=reports, readings=readings, activity="walking by a learnt policy")


def find_agent(name: str, scenario: str) -> type[Agent]:
    """The agent of that name: of the registry, "module:Class", or the run folder of a training.

    Raises:
        ValueError: there is none, or the run was on another scenario; one line.
    """
    folder = Path(name)
    if name in AGENTS.names() or not (folder.is_dir() or folder.suffix == ".npz"):
        return AGENTS[name]
    policy = load_policy(folder, scenario)
    if policy.outputs != _WALK:
        raise ValueError(f"{folder} holds a policy with {policy.outputs} actions, not {_WALK}")
    return type("LearnedAgent", (LearnedAgent,), {"policy": policy})


def load_policy(folder: Path, scenario: str) -> Policy:
    """The policy of a run folder, or of a policy's .npz file.

    Args:
        folder: what `train --out` named.
        scenario: what the policy must have been trained for.

    Raises:
        ValueError: there is no sound policy, or it is of another scenario; one line.
    """
    path = folder / "policy.npz" if folder.is_dir() else folder
    if not path.is_file():
        raise ValueError(f"{folder} holds no policy.npz: it is no run folder, or nothing was evaluated in it yet")
    policy = Policy.load(path)
    trained = policy.meta.get("scenario")
    if trained != scenario:
        raise ValueError(f"{folder} holds a policy for {trained}, not {scenario}")
    return policy
