"""Gymnasium wrappers for those who train."""

from typing import Any

import gymnasium as gym

from patrolgym.agents.patrol import PatrolAgent
from patrolgym.agents.reporter import Reporter, Said
from patrolgym.envs.inspection_env import InspectionEnv

#: What the vision pipeline cannot do without.
NEEDED = PatrolAgent.sensors
#: Ask for these too, for a score in full.
SENSORS = (*PatrolAgent.sensors, *PatrolAgent.optional_sensors)


class AutoInspect(gym.Wrapper[Any, Any, Any, Any]):
    """Reports by itself: the patrol agent's detectors look through the camera while somebody else walks.

    What is certain is reported at once, the rest in the last steps before the time limit and when `finish` is called.
    The env must be made with `sensors=wrappers.SENSORS` or at least `NEEDED`; any `observation`, `control` and
    `dynamics` go. Pictures must be taken for it: it is for scoring and for learning from pixels, not for speed.

    Raises:
        ValueError: the env lacks a sensor that is needed.
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        inner = env.unwrapped
        if not isinstance(inner, InspectionEnv):
            raise ValueError(f"AutoInspect wraps PatrolGym's inspection environments, got {inner!r}")
        lacking = [name for name in NEEDED if name not in inner.sensor_names]
        if lacking:
            raise ValueError(f"AutoInspect needs the sensors {', '.join(NEEDED)}; the env lacks {', '.join(lacking)}")
        self._inner = inner
        self._reporter: Reporter | None = None

    def reset(self, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        """As the env's; plans where pictures of the healthy site are taken, which takes a second or two."""
        shown, info = self.env.reset(**kwargs)
        self._reporter = Reporter(self._inner.briefing, self._inner.commission)
        return shown, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """As the env's, after saying what the last observation showed."""
        reporter = self._reporter
        if reporter is not None:
            self._say(reporter.take(self._inner.observation))
            left_s = self._inner.briefing.time_limit_s - float(self._inner.observation["time"][0])
            if left_s <= 1.5 * self._inner.step_s or self._inner.finishing:
                self._say(reporter.conclude())
                self._reporter = None
        return self.env.step(action)

    def _say(self, said: Said) -> None:
        for report in said[0]:
            self._inner.report(report)
        for reading in said[1]:
            self._inner.log_reading(reading)
