"""Policies from run folders of `patrolgym train`, and the agents that patrol by them."""

from abc import abstractmethod
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import numpy as np

from patrolgym.envs.compact.looker import Looker
from patrolgym.envs.compact.view import SIZE as COMPACT_SIZE
from patrolgym.envs.compact.view import CompactView
from patrolgym.envs.types import Briefing, FloatArray

from .base import AGENTS, Agent, Commission, Decision, Observation
from .patrol import PatrolAgent
from .policy import Policy
from .reporter import Reporter
from .touring.offers import CHOICES, SIZE
from .touring.tour import Tour

#: The last of a patrol, s: what is still uncertain is reported then.
_CONCLUDE_S = 0.25
_WALK = 3


class LearnedAgent(Agent):
    """Moves by a trained policy; the camera aims itself, and the patrol agent's detectors report."""

    policy: ClassVar[Policy]
    activity: ClassVar[str]

    def begin(self, briefing: Briefing, commission: Commission, rng: np.random.Generator) -> None:
        """Start afresh; the policy is deterministic."""
        del rng
        self._set_out(briefing)
        self._reporter = Reporter(briefing, commission)
        self._limit_s, self._concluded = briefing.time_limit_s, False

    @abstractmethod
    def _set_out(self, briefing: Briefing) -> None:
        """Begin an episode."""

    @abstractmethod
    def _action(self, observation: Observation) -> FloatArray:
        """(6,) what to do now."""

    def act(self, observation: Observation) -> Decision:
        """Go on, and say what the last pictures showed."""
        action = self._action(observation)
        reports, readings = self._reporter.take(observation)
        if not self._concluded and self._limit_s - float(observation["time"][0]) < _CONCLUDE_S:
            self._concluded = True
            last, values = self._reporter.conclude()
            reports, readings = [*reports, *last], [*readings, *values]
        return Decision(action, reports=reports, readings=readings, activity=self.activity)


class WalkingAgent(LearnedAgent):
    """The policy gives speeds, on the compact observation."""

    name: ClassVar[str] = "learned-walk"
    sensors: ClassVar[tuple[str, ...]] = ("ring", "gas", *PatrolAgent.sensors)
    optional_sensors: ClassVar[tuple[str, ...]] = tuple(s for s in PatrolAgent.optional_sensors if s != "gas")
    activity: ClassVar[str] = "Walks by a learnt policy"

    def _set_out(self, briefing: Briefing) -> None:
        self._view = CompactView(briefing)
        self._looker = Looker(briefing, self._view.account)

    def _action(self, observation: Observation) -> FloatArray:
        walk = self.policy.act(self._view.see(observation))
        return np.concatenate([walk, self._looker.act(observation)]).astype(np.float32)


class TouringAgent(LearnedAgent):
    """The policy chooses where to go next."""

    name: ClassVar[str] = "learned-tour"
    sensors: ClassVar[tuple[str, ...]] = PatrolAgent.sensors
    optional_sensors: ClassVar[tuple[str, ...]] = PatrolAgent.optional_sensors
    activity: ClassVar[str] = "Tours by a learnt policy"

    def _set_out(self, briefing: Briefing) -> None:
        self._tour = Tour(briefing)

    def _action(self, observation: Observation) -> FloatArray:
        self._tour.see(observation)
        if self._tour.choosing:
            self._tour.choose(self.policy.choose(self._tour.told))
        return self._tour.act()


def find_agent(name: str, scenario: str) -> type[Agent]:
    """The agent of that name: of the registry, "module:Class", the run folder of a training, or a shipped policy.

    Raises:
        ValueError: there is none, or the run was on another scenario; one line.
    """
    folder = policy_path(name)
    if name in AGENTS.names() or not (folder.is_dir() or folder.suffix == ".npz"):
        return AGENTS[name]
    policy = load_policy(folder, scenario)
    kinds = {(SIZE, CHOICES): TouringAgent, (COMPACT_SIZE, _WALK): WalkingAgent}
    kind = kinds.get((policy.inputs, policy.outputs))
    if kind is None:
        raise ValueError(
            f"{folder} holds a policy of {policy.inputs} numbers for {policy.outputs}, which fits no agent"
        )
    return type(kind.__name__, (kind,), {"policy": policy})


def policy_path(name: str) -> Path:
    """Where a policy lies: that of `assets/weights` by its name, where no folder or file is called so."""
    shipped = Path(str(files("patrolgym.assets"))) / "weights" / f"{name}.npz"
    return shipped if not Path(name).exists() and shipped.is_file() else Path(name)


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
