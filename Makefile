# make demo: a scored patrol with its video in out/ · make test: all tests · make check: lint, format, types · make docs: pages in build/docs
PYTHON ?= python3.11
# Extras that are installed; EXTRAS=dev,rl also tests training.
EXTRAS ?= dev
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check sweep docs clean

demo: $(READY)
	$(BIN)/patrolgym run --scenario hazardous-plant --size small --split val --seed 0 --agent patrol --out out

test: $(READY)
	$(BIN)/python -m pytest -n 2 -m "not sweep"

sweep: $(READY)
	$(BIN)/python -m pytest -m sweep -s

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; assert sys.version_info[:2] == (3, 11), "PatrolGym needs Python 3.11 (PyBullet has no newer wheels); set PYTHON="'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS)]'
	touch $@

clean:
	rm -rf .venv out build dist *.egg-info src/*.egg-info .pytest_cache .mypy_cache .ruff_cache
