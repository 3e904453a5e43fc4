"""The locomotion environment as Gymnasium's users meet it."""

import hashlib
import multiprocessing
import warnings
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import RecordEpisodeStatistics

import patrolgym  # noqa: F401
from patrolgym.envs.locomotion.rewards import WEIGHTS
from patrolgym.envs.registration import VELOCITY_ID
from patrolgym.envs.robots.spec import list_robots
from patrolgym.envs.velocity_env import QuadrupedVelocityEnv


def make(**kwargs: Any) -> QuadrupedVelocityEnv:
    inner = gym.make(VELOCITY_ID, **kwargs).unwrapped
    assert isinstance(inner, QuadrupedVelocityEnv)
    return inner


@pytest.fixture(scope="module")
def env() -> Iterator[QuadrupedVelocityEnv]:
    made = make(randomise=False)
    yield made
    made.close()


@pytest.mark.parametrize(("robot", "guide"), [("exquad", "trot"), *((robot, None) for robot in list_robots())])
def test_gymnasium_finds_nothing_to_say(robot: str, guide: str | None) -> None:
    made = gym.make(VELOCITY_ID, robot=robot, guide=guide, render_mode="rgb_array")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made.unwrapped, skip_render_check=robot != "exquad")
    made.close()


def test_what_is_observed(env: QuadrupedVelocityEnv) -> None:
    command = (0.5, -0.2, 0.3)
    observation, info = env.reset(seed=1, options={"command": command})
    assert observation.shape == (48,) and env.observation_space.contains(observation)
    assert observation[:6] == pytest.approx(np.zeros(6), abs=1e-6)
    assert observation[6:9] == pytest.approx([0.0, 0.0, -1.0], abs=1e-6)
    assert observation[9:12] == pytest.approx(command)
    action = np.linspace(-0.4, 0.4, 12)
    observation, reward, _, _, info = env.step(action)
    assert observation[36:48] == pytest.approx(action, abs=1e-6)
    assert observation[12:24] == pytest.approx(env.robot.state.joint_q - env.stance, abs=1e-5)
    assert np.corrcoef(observation[24:36], action)[0, 1] > 0.8
    assert observation[:3] == pytest.approx(env.robot.state.velocity_m_s @ env.robot.state.rotation, abs=1e-5)
    assert set(info["reward_terms"]) == set(WEIGHTS)
    assert reward == pytest.approx(sum(info["reward_terms"].values()))


def digest(seed: int) -> str:
    """Hash of everything seen and earned in two short episodes with everything random."""
    made, found = make(robot="a1", guide="trot"), hashlib.sha256()
    rng = np.random.default_rng(seed)
    for episode in range(2):
        observation, _ = made.reset(seed=seed + episode)
        for _ in range(60):
            found.update(observation.tobytes())
            observation, reward, terminated, *_ = made.step(rng.uniform(-0.3, 0.3, 12))
            found.update(np.float64(reward).tobytes())
            if terminated:
                break
    made.close()
    return found.hexdigest()


def test_the_same_seed_is_bit_exact_in_another_process() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        elsewhere = pool.apply_async(digest, (5,))
        assert digest(5) == elsewhere.get(timeout=120)
    assert digest(6) != digest(5)


def test_it_stands_and_is_paid_for_doing_as_told(env: QuadrupedVelocityEnv) -> None:
    earned = {}
    for told in ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)):
        env.reset(seed=0, options={"command": told})
        earned[told] = sum(env.step(np.zeros(12))[1] for _ in range(50))
    assert not env.robot.fallen
    assert earned[0.0, 0.0, 0.0] > earned[1.0, 0.0, 0.0] + 0.5


def test_a_fall_ends_the_episode_and_costs() -> None:
    made = make(randomise={"push_m_s": (6.0, 6.0), "push_every_s": (0.2, 0.2)})
    made.reset(seed=0)
    for _ in range(200):
        _, _, terminated, truncated, info = made.step(np.zeros(12))
        if terminated:
            break
    assert terminated and not truncated
    assert info["reward_terms"]["fall"] == WEIGHTS["fall"]
    with pytest.raises(gym.error.ResetNeeded):
        made.step(np.zeros(12))
    made.close()


def test_an_episode_ends_on_time() -> None:
    made = make(episode_s=0.2, randomise=False)
    made.reset(seed=0)
    ends = [made.step(np.zeros(12))[2:4] for _ in range(10)]
    made.close()
    assert ends == [(False, False)] * 9 + [(False, True)]


