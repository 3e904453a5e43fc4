"""One patrol from reset to score: the loop that `run` and `bench` share."""

import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

import patrolgym
from patrolgym.agents.base import Agent, Decision
from patrolgym.agents.learned import find_agent
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.registration import IDS
from patrolgym.envs.robots.base import DYNAMICS
from patrolgym.envs.robots.spec import load_robot
from patrolgym.envs.robots.trial import check_stands
from patrolgym.envs.sensors.base import SENSORS
from patrolgym.envs.site_file.loader import SiteWarning, load_site
from patrolgym.envs.sites.base import SITES

from .catalogue import catalogue
from .errors import UserError
from .recording.base import RECORDERS

#: Called after each step with the env, the agent's decision and the seconds since the episode began.
Watcher = Callable[[InspectionEnv, Decision, float], None]


@dataclass(frozen=True)
class RunConfig:
    """What is run.

    Attributes:
        scenario, size, split: names of the catalogue; the size counts only where there is no `site`.
        agent: a name of the catalogue, or "module:Class".
        robot: a name of the catalogue, or the path of a robot's .urdf or .yaml file.
        site: a name of the catalogue or the path of a site file, or None for generated sites.
        dynamics: a name of the catalogue: how the robot is moved.
    """

    scenario: str = "hazardous-plant"
    size: str = "small"
    split: str = "val"
    agent: str = "patrol"
    robot: str = "exquad"
    site: str | None = None
    dynamics: str = "full"

    def check(self) -> None:
        """Raise a UserError about the first name or file that cannot be used; warn of a poor site on stderr."""
        known = catalogue()
        for what in ("scenario", "split") if self.site is not None else ("scenario", "size", "split"):
            value, allowed = getattr(self, what), known[f"{what}s"]
            if value not in allowed:
                raise UserError(f"unknown {what} {value!r}; choose from: {', '.join(allowed)}")
        try:
            agent = find_agent(self.agent, self.scenario)
            for sensor in (*agent.sensors, *agent.optional_sensors):
                SENSORS[sensor]
            spec = load_robot(self.robot)
            DYNAMICS[self.dynamics].check(spec)
            if self.robot not in known["robots"]:
                check_stands(spec)
            told = load_site(self.scenario, self.site).warnings if self.site is not None else []
        except ValueError as error:
            raise UserError(str(error)) from None
        for line in told:
            print(f"patrolgym: warning: {line}", file=sys.stderr)


def make_env(config: RunConfig, agent: Agent) -> InspectionEnv:
    """The environment of `config` with the sensors `agent` asks for."""
    telling = SITES[config.scenario].sensors
    with warnings.catch_warnings():
        # `RunConfig.check` has told of them.
        warnings.simplefilter("ignore", SiteWarning)
        env = gym.make(
            IDS[config.scenario],
            size=config.size,
            split=config.split,
            robot=config.robot,
            site=config.site,
            sensors=(*agent.sensors, *(name for name in agent.optional_sensors if name in telling)),
            dynamics=config.dynamics,
            disable_env_checker=True,
        )
    inner = env.unwrapped
    assert isinstance(inner, InspectionEnv)
    return inner


def play(env: InspectionEnv, agent: Agent, seed: int, watch: Watcher) -> None:
    """Play one episode on the site of `seed`; `watch` sees every step."""
    observation, _ = env.reset(seed=seed, options={"site_seed": seed})
    agent.begin(env.briefing, env.commission, np.random.default_rng(seed))
    ended = False
    while not ended:
        decision = agent.act(observation)
        for report in decision.reports:
            env.report(report)
        for reading in decision.readings:
            env.log_reading(reading)
        if decision.done:
            env.finish()
        observation, _, terminated, truncated, _ = env.step(decision.action)
        ended = terminated or truncated
        watch(env, decision, float(observation["time"][0]))


def scored(env: InspectionEnv, config: RunConfig, seed: int, wall_s: float) -> dict[str, Any]:
    """The score so far with the run's own facts, in the layout of score.json."""
    score = env.score()
    head = {
        "scenario": config.scenario,
        "size": env.size.name,
        "site": env.sites.name,
        "split": config.split,
        "seed": seed,
        "agent": config.agent,
        "robot": env.robot_spec.name,
        "dynamics": config.dynamics,
        "patrolgym": patrolgym.__version__,
    }
    sim_s = float(score["sim_s"])
    return head | score | {"wall_s": round(wall_s, 2), "real_time_factor": round(sim_s / max(wall_s, 1e-9), 2)}


def run(config: RunConfig, seed: int, out: Path, recorders: Sequence[str]) -> int:
    """Play one episode; score.json and the files of `recorders` (names of the registry) go into `out`.

    Returns:
        The exit code: 0, or 130 if interrupted; what was recorded until then is kept and scored.
    """
    config.check()
    _make_writable(out)
    agent = find_agent(config.agent, config.scenario)()
    interrupted = False
    started = time.perf_counter()
    with ExitStack() as stack:
        env = stack.enter_context(closing(make_env(config, agent)))
        recording = [stack.enter_context(closing(RECORDERS[name](out))) for name in recorders]
        progress = stack.enter_context(_progress())
        task = progress.add_task(f"{env.sites.title}, seed {seed}", total=None)

        def watch(env: InspectionEnv, decision: Decision, time_s: float) -> None:
            for recorder in recording:
                recorder(env, decision, time_s)
            progress.update(task, completed=time_s, total=env.briefing.time_limit_s)

        try:
            play(env, agent, seed, watch)
        except KeyboardInterrupt:
            if not progress.tasks[0].completed:
                raise  # nothing was played yet
            interrupted = True
        score = scored(env, config, seed, time.perf_counter() - started)
        (out / "score.json").write_text(json.dumps(score, indent=2) + "\n")
        for recorder in recording:
            recorder.finish(env, score)
    print(summary(score))
    written = ", ".join(str(path) for path in sorted(out.iterdir()) if path.is_file() or path.name in recorders)
    print(f"interrupted; wrote {written}" if interrupted else f"wrote {written}")
    return 130 if interrupted else 0


def summary(score: dict[str, Any]) -> str:
    """A few lines for people."""
    found = sum(a["found"] for a in score["anomalies"])
    safety = score["safety"]
    return (
        f"coverage {score['coverage']:.0%}, points served {score['points_served']:.0%}, "
        f"found {found} of {len(score['anomalies'])} anomalies, {score['false_alarms']} false alarms\n"
        f"walked {score['distance_m']:.0f} m in {score['sim_s']:.0f} s, "
        f"{safety['falls']} falls, {safety['collisions']} collisions, {safety['mover_contacts']} people or "
        f"vehicles touched, {safety['zone_violations']} zone violations"
    )


def _make_writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".write-test"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UserError(f"cannot write to {out}: {error.strerror}") from error


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} s"), TimeRemainingColumn()
    )
