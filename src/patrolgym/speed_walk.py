"""Rates of the locomotion environment: beside another quadruped environment, and on several processes."""

import contextlib
import io
import sys
import time
from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AsyncVectorEnv

from patrolgym.envs.registration import VELOCITY_ID
from patrolgym.envs.velocity_env import CONTROL_HZ

#: Physics steps a control step; both simulators step by 2 ms.
_STEPS = round(500 / CONTROL_HZ)
_CONTROL_STEPS = 300
_ROUNDS = 5
#: Stiffness and damping that let Go2 (15 kg) stand, N·m/rad and N·m·s/rad.
_GO2_PD = (60.0, 3.0)
_SCALING_STEPS = 400


def walking_rates() -> dict[str, float | None]:
    """Figures of the locomotion environment.

    `velocity_env_steps_vs_gym_quadruped`: physics steps/s, of processor time, of a standing A1 in ours, observation,
    reward and PD torques included, over those of gym-quadruped's Go2 as it is made by default, standing on PD torques,
    both by 2 ms; None where the extra [peers] is not installed. Theirs makes its observation after every physics step,
    which takes two thirds of its time.
    `async_vector_scaling_2`: steps/s of an AsyncVectorEnv of two processes over one, by the clock on the wall: two free
    cores are needed.
    """
    return {"velocity_env_steps_vs_gym_quadruped": _against_peer(), "async_vector_scaling_2": _scaling()}


def _against_peer() -> float | None:
    try:
        # It greets on standard output.
        with contextlib.redirect_stdout(io.StringIO()):
            from gym_quadruped.quadruped_env import QuadrupedEnv
    except ImportError as error:
        line = f"velocity_env_steps_vs_gym_quadruped is left out: no {error.name}: pip install 'patrolgym[peers]'"
        print(f"patrolgym: {line}", file=sys.stderr)
        return None
    ours = gym.make(VELOCITY_ID, robot="a1", randomise=False, disable_env_checker=True)
    theirs = QuadrupedEnv(robot="go2", scene="flat", sim_dt=0.002)
    ours.reset(seed=0)
    theirs.reset()
    stance = theirs.mjData.qpos[7:19].copy()
    tries = [(_timed(lambda: _stand(ours)), _timed(lambda: _stand_peer(theirs, stance))) for _ in range(_ROUNDS)]
    ours.close()
    theirs.close()
    return min(peer for _, peer in tries) / min(own for own, _ in tries)


def _timed(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _stand(env: "gym.Env[Any, Any]") -> None:
    still = np.zeros(12)
    for _ in range(_CONTROL_STEPS):
        if env.step(still)[3]:
            env.reset()


def _stand_peer(env: Any, stance: Any) -> None:
    stiff, damp = _GO2_PD
    for _ in range(_CONTROL_STEPS * _STEPS):
        data = env.mjData
        if env.step(stiff * (stance - data.qpos[7:19]) - damp * data.qvel[6:18])[2]:
            env.reset()


def _scaling() -> float:
    """Two processes over one, the best of several tries taken in turns."""
    vectors = [AsyncVectorEnv([_make] * count, context="spawn") for count in (1, 2)]
    best = [float("inf"), float("inf")]
    for vector in vectors:
        vector.reset(seed=0)
    for _ in range(_ROUNDS):
        for k, vector in enumerate(vectors):
            still = np.zeros((vector.num_envs, 12), np.float32)
            started = time.perf_counter()
            for _ in range(_SCALING_STEPS):
                vector.step(still)
            best[k] = min(best[k], time.perf_counter() - started)
    for vector in vectors:
        vector.close()
    return 2.0 * best[0] / best[1]


def _make() -> "gym.Env[Any, Any]":
    import patrolgym  # noqa: F401

    return gym.make(VELOCITY_ID, randomise=False, disable_env_checker=True)
