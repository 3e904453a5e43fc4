"""Conditions: the light and air an episode was played in, so that scores can be told apart by them."""

import math
from typing import Any

from ..site.model import Weather
from .base import METRICS, EpisodeContext, Metric, StepRecord

#: Light by the strength and height of the sun, as `envs.site.weather` draws them.
LIGHTS = ("day", "overcast", "dusk", "low sun", "night", "indoors")
_OVERCAST, _LOW_DEG, _DUSK_DEG = 0.27, 13.5, 27.0


class Conditions(Metric):
    """`conditions`: `light` (one of `LIGHTS`), `ambient_c` and `wind_m_s`."""

    name = "conditions"

    def reset(self, context: EpisodeContext) -> None:
        """Take in the weather; it stays the same over an episode."""
        weather = context.site.weather
        self._facts = {
            "light": light_of(weather),
            "ambient_c": round(weather.ambient_c, 1),
            "wind_m_s": round(math.hypot(*weather.wind_m_s), 2),
        }

    def update(self, step: StepRecord) -> None:
        """Nothing changes."""

    def compute(self) -> dict[str, Any]:
        """`conditions`."""
        return {"conditions": dict(self._facts)}


def light_of(weather: Weather) -> str:
    """One of `LIGHTS`: indoors, night without a sun, overcast with a weak one, else by how high it stands."""
    if weather.indoors:
        return "indoors"
    height_deg = math.degrees(math.asin(min(max(weather.sun[2], -1.0), 1.0)))
    if weather.sun_strength <= 0.0 or height_deg <= 0.0:
        return "night"
    if weather.sun_strength <= _OVERCAST:
        return "overcast"
    if height_deg <= _LOW_DEG:
        return "low sun"
    return "dusk" if height_deg <= _DUSK_DEG else "day"


METRICS.add(Conditions.name, Conditions)
