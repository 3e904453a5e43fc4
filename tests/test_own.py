"""A robot, a site and an agent of one's own on the command line."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from patrolgym.cli import main
from patrolgym.envs.robots.spec import load_robot

YARD = """\
name: Yard
size_m: [10, 8]
dock: {at_m: [1.5, 1.5]}
skyline: false
time_limit_s: 10
anomalies: 1
equipment:
  - {kind: pressure_gauge, tag: PI-1, at_m: [6, 6]}
  - {kind: lever_valve, tag: V-1, at_m: [3, 6]}
  - {kind: junction_box, tag: JB-1, at_m: [8, 6]}
structure:
  - {kind: wall, from_m: [4, 5.2], to_m: [9.4, 5.2], height_m: 2.5}
"""
AGENT = """\
import numpy as np
from patrolgym.agents.base import Agent, Decision

class Waiting(Agent):
    name = "waiting"
    sensors = ("lidar",)
    def begin(self, briefing, commission, rng): self.steps = 0
    def act(self, observation):
        self.steps += 1
        return Decision(np.zeros(6), done=self.steps > 5)

class Greedy(Waiting):
    sensors = ("sonar",)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a site, an agent and a robot, to stand in."""
    (tmp_path / "yard.yaml").write_text(YARD)
    (tmp_path / "my_agents.py").write_text(AGENT)
    exquad = load_robot("exquad").urdf_path
    shutil.copy(exquad, tmp_path / "rex.urdf")
    record = (exquad.parent.parent / "exquad.yaml").read_text()
    (tmp_path / "rex.yaml").write_text(
        record.replace("name: exquad", "name: rex").replace("urdf: exquad/exquad.urdf", "")
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    sys.modules.pop("my_agents", None)


def test_everything_of_ones_own_at_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = ["--site", "yard.yaml", "--robot", "rex.urdf", "--agent", "my_agents:Waiting"]
    assert main(["run", *own, "--no-video", "--out", "out"]) == 0
    score = json.loads((home / "out/score.json").read_text())
    shown = {key: score[key] for key in ("site", "size", "robot", "agent", "scenario")}
    assert shown == {
        "site": "yard", "size": "custom", "robot": "rex", "agent": "my_agents:Waiting", "scenario": "hazardous-plant"
    }  # fmt: skip
    assert len(score["anomalies"]) == 1
    warned = [line for line in capsys.readouterr().err.splitlines() if "warning" in line]
    assert warned and all(re.match(r"patrolgym: warning: yard\.yaml:\d+: equipment", line) for line in warned)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--site", "nowhere"], "unknown site 'nowhere'"),
        (["--site", "nowhere.yaml"], "cannot read nowhere.yaml: No such file"),
        (["--site", "yard.yaml", "--size", "small"], "--size 'small' does not go with --site"),
        (["--robot", "nowhere.urdf"], "there is no URDF file nowhere.urdf"),
        (["--robot", "rocket"], "unknown robot 'rocket'"),
        (["--agent", "my_agents:Nobody"], "has no 'Nobody'"),
        (["--agent", "my_agents:Greedy"], "unknown sensor 'sonar'"),
        (["--agent", "no.such:Agent"], "cannot import agent 'no.such:Agent'"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    home: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1
    assert not (home / "out").exists()
