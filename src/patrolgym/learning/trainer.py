"""The training loop: stable-baselines3 learns; around it checkpoints, evaluations and a progress bar."""

import functools
import sys
import time
from typing import Any

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import VecNormalize

import patrolgym
from patrolgym.agents.policy import Policy
from patrolgym.errors import UserError

from .algorithms import exported, make_model
from .checkpoint import Checkpoint, latest, save
from .fleet import Fleet
from .run_folder import RunFolder, TrainConfig
from .tasks.base import TASKS

#: Seconds between checkpoints; a kill loses this and the rollout under way.
SAVE_EVERY_S = 30.0


def train(config: TrainConfig, folder: RunFolder, steps: int, workers: int, evaluations: int, episodes: int) -> None:
    """Train up to `steps` environment steps, from the newest checkpoint that can be read.

    Args:
        config: what is trained.
        folder: where; it has been claimed for `config`.
        steps: of all environments together, those of earlier calls included.
        workers: processes.
        evaluations: how many, spread evenly over the steps.
        episodes: of each evaluation.

    Raises:
        UserError: no checkpoint can be read, or an environment cannot be made.
        KeyboardInterrupt: passed on after a last checkpoint.
    """
    try:
        kept, damaged = latest(folder.checkpoints)
    except ValueError as error:
        raise UserError(f"{error}; delete them to begin anew") from None
    for line in damaged:
        print(f"patrolgym: warning: {line}; going on from the one before", file=sys.stderr)
    done = kept.steps if kept else 0
    if done >= steps:
        print(f"{folder.path} has {done} steps already")
        return
    task = TASKS[config.scenario]
    # Going on, the environments must not play the same episodes again.
    seed = config.seed * 1_000_003 + done
    make = functools.partial(task.make, config.settings, "train")
    try:
        fleet = Fleet(make, workers, int(config.hyper["envs_per_worker"]), seed)
    except RuntimeError as error:
        raise UserError(str(error)) from None
    normal = VecNormalize(fleet, gamma=float(config.hyper["gamma"]))
    # Switched off only now, the statistics are there and say that nothing changes.
    normal.norm_obs = bool(config.hyper["normalise"])
    try:
        model = make_model(config.algo, normal, config.hyper, config.seed)
        model.set_logger(configure(str(folder.tensorboard), ["tensorboard"]))
        if kept:
            kept.put(model, normal)
        with _progress() as progress:
            bar = progress.add_task(config.scenario, total=steps, completed=done, earned="")
            keeper = _Keeper(config, folder, normal, steps // evaluations, episodes, kept, (progress, bar))
            model.learn(steps - done, callback=keeper, reset_num_timesteps=False)
    finally:
        normal.close()


class _Keeper(BaseCallback):
    """Saves, evaluates and shows between rollouts."""

    def __init__(
        self,
        config: TrainConfig,
        folder: RunFolder,
        normal: VecNormalize,
        evaluate_every: int,
        episodes: int,
        kept: Checkpoint | None,
        bar: tuple[Progress, TaskID],
    ) -> None:
        super().__init__()
        self._config, self._folder, self._normal = config, folder, normal
        self._every, self._episodes, self._bar = max(1, evaluate_every), episodes, bar
        self._facts: dict[str, Any] = dict(kept.facts) if kept else {"best": None, "wall_s": 0.0}
        done = kept.steps if kept else 0
        self._rows = [row for row in folder.curve() if row["steps"] <= done]
        self._evaluated = int(self._rows[-1]["steps"]) if self._rows else 0
        self._begun = time.monotonic() - float(self._facts["wall_s"])
        self._saved_at = time.monotonic()

    def _on_rollout_start(self) -> None:
        if self.num_timesteps - self._evaluated >= self._every:
            self._evaluate()
        if time.monotonic() - self._saved_at > SAVE_EVERY_S:
            self._save()

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            for name, value in info.get("terms", {}).items():
                self.logger.record_mean(f"reward/{name}", value)
        progress, bar = self._bar
        recent = [episode["r"] for episode in self.model.ep_info_buffer or ()]
        earned = f"return {sum(recent) / len(recent):.2f}" if recent else ""
        progress.update(bar, completed=self.num_timesteps, earned=earned)
        return True

    def _on_training_end(self) -> None:
        if self._evaluated < self.num_timesteps:
            self._evaluate()
        self._save()

    def _evaluate(self) -> None:
        """Judge the policy on `val`, add to the curve, and keep the policy if it is the best so far."""
        self._evaluated = self.num_timesteps
        policy = self.policy()
        figures = TASKS[self._config.scenario].judge(self._config.settings, policy, 0, self._episodes)
        row = {"steps": self.num_timesteps, "wall_s": round(time.monotonic() - self._begun, 1)}
        self._rows.append(row | {name: round(value, 4) for name, value in figures.items()})
        for name, value in figures.items():
            self.logger.record(f"val/{name}", value)
        best = self._facts["best"]
        if best is None or figures["score"] >= best:
            self._facts["best"] = figures["score"]
            self._folder.keep_policy(policy)
        self._folder.write_curve(self._rows)
        self._bar[0].console.print(", ".join(f"{name} {value:g}" for name, value in self._rows[-1].items()))
        self._save()

    def policy(self) -> Policy:
        """What has been learnt so far."""
        config = self._config
        facts = {
            "scenario": TASKS[config.scenario].plays,
            "algo": config.algo,
            "settings": config.settings,
            "seed": config.seed,
            "steps": int(self.num_timesteps),
            "patrolgym": patrolgym.__version__,
        }
        return exported(self.model, self._normal, facts, config.hyper)

    def _save(self) -> None:
        facts = self._facts | {"wall_s": round(time.monotonic() - self._begun, 1)}
        save(self._folder.checkpoints, Checkpoint.of(self.model, self._normal, facts))
        self._saved_at = time.monotonic()


def _progress() -> Progress:
    """A progress bar over environment steps."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} steps {task.fields[earned]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
