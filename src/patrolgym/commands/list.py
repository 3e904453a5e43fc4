"""`patrolgym list`: what can be chosen."""

import argparse

from .base import COMMANDS, Command


def _add_options(parser: argparse.ArgumentParser) -> None:
    del parser


def _call(args: argparse.Namespace) -> int:
    from patrolgym.catalogue import catalogue

    del args
    for heading, names in catalogue().items():
        print(f"{heading}: {', '.join(names)}")
    return 0


COMMANDS.add("list", Command("scenarios, sizes, robots, sensors, anomalies, agents, detectors", _add_options, _call))
