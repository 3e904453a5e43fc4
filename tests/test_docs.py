"""The pages: one for everything registered, examples that work, and a build without a broken link."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from gymnasium.spaces import Box

from patrolgym.agents.vision.base import DETECTORS
from patrolgym.envs.anomalies.base import AnomalyKind, Candidate
from patrolgym.envs.registration import IDS
from patrolgym.envs.registry import Registry
from patrolgym.envs.robots.spec import load_robot
from patrolgym.envs.sensors.base import Sensor, SensorContext
from patrolgym.envs.site.equipment.drawn import DrawnKind, draw_paint, point
from patrolgym.envs.site.shapes import cone, cylinder
from patrolgym.envs.site_file.loader import SiteFile
from patrolgym.envs.sites.base import generate
from patrolgym.envs.types import AnomalyTruth

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def block(page: str, language: str, containing: str) -> str:
    """The fenced block of a page that holds a text."""
    found = re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    (text,) = [text for text in found if containing in text]
    return text


@pytest.mark.parametrize("name", DETECTORS.names())
def test_every_detector_has_a_page_with_its_figures(name: str, hooks: ModuleType) -> None:
    page = hooks.on_page_markdown((DOCS / f"detectors/{name}.md").read_text())
    assert "<!-- table" not in page and "anomalies found" in page and f"`{DETECTORS[name].anomaly_class}`" in page


@pytest.mark.parametrize("env_id", IDS.values())
def test_every_environment_has_a_page_with_its_spaces(env_id: str, hooks: ModuleType) -> None:
    pages = [path for path in (DOCS / "environments").glob("*.md") if f"`{env_id}`" in path.read_text()]
    shown = "".join(hooks.on_page_markdown(path.read_text()) for path in pages)
    assert "`lidar_pose`" in shown and "Box(-1, 1, (6,))" in shown


def test_pages_stand_in_the_contents() -> None:
    contents = (ROOT / "mkdocs.yml").read_text()
    for path in sorted(DOCS.rglob("*.md")):
        assert str(path.relative_to(DOCS)) in contents, path


@pytest.mark.skipif(importlib.util.find_spec("mkdocs") is None, reason="needs the extra [docs]")
def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pages = "".join(path.read_text() for path in tmp_path.rglob("*.html"))
    assert "table:" not in pages and "<record>" not in pages and "&lt;record&gt;" not in pages


def test_the_small_site_of_the_page_is_without_fault(tmp_path: Path) -> None:
    text = block("sites.md", "yaml", "Pump yard")
    (tmp_path / "yard.yaml").write_text(re.sub(r"  - \{kind: mesh.*\n", "", text))
    assert SiteFile("hazardous-plant", str(tmp_path / "yard.yaml")).warnings == []


def test_the_robot_of_the_page_loads(tmp_path: Path) -> None:
    text = block("robots.md", "yaml", "name: rex")
    (tmp_path / "rex.yaml").write_text(text + "urdf: pybullet_data:aliengo/aliengo.urdf\n")
    assert load_robot(str(tmp_path / "rex.yaml")).name == "rex"


def example(name: str, **names: object) -> type:
    """A class of extending.md, registered nowhere."""
    aside: Registry[object] = Registry("thing", "patrolgym.envs.anomalies")
    space: dict[str, object] = {"KINDS": aside, "ANOMALIES": aside, "SENSORS": aside, "np": np, **names}
    exec(block("extending.md", "python", f"class {name}("), space)
    found = space[name]
    assert isinstance(found, type)
    return found


def test_the_equipment_of_the_page_can_be_built() -> None:
    kind = example("Cyclone", DrawnKind=DrawnKind, draw_paint=draw_paint, point=point, cylinder=cylinder, cone=cone)()
    piece = kind.make("CY-1", (0.0, 0.0, 0.0), 0.0, np.random.default_rng(0), {})
    assert piece.params["size_m"][2] == pytest.approx(2.2) and len(kind.points_in_world(piece)) == 1
    assert kind.parts(piece)


def test_the_anomaly_of_the_page_can_be_placed() -> None:
    kind = example("ColdSpot", AnomalyKind=AnomalyKind, Candidate=Candidate, AnomalyTruth=AnomalyTruth)()
    sites = (generate("hazardous-plant", "small", "train", seed) for seed in range(20))
    site = next(site for site in sites if kind.candidates(site))
    truth = kind.place(site, kind.candidates(site)[0], 10.0, np.random.default_rng(0))
    assert site.equipment[truth.tag].delta_k["body"] == -10.0


def test_the_sensor_of_the_page_measures() -> None:
    sensor = example("Barometer", Sensor=Sensor, Box=Box)()

    class Robot:
        state = type("State", (), {"position_m": np.array([0.0, 0.0, 0.6])})()

    context = SensorContext(0.0, None, Robot(), 1.0, lambda p, r: (p, r), np.random.default_rng(0))  # type: ignore[arg-type]
    assert sensor.spaces()["pressure"].contains(sensor.read(context)["pressure"])
