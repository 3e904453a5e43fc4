"""Benchmarks go on where they stopped, and refuse what is not theirs."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from patrolgym import benchmark
from patrolgym.benchmark import bench, print_tables
from patrolgym.cli import main
from patrolgym.episode import RunConfig
from patrolgym.episodes_file import EpisodesFile
from patrolgym.errors import UserError

from .scores import score

CONFIG = RunConfig(agent="random")


@pytest.fixture
def played(monkeypatch):
    """Seeds in the order they were played; no episode is played really."""
    seeds = []

    def play_one(config, seed):
        seeds.append(seed)
        return score(seed)

    monkeypatch.setattr(benchmark, "play_one", play_one)
    return seeds


def interrupted_after(monkeypatch, count):
    def play_one(config, seed):
        if seed >= count:
            raise KeyboardInterrupt
        return score(seed)

    monkeypatch.setattr(benchmark, "play_one", play_one)


def test_an_interrupted_benchmark_goes_on(tmp_path, monkeypatch, played, capsys):
    whole = bench(CONFIG, 0, 5, 1)
    played.clear()
    kept, again = tmp_path / "b.episodes.jsonl", benchmark.play_one
    interrupted_after(monkeypatch, 3)
    with pytest.raises(KeyboardInterrupt):
        bench(CONFIG, 0, 5, 1, kept)
    assert "3 of 5 episodes are kept" in capsys.readouterr().out
    monkeypatch.setattr(benchmark, "play_one", again)
    result = bench(CONFIG, 0, 5, 1, kept)
    assert played == [3, 4]
    assert "going on: 3 of 5 episodes" in capsys.readouterr().out
    assert json.dumps(result) == json.dumps(whole)
    assert not kept.exists()


def test_a_killed_benchmark_goes_on(tmp_path, played):
    kept = tmp_path / "b.episodes.jsonl"
    script = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from patrolgym import benchmark
from patrolgym.episode import RunConfig
from tests.scores import score
def play_one(config, seed):
    time.sleep(3600.0 * (seed == 2))
    return score(seed)
benchmark.play_one = play_one
benchmark.bench(RunConfig(agent="random"), 0, 4, 1, Path({str(kept)!r}))
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.DEVNULL)
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and not (kept.exists() and kept.read_text().count("\n") == 3):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    assert len(bench(CONFIG, 0, 4, 1, kept)["episodes"]) == 4
    assert played == [2, 3]


def test_more_episodes_of_the_same_are_added(tmp_path, monkeypatch, played):
    kept, again = tmp_path / "b.episodes.jsonl", benchmark.play_one
    interrupted_after(monkeypatch, 2)
    with pytest.raises(KeyboardInterrupt):
        bench(CONFIG, 0, 3, 1, kept)
    monkeypatch.setattr(benchmark, "play_one", again)
    bench(CONFIG, 1, 4, 1, kept)
    assert played == [2, 3, 4]


def test_a_half_written_episode_is_played_again(tmp_path):
    path = tmp_path / "b.jsonl"
    EpisodesFile(path, {"size": "small"}).add(score(0))
    path.write_text(path.read_text() + json.dumps(score(1))[:40])
    kept = EpisodesFile(path, {"size": "small"})
    assert list(kept.scores) == [0]
    kept.add(score(2))
    assert list(EpisodesFile(path, {"size": "small"}).scores) == [0, 2]


HEADER = json.dumps({"size": "small"}) + "\n"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b'{"size": "large"}\n', "size 'large', not 'small'"),
        (b'{"other": 1}\n', "something else"),
        (b"hello\n", "damaged in line 1"),
        ((HEADER + "{broken\n").encode(), "damaged in line 2"),
        ((HEADER + json.dumps(score(0)) + "\n[]\n").encode(), "damaged in line 3"),
        ((HEADER + '{"seed": 3}\n').encode(), "no episode's score in line 2"),
        ((HEADER + json.dumps(score(0) | {"seed": "x"}) + "\n").encode(), "no episode's score in line 2"),
        (b"\xff\xfe\x00\n", "not a text file"),
    ],
)
def test_what_is_not_ours_is_refused_and_left_alone(tmp_path, content, named):
    path = tmp_path / "b.jsonl"
    path.write_bytes(content)
    with pytest.raises(UserError, match=named) as refused:
        EpisodesFile(path, {"size": "small"})
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == content


def test_another_version_is_refused(tmp_path):
    path = tmp_path / "b.jsonl"
    EpisodesFile(path, {"patrolgym": "0.0.9"})
    with pytest.raises(UserError, match=r"patrolgym '0.0.9', not '0.1.0'"):
        EpisodesFile(path, {"patrolgym": "0.1.0"})


def test_the_command_writes_json_and_page(tmp_path, played, capsys):
    json_file, html_file = tmp_path / "b.json", tmp_path / "b.html"
    arguments = ["bench", "--agent", "random", "--episodes", "3", "--json", str(json_file), "--html", str(html_file)]
    assert main(arguments) == 0
    assert len(json.loads(json_file.read_text())["episodes"]) == 3
    assert "Benchmark" in html_file.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.html", "b.json"]
    assert "by severity" in capsys.readouterr().out


def test_the_command_says_in_one_line_what_it_cannot_go_on_from(tmp_path, played, capsys):
    (tmp_path / "b.episodes.jsonl").write_text("nonsense\n")
    assert main(["bench", "--agent", "random", "--episodes", "3", "--json", str(tmp_path / "b.json")]) == 2
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 1
    assert "b.episodes.jsonl" in shown
    assert played == []


def test_tables_show_classes_conditions_and_severities(played, capsys):
    print_tables(bench(CONFIG, 0, 4, 1))
    shown = capsys.readouterr().out
    for expected in ("detection_rate", "hot_bearing", "by light", "by air", "by wind", "by severity", "gross"):
        assert expected in shown
