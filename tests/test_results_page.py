"""The script that puts reference results into the page of the benchmark."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from patrolgym.figures import summarise

from .scores import score

SCRIPT = Path(__file__).parents[1] / "docs" / "results.py"


@pytest.fixture
def results() -> Any:
    spec = importlib.util.spec_from_file_location("results", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bench(agent: str, size: str) -> dict[str, Any]:
    config = {"scenario": "hazardous-plant", "split": "test", "robot": "exquad", "site": None, "first_seed": 0}
    config |= {"agent": agent, "size": size, "episodes": 3, "patrolgym": "0.1.0"}
    return {"config": config, **summarise([score(k) for k in range(3)])}


def test_results_take_the_place_of_the_last_ones(results):
    page = f"before\n{results.BEGIN}\nSTALE\n{results.END}\nafter\n"
    once = results.rewritten(page, [bench("random", "small"), bench("patrol", "medium"), bench("patrol", "small")])
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert "STALE" not in once
    headings = [line for line in once.splitlines() if line.startswith("###")]
    assert headings == ["### patrol, small", "### random, small", "### patrol, medium"]
    assert "--first-seed 0 --episodes 3" in once
    assert "| fire | 0 of 3 | 0.00 (0.00–0.00) | 0 |" in once
    assert results.rewritten(once, [bench("random", "small")]).count("###") == 1


def test_the_page_has_a_place_for_results(results):
    page = results.PAGE.read_text()
    assert page.count(results.BEGIN) == page.count(results.END) == 1
