"""The environment of tours: a policy chooses where to look next, built-in navigation walks there."""

from typing import Any, Protocol

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from patrolgym.agents.touring.offers import CHOICES, METRE, MOST, SIZE
from patrolgym.agents.touring.tour import SENSORS, Tour
from patrolgym.envs.briefing import make_briefing
from patrolgym.envs.checks import chosen_options, one_of
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.metrics.efficiency import Efficiency
from patrolgym.envs.rewards import WEIGHTS
from patrolgym.envs.robots.spec import load_robot
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site_file.loader import site_source
from patrolgym.envs.sites.base import SPLITS
from patrolgym.envs.types import ByteArray, FloatArray

from .rehearsal import LOOK_S, Rehearsal

_METRE = -METRE * WEIGHTS["covered"]
_IMAGINED = "imagined"


class TourEnv(gym.Env[FloatArray, np.int64]):
    """A patrol in some thirty decisions instead of thousands: options in the sense of Sutton, Precup, Singh (1999).

    Between two decisions the patrol agent's map, localiser and pilot walk to the chosen place, and the camera aims
    itself at whatever can be seen well from there, until nothing new shows up.

    ## Action space
    `Discrete(13)`: which of the 12 places offered comes next; 12, or a number beyond those
    offered, means: stay for 5 s.

    ## Observation space
    `Box(-3, 3, (135,), float32)`: 12 rows of 10 numbers, a place each, a row for staying, and 5 numbers of the patrol,
    see `agents.touring.offers.Market.offers`.

    ## Rewards
    The sum of the inspection environment's rewards until the next decision, and -0.0004 for each metre walked.
    `info["reward_terms"]` and `info["cost"]` are sums too; `info["seconds"]` says how long it took.

    ## Episode end
    Terminated where the inspection environment ends an episode, at the time limit too: the time left is observed, so
    that nothing comes after it.

    Args:
        scenario: a name of the scenario registry.
        size: "small", "medium" or "large".
        split: "train", "val" or "test": disjoint sites.
        dynamics: "kinematic" or "full" as there; "imagined": the ways are reckoned, nothing is simulated, what the
            robot would believe to have seen is what counts, and there are no anomalies; ten times as fast.
        robot: a name of `assets/robots`, or the path of a robot's .urdf or .yaml file.
        site: a name of `assets/sites` or the path of a site file, which then takes the place of `size`.
        render_mode: None or "rgb_array": the robot seen from outside.
        repeats: how many imagined patrols on one site before another is drawn: to plan for a site takes as long as to
            imagine a patrol on it.

    Raises:
        ValueError: an argument is unknown; the message lists what is allowed.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012

    def __init__(
        self,
        scenario: str = "hazardous-plant",
        size: str = "small",
        split: str = "train",
        dynamics: str = "kinematic",
        robot: str = "exquad",
        site: str | None = None,
        render_mode: str | None = None,
        repeats: int = 1,
    ) -> None:
        if repeats < 1 or (repeats > 1 and dynamics != _IMAGINED):
            raise ValueError(f"repeats must be at least 1, and 1 for a simulated patrol, got {repeats!r}")
        if dynamics == _IMAGINED:
            if render_mode is not None:
                raise ValueError("an imagined patrol cannot be rendered; give another dynamics")
            self._patrol: _Patrol = _Imagined(scenario, size, split, robot, site, repeats)
        else:
            self._patrol = _Simulated(
                InspectionEnv(
                    scenario,
                    size,
                    split,
                    dynamics=dynamics,
                    sensors=SENSORS,
                    robot=robot,
                    site=site,
                    render_mode=render_mode,
                )
            )
        self.render_mode = render_mode
        self.action_space = spaces.Discrete(CHOICES)
        self.observation_space = spaces.Box(-MOST, MOST, (SIZE,), np.float32)
        self._over = True

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Start an episode; seed and options as in `InspectionEnv`."""
        super().reset(seed=seed)
        # Without a seed the generator that the last one began goes on.
        drawn = int(self.np_random.integers(2**31)) if seed is None else seed
        info = self._patrol.begin(drawn, options)
        self._over = False
        return self._patrol.tour.told.copy(), info

    def step(self, action: np.int64) -> tuple[FloatArray, float, bool, bool, dict[str, Any]]:
        """Carry out one choice.

        Raises:
            ValueError: the action is not one of 0 to 12.
            gymnasium.error.ResetNeeded: the episode is over or was never begun.
        """
        if self._over:
            raise gym.error.ResetNeeded("the episode is over: call reset() before step()")
        if not self.action_space.contains(np.int64(action)):
            raise ValueError(f"action must be a whole number within 0..{CHOICES - 1}, got {action!r}")
        patrol, cost, seconds = self._patrol, 0.0, 0.0
        terms: dict[str, float] = {}
        patrol.tour.choose(int(action))
        while not (self._over or patrol.tour.choosing):
            self._over, passed_s, earned, info = patrol.go_on()
            cost, seconds = cost + info.pop("cost", 0.0), seconds + passed_s
            for name, value in earned.items():
                terms[name] = terms.get(name, 0.0) + value
        told = info | {"cost": cost, "reward_terms": terms, "seconds": seconds}
        return patrol.tour.told.copy(), float(sum(terms.values())), self._over, False, told

    def score(self) -> dict[str, Any]:
        """Score so far; of an imagined patrol only `coverage`, `points_served` and `distance_m`, as believed."""
        return self._patrol.score()

    def render(self) -> ByteArray | None:
        """As the inspection environment's."""
        return self._patrol.inner.render() if isinstance(self._patrol, _Simulated) else None

    def close(self) -> None:
        """Free what the patrol holds; a second call does nothing."""
        if isinstance(self._patrol, _Simulated):
            self._patrol.inner.close()
        self._over = True


