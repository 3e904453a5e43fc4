"""`patrolgym bench`: many patrols and their mean scores."""

import argparse
from pathlib import Path

from .base import (
    COMMANDS,
    WALK,
    Command,
    add_episode_options,
    check_writable,
    count,
    episode_config,
    seed,
    workers,
    write_json,
)


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_episode_options(parser, split="test")
    parser.add_argument("--episodes", type=count, default=20)
    parser.add_argument("--first-seed", type=seed, default=0)
    parser.add_argument("--workers", type=workers, default=1, help="processes, or ray for a Ray cluster")
    parser.add_argument(
        "--json", type=Path, default=None, help="file for the figures; a killed benchmark goes on from beside it"
    )
    parser.add_argument("--html", type=Path, default=None, help="file for a page of the figures")


def _call(args: argparse.Namespace) -> int:
    from patrolgym.benchmark import bench, print_tables
    from patrolgym.report.bench import write_page

    check_writable(args.json)
    check_writable(args.html)
    if args.scenario == WALK:
        from patrolgym.learning import walk

        write_json(args.json, walk.bench(args.agent, args.first_seed, args.episodes))
        return 0
    kept_in = args.json.with_name(f"{args.json.stem}.episodes.jsonl") if args.json else None
    result = bench(episode_config(args), args.first_seed, args.episodes, args.workers, kept_in)
    print_tables(result)
    write_json(args.json, result)
    write_page(args.html, result)
    return 0


COMMANDS.add("bench", Command("many patrols and their mean scores", _add_options, _call))
