"""`patrolgym list`: what can be chosen."""

import argparse
import sys

from .base import COMMANDS, Command


def _add_options(parser: argparse.ArgumentParser) -> None:
    del parser


def _call(args: argparse.Namespace) -> int:
    from patrolgym.catalogue import catalogue, unusable

    del args
    for heading, names in catalogue().items():
        print(f"{heading}: {', '.join(names)}")
    for line in unusable():
        print(f"patrolgym: warning: {line}", file=sys.stderr)
    return 0


COMMANDS.add(
    "list", Command("scenarios, sizes, sites, robots, sensors, anomalies, agents, detectors", _add_options, _call)
)
