"""`patrolgym run`: one patrol, its score, its report and what was recorded of it."""

import argparse
from pathlib import Path

from .base import COMMANDS, WALK, Command, add_episode_options, episode_config, seed


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_episode_options(parser, split="val")
    parser.add_argument("--seed", type=seed, default=0, help="site and episode seed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for score, report and video")
    parser.add_argument("--no-video", action="store_true", help="make no video")
    parser.add_argument("--record", default="", help="more to record: any of mcap,lerobot,coco")


def _call(args: argparse.Namespace) -> int:
    if args.scenario == WALK:
        from patrolgym.learning import walk

        return walk.run(args.agent, args.seed, args.out, video=not args.no_video)
    from patrolgym.episode import run
    from patrolgym.recording.base import chosen

    usual = ("report",) if args.no_video else ("report", "video")
    recorders = tuple(dict.fromkeys((*usual, *chosen(args.record))))
    return run(episode_config(args), args.seed, args.out, recorders)


COMMANDS.add("run", Command("one patrol with its score, report and video", _add_options, _call))
