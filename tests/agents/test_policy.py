"""Policies as files."""

from pathlib import Path

import numpy as np
import pytest

from patrolgym.agents.policy import FORMAT, Policy

META = {"format": FORMAT, "activation": "tanh", "clip_obs": 10.0}


def policy() -> Policy:
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(5, 3)), np.zeros(5)), (rng.normal(size=(2, 5)), np.zeros(2))]
    return Policy(META, np.zeros(3), np.ones(3), layers)


def test_a_policy_comes_back_as_it_was(tmp_path: Path) -> None:
    policy().save(tmp_path / "p.npz")
    again = Policy.load(tmp_path / "p.npz")
    assert (again.inputs, again.outputs, again.meta) == (3, 2, META)
    observation = np.array([0.3, -0.2, 5.0])
    np.testing.assert_array_equal(again.act(observation), policy().act(observation))
    assert np.abs(again.act(100.0 * observation)).max() <= 1.0


def test_observations_are_normalised() -> None:
    layers = [(np.eye(2), np.zeros(2))]
    made = Policy(META, np.array([1.0, 2.0]), np.array([4.0, 100.0]), layers)
    assert made.act(np.array([2.0, -3.0])) == pytest.approx([0.5, -0.5])


@pytest.mark.parametrize("damage", ["missing", "cut", "text", "nan", "shape", "format"])
def test_a_file_that_is_no_policy_is_one_clear_line(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "p.npz"
    policy().save(path)
    held = dict(np.load(path))
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:100])
    elif damage == "text":
        path.write_text("hello")
    else:
        change = {
            "nan": {"w0": np.full((5, 3), np.nan)},
            "shape": {"w1": np.zeros((2, 7))},
            "format": {"meta": np.array('{"format": 99}')},
        }
        np.savez(path, **{**held, **change[damage]})
    with pytest.raises(ValueError, match=r"p\.npz") as error:
        Policy.load(path)
    assert "\n" not in str(error.value)
