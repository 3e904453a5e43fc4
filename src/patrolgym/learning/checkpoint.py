"""Checkpoints: all that training needs to go on, each in one file that is either whole or recognised as damaged."""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.vec_env import VecNormalize

from patrolgym.recording.atomic import replacing

_KEPT = 3
_STATISTICS = ("mean", "var", "count")


@dataclass(frozen=True)
class Checkpoint:
    """State of training between two rollouts.

    Attributes:
        steps: environment steps so far.
        facts: small numbers to go on with, such as the best evaluation.
        parameters: of the policy and the optimiser, as stable-baselines3 gives them.
        arrays: normalisation statistics and the states of the random generators.
    """

    steps: int
    facts: dict[str, Any]
    parameters: dict[str, Any]
    arrays: dict[str, Any]

    @classmethod
    def of(cls, model: Any, normal: VecNormalize, facts: dict[str, Any]) -> "Checkpoint":
        """What `model` and `normal` are now."""
        arrays = {
            f"{what}_{name}": np.asarray(getattr(statistics, name))
            for what, statistics in (("obs", normal.obs_rms), ("ret", normal.ret_rms))
            for name in _STATISTICS
        }
        # stable-baselines3 shuffles by the global generator.
        state: Any = np.random.get_state()  # noqa: NPY002
        arrays |= {"numpy_keys": state[1], "numpy_place": np.array(state[2]), "torch": torch.get_rng_state().numpy()}
        return cls(int(model.num_timesteps), facts | {"updates": model._n_updates}, model.get_parameters(), arrays)

    def put(self, model: Any, normal: VecNormalize) -> None:
        """Bring `model` and `normal` to this state."""
        model.set_parameters(self.parameters, exact_match=True, device="cpu")
        model.num_timesteps, model._n_updates = self.steps, int(self.facts["updates"])
        for what, statistics in (("obs", normal.obs_rms), ("ret", normal.ret_rms)):
            for name in _STATISTICS:
                value = self.arrays[f"{what}_{name}"]
                setattr(statistics, name, float(value) if name == "count" else value.copy())
        keys, place = self.arrays["numpy_keys"], int(self.arrays["numpy_place"])
        np.random.set_state(("MT19937", keys, place, 0, 0.0))  # noqa: NPY002
        torch.set_rng_state(torch.from_numpy(self.arrays["torch"]))


def save(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint; only the latest three are kept."""
    path = folder / f"{checkpoint.steps:012d}.zip"
    parameters, arrays = io.BytesIO(), io.BytesIO()
    torch.save(checkpoint.parameters, parameters)
    np.savez(arrays, **checkpoint.arrays)
    # The zip's own checksums tell a damaged file.
    with replacing(path) as draft, zipfile.ZipFile(draft, "w") as archive:
        archive.writestr("facts.json", json.dumps({"steps": checkpoint.steps, **checkpoint.facts}))
        archive.writestr("parameters.pt", parameters.getvalue())
        archive.writestr("arrays.npz", arrays.getvalue())
    for old in _found(folder)[:-_KEPT]:
        old.unlink()
    return path


def load(path: Path) -> Checkpoint:
    """Read a checkpoint; a damaged one is a ValueError of one line."""
    try:
        with zipfile.ZipFile(path) as archive:
            facts = json.loads(archive.read("facts.json"))
            parameters = torch.load(io.BytesIO(archive.read("parameters.pt")), weights_only=True)
            with np.load(io.BytesIO(archive.read("arrays.npz")), allow_pickle=False) as held:
                arrays = {name: held[name] for name in held.files}
            return Checkpoint(int(facts.pop("steps")), facts, parameters, arrays)
    # What a damaged file raises depends on where it is damaged.
    except Exception as error:
        raise ValueError(f"checkpoint {path} is damaged ({type(error).__name__})") from None


def latest(folder: Path) -> tuple[Checkpoint | None, list[str]]:
    """The newest checkpoint that can be read, and a line about each newer one that cannot.

    Raises:
        ValueError: there are checkpoints, but none can be read.
    """
    told: list[str] = []
    for path in reversed(_found(folder)):
        try:
            return load(path), told
        except ValueError as error:
            told.append(str(error))
    if told:
        raise ValueError(f"none of the checkpoints in {folder} can be read: {told[0]}")
    return None, told


def _found(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.zip") if re.fullmatch(r"\d{12}\.zip", path.name))
