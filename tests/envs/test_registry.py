"""Entries that come from installed packages or are named "module:Class"."""

import sys
from pathlib import Path

import pytest

from patrolgym.agents.base import Agent, _adopted
from patrolgym.agents.vision import base as vision
from patrolgym.envs.registry import Registry
from patrolgym.envs.types import InspectionPoint

AGENT = """
from typing import ClassVar
import numpy as np
from patrolgym.agents.base import Agent, Decision

class Still(Agent):
    name: ClassVar[str] = "still"
    def begin(self, briefing, commission, rng): pass
    def act(self, observation): return Decision(np.zeros(6), done=True)

class Half(Agent):
    name: ClassVar[str] = "half"
    def begin(self, briefing, commission, rng): pass

class Nameless(Agent):
    def begin(self, briefing, commission, rng): pass
    def act(self, observation): return Decision(np.zeros(6))

class Picky(Still):
    def __init__(self, weights): pass

class NoAgent: pass
"""
DETECTOR = """
from patrolgym.agents.vision.base import Inspection, PointDetector
class MyGauge(PointDetector):
    name, quantity, anomaly_class = "my-gauge", "gauge", "gauge_out_of_range"
    def inspect(self, view, point, reference=None): return Inspection(1.5, 0.9)
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package on the path with one good and two bad entry points, as pip would leave it."""
    (tmp_path / "plugged_in.py").write_text(AGENT + DETECTOR)
    info = tmp_path / "plugged-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[patrolgym.agents]\nstill = plugged_in:Still\nhalf = plugged_in:Half\nlost = plugged_out:Lost\n"
        "patrol = plugged_in:Still\n[patrolgym.detectors]\nmy-gauge = plugged_in:MyGauge\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("plugged_in", None)


def agents() -> "Registry[type[Agent]]":
    return Registry("agent", "patrolgym.agents", "patrolgym.agents", _adopted)


def test_a_package_brings_an_agent(installed: Path) -> None:
    registry = agents()
    registry.add("patrol", Agent)
    assert "still" in registry.names()
    assert registry["still"].name == "still"
    assert [agent.name for agent in registry.foreign()] == ["still"]


def test_a_broken_package_is_told_of_and_takes_nothing_down(installed: Path) -> None:
    registry = agents()
    registry.add("patrol", Agent)
    told = registry.broken()
    assert len(told) == 3 and all("'plugged'" in line and "\n" not in line for line in told)
    assert "does not define act" in told[0] and "plugged_out" in told[1] and "registered already" in told[2]
    assert not {"half", "lost"} & set(registry.names())
    with pytest.raises(ValueError, match="does not define act"):
        registry["half"]
    assert registry["patrol"] is Agent


def test_an_installed_detector_comes_before_the_shipped_one(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh: Registry = Registry("detector", "patrolgym.agents.vision", "patrolgym.detectors", vision._adopted)
    fresh.add("gauge", vision.DETECTORS["gauge"])
    monkeypatch.setattr(vision, "DETECTORS", fresh)
    point = InspectionPoint("T/g", "T", "gauge", "rgb", (0, 0, 1), (0, -1, 0), (0, 0, 1), 0.1, 1000.0)
    found = vision.point_detector(point)
    assert found is not None and found.name == "my-gauge"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plugged_in:Half", "does not define act"),
        ("plugged_in:Nameless", "no class attribute name"),
        ("plugged_in:Picky", "must need no arguments"),
        ("plugged_in:NoAgent", r"subclass of patrolgym\.agents\.base\.Agent"),
        ("plugged_in:Nothing", "has no 'Nothing'"),
        ("no_such_module:X", "No module named 'no_such_module'"),
        ("sleepwalker", r"unknown agent 'sleepwalker'.*still.*module:Class"),
    ],
)
def test_what_cannot_be_used_is_one_clear_line(installed: Path, name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        agents()[name]
    assert "\n" not in str(caught.value)


def test_module_and_class_name_an_agent(installed: Path) -> None:
    registry = agents()
    assert registry["plugged_in:Still"].name == "still"
    assert "plugged_in:Still" not in registry.names()
