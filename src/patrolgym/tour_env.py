"""The environment of tours: a policy chooses where to look next, built-in navigation walks there."""

from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from patrolgym.agents.touring.offers import MOST, PLACES, SIZE
from patrolgym.agents.touring.tour import SENSORS, Tour
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.types import ByteArray, FloatArray


class TourEnv(gym.Env[FloatArray, np.int64]):
    """A patrol in some thirty decisions instead of thousands: options in the sense of Sutton, Precup, Singh (1999).

    Between two decisions the patrol agent's map, localiser and pilot walk to the chosen place, and the camera aims
    itself at whatever can be seen well from there, until nothing new shows up.

    ## Action space
    `Discrete(12)`: which of the places offered comes next; a number beyond those offered means the first.

    ## Observation space
    `Box(-3, 3, (125,), float32)`: 12 rows of 10 numbers, a place each, and 5 numbers of the patrol, see
    `agents.touring.offers.Market.offers`.

    ## Rewards
    The sum of the inspection environment's rewards until the next decision. `info["reward_terms"]` and `info["cost"]`
    are sums too; `info["seconds"]` says how long it took.

    ## Episode end
    Terminated where the inspection environment ends an episode, at the time limit too: the time left is observed, so
    that nothing comes after it.

    Args:
        scenario: a name of the scenario registry.
        size, split, dynamics, robot, site, render_mode: as in `InspectionEnv`.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["rgb_array"], "render_fps": 10}

    def __init__(
        self,
        scenario: str = "hazardous-plant",
        size: str = "small",
        split: str = "train",
        dynamics: str = "kinematic",
        robot: str = "exquad",
        site: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        self.inner = InspectionEnv(
            scenario, size, split, dynamics=dynamics, sensors=SENSORS, robot=robot, site=site, render_mode=render_mode
        )
        self.render_mode = render_mode
        self.action_space = spaces.Discrete(PLACES)
        self.observation_space = spaces.Box(-MOST, MOST, (SIZE,), np.float32)
        self._over = True

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Start an episode; seed and options as in `InspectionEnv`."""
        super().reset(seed=seed)
        # Unseeded resets go on with the generator that the last seed began.
        if seed is None:
            seed = int(self.np_random.integers(2**31))
        observation, info = self.inner.reset(seed=seed, options=options)
        self._tour = Tour(self.inner.briefing)
        self._tour.see(observation)
        self._over = False
        return self._tour.told.copy(), info

    def step(self, action: np.int64) -> tuple[FloatArray, float, bool, bool, dict[str, Any]]:
        """Carry out one choice.

        Raises:
            ValueError: the action is not one of 0 to 11.
            gymnasium.error.ResetNeeded: the episode is over or was never begun.
        """
        if not self.action_space.contains(np.int64(action)):
            raise ValueError(f"action must be a whole number within 0..{PLACES - 1}, got {action!r}")
        if self._over:
            raise gym.error.ResetNeeded("the episode is over: call reset() before step()")
        tour = self._tour
        if tour.choosing:
            tour.choose(int(action))
        earned, cost, seconds = 0.0, 0.0, 0.0
        terms: dict[str, float] = {}
        while True:
            observation, reward, terminated, truncated, info = self.inner.step(tour.act())
            earned, cost, seconds = earned + reward, cost + info["cost"], seconds + self.inner.step_s
            for name, value in info["reward_terms"].items():
                terms[name] = terms.get(name, 0.0) + value
            tour.see(observation)
            self._over = terminated or truncated
            if self._over or tour.choosing:
                break
        told = info | {"cost": cost, "reward_terms": terms, "seconds": seconds}
        return tour.told.copy(), earned, self._over, False, told

    def score(self) -> dict[str, Any]:
        """Ground-truth score so far."""
        return self.inner.score()

    def render(self) -> ByteArray | None:
        """As the inspection environment's."""
        return self.inner.render()

    def close(self) -> None:
        """Free the physics client; a second call does nothing."""
        self.inner.close()
        self._over = True
