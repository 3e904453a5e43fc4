"""Data sets of many episodes: resumed, split-respecting, and one clear line for a folder of another."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from pycocotools.coco import COCO

from patrolgym import dataset
from patrolgym.agents.base import Decision
from patrolgym.cli import main
from patrolgym.envs.sites.base import generate

SECONDS = 3.0


@pytest.fixture
def played(monkeypatch):
    """Episodes end after a few seconds; returns the seeds played, of which "stop" interrupts its episode."""
    seeds: dict[str, list[int]] = {"played": [], "stop": []}

    def play(env, agent, seed, watch):
        seeds["played"].append(seed)
        env.reset(seed=seed, options={"site_seed": seed})
        for step in range(round(10 * SECONDS) + seed):
            if step == 20 and seed in seeds["stop"]:
                raise KeyboardInterrupt
            decision = Decision(np.array([0.0, 0.0, 0.3, np.sin(0.1 * step), 0.2, -0.9], np.float32))
            observation, *_ = env.step(decision.action)
            watch(env, decision, float(observation["time"][0]))

    monkeypatch.setattr(dataset, "play", play)
    return seeds


def make(out: Path, *more: str) -> int:
    return main(["dataset", "--agent", "random", "--out", str(out), "--episodes", "2", *more])


def test_episodes_become_one_coco_and_one_lerobot_data_set(played, tmp_path):
    assert make(tmp_path / "d", "--format", "coco,lerobot,mcap", "--split", "val", "--first-seed", "4") == 0
    root = tmp_path / "d"
    for picture in ("rgb", "thermal"):
        coco = COCO(str(root / "coco" / "annotations" / f"instances_val_{picture}.json"))
        assert len(coco.imgs) == 6 + 7
        assert len({image["file_name"] for image in coco.imgs.values()}) == 13
        assert all((root / image["file_name"]).exists() for image in coco.imgs.values())
        assert {annotation["image_id"] for annotation in coco.anns.values()} <= set(coco.imgs)
    rows = [parquet.read_table(path) for path in sorted((root / "lerobot" / "data").rglob("*.parquet"))]
    lengths = [33, 34]  # the first observation has no action before it
    assert [len(table) for table in rows] == lengths
    assert [table.column("episode_index")[0].as_py() for table in rows] == [0, 1]
    assert np.concatenate([table.column("index").to_numpy() for table in rows]).tolist() == list(range(67))
    info = json.loads((root / "lerobot" / "meta" / "info.json").read_text())
    assert (info["total_episodes"], info["total_frames"], info["splits"]) == (2, 67, {"val": "0:2"})
    assert len(list((root / "lerobot" / "videos").rglob("*.mp4"))) == 4
    assert len(list(root.glob("episodes/*/patrol.mcap"))) == 2
    assert not list(root.rglob("*.part"))


def test_its_sites_are_those_of_the_split(played, tmp_path):
    assert make(tmp_path, "--split", "val") == 0
    docks = {split: generate("hazardous-plant", "small", split, seed=1).dock for split in ("train", "val", "test")}
    image = json.loads((tmp_path / "episodes/000001/coco/annotations/instances_val_rgb.json").read_text())["images"][0]
    apart = {s: np.hypot(*np.subtract(image["camera"]["position_m"][:2], dock[:2])) for s, dock in docks.items()}
    assert apart["val"] < 1.5 < min(apart["train"], apart["test"])


def test_an_interrupted_data_set_goes_on_without_repeating(played, tmp_path, capsys):
    played["stop"] = [1]
    assert make(tmp_path) == 130
    assert "goes on" in capsys.readouterr().out
    assert (tmp_path / "episodes" / "000001.part").exists()
    finished = tmp_path / "episodes" / "000000" / "score.json"
    before = finished.stat().st_mtime_ns
    assert len(COCO(str(tmp_path / "coco/annotations/instances_train_rgb.json")).imgs) == 6  # opens meanwhile
    played["stop"], played["played"] = [], []
    assert make(tmp_path) == 0
    assert played["played"] == [1]
    assert finished.stat().st_mtime_ns == before
    assert not (tmp_path / "episodes" / "000001.part").exists()
    assert len(COCO(str(tmp_path / "coco/annotations/instances_train_rgb.json")).imgs) == 12
    played["played"] = []
    assert make(tmp_path, "--episodes", "3") == 0
    assert played["played"] == [2]


def test_a_data_set_of_another_sort_is_left_alone(played, tmp_path, capsys):
    assert make(tmp_path, "--episodes", "1") == 0
    held = sorted(path for path in tmp_path.rglob("*"))
    for more, named in (
        (["--split", "test"], "'train', not 'test'"),
        (["--format", "mcap"], "recorders"),
        (["--agent", "patrol"], "'random', not 'patrol'"),
    ):
        capsys.readouterr()
        assert make(tmp_path, *more) == 2
        said = capsys.readouterr().err
        assert len(said.splitlines()) == 1
        assert named in said
        assert str(tmp_path) in said
    assert sorted(path for path in tmp_path.rglob("*")) == held


def test_a_folder_with_other_files_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.tex").touch()
    assert make(tmp_path) == 2
    assert "holds no data set" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["dataset", "--format", "bag"], "'bag'"),
        (["dataset", "--format", ","], "--format"),
        (["dataset", "--episodes", "0"], "'0'"),
        (["dataset", "--split", "exam"], "'exam'"),
        (["dataset", "--out", "/proc/nowhere"], "/proc/nowhere"),
        (["run", "--record", "mcap,bag"], "'bag'"),
    ],
)
def test_bad_input_is_one_clear_line(arguments, named, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert named in said
    assert not list(tmp_path.iterdir())
