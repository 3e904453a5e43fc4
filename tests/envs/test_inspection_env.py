"""The environment as Gymnasium's users meet it."""

import hashlib
import multiprocessing
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import RecordVideo

import patrolgym  # noqa: F401
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.registration import IDS
from patrolgym.envs.types import Reading, Report

ALL_SENSORS = ("lidar", "rgb", "depth", "thermal", "gas", "tdlas", "ultrasound", "imu", "joints")


def make(**kwargs: Any) -> InspectionEnv:
    inner = gym.make(IDS["hazardous-plant"], **kwargs).unwrapped
    assert isinstance(inner, InspectionEnv)
    return inner


@pytest.fixture(scope="module")
def env() -> Iterator[InspectionEnv]:
    made = make(sensors=ALL_SENSORS)
    yield made
    made.close()


@pytest.mark.parametrize("env_id", IDS.values())
@pytest.mark.parametrize("control", ["velocity", "joint"])
def test_gymnasium_finds_nothing_to_say(env_id: str, control: str) -> None:
    made = gym.make(env_id, control=control, render_mode="rgb_array")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made.unwrapped)
    made.close()


def digest(seed: int, steps: int = 12) -> str:
    """Hash of everything observable in the first steps."""
    made = make(sensors=ALL_SENSORS)
    rng, found = np.random.default_rng(seed), hashlib.sha256()
    observation, _ = made.reset(seed=seed)
    for _ in range(steps):
        for key in sorted(observation):
            found.update(observation[key].tobytes())
        observation, reward, *_ = made.step(rng.uniform(-1, 1, 6).astype(np.float32))
        found.update(np.float64(reward).tobytes())
    made.close()
    return found.hexdigest()


def test_the_same_seed_is_bit_exact_in_another_process() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        elsewhere = pool.apply_async(digest, (5,))
        here = digest(5)
        assert elsewhere.get(timeout=120) == here
    assert digest(6) != here


def test_an_episode_does_not_depend_on_the_one_before(env: InspectionEnv) -> None:
    first, _ = env.reset(seed=3)
    for _ in range(5):
        env.step(np.ones(6, np.float32))
    again, _ = env.reset(seed=3)
    for key, value in first.items():
        np.testing.assert_array_equal(value, again[key], err_msg=key)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_vectorised(mode: str) -> None:
    extra = {"context": "spawn"} if mode == "async" else {}
    many = gym.make_vec(IDS["hazardous-plant"], num_envs=2, vectorization_mode=mode, vector_kwargs=extra)
    observation, _ = many.reset(seed=1)
    assert observation["rgb"].shape == (2, 240, 320, 3)
    observation, reward, *_ = many.step(many.action_space.sample())
    assert reward.shape == (2,)
    assert not np.array_equal(observation["lidar"][0], observation["lidar"][1])
    many.close()


def test_record_video(tmp_path: Path) -> None:
    made = RecordVideo(
        gym.make(IDS["hazardous-plant"], render_mode="rgb_array"), str(tmp_path / "video"), disable_logger=True
    )
    made.reset(seed=0)
    for _ in range(3):
        made.step(made.action_space.sample())
    made.close()
    (video,) = tmp_path.glob("video/*.mp4")
    assert video.stat().st_size > 1000


def test_observations_are_fresh_copies_within_their_space(env: InspectionEnv) -> None:
    observation, _ = env.reset(seed=1)
    before = {key: value.copy() for key, value in observation.items()}
    for value in observation.values():
        value[...] = 0
    after, *_ = env.step(np.zeros(6, np.float32))
    assert env.observation_space.contains(after)
    held = [key for key in ("rgb", "depth", "thermal") if np.array_equal(before[key], after[key])]
    assert held == ["rgb", "depth", "thermal"]
    assert after["camera_age"][0] == pytest.approx(0.1)


@pytest.mark.parametrize("action", [np.zeros(5), np.full(6, np.nan), np.full(6, np.inf), np.zeros((2, 6)), None])
def test_a_bad_action_is_named(env: InspectionEnv, action: Any) -> None:
    env.reset(seed=0)
    with pytest.raises(ValueError, match="action must be 6 finite numbers"):
        env.step(action)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("size", "huge"),
        ("split", "exam"),
        ("control", "mind"),
        ("dynamics", "magic"),
        ("robot", "unicycle"),
        ("sensors", ("sonar",)),
        ("render_mode", "human"),
        ("scenario", "moon"),
    ],
)
def test_an_unknown_name_lists_the_known_ones(argument: str, value: Any) -> None:
    with pytest.raises(ValueError, match="choose from"):
        InspectionEnv(**{argument: value})


