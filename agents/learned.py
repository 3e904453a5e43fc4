"""Policies from run folders of `patrolgym train`."""

from pathlib import Path

from .base import AGENTS, Agent
from .policy import Policy


def find_agent(name: str) -> type[Agent]:
    """The agent of that name: of the registry, "module:Class", or the run folder of a training.

    Raises:
        ValueError: there is none, or the run's policy does not patrol; one line.
    """
    folder = Path(name)
    if name in AGENTS.names() or not (folder.is_dir() or folder.suffix == ".npz"):
        return AGENTS[name]
    raise ValueError(f"{name} holds a policy for {_trained(_policy(folder))}, which does not patrol")


def load_policy(folder: Path, scenario: str) -> Policy:
    """The policy of a run folder, or of a policy's .npz file.

    Args:
        folder: what `train --out` named.
        scenario: what the policy must have been trained for.

    Raises:
        ValueError: there is no sound policy, or it is of another scenario; one line.
    """
    policy = _policy(folder)
    if _trained(policy) != scenario:
        raise ValueError(f"{folder} holds a policy for {_trained(policy)}, not {scenario}")
    return policy


def _trained(policy: Policy) -> str:
    """What a policy was trained for."""
    return str(policy.meta.get("scenario"))


def _policy(folder: Path) -> Policy:
    path = folder / "policy.npz" if folder.is_dir() else folder
    if not path.is_file():
        raise ValueError(f"{folder} holds no policy.npz: it is no run folder, or nothing was evaluated in it yet")
    return Policy.load(path)
