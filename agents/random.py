"""An agent that wanders and reports nothing: the floor every other agent should beat."""

from typing import ClassVar

import numpy as np

from patrolgym.envs.types import Briefing

from .base import AGENTS, Agent, Commission, Decision, Observation

CHANGE_S = 2.0
NEAR_M = 1.0
FRONT = slice(70, 111)
"""Azimuth columns of the scan within 40° of straight ahead."""
LEVEL_ROWS = slice(8, 14)
"""Channels that look ahead rather than at the ground."""


class RandomAgent(Agent):
    """Draws a new velocity and head pose every two seconds; turns where the lidar sees something ahead."""

    name: ClassVar[str] = "random"
    sensors: ClassVar[tuple[str, ...]] = ("lidar", "rgb", "depth", "thermal", "gas")

    def begin(self, briefing: Briefing, commission: Commission, rng: np.random.Generator) -> None:
        """Start afresh with the episode's random numbers."""
        del briefing, commission
        self._rng = rng
        self._action = np.zeros(6, dtype=np.float32)
        self._change_s = 0.0

    def act(self, observation: Observation) -> Decision:
        """Wander on."""
        time_s = float(observation["time"][0])
        if time_s >= self._change_s:
            self._change_s = time_s + CHANGE_S
            self._action = self._rng.uniform(-1.0, 1.0, 6).astype(np.float32)
            self._action[0] = abs(self._action[0])
        action = self._action.copy()
        ahead = observation["lidar"][LEVEL_ROWS, FRONT]
        if ((ahead > 0.0) & (ahead < NEAR_M)).any():
            action[:3] = (-0.2, 0.0, 1.0 if self._action[2] >= 0 else -1.0)
        return Decision(action)


AGENTS.add(RandomAgent.name, RandomAgent)
