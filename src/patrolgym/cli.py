"""The `patrolgym` command: parses, calls a sub-command, and says what is wrong in one line."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from threadpoolctl import threadpool_limits

import patrolgym

from .commands.base import COMMANDS
from .errors import UserError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message} (see {self.prog} --help)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="patrolgym", description="Patrol, see, report, and be scored.")
    parser.add_argument("--version", action="version", version=f"patrolgym {patrolgym.__version__}")
    names = COMMANDS.names()
    commands = parser.add_subparsers(dest="command", metavar=f"{{{','.join(names)}}}", required=True)
    for name in names:
        command = COMMANDS[name]
        options = commands.add_parser(name, help=command.help, description=command.help)
        command.add_options(options)
        options.set_defaults(call=command.call)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code: 0 done, 2 bad input, 130 interrupted."""
    try:
        args = _parser().parse_args(argv)
        # The arrays are small: more threads would only wait for each other.
        with threadpool_limits(1):
            code: int = args.call(args)
    except UserError as error:
        print(f"patrolgym: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("patrolgym: interrupted", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
