"""Checkpoints and what becomes of damaged ones."""

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

pytest.importorskip("stable_baselines3")

import torch
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from patrolgym.learning.algorithms import ALGORITHMS, exported, make_model
from patrolgym.learning.checkpoint import Checkpoint, latest, load, save

HYPER = {**ALGORITHMS["ppo"].defaults, "n_steps": 32, "batch_size": 32, "layers": (8,)}


def learner(seed: int) -> tuple[Any, VecNormalize]:
    normal = VecNormalize(DummyVecEnv([lambda: gym.make("Pendulum-v1")]))
    return make_model("ppo", normal, HYPER, seed), normal


@pytest.fixture(scope="module")
def learnt() -> tuple[Any, VecNormalize]:
    model, normal = learner(0)
    model.learn(64)
    return model, normal


def test_everything_comes_back(learnt: tuple[Any, VecNormalize], tmp_path: Path) -> None:
    model, normal = learnt
    path = save(tmp_path, Checkpoint.of(model, normal, {"best": 1.5}))
    drawn = torch.rand(3), np.random.random(3)  # noqa: NPY002
    other, statistics = learner(1)
    kept = load(path)
    kept.put(other, statistics)
    assert (kept.steps, kept.facts["best"], other.num_timesteps) == (64, 1.5, 64)
    assert other._n_updates == model._n_updates > 0
    for ours, theirs in zip(model.policy.parameters(), other.policy.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    moments = [m.policy.optimizer.state_dict()["state"][0]["exp_avg"] for m in (model, other)]
    assert torch.equal(*moments) and moments[0].abs().max() > 0
    np.testing.assert_array_equal(normal.obs_rms.var, statistics.obs_rms.var)
    assert normal.ret_rms.count == statistics.ret_rms.count
    again = torch.rand(3), np.random.random(3)  # noqa: NPY002
    assert torch.equal(drawn[0], again[0]) and np.array_equal(drawn[1], again[1])


def test_only_the_latest_are_kept(learnt: tuple[Any, VecNormalize], tmp_path: Path) -> None:
    model, normal = learnt
    for steps in (10, 20, 30, 40):
        checkpoint = Checkpoint.of(model, normal, {})
        save(tmp_path, Checkpoint(steps, checkpoint.facts, checkpoint.parameters, checkpoint.arrays))
    assert [path.name for path in sorted(tmp_path.iterdir())] == [f"{steps:012d}.zip" for steps in (20, 30, 40)]


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_checkpoint_is_passed_over(learnt: tuple[Any, VecNormalize], tmp_path: Path, damage: str) -> None:
    model, normal = learnt
    checkpoint = Checkpoint.of(model, normal, {})
    save(tmp_path, checkpoint)
    newer = save(tmp_path, Checkpoint(99, checkpoint.facts, checkpoint.parameters, checkpoint.arrays))
    data = newer.read_bytes()
    middle = len(data) // 2
    flipped = data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]
    newer.write_bytes({"cut": data[:middle], "flipped": flipped, "empty": b""}[damage])
    found, told = latest(tmp_path)
    assert found is not None and found.steps == 64
    assert len(told) == 1 and newer.name in told[0] and "\n" not in told[0]
    (tmp_path / "000000000064.zip").write_bytes(b"")
    with pytest.raises(ValueError, match="none of the checkpoints"):
        latest(tmp_path)


def test_no_checkpoint_is_no_error(tmp_path: Path) -> None:
    assert latest(tmp_path) == (None, [])


@pytest.mark.parametrize("activation", ["tanh", "relu", "elu"])
def test_numpy_acts_as_torch_does(activation: str, tmp_path: Path) -> None:
    normal = VecNormalize(DummyVecEnv([lambda: gym.make("Pendulum-v1")]))
    hyper = {**HYPER, "activation": activation, "layers": (16, 8), "log_std": 0.0}
    model = make_model("ppo", normal, hyper, 3)
    model.learn(64)
    policy = exported(model, normal, {"scenario": "pendulum"}, hyper)
    policy.save(tmp_path / "policy.npz")
    again = type(policy).load(tmp_path / "policy.npz")
    for observation in np.random.default_rng(0).normal(0.0, 2.0, (20, 3)):
        wanted, _ = model.predict(normal.normalize_obs(observation), deterministic=True)
        assert again.act(observation) == pytest.approx(np.clip(wanted, -1.0, 1.0), abs=1e-5)
    assert again.meta["scenario"] == "pendulum"
