# `make help` says what there is.
# A machine needs Python 3.11, 3.12 or 3.13 and make; all else is installed into .venv.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
    $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
INPUTS := setup.cfg pyproject.toml constraints.txt

.PHONY: help setup setup-dev run demo fmt check test test-fast test-long test-one bench chaos interleavings faults soak \
	config-docs pictures clean

help: ## Say what each target does
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target text; do \
	    printf '%-14s %s\n' "$$target" "$$text"; done

setup: $(VENV)/installed ## Make .venv with what the service needs

setup-dev: $(VENV)/installed-dev ## The same, with what tests and checks need

run: setup ## Start the service, PostgreSQL comes with it: CONFIG=file
	$(BIN)/callboard start $(if $(CONFIG),--config "$(CONFIG)")

demo: setup ## Play half a year of papers in half a minute: no network, no Slack
	$(BIN)/callboard demo

fmt: $(VENV)/installed-dev ## Format the code and repair what ruff can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

check: $(VENV)/installed-dev ## Check format, lint, spelling, types and import contracts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/typos
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Most tests wait for something, so there are more processes than cores. docs/testing.md says what is in which target.
IN_PARALLEL = --numprocesses $(or $(PROCESSES),$(1)) --dist loadscope --no-loadscope-reorder

test: $(VENV)/installed-dev ## Run what every commit passes: all tests but the long ones, in about 7 minutes
	$(BIN)/python -m pytest -m "not long" --hypothesis-profile light $(call IN_PARALLEL,6)

test-fast: $(VENV)/installed-dev ## Run the unit tests, in about a minute
	$(BIN)/python -m pytest tests/unit -m "not long" --hypothesis-profile light $(call IN_PARALLEL,2)

test-long: $(VENV)/installed-dev ## Run what `make test` leaves out, and the property tests at full strength
	$(BIN)/python -m pytest -m "long or hypothesis" $(call IN_PARALLEL,6)

test-one: $(VENV)/installed-dev ## Run one test, file or folder: make test-one T=tests/unit/config
	@test -n "$(T)" || { echo "say which: make test-one T=tests/unit/config/test_loader.py" >&2; exit 2; }
	$(BIN)/python -m pytest "$(T)"

bench: $(VENV)/installed-dev ## Measure every number of docs/performance.md
	$(BIN)/python -m pytest tests/bench -s -p no:cacheprovider

chaos: $(VENV)/installed-dev ## Kill at random and at chosen moments: SEED=n BASE=b KILLS=k
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(BASE),--base $(BASE)) $(if $(KILLS),--kills $(KILLS))

interleavings: $(VENV)/installed-dev ## Play the actors in virtual time, in any order: SECONDS=s SEED=n
	$(BIN)/python -m tests.chaos.interleaving $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

faults: $(VENV)/installed-dev ## Make every fault of the outside world last as long as it says, and print a table
	$(BIN)/python -m pytest $(wildcard tests/chaos/test_faults_*.py) --long -q -p no:cacheprovider

soak: $(VENV)/installed-dev ## Play a month of traffic in three minutes: BASE=b
	$(BIN)/python -m tests.soak.month $(if $(BASE),--base $(BASE))

config-docs: $(VENV)/installed-dev ## Write default.yaml, schema.json and the tables of the docs from messages/settings.py
	$(BIN)/python -m config.generate

pictures: $(VENV)/installed-dev ## Take the pictures of docs/slack.md: needs Chromium
	$(BIN)/python -m tests.e2e.pictures

clean: ## Remove .venv and what tools have left
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
