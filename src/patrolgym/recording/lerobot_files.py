"""The files of a LeRobotDataset v3: one episode a data file and a video file."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from patrolgym.envs.types import FloatArray

from .atomic import replacing, write_json
from .lerobot_stats import Stats, column_stats, joint_stats
from .optional import library

_CHUNK = 1000
_FILE = "chunk-{chunk_index:03d}/file-{file_index:03d}"
DATA_PATH = f"data/{_FILE}.parquet"
VIDEO_PATH = "videos/{video_key}/" + f"{_FILE}.mp4"
_EPISODES_PATH = "meta/episodes/chunk-000/file-000.parquet"
_TASKS_PATH, _INFO_PATH, _STATS_PATH = "meta/tasks.parquet", "meta/info.json", "meta/stats.json"
_INDICES = ("frame_index", "episode_index", "index", "task_index")


@dataclass(frozen=True)
class Header:
    """What all episodes of a data set have in common.

    Attributes:
        fps: rows a second.
        robot: its name.
        split: "train", "val" or "test".
        task: what the robot is told.
        columns: feature -> names of its entries.
        pictures: feature -> (height, width) px.
    """

    fps: int
    robot: str
    split: str
    task: str
    columns: Mapping[str, tuple[str, ...]]
    pictures: Mapping[str, tuple[int, int]]


def place(episode: int) -> dict[str, int]:
    """Chunk and file that hold an episode."""
    return {"chunk_index": episode // _CHUNK, "file_index": episode % _CHUNK}


def write_rows(
    root: Path, header: Header, values: Mapping[str, FloatArray], episode: int, first: int
) -> dict[str, Any]:
    """Write the rows of one episode, and return its entry for `write_meta` without pictures' statistics.

    Args:
        root: folder of the data set.
        header: of the data set.
        values: feature -> (rows, n).
        episode: its number in the data set.
        first: rows of the episodes before it.
    """
    arrow, parquet = library("pyarrow", "lerobot"), library("pyarrow.parquet", "lerobot")
    rows = len(next(iter(values.values())))
    frame = np.arange(rows)
    integers = dict(zip(_INDICES, (frame, np.full(rows, episode), first + frame, np.zeros(rows, int)), strict=True))
    columns = {
        name: arrow.FixedSizeListArray.from_arrays(arrow.array(array.astype(np.float32).ravel()), array.shape[1])
        for name, array in values.items()
    }
    columns["timestamp"] = arrow.array((frame / header.fps).astype(np.float32))
    columns |= {name: arrow.array(array.astype(np.int64)) for name, array in integers.items()}
    with replacing(root / DATA_PATH.format(**place(episode))) as draft:
        parquet.write_table(arrow.table(columns), draft)
    whole = {**values, "timestamp": (frame / header.fps)[:, None], **{n: a[:, None] for n, a in integers.items()}}
    return {
        "episode_index": episode,
        "tasks": [header.task],
        "length": rows,
        "dataset_from_index": first,
        "dataset_to_index": first + rows,
        "meta/episodes/chunk_index": 0,
        "meta/episodes/file_index": 0,
        **{f"data/{name}": number for name, number in place(episode).items()},
        **_video_entry(header, episode, rows),
        **stats_entry({name: column_stats(array) for name, array in whole.items()}),
    }


def _video_entry(header: Header, episode: int, rows: int) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for name in header.pictures:
        entry |= {f"videos/{name}/{key}": number for key, number in place(episode).items()}
        entry |= {f"videos/{name}/from_timestamp": 0.0, f"videos/{name}/to_timestamp": rows / header.fps}
    return entry


def write_meta(root: Path, header: Header, episodes: Sequence[Mapping[str, Any]]) -> None:
    """Write everything that describes `episodes` (entries of `write_rows`, with statistics of the pictures)."""
    arrow, parquet = library("pyarrow", "lerobot"), library("pyarrow.parquet", "lerobot")
    if not (root / _TASKS_PATH).exists():
        tasks = arrow.table({"task_index": arrow.array([0], arrow.int64()), "task": [header.task]})
        with replacing(root / _TASKS_PATH) as draft:
            parquet.write_table(tasks.replace_schema_metadata(_TASK_INDEX), draft)
    # As one array of records: for each column made apart, Arrow would look for pandas.
    table = arrow.Table.from_struct_array(arrow.array([dict(episode) for episode in episodes]))
    with replacing(root / _EPISODES_PATH) as draft:
        parquet.write_table(table, draft)
    several = [stats_of(episode) for episode in episodes]
    joint = {name: joint_stats([stats[name] for stats in several]) for name in several[0]}
    write_json(root / _STATS_PATH, {n: {key: v.tolist() for key, v in stats.items()} for n, stats in joint.items()})
    write_json(root / _INFO_PATH, _info(header, len(episodes), sum(int(episode["length"]) for episode in episodes)))


#: Pandas, by which LeRobot reads the tasks, takes the text as the index.
_TASK_INDEX = {
    "pandas": json.dumps(
        {
            "index_columns": ["task"],
            "column_indexes": [],
            "columns": [
                {"name": name, "field_name": name, "pandas_type": kind, "numpy_type": stored, "metadata": None}
                for name, kind, stored in (("task_index", "int64", "int64"), ("task", "unicode", "object"))
            ],
            "creator": {"library": "pyarrow", "version": "0"},
            "pandas_version": "2.0.0",
        }
    )
}


def stats_entry(stats: Mapping[str, Stats]) -> dict[str, Any]:
    """Statistics by feature as part of an episode's entry."""
    return {f"stats/{name}/{key}": value.tolist() for name, found in stats.items() for key, value in found.items()}


