"""`patrolgym speed`: how fast everything is, as ratios."""

import argparse
import json
from pathlib import Path

from .base import COMMANDS, Command, check_writable, write_json


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, default=None, help="file for the figures")


def _call(args: argparse.Namespace) -> int:
    from patrolgym.speed import measure

    check_writable(args.json)
    figures = measure()
    print(json.dumps(figures, indent=2))
    write_json(args.json, figures)
    return 0


COMMANDS.add("speed", Command("rates as ratios to bare PyBullet and the bare ray cast", _add_options, _call))
