"""The house: what imports what, and what the wheel holds."""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("assets", "envs", "agents")
SHIPPED = {".py", ".typed", ".yaml", ".urdf", ".md", ".npz", ".png", ".obj", ".json", ".j2", ".css", ".js"}


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Absolute names of what the file imports, `patrolgym.envs` for a relative import within envs."""
    package = ("patrolgym", *path.relative_to(ROOT).parts[:-1])
    if path.is_relative_to(ROOT / "src"):
        package = path.relative_to(ROOT / "src").parts[:-1]
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            stem = package[: len(package) - node.level + 1] if node.level else ()
            names.add(".".join([*stem, *([node.module] if node.module else [])]))
    return names


@pytest.mark.parametrize(("folder", "forbidden"), [("envs", ("patrolgym.agents",)), ("assets", ("patrolgym.",))])
def test_layers_import_only_what_stands_to_their_right(folder: str, forbidden: tuple[str, ...]) -> None:
    app = {
        "patrolgym.cli",
        "patrolgym.episode",
        "patrolgym.benchmark",
        "patrolgym.dataset",
        "patrolgym.speed",
        "patrolgym.recording",
        "patrolgym.commands",
        "patrolgym.report",
        "patrolgym.figures",
        "patrolgym.episodes_file",
        "patrolgym.learning",
        "patrolgym.rehearsal",
        "patrolgym.tour_env",
        "patrolgym.tours",
    }
    for path in modules(folder):
        for name in imported(path):
            assert not name.startswith(forbidden), f"{path} imports {name}"
            assert ".".join(name.split(".")[:2]) not in app, f"{path} imports {name}"


def test_agents_do_not_reach_into_the_simulation() -> None:
    allowed = {
        "patrolgym.envs.types",
        "patrolgym.envs.registry",
        "patrolgym.envs.world.raycast",
        "patrolgym.envs.site.gases",
        "patrolgym.envs.site.zones",
        # The robot's own account of a patrol, made of the briefing and of observations alone.
        "patrolgym.envs.compact.account",
        "patrolgym.envs.compact.looker",
        "patrolgym.envs.compact.view",
    }
    for path in modules("agents"):
        reached = {name for name in imported(path) if name.startswith("patrolgym.envs")}
        assert reached <= allowed, f"{path} imports {reached - allowed}"


@pytest.mark.parametrize(("library", "owner"), [("pybullet", "physics.py"), ("embreex", "raycast.py")])
def test_one_file_owns_each_engine(library: str, owner: str) -> None:
    users = {
        path.name
        for path in modules("envs", "agents", "src/patrolgym")
        for name in imported(path)
        if name.split(".")[0].startswith(library)
    }
    assert users == {owner}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_refuses_its_bare_name(layer: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"import {layer}"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"patrolgym.{layer}" in done.stderr


def test_the_wheel_holds_the_tree(tmp_path: Path) -> None:
    # Without --wheel, the wheel is built from the source archive, so both are tried and nothing stale gets in.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(["git", "ls-files", *LAYERS, "src"], cwd=ROOT, capture_output=True, text=True, check=True)
    expected = set()
    for line in tracked.stdout.splitlines():
        path = Path(line)
        if path.suffix in SHIPPED and (ROOT / path).exists():
            expected.add(str(path.relative_to("src") if path.parts[0] == "src" else Path("patrolgym") / path))
    assert {name.split("/")[0] for name in held} == {"patrolgym"}
    assert expected - held == set()