def reached_m_s(push_m_s: float) -> float:
    """Fastest that a robot goes that stands while it is pushed once."""
    every = {"trunk_mass": None, "motor_strength": None, "push_m_s": (push_m_s, push_m_s), "push_every_s": (3.0, 3.0)}
    made = make(randomise=every)
    made.reset(seed=3, options={"command": (0.0, 0.0, 0.0)})
    speeds = [np.linalg.norm(made.step(np.zeros(12))[4]["velocity"][:2]) for _ in range(160)]
    made.close()
    # It settles first.
    return float(max(speeds[140:]))


def test_a_push_changes_the_speed_by_what_it_says() -> None:
    assert reached_m_s(0.0) < 0.05
    assert 0.2 < reached_m_s(0.4) < 0.55


def test_latency_keeps_the_last_target_for_a_while() -> None:
    seen = []
    for latency in (0.0, 0.01, 0.02):
        made = make(randomise={**dict.fromkeys(("trunk_mass", "friction", "motor_strength", "push_m_s"), None),
                               "latency_s": (latency, latency)})  # fmt: skip
        made.reset(seed=0)
        seen.append(abs(made.step(np.full(12, 0.5))[0][24:36]).sum())
        made.close()
    assert seen[0] > 1.2 * seen[1] > 2.0 * seen[2]


def test_motor_strength_and_mass_change_how_low_it_stands() -> None:
    heights = []
    off = dict.fromkeys(("trunk_mass", "friction", "motor_strength", "latency_s", "push_m_s"), None)
    for change in ({}, {"trunk_mass": (1.5, 1.5)}, {"motor_strength": (0.6, 0.6)}):
        made = make(randomise={**off, **change})
        made.reset(seed=0)
        for _ in range(60):
            made.step(np.zeros(12))
        heights.append(float(made.robot.state.position_m[2]))
        made.close()
    assert heights[0] > heights[1] + 0.005
    assert heights[0] > heights[2] + 0.005


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_vectorised(mode: str) -> None:
    extra = {"context": "spawn"} if mode == "async" else {}
    many = gym.make_vec(VELOCITY_ID, num_envs=2, vectorization_mode=mode, vector_kwargs=extra)
    observation, _ = many.reset(seed=1)
    assert observation.shape == (2, 48)
    observation, reward, *_ = many.step(many.action_space.sample())
    assert reward.shape == (2,)
    assert not np.array_equal(observation[0], observation[1])
    many.close()


def test_episode_statistics_are_kept() -> None:
    made = RecordEpisodeStatistics(gym.make(VELOCITY_ID, episode_s=0.1))
    made.reset(seed=0)
    info: dict[str, Any] = {}
    for _ in range(5):
        *_, info = made.step(np.zeros(12))
    made.close()
    assert info["episode"]["l"] == 5


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"robot": "unicycle"}, "'unicycle'"),
        ({"guide": "gallop"}, "'gallop'"),
        ({"render_mode": "ansi"}, "'ansi'"),
        ({"episode_s": float("nan")}, "nan"),
        ({"randomise": {"gravity": (1, 2)}}, "'gravity'"),
        ({"randomise": {"friction": (2, 1)}}, "friction"),
        ({"randomise": {"latency_s": (0, 1)}}, "latency_s"),
        ({"randomise": "yes"}, "'yes'"),
        ({"reward_weights": {"style": 1.0}}, "'style'"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=r"choose from|must be|unknown robot") as error:
        QuadrupedVelocityEnv(**arguments)
    assert named in str(error.value)


@pytest.mark.parametrize("options", [{"command": (9.0, 0.0, 0.0)}, {"command": (float("nan"), 0, 0)}, {"speed": 1}])
def test_bad_options_are_named(env: QuadrupedVelocityEnv, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="command"):
        env.reset(options=options)


@pytest.mark.parametrize("action", [np.zeros(6), np.full(12, np.nan), None])
def test_a_bad_action_is_named(env: QuadrupedVelocityEnv, action: Any) -> None:
    env.reset(seed=0)
    with pytest.raises(ValueError, match="action must be 12 finite numbers"):
        env.step(action)


@pytest.mark.parametrize(("command", "axis"), [((0.8, 0.0, 0.0), 0), ((0.0, 0.3, 0.0), 1), ((0.0, 0.0, 0.6), 5)])
def test_the_guide_alone_comes_near_the_command(command: tuple[float, float, float], axis: int) -> None:
    made = make(guide="trot", randomise=False)
    made.reset(seed=2, options={"command": command})
    speeds = [made.step(np.zeros(12))[4]["velocity"][axis] for _ in range(300)]
    assert np.mean(speeds[150:]) == pytest.approx(max(command), rel=0.15)
    made.close()