def stats_of(episode: Mapping[str, Any]) -> dict[str, Stats]:
    """Feature -> statistics in an entry of `write_rows`."""
    found: dict[str, Stats] = {}
    for key, value in episode.items():
        if key.startswith("stats/"):
            _, name, statistic = key.split("/")
            found.setdefault(name, {})[statistic] = np.asarray(value, float)
    return found


def _info(header: Header, episodes: int, frames: int) -> dict[str, Any]:
    features: dict[str, Any] = {
        name: {"dtype": "float32", "shape": [len(names)], "names": list(names)}
        for name, names in header.columns.items()
    }
    features |= {name: _video_feature(size, header.fps) for name, size in header.pictures.items()}
    features["timestamp"] = {"dtype": "float32", "shape": [1], "names": None}
    features |= {name: {"dtype": "int64", "shape": [1], "names": None} for name in _INDICES}
    return {
        "codebase_version": "v3.0",
        "robot_type": header.robot,
        "total_episodes": episodes,
        "total_frames": frames,
        "total_tasks": 1,
        "chunks_size": _CHUNK,
        "data_files_size_in_mb": 100,
        "video_files_size_in_mb": 200,
        "fps": header.fps,
        "splits": {header.split: f"0:{episodes}"},
        "data_path": DATA_PATH,
        "video_path": VIDEO_PATH,
        "features": features,
    }


def _video_feature(size_px: tuple[int, int], fps: int) -> dict[str, Any]:
    height, width = size_px
    made = {"height": height, "width": width, "codec": "h264", "pix_fmt": "yuv420p", "is_depth_map": False}
    info = {f"video.{name}": value for name, value in made.items()} | {"video.fps": fps, "video.channels": 3}
    return {
        "dtype": "video",
        "shape": [height, width, 3],
        "names": ["height", "width", "channels"],
        "info": info | {"has_audio": False},
    }


def join(roots: Sequence[Path], out: Path) -> None:
    """Make one data set in `out` of the episodes recorded in `roots`, in that order; videos are linked or copied."""
    parquet = library("pyarrow.parquet", "lerobot")
    entries: list[dict[str, Any]] = []
    for episode, root in enumerate(roots):
        header = _header(root)
        table = parquet.read_table(root / DATA_PATH.format(**place(0)))
        values = {name: np.stack(table.column(name).to_numpy()) for name in header.columns}
        first = entries[-1]["dataset_to_index"] if entries else 0
        entry = write_rows(out, header, values, episode, first)
        recorded = parquet.read_table(root / _EPISODES_PATH).to_pylist()[0]
        pictures = tuple(f"stats/{name}/" for name in header.pictures)
        entries.append(entry | {key: value for key, value in recorded.items() if key.startswith(pictures)})
        for name in header.pictures:
            where = VIDEO_PATH.format(video_key=name, **place(episode))
            _link(root / VIDEO_PATH.format(video_key=name, **place(0)), out / where)
    write_meta(out, header, entries)


def _header(root: Path) -> Header:
    """The header that a data set was written with."""
    info = json.loads((root / _INFO_PATH).read_text())
    task = library("pyarrow.parquet", "lerobot").read_table(root / _TASKS_PATH).column("task")[0].as_py()
    features = info["features"]
    return Header(
        fps=info["fps"],
        robot=info["robot_type"],
        split=next(iter(info["splits"])),
        task=task,
        columns={name: tuple(f["names"]) for name, f in features.items() if f["dtype"] == "float32" and f["names"]},
        pictures={name: (f["shape"][0], f["shape"][1]) for name, f in features.items() if f["dtype"] == "video"},
    )


def _link(source: Path, target: Path) -> None:
    """Let `target` be the same file as `source`, or a copy where the file system knows no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
