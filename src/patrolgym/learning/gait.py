"""How well a gait follows one command, and whether it survives a push."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np

from patrolgym.agents.policy import Policy
from patrolgym.envs.locomotion.randomisation import chosen
from patrolgym.envs.registration import VELOCITY_ID
from patrolgym.envs.robots.spec import RobotSpec
from patrolgym.envs.velocity_env import QuadrupedVelocityEnv

_LENGTH_S = 10.0
#: Share of it until a gait must have reached its speed.
_WARM_UP = 0.3
# Once an episode: the second would come too late.
_PUSH_EVERY_S = (5.0, 7.0)
#: Usual walking speed, m/s, where the robot goes that fast.
WALK_M_S = 0.8


@dataclass(frozen=True)
class Probe:
    """A command held for 10 s, with one push after 5 to 7 s if asked for.

    Attributes:
        name: of its figures.
        command: forward m/s, lateral m/s, yaw rate rad/s.
        push_n_s: impulse of the push, in a random level direction; 0 for none.
    """

    name: str
    command: tuple[float, float, float]
    push_n_s: float = 0.0

    def within(self, spec: RobotSpec) -> "Probe":
        """The same within the limits of a robot."""
        most = (spec.speed.forward_m_s, spec.speed.lateral_m_s, spec.speed.yaw_rad_s)
        forward, left, turn = (min(value, limit) for value, limit in zip(self.command, most, strict=True))
        return Probe(self.name, (forward, left, turn), self.push_n_s)


def probe(settings: Mapping[str, Any], policy: Policy, what: Probe, first_seed: int, episodes: int) -> dict[str, float]:
    """Figures of one probe over several robots drawn as in training.

    "<name>_error_pct": how far the mean velocity after 3 s is from the command, in % of the command (yaw rate and speed
    alike); 100 if every robot fell. "<name>_survived": share of episodes without a fall.
    """
    errors, survived = [], []
    with closing(_env(settings, what)) as env:
        command = np.array(what.within(env.robot_spec).command)
        for seed in range(first_seed, first_seed + episodes):
            observation, _ = env.reset(seed=seed, options={"command": command})
            velocities: list[Any] = []
            ended = False
            while not ended:
                observation, _, terminated, truncated, info = env.step(policy.act(observation))
                velocities.append(info["velocity"][[0, 1, 5]])
                ended = terminated or truncated
            survived.append(not terminated)
            if not terminated:
                mean = np.mean(velocities[int(_WARM_UP * len(velocities)) :], axis=0)
                errors.append(100.0 * float(np.linalg.norm(mean - command) / np.linalg.norm(command)))
    error = float(np.mean(errors)) if errors else 100.0
    return {f"{what.name}_error_pct": error, f"{what.name}_survived": float(np.mean(survived))}


def make(settings: Mapping[str, Any], **others: Any) -> QuadrupedVelocityEnv:
    """The environment of a training with other arguments."""
    made = gym.make(VELOCITY_ID, disable_env_checker=True, **{**settings, **others}).unwrapped
    assert isinstance(made, QuadrupedVelocityEnv)
    return made


def _env(settings: Mapping[str, Any], what: Probe) -> QuadrupedVelocityEnv:
    """The environment of the training with its randomisation, but with the pushes of the probe alone."""
    with closing(make(settings)) as made:
        made.reset(seed=0)
        change = what.push_n_s / made.robot.mass_kg
    ranges = vars(chosen(settings["randomise"])) | {
        "push_m_s": (change, change) if change else None,
        "push_every_s": _PUSH_EVERY_S,
    }
    return make(settings, randomise=ranges, episode_s=min(_LENGTH_S, settings["episode_s"]))
