"""`patrolgym train` as a user meets it: kills, damage, and using what was learnt."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")

from patrolgym.cli import main

SMALL = [
    "train", "--scenario", "quadruped-velocity", "--workers", "1", "--eval-episodes", "1",
    "--env", "robot=a1", "--env", "randomise=false", "--env", "episode_s=0.4",
    "--set", "envs_per_worker=2", "--set", "n_steps=64", "--set", "batch_size=64", "--set", "n_epochs=1",
    "--set", "layers=[16]",
]  # fmt: skip


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short training that was killed in the middle and gone on with."""
    out = tmp_path_factory.mktemp("runs") / "x"
    command = [sys.executable, "-m", "patrolgym.cli", *SMALL, "--out", str(out)]
    process = subprocess.Popen(
        [*command, "--steps", "1000000", "--evaluations", "4000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    give_up = time.monotonic() + 600
    while time.monotonic() < give_up and process.poll() is None and len(list(out.glob("checkpoints/*.zip"))) < 2:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    _, errors = process.communicate()
    assert len(list(out.glob("checkpoints/*.zip"))) >= 2, errors.decode()
    return out


def steps_of(out: Path) -> list[int]:
    return [int(path.stem) for path in sorted(out.glob("checkpoints/*.zip"))]


def test_a_killed_training_goes_on_and_passes_over_damage(run_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    held, newest = steps_of(run_folder)[-2:]
    path = run_folder / "checkpoints" / f"{newest:012d}.zip"
    path.write_bytes(path.read_bytes()[:-200])
    assert main([*SMALL, "--out", str(run_folder), "--steps", str(held + 256), "--evaluations", "1"]) == 0
    told = capfd.readouterr().err
    assert told.count("warning") == 1 and path.name in told and "Traceback" not in told
    assert steps_of(run_folder)[-1] == held + 256
    rows = json.loads((run_folder / "curve.json").read_text())
    steps = [row["steps"] for row in rows]
    assert steps == sorted(set(steps)) and steps[0] <= held and steps[-1] == held + 256
    assert (run_folder / "curve.png").stat().st_size > 5000
    assert (run_folder / "curve.csv").read_text().count("\n") == len(rows) + 1
    assert list(run_folder.glob("tensorboard/*tfevents*"))


def test_what_was_learnt_runs_without_torch(run_folder: Path, tmp_path: Path) -> None:
    code = f"""
import sys
class Missing:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in ("torch", "stable_baselines3"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
from patrolgym.cli import main
sys.exit(main(["run", "--scenario", "quadruped-velocity", "--agent", {str(run_folder)!r}, "--out", {str(tmp_path)!r}]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    score = json.loads((tmp_path / "score.json").read_text())
    assert score["robot"] == "a1" and np.isfinite(score["return"])
    assert (tmp_path / "walk.mp4").stat().st_size > 5000


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (["--algo", "dreamer"], "'dreamer'"),
        (["--scenario", "submarine"], "'submarine'"),
        (["--set", "speed=3"], "'speed'"),
        (["--env", "gravity=3"], "'gravity'"),
        (["--env", "gravity"], "'gravity'"),
        (["--steps", "0"], "'0'"),
        (["--out", "/proc/nowhere"], "/proc/nowhere"),
    ],
)
def test_bad_input_is_one_clear_line(
    changes: list[str], named: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([*SMALL, "--out", str(tmp_path / "x"), *changes]) == 2
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 1 and named in shown


def test_another_run_is_not_overwritten(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--out", str(run_folder), "--seed", "7"]) == 2
    assert "seed" in capsys.readouterr().err
    assert main(["run", "--agent", str(run_folder), "--no-video"]) == 2
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 1 and "quadruped-velocity" in shown


@pytest.mark.parametrize("command", ["run", "bench"])
def test_a_folder_without_a_policy_is_named(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([command, "--scenario", "quadruped-velocity", "--agent", str(tmp_path)]) == 2
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 1 and str(tmp_path) in shown
