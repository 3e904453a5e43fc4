"""The command line as a newcomer meets it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from patrolgym.cli import main

RUN = [sys.executable, "-m", "patrolgym.cli", "run", "--size", "small"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["run", "--size", "huge"], "'huge'"),
        (["run", "--scenario", "submarine"], "'submarine'"),
        (["run", "--split", "exam"], "'exam'"),
        (["run", "--agent", "nobody"], "'nobody'"),
        (["run", "--robot", "unicycle"], "'unicycle'"),
        (["run", "--seed", "-1"], "'-1'"),
        (["run", "--seed", "x"], "'x'"),
        (["bench", "--episodes", "0"], "'0'"),
        (["bench", "--json", "/proc/nowhere/b.json"], "/proc/nowhere"),
        (["run", "--out", "/proc/nowhere"], "/proc/nowhere"),
        (["fly"], "'fly'"),
        (["run", "--speed"], "--speed"),
        ([], "bench"),
    ],
)
def test_bad_input_is_one_clear_line(
    arguments: list[str],
    named: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert len(shown.err.splitlines()) == 1
    assert named in shown.err


@pytest.mark.parametrize("command", [[], ["run"], ["bench"], ["speed"], ["list"]])
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    assert "usage: patrolgym" in capsys.readouterr().out


def test_list_names_what_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    listed = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert "hazardous-plant" in listed["scenarios"]
    assert {"patrol", "random"} <= set(listed["agents"].split(", "))
    assert len(listed["anomalies"].split(", ")) >= 10
    assert len(listed["equipment"].split(", ")) >= 14


def test_an_interrupted_run_keeps_its_score_report_and_video(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*RUN, "--agent", "patrol", "--out", str(tmp_path)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A job that a shell put into the background would ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    video = tmp_path / "patrol.mp4"
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up and process.poll() is None:
        if video.exists() and video.stat().st_size > 20_000:
            break
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors.decode()
    assert b"Traceback" not in errors
    score = json.loads((tmp_path / "score.json").read_text())
    assert 0 < score["sim_s"] < 300
    report = (tmp_path / "report.html").read_text()
    assert 'src="patrol.mp4' in report
    assert f"Site {score['seed']} of the {score['split']} split" in report
    with av.open(str(video)) as movie:
        assert sum(1 for _ in movie.decode(video=0)) > 5


def test_a_killed_run_leaves_a_readable_video(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*RUN, "--agent", "patrol", "--out", str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    video = tmp_path / "patrol.mp4"
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up and not (video.exists() and video.stat().st_size > 20_000):
        time.sleep(0.2)
    process.kill()
    process.wait(timeout=30)
    with av.open(str(video)) as movie:
        assert sum(1 for _ in movie.decode(video=0)) > 5
