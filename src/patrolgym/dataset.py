"""Data sets of many recorded episodes, made by several processes, that go on where they were interrupted."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

import patrolgym
from patrolgym.agents.base import Decision
from patrolgym.agents.learned import find_agent
from patrolgym.envs.inspection_env import InspectionEnv

from .episode import RunConfig, make_env, play, scored
from .errors import UserError
from .parallel import spread
from .recording.atomic import write_json
from .recording.base import RECORDERS

_CONFIG, _EPISODES = "dataset.json", "episodes"
#: The episodes are put together anew when there are this share more of them.
_MORE = 0.1


@dataclass(frozen=True)
class Task:
    """One episode to record into `folder`, which is there only when it is done."""

    config: RunConfig
    seed: int
    folder: Path
    recorders: tuple[str, ...]


def make(config: RunConfig, seeds: range, out: Path, recorders: tuple[str, ...], workers: int) -> int:
    """Record an episode a seed; returns how many episodes the data set then has.

    Each episode has a folder of its own; what a format puts together of all of them stands beside these. Episodes that
    are done already are not repeated, and those that were interrupted begin anew.

    Args:
        config: what is played.
        seeds: of sites and episodes.
        out: folder, new or of a data set with the same config and recorders.
        recorders: names of the registry.
        workers: processes.

    Raises:
        UserError: `out` holds something else or cannot be written, or the config is wrong.
    """
    config.check()
    try:
        _open(out, asdict(config) | {"recorders": list(recorders), "patrolgym": patrolgym.__version__})
        tasks = [Task(config, seed, out / _EPISODES / f"{seed:06d}", recorders) for seed in seeds]
        missing = [task for task in tasks if not task.folder.exists()]
        together = 0
        for _ in _followed(missing, len(tasks), workers):
            done = _done(out)
            if len(done) >= together * (1.0 + _MORE):
                together = len(done)
                _put_together(out, recorders, done)
        done = _done(out)
        _put_together(out, recorders, done)
    except OSError as error:
        raise UserError(f"cannot write to {out}: {error.strerror or error}") from error
    return len(done)


def _open(out: Path, config: dict[str, object]) -> None:
    """Begin a data set, or make sure that it is the same."""
    path = out / _CONFIG
    if path.exists():
        held = json.loads(path.read_text())
        for name, value in config.items():
            if held.get(name) != value:
                raise UserError(
                    f"{out} holds a data set with {name} {held.get(name)!r}, not {value!r}: choose another --out"
                )
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is not an empty folder and holds no data set: choose another --out")
    else:
        write_json(path, config)
    for half_written in (out / _EPISODES).glob("*.part"):
        shutil.rmtree(half_written)


def _done(out: Path) -> list[Path]:
    """The folders of the finished episodes, in the order of their seeds."""
    return sorted(
        folder for folder in (out / _EPISODES).iterdir() if folder.is_dir() and re.fullmatch(r"\d{6,}", folder.name)
    )


def _followed(tasks: Sequence[Task], total: int, workers: int) -> Iterator[int]:
    """Seeds as their episodes get done, with a progress bar."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("episodes"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        bar = progress.add_task("", total=total, completed=total - len(tasks))
        for seed in spread(record, tasks, workers):
            progress.advance(bar)
            yield seed


def record(task: Task) -> int:
    """Play and record one episode; returns its seed."""
    draft = task.folder.with_name(f"{task.folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    agent, started = find_agent(task.config.agent, task.config.scenario)(), perf_counter()
    with ExitStack() as stack:
        env = stack.enter_context(closing(make_env(task.config, agent)))
        recording = [stack.enter_context(closing(RECORDERS[name](draft))) for name in task.recorders]

        def watch(env: InspectionEnv, decision: Decision, time_s: float) -> None:
            for recorder in recording:
                recorder(env, decision, time_s)

        play(env, agent, task.seed, watch)
        score = scored(env, task.config, task.seed, perf_counter() - started)
        for recorder in recording:
            recorder.finish(env, score)
    write_json(draft / "score.json", score)
    draft.replace(task.folder)
    return task.seed


def _put_together(out: Path, recorders: Sequence[str], episodes: Sequence[Path]) -> None:
    """Make of `episodes` what each format makes of several; what stood there before is replaced when it is ready."""
    for name in recorders:
        draft, old, target = out / f".{name}.part", out / f".{name}.old", out / name
        for rest in (draft, old):
            shutil.rmtree(rest, ignore_errors=True)
        draft.mkdir()
        RECORDERS[name].assemble(episodes, draft)
        if not any(draft.iterdir()):
            draft.rmdir()
            continue
        if target.exists():
            target.rename(old)
        draft.rename(target)
        shutil.rmtree(old, ignore_errors=True)
