# One command runner for people, hooks and CI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test cover check bench clean

$(VENV)/.run: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(PIP) -e ".[test]"
	touch $@

demo: $(VENV)/.run  ## Install what running needs, generate the demo, run one night
	$(BIN)/ka-supply demo

test: $(VENV)/.test  ## Everything CI runs: format, lint, types, layers, all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n 2 --dist=worksteal

cover: $(VENV)/.test  ## All tests with branch coverage
	$(BIN)/pytest -q -n 2 --cov --cov-report=term:skip-covered

check: $(VENV)/.test  ## The same without the slow tests
	$(BIN)/ruff format .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n 2 -m "not slow"

bench: $(VENV)/.test  ## Run every benchmark; real data from KA_SUPPLY_DATA
	$(BIN)/python -m benchmarks run
	$(BIN)/python -m benchmarks readme

clean:
	rm -rf $(VENV) data/demo out
