"""The `patrolgym` command: run, bench, speed, list."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from threadpoolctl import threadpool_limits

import patrolgym

from .errors import UserError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message} (see {self.prog} --help)")


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, got {text!r}")
    return number


def _seed(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 0, got {text!r}")
    return number


def _add_episode_options(parser: argparse.ArgumentParser, split: str) -> None:
    parser.add_argument("--scenario", default="hazardous-plant", help="what kind of site (see `patrolgym list`)")
    parser.add_argument("--size", default="small", help="small, medium or large")
    parser.add_argument("--split", default=split, help="train, val or test: disjoint sites")
    parser.add_argument("--agent", default="patrol", help="who decides (see `patrolgym list`)")
    parser.add_argument("--robot", default="exquad", help="who walks (see `patrolgym list`)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="patrolgym", description="Patrol, see, report, and be scored.")
    parser.add_argument("--version", action="version", version=f"patrolgym {patrolgym.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="{run,bench,speed,list}", required=True)

    run = commands.add_parser("run", help="one patrol with its score and video")
    _add_episode_options(run, split="val")
    run.add_argument("--seed", type=_seed, default=0, help="site and episode seed")
    run.add_argument("--out", type=Path, default=Path("out"), help="folder for score.json and patrol.mp4")
    run.add_argument("--no-video", action="store_true", help="write the score only")
    run.set_defaults(call=_run)

    bench = commands.add_parser("bench", help="many patrols and their mean scores")
    _add_episode_options(bench, split="test")
    bench.add_argument("--episodes", type=_count, default=20)
    bench.add_argument("--first-seed", type=_seed, default=0)
    bench.add_argument("--workers", type=_count, default=1, help="processes")
    bench.add_argument("--json", type=Path, default=None, help="file for the figures")
    bench.set_defaults(call=_bench)

    speed = commands.add_parser("speed", help="rates as ratios to bare PyBullet and the bare ray cast")
    speed.add_argument("--json", type=Path, default=None, help="file for the figures")
    speed.set_defaults(call=_speed)

    listing = commands.add_parser("list", help="scenarios, sizes, robots, sensors, anomalies, agents, detectors")
    listing.set_defaults(call=_list)
    return parser


def _run(args: argparse.Namespace) -> int:
    from .episode import RunConfig, run

    config = RunConfig(args.scenario, args.size, args.split, args.agent, args.robot)
    return run(config, args.seed, args.out, video=not args.no_video)


def _bench(args: argparse.Namespace) -> int:
    from .benchmark import bench, print_table
    from .episode import RunConfig

    config = RunConfig(args.scenario, args.size, args.split, args.agent, args.robot)
    _check_writable(args.json)
    result = bench(config, args.first_seed, args.episodes, args.workers)
    print_table(result)
    _write_json(args.json, result)
    return 0


def _speed(args: argparse.Namespace) -> int:
    from .speed import measure

    _check_writable(args.json)
    figures = measure()
    print(json.dumps(figures, indent=2))
    _write_json(args.json, figures)
    return 0


def _list(args: argparse.Namespace) -> int:
    from .catalogue import catalogue

    for heading, names in catalogue().items():
        print(f"{heading}: {', '.join(names)}")
    return 0


def _check_writable(path: Path | None) -> None:
    """Fail before the long work rather than after it."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a"):
            pass
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def _write_json(path: Path | None, data: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(data, indent=2) + "\n")


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
