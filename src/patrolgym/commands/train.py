"""`patrolgym train`: learn a policy, go on after a kill."""

import argparse
import json
from pathlib import Path
from typing import Any

from patrolgym.errors import UserError

from .base import COMMANDS, Command, count, seed


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE, got {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scenario",
        default="hazardous-plant",
        help="what is learnt: a scenario of `list`, or quadruped-velocity",
    )
    parser.add_argument("--algo", default="ppo", help="how (ppo)")
    parser.add_argument("--steps", type=count, default=1_000_000, help="environment steps in all")
    parser.add_argument("--workers", type=count, default=2, help="processes")
    parser.add_argument("--seed", type=seed, default=0, help="of networks and environments")
    parser.add_argument("--out", type=Path, required=True, help="run folder, new or to go on with")
    parser.add_argument("--evaluations", type=count, default=20, help="evaluations on val over the whole training")
    parser.add_argument("--eval-episodes", type=count, default=10, help="episodes of each evaluation")
    parser.add_argument(
        "--env", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="an argument of the environment"
    )
    parser.add_argument(
        "--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="a hyperparameter"
    )


def _call(args: argparse.Namespace) -> int:
    try:
        import stable_baselines3  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise UserError(f"training needs {error.name}: pip install 'patrolgym[rl]'") from None
    from patrolgym.learning.algorithms import ALGORITHMS
    from patrolgym.learning.run_folder import RunFolder, TrainConfig
    from patrolgym.learning.tasks.base import TASKS
    from patrolgym.learning.trainer import train

    if args.algo not in ALGORITHMS:
        raise UserError(f"unknown algo {args.algo!r}; choose from: {', '.join(ALGORITHMS)}")
    if args.scenario not in TASKS.names():
        raise UserError(f"unknown scenario {args.scenario!r}; choose from: {', '.join(TASKS.names())}")
    task = TASKS[args.scenario]
    usual = {**ALGORITHMS[args.algo].defaults, **task.hyper.get(args.algo, {})}
    config = TrainConfig(
        args.scenario,
        args.algo,
        args.seed,
        _changed("--env", task.settings, args.env),
        _changed("--set", usual, args.set),
    )
    folder = RunFolder(args.out)
    folder.claim(config)
    try:
        train(config, folder, args.steps, args.workers, args.evaluations, args.eval_episodes)
    except KeyboardInterrupt:
        print(f"what was learnt until the last checkpoint is in {args.out}: the same command goes on from there")
        raise
    print(f"policy, curve and checkpoints are in {args.out}")
    return 0


def _changed(option: str, usual: Any, changes: list[tuple[str, Any]]) -> dict[str, Any]:
    for name, _ in changes:
        if name not in usual:
            raise UserError(f"{option}: unknown name {name!r}; choose from: {', '.join(usual)}")
    return {**usual, **dict(changes)}


COMMANDS.add("train", Command("learn a policy; the same command goes on after a kill", _add_options, _call))
