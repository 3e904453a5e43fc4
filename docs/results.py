"""Writes the reference results: `python docs/results.py FILE.json …` puts files of `bench --json` into benchmark.md."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "benchmark.md"
BEGIN, END = "<!-- results -->", "<!-- /results -->"
SUMMARY = ("detection_rate", "precision", "coverage", "points_served", "false_alarms", "falls", "collisions")
SIZES = ("small", "medium", "large")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a Markdown table; all columns but the first to the right."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{'|'.join(['---', *['---:'] * (len(headings) - 1)])}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def figure(mean: float | None, limits: Sequence[float] | None) -> str:
    """A mean with its interval."""
    if mean is None or limits is None:
        return "–"
    return f"{mean:.2f} ({limits[0]:.2f}–{limits[1]:.2f})"


def rate(row: Mapping[str, Any]) -> tuple[str, str]:
    """How many were found, and the rate."""
    return f"{row['found']} of {row['present']}", figure(row["detection_rate"], row["ci95"])


def command(config: Mapping[str, Any]) -> str:
    """What made the file."""
    names = ("scenario", "site" if config["site"] else "size", "split", "agent", "robot", "first_seed", "episodes")
    return " ".join(["patrolgym bench", *(f"--{name.replace('_', '-')} {config[name]}" for name in names)])


def name(config: Mapping[str, Any]) -> str:
    """What a file is called in headings."""
    return f"{config['agent']}, {config['site'] or config['size']}"


def overview(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One line a file."""
    rows = [
        [
            name(result["config"]),
            str(result["config"]["episodes"]),
            *(figure(result["mean"][key], result["ci95"][key]) for key in SUMMARY),
        ]
        for result in results
    ]
    yield from table(["agent, size", "episodes", *(key.replace("_", " ") for key in SUMMARY)], rows)


def details(result: Mapping[str, Any]) -> Iterator[str]:
    """Everything of one file."""
    config = result["config"]
    yield f"### {name(config)}\n"
    yield f"`{config['split']}` split, PatrolGym {config['patrolgym']}:\n"
    yield f"```\n{command(config)}\n```\n"
    classes = result["by_anomaly"].items()
    yield from table(
        ["class", "found", "rate (95 %)", "false alarms"],
        ([kind, *rate(row), str(row["false_alarms"])] for kind, row in classes),
    )
    conditions = result["by_condition"]
    yield from table(
        ["condition", "episodes", "detection rate (95 %)", "precision (95 %)", "coverage (95 %)"],
        (
            [f"{what}: {value}", str(row["episodes"])]
            + [figure(row[key]["mean"], row[key]["ci95"]) for key in ("detection_rate", "precision", "coverage")]
            for what, rows in conditions.items()
            if what != "severity"
            for value, row in rows.items()
        ),
    )
    severities = conditions["severity"].items()
    yield from table(["severity", "found", "rate (95 %)"], ([kind, *rate(row)] for kind, row in severities))
    errors = {
        key: mean for key, mean in result["mean"].items() if key.startswith("reading_error_") and mean is not None
    }
    yield from table(
        ["reading", "median error, mean over episodes (95 %)"],
        ([key.removeprefix("reading_error_"), figure(mean, result["ci95"][key])] for key, mean in errors.items()),
    )


def rewritten(page: str, results: Sequence[Mapping[str, Any]]) -> str:
    """The page with the results in their place."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    order = sorted(results, key=lambda result: (SIZES.index(result["config"]["size"]), result["config"]["agent"]))
    lines = [*overview(order), *(line for result in order for line in details(result))]
    return "\n".join([before + BEGIN, *lines, END]) + after


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python docs/results.py FILE.json …")
    files = [json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:]]
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), files), encoding="utf-8")
