"""A robot looks round with recorders; `python wander.py OUT NAMES SECONDS` ends with SIGKILL."""

import os
import signal
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np

from patrolgym.agents.base import Decision
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.recording.base import RECORDERS


def wander(out, names, seconds, seed=3, at_the_end=lambda: None):
    """Record `seconds` of an episode; returns [(observation before, action, frame after)] of its steps."""
    steps = []
    with ExitStack() as stack:
        env = stack.enter_context(closing(InspectionEnv(split="train")))
        observation, _ = env.reset(seed=seed, options={"site_seed": seed})
        recording = [stack.enter_context(closing(RECORDERS[name](out))) for name in names]
        for step in range(round(10 * seconds)):
            decision = Decision(np.array([0.0, 0.0, 0.3, np.sin(0.05 * step), 0.2, -0.9], np.float32))
            before, (observation, *_) = observation, env.step(decision.action)
            for recorder in recording:
                recorder(env, decision, float(observation["time"][0]))
            steps.append((before, decision.action, env.frame))
        at_the_end()
    return steps


if __name__ == "__main__":
    folder, chosen, seconds = sys.argv[1:4]
    wander(Path(folder), chosen.split(","), float(seconds), at_the_end=lambda: os.kill(os.getpid(), signal.SIGKILL))
