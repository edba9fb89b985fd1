# `make help` says what there is.
# A machine needs Python 3.11, 3.12 or 3.13 and make; all else is installed into .venv.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
    $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
LOCKS := deploy/locks
INPUTS := setup.cfg pyproject.toml constraints.txt

# Byte code is kept, whatever the environment says: the tests start the service hundreds of times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev run demo fmt check test test-fast test-long test-one bench chaos interleavings faults soak \
	config-docs pictures release lock supply audit clean

help: ## Say what each target does
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target text; do \
	    printf '%-14s %s\n' "$$target" "$$text"; done

setup: $(VENV)/installed ## Make .venv with what the service needs

setup-dev: $(VENV)/installed-dev ## The same, with what tests and checks need

run: setup ## Start the service, PostgreSQL comes with it: CONFIG=file
	$(BIN)/callboard start $(if $(CONFIG),--config "$(CONFIG)")

demo: setup ## Play half a year of papers in about a minute: no network, no Slack
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

test: $(VENV)/installed-dev ## Run what every commit passes: all tests but the long ones, in about 12 minutes
	$(BIN)/python -m pytest -m "not long" --hypothesis-profile light $(call IN_PARALLEL,6)

test-fast: $(VENV)/installed-dev ## Run the unit tests, in about two minutes
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

interleavings: $(VENV)/installed-dev ## Play the actors in virtual time, in any order: SECONDS=s SEED=n PROCESSES=p
	$(BIN)/python -m tests.chaos.interleaving $(if $(SEED),--seed $(SEED),--processes $(or $(PROCESSES),2)) \
	    $(if $(SECONDS),--seconds $(SECONDS))

faults: $(VENV)/installed-dev ## Make every fault of the outside world last as long as it says, and print a table
	$(BIN)/python -m pytest $(wildcard tests/chaos/test_faults_*.py) --long -q -p no:cacheprovider

soak: $(VENV)/installed-dev ## Play a month of traffic in three minutes: BASE=b
	$(BIN)/python -m tests.soak.month $(if $(BASE),--base $(BASE))

config-docs: $(VENV)/installed-dev ## Write default.yaml, schema.json and the tables of the docs from messages/settings
	$(BIN)/python -m config.generate

pictures: $(VENV)/installed-dev ## Take the pictures of docs/slack.md and docs/page.md: needs Chromium
	$(BIN)/python -m tests.e2e.pictures
	$(BIN)/python -m tests.browser.pictures

release: $(VENV)/release/installed ## Build the sdist and the wheel, check them, and run the demo from them: VERSION=1.2.0
	$(VENV)/release/bin/python -m deploy.release $(VERSION)

lock: $(VENV)/release/installed ## Write deploy/locks from setup.cfg and constraints.txt: after every change of a dependency
	$(VENV)/release/bin/python -m deploy.lock

supply: $(VENV)/release/installed ## List what the service consists of (dist/sbom.cdx.json), and check its licences
	$(PYTHON) -m venv --clear $(VENV)/supply
	$(VENV)/supply/bin/python $(LOCKED) -r $(LOCKS)/build.txt
	$(VENV)/supply/bin/python $(LOCKED) -r $(LOCKS)/service.txt
	$(VENV)/supply/bin/python -m pip uninstall -qq --yes pip setuptools
	mkdir -p dist
	$(VENV)/release/bin/cyclonedx-py environment --output-reproducible --output-file dist/sbom.cdx.json \
	    $(VENV)/supply/bin/python
	$(VENV)/release/bin/pip-licenses --python $(VENV)/supply/bin/python --from mixed --format json > dist/licences.json
	$(VENV)/release/bin/python -m deploy.licences < dist/licences.json

audit: $(VENV)/release/installed ## Ask PyPI whether a version of the locks has a known weakness: needs the network
	$(VENV)/release/bin/pip-audit --strict --require-hashes --disable-pip -r $(LOCKS)/service.txt
	$(VENV)/release/bin/pip-audit --strict --require-hashes --disable-pip -r $(LOCKS)/dev.txt
	$(VENV)/release/bin/pip-audit --strict --require-hashes --disable-pip -r $(LOCKS)/release.txt

clean: ## Remove .venv and what tools have left
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed (PYTHON=/path/to/python make ...)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	    echo "Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is $$($(PYTHON) --version 2>&1)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) lacks venv: install the package python3-venv" \
	         "(or $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')), then try again" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

# Exactly what the locks say, file by file. The last line installs Callboard itself, and nothing else.
PIP_INSTALL = -m pip install -qq --disable-pip-version-check
LOCKED = $(PIP_INSTALL) --no-build-isolation --require-hashes

$(VENV)/installed: $(INPUTS) $(LOCKS)/service.txt | $(VENV)/bin/python
	$(BIN)/python $(LOCKED) -r $(LOCKS)/build.txt
	$(BIN)/python $(LOCKED) -r $(LOCKS)/service.txt
	$(BIN)/python $(PIP_INSTALL) --no-build-isolation -c constraints.txt -e .
	@touch $@

$(VENV)/installed-dev: $(INPUTS) $(LOCKS)/dev.txt | $(VENV)/bin/python
	$(BIN)/python $(LOCKED) -r $(LOCKS)/build.txt
	$(BIN)/python $(LOCKED) -r $(LOCKS)/dev.txt
	$(BIN)/python $(PIP_INSTALL) --no-build-isolation -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/release/installed: $(LOCKS)/release.txt | $(VENV)/bin/python
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python $(PIP_INSTALL) --require-hashes -r $(LOCKS)/release.txt
	@touch $@
