"""Light and air of an episode, told from its weather."""

import numpy as np
import pytest

from patrolgym.envs.metrics.conditions import LIGHTS, Conditions, light_of
from patrolgym.envs.site.model import Weather
from patrolgym.envs.site.weather import sample_indoors, sample_weather


def weather(height_deg: float, strength: float) -> Weather:
    height = np.radians(height_deg)
    sun = (float(np.cos(height)), 0.0, float(np.sin(height)))
    return Weather(20.0, 5.0, sun, strength, 0.3, (3.0, 4.0))


@pytest.mark.parametrize(
    ("height_deg", "strength", "light"),
    [
        (45.0, 0.9, "day"),
        (45.0, 0.2, "overcast"),
        (20.0, 0.4, "dusk"),
        (10.0, 0.6, "low sun"),
        (45.0, 0.0, "night"),
        (-5.0, 0.9, "night"),
    ],
)
def test_light_is_told_from_the_sun(height_deg, strength, light):
    assert light_of(weather(height_deg, strength)) == light


def test_every_drawn_weather_has_its_light():
    rng = np.random.default_rng(0)
    train = {light_of(sample_weather(rng, "train")[0]) for _ in range(200)}
    test = {light_of(sample_weather(rng, "test")[0]) for _ in range(200)}
    assert train == set(LIGHTS) - {"low sun", "indoors"}
    assert test == set(LIGHTS) - {"indoors"}


def test_under_a_roof_it_is_light_indoors():
    assert light_of(sample_indoors(np.random.default_rng(0), "train")[0]) == "indoors"


def test_wind_and_air_are_scored_too(context, wall):
    ctx = context(wall())
    metric = Conditions()
    metric.reset(ctx)
    facts = metric.compute()["conditions"]
    assert facts["ambient_c"] == pytest.approx(ctx.site.weather.ambient_c, abs=0.05)
    assert facts["wind_m_s"] == pytest.approx(np.hypot(*ctx.site.weather.wind_m_s), abs=0.005)
