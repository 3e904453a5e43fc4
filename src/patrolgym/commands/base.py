"""What a sub-command is, and what several of them share."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolgym.envs.registry import Registry
from patrolgym.errors import UserError

if TYPE_CHECKING:
    from patrolgym.episode import RunConfig


@dataclass(frozen=True)
class Command:
    """One sub-command.

    Heavy modules are imported in `call`, so that `--help` and a wrong argument answer at once.

    Attributes:
        help: one line for people.
        add_options: gives a parser the command's options.
        call: does the work; returns the exit code.
    """

    help: str
    add_options: Callable[[argparse.ArgumentParser], None]
    call: Callable[[argparse.Namespace], int]


#: The scenario of `patrolgym.learning.walk`: a gait alone, without site or patrol.
WALK = "quadruped-velocity"
COMMANDS: Registry[Command] = Registry("command", "patrolgym.commands")


def count(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    return _whole(text, 1)


def workers(text: str) -> int | str:
    """A number of processes, or "ray", for argparse."""
    return text if text == "ray" else count(text)


def seed(text: str) -> int:
    """A whole number of at least 0, for argparse."""
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least {least}, got {text!r}")
    return number


def add_episode_options(parser: argparse.ArgumentParser, split: str) -> None:
    """What is played: the options behind `episode_config`."""
    parser.add_argument("--scenario", default="hazardous-plant", help="what kind of site (see `patrolgym list`)")
    parser.add_argument("--size", default=None, help="small, medium or large")
    parser.add_argument("--split", default=split, help="train, val or test: disjoint sites")
    parser.add_argument("--site", default=None, help="a site of your own: its YAML file, or a name of `patrolgym list`")
    parser.add_argument(
        "--agent",
        default="patrol",
        help="who decides (see `patrolgym list`), module:Class, the folder of a training, or tour-small",
    )
    parser.add_argument("--dynamics", default="full", help="how it is moved: full or kinematic")
    parser.add_argument(
        "--robot", default="exquad", help="who walks (see `patrolgym list`), or its .urdf or .yaml file"
    )


def episode_config(args: argparse.Namespace) -> "RunConfig":
    """What the options of `add_episode_options` say."""
    from patrolgym.episode import RunConfig

    if args.site is not None and args.size is not None:
        raise UserError(f"--size {args.size!r} does not go with --site: the site file says its size")
    size = "small" if args.size is None else args.size
    if args.site is not None:
        size = "custom"
    return RunConfig(args.scenario, size, args.split, args.agent, args.robot, args.site, args.dynamics)


def check_writable(path: Path | None) -> None:
    """Fail before the long work rather than after it."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a"):
            pass
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def write_json(path: Path | None, data: dict[str, Any]) -> None:
    """Write `data` if there is a file to write it to."""
    if path is not None:
        path.write_text(json.dumps(data, indent=2) + "\n")
