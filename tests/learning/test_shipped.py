"""The policies that come along: they are found by name, and do what they are for."""

from pathlib import Path

import numpy as np
import pytest

from patrolgym.agents.learned import TouringAgent, find_agent, load_policy, policy_path
from patrolgym.agents.policy import Policy
from patrolgym.learning.gait import Probe, probe
from patrolgym.tour_env import TourEnv


def test_the_gait_follows_the_command_and_survives_a_push() -> None:
    policy = load_policy(policy_path("gait-exquad"), "quadruped-velocity")
    found = probe(policy.meta["settings"], policy, Probe("walk", (0.8, 0.0, 0.0), push_n_s=50.0), 77, 2)
    assert found["walk_error_pct"] < 15.0 and found["walk_survived"] == 1.0


def test_the_tour_serves_the_points_of_a_plant_it_has_not_seen() -> None:
    policy = load_policy(policy_path("tour-small"), "hazardous-plant")
    env = TourEnv(split="val", dynamics="imagined")
    observation, _ = env.reset(seed=77)
    over = False
    while not over:
        observation, _, over, _, _ = env.step(np.int64(policy.choose(observation)))
    assert env.score()["points_served"] > 0.9
    assert issubclass(find_agent("tour-small", "hazardous-plant"), TouringAgent)


@pytest.mark.parametrize("wrong", ["car-factory", "quadruped-velocity"])
def test_a_policy_of_another_scenario_is_one_clear_line(wrong: str) -> None:
    with pytest.raises(ValueError, match=f"for hazardous-plant, not {wrong}"):
        load_policy(policy_path("tour-small"), wrong)


def test_a_policy_that_fits_no_agent_is_one_clear_line(tmp_path: Path) -> None:
    meta = {"format": 1, "activation": "tanh", "scenario": "hazardous-plant"}
    Policy(meta, np.zeros(4), np.ones(4), [(np.zeros((2, 4)), np.zeros(2))]).save(tmp_path / "odd.npz")
    with pytest.raises(ValueError, match="4 numbers for 2, which fits no agent"):
        find_agent(str(tmp_path / "odd.npz"), "hazardous-plant")
