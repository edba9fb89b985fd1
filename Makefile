# make run: the service. make demo: it on a stand-in world. make test, check, bench, soak, chaos: for who works on it.
# A machine needs Python 3.11, 3.12 or 3.13 and make; all else is installed into .venv.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
    $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
INPUTS := setup.cfg pyproject.toml constraints.txt

.PHONY: help setup run demo test check bench soak chaos interleavings faults pictures config-docs clean

help:
	@sed -n 's/^# //p' Makefile | head -2
	@echo "targets: setup run demo test check bench soak chaos interleavings faults pictures config-docs clean"

setup: $(VENV)/installed

run: setup
	$(BIN)/callboard start

demo: setup
	$(BIN)/callboard demo

# Most tests wait for something: three processes are not too many for two cores. The long ones come first.
test: $(VENV)/installed-dev
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

check: $(VENV)/installed-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/typos
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/installed-dev
	$(BIN)/python -m pytest tests/bench -s -p no:cacheprovider

# Kills at random and at chosen moments: SEED=n runs one again.
chaos: $(VENV)/installed-dev
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(BASE),--base $(BASE)) $(if $(KILLS),--kills $(KILLS))

# The same actors in one process, in virtual time and in any order: SECONDS=s; SEED=n runs one again.
interleavings: $(VENV)/installed-dev
	$(BIN)/python -m tests.chaos.interleaving $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

# Every fault of the outside world, as long as it says, with the table of what was seen.
faults: $(VENV)/installed-dev
	$(BIN)/python -m pytest $(wildcard tests/chaos/test_faults_*.py) --long -q -p no:cacheprovider

# A month of traffic in a few minutes: BASE=simpleSystemBase for the other base.
soak: $(VENV)/installed-dev
	$(BIN)/python -m tests.soak.month $(if $(BASE),--base $(BASE))

# Writes default.yaml, schema.json and the tables of the docs, from messages/settings.py.
config-docs: $(VENV)/installed-dev
	$(BIN)/python -m config.generate

# What Callboard says on Slack, as docs/slack.md shows it; needs Chromium.
pictures: $(VENV)/installed-dev
	$(BIN)/python -m tests.e2e.pictures

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed (PYTHON=/path/to/python make ...)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	    echo "Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is $$($(PYTHON) --version 2>&1)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) lacks venv: install the package python3-venv" \
	         "(or $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')), then try again" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

$(VENV)/installed: $(INPUTS) | $(VENV)/bin/python
	$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/installed-dev: $(INPUTS) | $(VENV)/bin/python
	$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/installed
