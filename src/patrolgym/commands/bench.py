"""`patrolgym bench`: many patrols and their mean scores."""

import argparse
from pathlib import Path

from .base import COMMANDS, Command, add_episode_options, check_writable, count, episode_config, seed, write_json


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_episode_options(parser, split="test")
    parser.add_argument("--episodes", type=count, default=20)
    parser.add_argument("--first-seed", type=seed, default=0)
    parser.add_argument("--workers", type=count, default=1, help="processes")
    parser.add_argument("--json", type=Path, default=None, help="file for the figures")


def _call(args: argparse.Namespace) -> int:
    from patrolgym.benchmark import bench, print_table

    check_writable(args.json)
    result = bench(episode_config(args), args.first_seed, args.episodes, args.workers)
    print_table(result)
    write_json(args.json, result)
    return 0


COMMANDS.add("bench", Command("many patrols and their mean scores", _add_options, _call))
