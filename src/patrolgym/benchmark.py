"""Many episodes, on several processes if wanted, and the table of their figures."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

import patrolgym
from patrolgym.agents.learned import find_agent

from .episode import RunConfig, make_env, play, scored
from .episodes_file import EpisodesFile
from .figures import summarise
from .parallel import spread


def play_one(config: RunConfig, seed: int) -> dict[str, Any]:
    """One headless episode on its own env; returns its score."""
    agent = find_agent(config.agent, config.scenario)()
    env = make_env(config, agent)
    started = time.perf_counter()
    try:
        play(env, agent, seed, lambda env, decision, time_s: None)
        return scored(env, config, seed, time.perf_counter() - started)
    finally:
        env.close()


def bench(
    config: RunConfig, first_seed: int, episodes: int, workers: int | str, kept_in: Path | None = None
) -> dict[str, Any]:
    """Play `episodes` seeds from `first_seed` on `workers` processes; returns what `bench --json` writes.

    Args:
        config: what is played.
        first_seed: of the first site.
        episodes: how many.
        workers: processes, or "ray" for a Ray cluster.
        kept_in: a file that keeps episodes as they end; those it holds already are not played again. It is deleted
            when all are done. None: nothing is kept.

    Raises:
        UserError: the config is wrong, or `kept_in` holds something else.
    """
    config.check()
    seeds = range(first_seed, first_seed + episodes)
    kept = EpisodesFile(kept_in, asdict(config) | {"patrolgym": patrolgym.__version__}) if kept_in else None
    scores = {seed: score for seed, score in kept.scores.items() if seed in seeds} if kept else {}
    if kept and scores:
        print(f"going on: {len(scores)} of {episodes} episodes are in {kept.path}", flush=True)
    try:
        for score in _followed(config, [seed for seed in seeds if seed not in scores], workers, episodes):
            scores[int(score["seed"])] = score
            if kept:
                kept.add(score)
    except KeyboardInterrupt:
        if kept:
            print(f"{len(scores)} of {episodes} episodes are kept in {kept.path}: the same command goes on from there")
        raise
    figures = summarise([scores[seed] for seed in seeds])
    if kept:
        kept.remove()
    facts = asdict(config) | {"first_seed": first_seed, "episodes": episodes, "patrolgym": patrolgym.__version__}
    return {"config": facts, **figures}


def _followed(config: RunConfig, seeds: Sequence[int], workers: int | str, episodes: int) -> Iterator[dict[str, Any]]:
    """Scores as they come in, with a progress bar."""
    name = escape(f"{config.scenario} {config.site or config.size} {config.split}")
    with _progress() as progress:
        task = progress.add_task(name, total=episodes, completed=episodes - len(seeds))
        for score in spread(partial(play_one, config), seeds, workers):
            progress.advance(task)
            yield score


def print_tables(result: Mapping[str, Any]) -> None:
    """The means with their intervals, then classes and conditions, for people."""
    config = result["config"]
    console = Console()
    title = f"{config['scenario']} {config['site'] or config['size']}, {config['episodes']} {config['split']} episodes"
    means = _table(title, "figure", "mean", "95 %")
    for name, mean in result["mean"].items():
        if mean is not None:
            means.add_row(name, f"{mean:.3f}", _span(result["ci95"][name], 3))
    console.print(means)
    classes = _table("by class", "class", "present", "found", "rate", "95 %", "false alarms")
    for name, row in result["by_anomaly"].items():
        classes.add_row(name, *_found(row), str(row["false_alarms"]))
    console.print(classes)
    for what, rows in result["by_condition"].items():
        if what == "severity":
            console.print(_severities(rows))
        else:
            console.print(_condition(what, rows))


def _condition(what: str, rows: Mapping[str, Any]) -> Table:
    table = _table(f"by {what}", what, "episodes", "detection", "95 %", "precision", "coverage")
    for name, row in rows.items():
        rate, others = row["detection_rate"], (row["precision"], row["coverage"])
        means = (_two(other["mean"]) for other in others)
        table.add_row(name, str(row["episodes"]), _two(rate["mean"]), _span(rate["ci95"]), *means)
    return table


def _severities(rows: Mapping[str, Any]) -> Table:
    table = _table("by severity", "severity", "present", "found", "rate", "95 %")
    for name, row in rows.items():
        table.add_row(name, *_found(row))
    return table


def _found(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return str(row["present"]), str(row["found"]), _two(row["detection_rate"]), _span(row["ci95"])


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _span(limits: list[float] | None, digits: int = 2) -> str:
    return "–" if limits is None else f"{limits[0]:.{digits}f} to {limits[1]:.{digits}f}"


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=escape(title))
    table.add_column(first)
    for heading in others:
        table.add_column(heading, justify="right")
    return table


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    )