@pytest.mark.parametrize(
    "options",
    [
        {"site_sed": 1},
        {"site_seed": -1},
        {"anomalies": [{"class": "ghost"}]},
        {"anomalies": [{"class": "hot_bearing", "tag": "X-1"}]},
        {"anomalies": [{"class": "hot_bearing", "colour": "red"}]},
    ],
)
def test_bad_reset_options_are_named(env: InspectionEnv, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"unknown|must|choose from|allowed"):
        env.reset(seed=0, options=options)


def test_a_step_before_reset_is_refused() -> None:
    made = InspectionEnv()
    with pytest.raises(gym.error.ResetNeeded):
        made.step(np.zeros(6))
    made.close()
    made.close()


def test_a_healthy_site_has_no_anomalies(env: InspectionEnv) -> None:
    env.reset(seed=0, options={"site_seed": 0, "anomalies": []})
    assert env.score()["anomalies"] == []
    env.reset(seed=0, options={"site_seed": 0})
    assert len(env.score()["anomalies"]) == env.size.anomalies


def test_a_right_report_is_rewarded_and_a_wrong_one_is_not(env: InspectionEnv) -> None:
    env.reset(seed=2)
    truth = env.anomalies[0]
    env.report(Report(truth.anomaly_class, truth.position_m))
    _, reward, _, _, info = env.step(np.zeros(6))
    assert info["reward_terms"]["matched"] > 0.05
    assert info["score"]["detection_rate"] == pytest.approx(1 / len(env.anomalies))
    env.report(Report("fire", (-99.0, -99.0, 0.0)))
    _, worse, _, _, info = env.step(np.zeros(6))
    assert info["reward_terms"]["false_alarms"] < 0
    assert worse < reward
    assert info["score"]["false_alarms"] == 1


def test_reports_and_readings_must_name_what_exists(env: InspectionEnv) -> None:
    env.reset(seed=0)
    with pytest.raises(ValueError, match="ghost"):
        env.report(Report("ghost", (0.0, 0.0, 0.0)))
    with pytest.raises(ValueError, match="nowhere"):
        env.log_reading(Reading("nowhere", 1.0))


def test_finish_ends_the_episode_and_keeps_the_score(env: InspectionEnv) -> None:
    env.reset(seed=0)
    env.step(np.zeros(6))
    env.finish()
    _, _, terminated, truncated, _ = env.step(np.zeros(6))
    assert (terminated, truncated) == (True, False)
    assert env.score()["sim_s"] == pytest.approx(0.2)
    with pytest.raises(gym.error.ResetNeeded):
        env.step(np.zeros(6))


def test_commissioning_pictures_end_with_the_first_step(env: InspectionEnv) -> None:
    observation, _ = env.reset(seed=0)
    position, rotation = observation["camera"][:3], observation["camera"][3:12].reshape(3, 3)
    picture = env.commission(position, rotation, 1.0)
    assert picture["rgb"].shape == (240, 320, 3)
    assert picture["rgb"].std() > 5
    with pytest.raises(ValueError, match="zoom"):
        env.commission(position, rotation, 0.0)
    env.step(np.zeros(6))
    with pytest.raises(ValueError, match="first step"):
        env.commission(position, rotation, 1.0)


def test_the_robot_walks_where_it_is_told(env: InspectionEnv) -> None:
    observation, _ = env.reset(seed=0, options={"site_seed": 0, "anomalies": []})
    start = env.world.robot.state
    for _ in range(15):
        observation, *_ = env.step(np.array([0.5, 0, 0, 0, 0, -1.0]))
    moved = start.rotation.T @ (env.world.robot.state.position_m - start.position_m)
    assert moved[0] > 0.4
    assert np.linalg.norm(observation["pose"][:2] - env.world.robot.state.position_m[:2]) < 0.3


def test_the_action_aims_and_zooms(env: InspectionEnv) -> None:
    env.reset(seed=0)
    for _ in range(20):
        observation, *_ = env.step(np.array([0, 0, 0, 0.5, -0.2, 1.0]))
    pan, tilt, zoom = observation["head"]
    low, high = env.briefing.robot.tilt_rad
    assert pan == pytest.approx(0.5 * env.briefing.robot.pan_rad, abs=0.05)
    assert tilt == pytest.approx(low + 0.4 * (high - low), abs=0.05)
    assert zoom == pytest.approx(env.briefing.robot.zoom[1])


@pytest.mark.sweep
def test_memory_stays_flat_over_a_thousand_resets() -> None:
    made = make()
    sizes = []
    for seed in range(1000):
        made.reset(seed=seed, options={"site_seed": seed % 20})
        made.step(np.zeros(6))
        if seed % 100 == 99:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            sizes.append(pages * 4096 / 2**20)
    made.close()
    print("resident MB after each hundred resets:", [round(size) for size in sizes])
    assert sizes[-1] < sizes[1] * 1.05
