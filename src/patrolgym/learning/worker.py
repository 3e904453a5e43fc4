"""One process of a fleet: several environments behind a pipe. It must not import torch, which takes much memory."""

from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

import cv2
import gymnasium as gym
import numpy as np
from threadpoolctl import threadpool_limits

from patrolgym.envs.types import FloatArray

#: Makes one environment; it is called in the process that uses it, so it must be picklable.
Make = Callable[[], "gym.Env[Any, Any]"]


def work(pipe: Connection, make: Make, seeds: Sequence[int]) -> None:
    """One process: answers until it is told to close, or nobody listens any more."""
    cv2.setNumThreads(1)
    with threadpool_limits(1):
        try:
            envs = [_Counted(make(), seed) for seed in seeds]
        except Exception as error:
            pipe.send((False, f"{type(error).__name__}: {error}"))
            return
        try:
            while (message := pipe.recv())[0] != "close":
                pipe.send((True, _answered(envs, *message)))
        except (EOFError, BrokenPipeError, KeyboardInterrupt):
            pass
        except Exception as error:
            pipe.send((False, f"{type(error).__name__}: {error}"))
        finally:
            for env in envs:
                env.close()


def _answered(envs: "list[_Counted]", what: str, actions: FloatArray | None = None) -> Any:
    if what == "spaces":
        return envs[0].spaces
    if actions is None:
        return np.stack([env.reset() for env in envs])
    observations, rewards, ends, infos = zip(*map(_Counted.step, envs, actions), strict=True)
    return np.stack(observations), np.array(rewards, np.float32), np.array(ends), list(infos)


class _Counted:
    """One environment that begins anew by itself and adds up its episodes."""

    def __init__(self, env: "gym.Env[Any, Any]", seed: int) -> None:
        self._env, self._seed = env, seed
        self.spaces = env.observation_space, env.action_space

    def reset(self) -> FloatArray:
        """Begin an episode."""
        observation, _ = self._env.reset(seed=self._seed)
        self._clear()
        return np.asarray(observation)

    def _clear(self) -> None:
        self._earned, self._steps = 0.0, 0
        self._terms: dict[str, float] = {}

    def step(self, action: FloatArray) -> tuple[FloatArray, float, bool, dict[str, Any]]:
        """Step, and begin anew at the end."""
        observation, reward, terminated, truncated, info = self._env.step(action)
        self._earned, self._steps = self._earned + float(reward), self._steps + 1
        for name, value in info.get("reward_terms", {}).items():
            self._terms[name] = self._terms.get(name, 0.0) + value
        told: dict[str, Any] = {}
        if terminated or truncated:
            told = {
                "terminal_observation": observation,
                "TimeLimit.truncated": truncated and not terminated,
                "episode": {"r": self._earned, "l": self._steps, "t": 0.0},
                "terms": self._terms,
            }
            observation, _ = self._env.reset()
            self._clear()
        return np.asarray(observation), float(reward), terminated or truncated, told

    def close(self) -> None:
        """Close the environment."""
        self._env.close()
