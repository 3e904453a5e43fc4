"""Light and air of a day: sun, overcast, dusk or night; the test split has light of its own."""

import numpy as np

from ..types import Point
from .model import Weather

#: sRGB colours of lamps; the last one (sodium) only on test sites.
LAMP_COLOURS: tuple[Point, ...] = ((1.0, 0.96, 0.88), (0.92, 0.96, 1.0), (1.0, 0.80, 0.52))

#: name: (weight, elevation of the sun deg, its strength, strength of the sky, how far the sky is colder than the air K)
_SKIES = {
    "day": (0.45, (30.0, 65.0), (0.8, 1.0), (0.30, 0.42), (12.0, 28.0)),
    "overcast": (0.30, (30.0, 60.0), (0.05, 0.25), (0.45, 0.65), (2.0, 6.0)),
    "dusk": (0.12, (14.0, 24.0), (0.30, 0.50), (0.18, 0.28), (10.0, 20.0)),
    "night": (0.13, (30.0, 60.0), (0.0, 0.0), (0.03, 0.06), (8.0, 20.0)),
}
_TEST_ONLY = {"low sun": (0.20, (8.0, 13.0), (0.55, 0.8), (0.22, 0.32), (8.0, 18.0))}


def sample_weather(rng: np.random.Generator, split: str, sky: str | None = None) -> tuple[Weather, bool, Point]:
    """Draw the weather of a site: 5..32 deg C, wind 0.5..4 m/s.

    Args:
        rng: draws it.
        split: of the site.
        sky: "day", "overcast", "dusk" or "night"; None: drawn.

    Returns:
        The weather, whether the lamps are on, and their colour.
    """
    skies = _SKIES | (_TEST_ONLY if split == "test" else {})
    weights = np.array([sky[0] for sky in skies.values()])
    drawn = list(skies)[int(rng.choice(len(skies), p=weights / weights.sum()))]
    name = drawn if sky is None else sky
    _, elevations, suns, lights, colder = skies[name]
    elevation, azimuth = np.radians(rng.uniform(*elevations)), rng.uniform(0.0, 2 * np.pi)
    sun = (np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation))
    ambient = float(rng.uniform(5.0, 32.0 if name != "night" else 24.0))
    speed, heading = rng.uniform(0.5, 4.0), rng.uniform(0.0, 2 * np.pi)
    weather = Weather(
        ambient_c=ambient,
        sky_c=ambient - float(rng.uniform(*colder)),
        sun=(float(sun[0]), float(sun[1]), float(sun[2])),
        sun_strength=float(rng.uniform(*suns)),
        sky_strength=float(rng.uniform(*lights)),
        wind_m_s=(float(speed * np.cos(heading)), float(speed * np.sin(heading))),
    )
    return weather, name in ("dusk", "night", "low sun"), LAMP_COLOURS[int(rng.integers(_colours(split)))]


def sample_indoors(rng: np.random.Generator, split: str) -> tuple[Weather, Point]:
    """Draw the light and air of a hall: 16..30 deg C, hardly a draught; gives the colour of its lamps, too."""
    heading, speed = rng.uniform(0.0, 2 * np.pi), rng.uniform(0.02, 0.15)
    ambient = float(rng.uniform(16.0, 30.0))
    weather = Weather(
        ambient_c=ambient,
        sky_c=ambient + float(rng.uniform(0.0, 4.0)),
        sun=(0.0, 0.0, 1.0),
        sun_strength=0.0,
        sky_strength=float(rng.uniform(0.20, 0.36)),
        wind_m_s=(float(speed * np.cos(heading)), float(speed * np.sin(heading))),
        indoors=True,
    )
    return weather, LAMP_COLOURS[int(rng.integers(_colours(split)))]


def _colours(split: str) -> int:
    """How many of the lamps' colours a split shows."""
    return len(LAMP_COLOURS) if split == "test" else len(LAMP_COLOURS) - 1
