"""Many episodes, their means with intervals, and how each class of anomaly fared."""

import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from threadpoolctl import threadpool_limits

from patrolgym.agents.base import AGENTS

from .episode import RunConfig, make_env, play, scored

_FIGURES = ("coverage", "points_served", "detection_rate", "precision", "f1", "average_precision")
_COUNTS = ("false_alarms", "location_error_m", "distance_m", "energy_wh", "sim_s", "real_time_factor")
_SAFETY = ("collisions", "falls", "zone_violations", "gas_exposure_s", "near_misses")


def play_one(config: RunConfig, seed: int) -> dict[str, Any]:
    """One headless episode on its own env; returns its score."""
    cv2.setNumThreads(1)
    threadpool_limits(1)
    agent = AGENTS[config.agent]()
    env = make_env(config, agent)
    started = time.perf_counter()
    try:
        play(env, agent, seed, lambda env, decision, time_s: None)
        return scored(env, config, seed, time.perf_counter() - started)
    finally:
        env.close()


def bench(config: RunConfig, first_seed: int, episodes: int, workers: int) -> dict[str, Any]:
    """Play `episodes` seeds from `first_seed` on `workers` processes; returns what `bench --json` writes."""
    config.check()
    seeds = range(first_seed, first_seed + episodes)
    with Progress() as progress:
        task = progress.add_task(f"{config.scenario} {config.size} {config.split}", total=episodes)
        scores = []
        for score in _scores(config, seeds, workers):
            scores.append(score)
            progress.advance(task)
    scores.sort(key=lambda score: int(score["seed"]))
    return {"config": asdict(config) | {"first_seed": first_seed, "episodes": episodes}, **summarise(scores)}


def _scores(config: RunConfig, seeds: range, workers: int) -> Iterator[dict[str, Any]]:
    if workers == 1:
        yield from (play_one(config, seed) for seed in seeds)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            for future in as_completed([pool.submit(play_one, config, seed) for seed in seeds]):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def summarise(scores: list[dict[str, Any]]) -> dict[str, Any]:
    """Means, 95 % bootstrap intervals, per-class figures and the scores themselves."""
    values = {name: [score[name] for score in scores] for name in (*_FIGURES, *_COUNTS)}
    values |= {name: [score["safety"][name] for score in scores] for name in _SAFETY}
    values |= {
        f"reading_error_{kind}": [score["reading_error"][kind] for score in scores]
        for kind in scores[0]["reading_error"]
    }
    known = {name: [float(v) for v in column if v is not None] for name, column in values.items()}
    return {
        "mean": {name: float(np.mean(column)) if column else None for name, column in known.items()},
        "ci95": {name: _interval(column) for name, column in known.items()},
        "by_anomaly": _by_anomaly(scores),
        "episodes": scores,
    }


def _interval(values: list[float]) -> list[float] | None:
    """95 % percentile bootstrap interval of the mean."""
    if not values:
        return None
    drawn = np.random.default_rng(0).choice(values, size=(2000, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    return [float(low), float(high)]


def _by_anomaly(scores: list[dict[str, Any]]) -> dict[str, dict[str, float | int | None]]:
    """Class -> present, found, detection rate, false alarms, median severity missed."""
    present: dict[str, list[bool]] = defaultdict(list)
    false: dict[str, int] = defaultdict(int)
    for score in scores:
        for anomaly in score["anomalies"]:
            present[anomaly["class"]].append(anomaly["found"])
        for report in score["reports"]:
            false[report["class"]] += report["matched"] is False
    return {
        name: {
            "present": len(present[name]),
            "found": sum(present[name]),
            "detection_rate": float(np.mean(present[name])) if present[name] else None,
            "false_alarms": false[name],
        }
        for name in sorted({*present, *false})
    }


def print_table(result: dict[str, Any]) -> None:
    """The means with their intervals, then the classes, for people."""
    config = result["config"]
    table = Table(title=f"{config['scenario']} {config['size']}, {config['episodes']} {config['split']} episodes")
    for heading in ("figure", "mean", "95 %"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for name, mean in result["mean"].items():
        if mean is not None:
            low, high = result["ci95"][name]
            table.add_row(name, f"{mean:.3f}", f"{low:.3f} to {high:.3f}")
    classes = Table(title="by anomaly")
    for heading in ("class", "present", "found", "false alarms"):
        classes.add_column(heading, justify="left" if heading == "class" else "right")
    for name, row in result["by_anomaly"].items():
        classes.add_row(name, str(row["present"]), str(row["found"]), str(row["false_alarms"]))
    console = Console()
    console.print(table)
    console.print(classes)
