"""`patrolgym dataset`: many recorded patrols as one data set."""

import argparse
from pathlib import Path

from .base import COMMANDS, Command, add_episode_options, count, episode_config, seed


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_episode_options(parser, split="train")
    parser.add_argument("--episodes", type=count, default=20)
    parser.add_argument("--first-seed", type=seed, default=0)
    parser.add_argument("--format", default="coco", help="what to write: any of coco,lerobot,mcap")
    parser.add_argument("--workers", type=count, default=1, help="processes")
    parser.add_argument("--out", type=Path, default=Path("dataset"), help="folder, new or to go on with")


def _call(args: argparse.Namespace) -> int:
    from patrolgym.dataset import make
    from patrolgym.errors import UserError
    from patrolgym.recording.base import chosen

    recorders = chosen(args.format)
    if not recorders:
        raise UserError("--format names nothing to write; choose from: coco, lerobot, mcap")
    seeds = range(args.first_seed, args.first_seed + args.episodes)
    try:
        held = make(episode_config(args), seeds, args.out, recorders, args.workers)
    except KeyboardInterrupt:
        print(f"what is done is in {args.out}: the same command goes on from there")
        raise
    print(f"{args.out} holds {held} episodes")
    return 0


COMMANDS.add("dataset", Command("many recorded patrols as one data set", _add_options, _call))
