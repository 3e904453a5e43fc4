"""Many environments on a few processes: one message a step for each process rather than for each environment."""

import multiprocessing
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from stable_baselines3.common.vec_env import VecEnv

from patrolgym.envs.types import FloatArray

from .worker import Make, work


class Fleet(VecEnv):
    """A stable-baselines3 `VecEnv` of `workers` × `envs_per_worker` copies of one environment.

    At the end of an episode info holds "episode" (return `r`, length `l`) and "terms": the sums of its reward terms.

    Args:
        make: makes one copy.
        workers: processes.
        envs_per_worker: copies in each.
        seed: of the first copy; the others follow.
    """

    def __init__(self, make: Make, workers: int, envs_per_worker: int, seed: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        self._closed = False
        for worker in range(workers):
            ours, theirs = context.Pipe()
            first = seed + worker * envs_per_worker
            seeds = list(range(first, first + envs_per_worker))
            process = context.Process(target=work, args=(theirs, make, seeds), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        self._each = envs_per_worker
        spaces = self._ask("spaces")
        super().__init__(workers * envs_per_worker, *spaces[0])

    def _ask(self, what: str, *data: Any) -> list[Any]:
        for pipe in self._pipes:
            pipe.send((what, *data))
        return [self._answer(pipe) for pipe in self._pipes]

    @staticmethod
    def _answer(pipe: Connection) -> Any:
        fine, answer = pipe.recv()
        if not fine:
            raise RuntimeError(f"an environment failed: {answer}")
        return answer

    def reset(self) -> FloatArray:
        """Begin everywhere."""
        return np.concatenate(self._ask("reset"))

    def step_async(self, actions: FloatArray) -> None:
        """Send everybody their actions."""
        for pipe, part in zip(self._pipes, np.split(actions, len(self._pipes)), strict=True):
            pipe.send(("step", part))

    def step_wait(self) -> tuple[FloatArray, FloatArray, FloatArray, list[dict[str, Any]]]:
        """Observations, rewards, ends and infos of everybody."""
        observations, rewards, ends, infos = zip(*[self._answer(pipe) for pipe in self._pipes], strict=True)
        told = [info for part in infos for info in part]
        return np.concatenate(observations), np.concatenate(rewards), np.concatenate(ends), told

    def close(self) -> None:
        """End the processes; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            try:
                pipe.send(("close",))
            except OSError:
                process.terminate()
            process.join(timeout=10.0)

    # What stable-baselines3 asks of every VecEnv

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Only `render_mode` is known here: the environments live elsewhere."""
        del indices
        if attr_name == "render_mode":
            return [None] * (len(self._pipes) * self._each)
        raise AttributeError(attr_name)

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Not offered."""
        raise AttributeError(attr_name)

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        """Not offered."""
        raise AttributeError(method_name)

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Whether episodes are counted: `Monitor` is asked for, and does not have to be there."""
        return [True] * self.num_envs
