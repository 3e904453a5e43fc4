"""Tours: what is offered, what choices do, imagined and simulated."""

import warnings
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from patrolgym.agents.touring.offers import CHOICES, PLACES, WIDTH
from patrolgym.tour_env import TourEnv
from patrolgym.tours import TOUR_IDS


def make(scenario: str = "hazardous-plant", **kwargs: Any) -> TourEnv:
    inner = gym.make(TOUR_IDS[scenario], disable_env_checker=True, **kwargs).unwrapped
    assert isinstance(inner, TourEnv)
    return inner


def rows(observation: np.ndarray) -> np.ndarray:
    return observation[: CHOICES * WIDTH].reshape(CHOICES, WIDTH)


@pytest.mark.parametrize("scenario", TOUR_IDS)
def test_gymnasium_finds_nothing_to_say(scenario: str) -> None:
    made = make(scenario, dynamics="imagined")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made, skip_render_check=True)
    made.close()


def test_a_whole_imagined_patrol_sees_and_serves_most() -> None:
    env = make(dynamics="imagined", split="val")
    observation, _ = env.reset(seed=3)
    earned, seconds, over = 0.0, 0.0, False
    while not over:
        offered = rows(observation)[:PLACES]
        assert (np.diff(offered[:, -1]) <= 1e-6).all()  # the best merit first
        assert rows(observation)[PLACES, 0] == 1.0
        observation, reward, over, truncated, info = env.step(np.int64(0))
        assert reward == pytest.approx(sum(info["reward_terms"].values())) and not truncated
        earned, seconds = earned + reward, seconds + info["seconds"]
    score = env.score()
    assert seconds == pytest.approx(300.0)
    assert score["coverage"] > 0.7 and score["points_served"] > 0.85
    assert earned == pytest.approx(
        0.4 * score["coverage"] + 0.2 * score["points_served"] - 0.0004 * score["distance_m"], abs=1e-6
    )
    with pytest.raises(gym.error.ResetNeeded):
        env.step(np.int64(0))


def test_staying_walks_nowhere() -> None:
    env = make(dynamics="imagined")
    env.reset(seed=1)
    *_, info = env.step(np.int64(PLACES))
    assert info["seconds"] == pytest.approx(5.0)
    assert env.score()["distance_m"] == 0.0


def test_a_barred_place_is_left_alone_for_a_while_and_then_a_longer_way_round_will_do() -> None:
    env = make(dynamics="imagined", split="val")
    env.reset(seed=3)
    tour = env._patrol.tour
    legs, asked_m = tour.legs, []

    def fail(place_m: np.ndarray, detour_m: float) -> None:
        asked_m.append(detour_m)
        legs._no_way = True

    legs.go_to = fail
    assert tour.offers is not None
    barred = int(tour.offers.places[0])
    eyes = tour._lookouts.eyes_m
    *_, info = env.step(np.int64(0))
    assert info["seconds"] < 1.0
    assert (np.linalg.norm(eyes[tour.offers.places] - eyes[barred], axis=1) >= 1.0).all()
    while tour._barred_s[barred] > env._patrol._rehearsal.time_s:
        env.step(np.int64(PLACES))
    env.step(np.int64(list(tour.offers.places).index(barred)))
    assert asked_m[1] == 2.0 * asked_m[0]


def test_choices_are_carried_out_in_the_simulated_plant() -> None:
    env = make(split="val")
    observation, _ = env.reset(seed=5, options={"site_seed": 5})
    way_m = 12.0 * rows(observation)[0, 3]
    *_, info = env.step(np.int64(0))
    walked = env.score()["distance_m"]
    assert 0.5 * way_m < walked < 2.0 * way_m + 1.0
    assert info["seconds"] > 1.0 and info["score"]["coverage"] > 0.0
    env.close()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"dynamics": "magic"}, "'magic'"),
        ({"split": "exam", "dynamics": "imagined"}, "'exam'"),
        ({"size": "huge"}, "'huge'"),
    ],
)
def test_a_bad_argument_is_named(wrong: dict[str, str], named: str) -> None:
    with pytest.raises((ValueError, KeyError), match=named):
        make(**wrong)


def test_a_bad_choice_is_named() -> None:
    env = make(dynamics="imagined")
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"0\.\.12, got .*13"):
        env.step(np.int64(13))