class _Patrol(Protocol):
    """What a tour goes through."""

    tour: Tour

    def begin(self, seed: int, options: dict[str, Any] | None) -> dict[str, Any]:
        """Start; returns the info."""

    def go_on(self) -> tuple[bool, float, dict[str, float], dict[str, Any]]:
        """A moment: whether it was the last, its length in s, reward terms, info with "cost"."""

    def score(self) -> dict[str, Any]:
        """So far."""


class _Simulated:
    """In the inspection environment."""

    def __init__(self, inner: InspectionEnv) -> None:
        self.inner = inner

    def begin(self, seed: int, options: dict[str, Any] | None) -> dict[str, Any]:
        observation, info = self.inner.reset(seed=seed, options=options)
        self.tour = Tour(self.inner.briefing)
        self.tour.see(observation)
        self._walked_m = 0.0
        return info

    def go_on(self) -> tuple[bool, float, dict[str, float], dict[str, Any]]:
        observation, _, terminated, truncated, info = self.inner.step(self.tour.act())
        self.tour.see(observation)
        walked, self._walked_m = self._walked_m, float(self.inner.scorer.metric(Efficiency).compute()["distance_m"])
        terms = {**info["reward_terms"], "metres": _METRE * (self._walked_m - walked)}
        return terminated or truncated, self.inner.step_s, terms, info

    def score(self) -> dict[str, Any]:
        return self.inner.score()


class _Imagined:
    """In the mind."""

    _rehearsal: Rehearsal
    tour: Tour

    def __init__(self, scenario: str, size: str, split: str, robot: str, site: str | None, repeats: int) -> None:
        self._repeats, self._left = repeats, 0
        one_of("split", split, SPLITS)
        self._sites, self._split, self._spec = site_source(scenario, size, site), split, load_robot(robot)

    def begin(self, seed: int, options: dict[str, Any] | None) -> dict[str, Any]:
        site_seed = chosen_options(options, ("site_seed",), " of an imagined patrol")["site_seed"]
        if self._left and site_seed is None:
            self._rehearsal.restart()
        else:
            site = self._sites.draw(self._split, seed if site_seed is None else site_seed)
            self._limit_s = self._sites.size.time_limit_s
            self._rehearsal = Rehearsal(make_briefing(site, merge(site), self._spec, self._limit_s), self._spec)
            self.tour, self._left = self._rehearsal.tour, self._repeats
        self._left -= 1
        self._before = (0.0, 0.0, 0.0)
        return {"score": self.score()}

    def go_on(self) -> tuple[bool, float, dict[str, float], dict[str, Any]]:
        self._rehearsal.go_on()
        account = self.tour.account
        now = (account.coverage, account.served, self._rehearsal.walked_m)
        weights = {"covered": WEIGHTS["covered"], "served": WEIGHTS["served"], "metres": _METRE}
        terms = {
            name: weight * (new - old)
            for (name, weight), new, old in zip(weights.items(), now, self._before, strict=True)
        }
        self._before = now
        return self._rehearsal.time_s >= self._limit_s - 1e-6, LOOK_S, terms, {"score": self.score()}

    def score(self) -> dict[str, Any]:
        account = self.tour.account
        return {
            "coverage": account.coverage,
            "points_served": account.served,
            "distance_m": self._rehearsal.walked_m,
            "safety": {"collisions": 0},
        }
