# Everything a checkout needs. `make help` lists the targets.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup compile run test browser check bench fuzz crash soak lock clean

# What the compiled engine is made of (venue/engine_kind.py passes it over when one of these has changed).
ENGINE := $(wildcard venue/engine/*.py venue/messages/*.py) venue/fix/framing.py venue/reasons.py venue/errors.py

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.venue  ## build the environment in .venv (about three minutes the first time)

compile: $(VENV)/.packages  ## compile the engine anew (mypyc, half a minute)
	@$(BIN)/python .ci/compile_engine.py

run: setup  ## the demo: the venue with simulated traders, until Ctrl-C
	@$(BIN)/venue demo

test: setup browser  ## every test, on three workers
	@$(BIN)/pytest -n 3

browser:  ## install Chromium for the dashboard's tests, if it is missing and we are root
	@.ci/install_chromium

check: setup  ## style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: setup  ## the benchmarks: a table, and JSON in bench-results (ARGS="--quick --only engine")
	@$(BIN)/python -m tests.bench $(ARGS)

fuzz: setup  ## longer, each time from another seed: engine against naive engine, whatever REST allows, mutated FIX
	@VENUE_EXPLORE=20 VENUE_FUZZ_COMMANDS=500000 VENUE_FUZZ_SEED=$$(date +%s) \
		$(BIN)/pytest tests/engine -k properties --timeout 3600 -n 2
	@VENUE_FUZZ_FRAMES=20000000 VENUE_FUZZ_GATE=1000000 VENUE_FUZZ_MESSAGES=1000000 VENUE_FUZZ_SEED=$$(date +%s) \
		$(BIN)/pytest tests/fuzz -n 2 -o faulthandler_timeout=0
	@API_FUZZ_EXAMPLES=500 VENUE_FUZZ_SEED=$$(date +%s) $(BIN)/pytest tests/admin_api/test_openapi.py

crash: setup  ## kill -9 and power losses under load, 1,000 rounds (ROUNDS=200 for fewer)
	@VENUE_CRASH_ROUNDS=$(or $(ROUNDS),1000) VENUE_RECORDER_KILLS=30 $(BIN)/pytest -n 2 -o faulthandler_timeout=0 \
		tests/recovery/test_power_loss.py tests/recovery/test_kill.py tests/recovery/test_kill_postgresql.py \
		tests/fix/many/test_gateways_killed.py tests/recovery/test_operations.py tests/recorder/test_stretches.py

soak: setup  ## what only time shows: hostile clients, 10,000 connects, every fault of the disk (ten minutes)
	@VENUE_ALL_BENCHES=1 VENUE_SOAK_S=120 VENUE_CONNECTS=10000 VENUE_FAULT_STRIDE=1 VENUE_FAULT_FLIPS=5000 $(BIN)/pytest -s --timeout 3600 \
		tests/fix/test_hostile_clients.py tests/fix/test_coming_and_going.py tests/journal/test_failing_storage.py \
		tests/journal/test_flipped_bits.py tests/journal/test_wal.py tests/bench

lock:  ## resolve the dependencies anew into requirements.lock
	@$(PIP) install uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --group dev \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock

clean:  ## remove what was built, and the environment; the data folder stays
	@rm -rf $(VENV) build dist bench-results .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find venue admin_api tests .ci -name __pycache__ -prune -exec rm -rf {} +
	@find venue/engine venue/fix '(' -name '*.so' -o -name compiled_from.sha256 ')' -delete

# The steps of setup. Each ends with a stamp in .venv, so that the next `make setup` has nothing to do.

$(VENV)/.python:
	@python=$$(.ci/find_python) && echo "setup: an environment in $(VENV) for $$python" && "$$python" -m venv $(VENV)
	@touch $@

$(VENV)/.packages: requirements.lock .ci/install_quickfix.py | $(VENV)/.python
	@echo "setup: the packages of requirements.lock, about half a minute"
	@awk '/^quickfix==/ {skip = 1} !skip; !/\\$$/ {skip = 0}' requirements.lock > $(VENV)/packages.lock
	@$(PIP) install --require-hashes -r $(VENV)/packages.lock
	@$(BIN)/python -W ignore .ci/install_quickfix.py
	@touch $@

$(VENV)/.engine: $(ENGINE) .ci/compile_engine.py $(VENV)/.packages
	@$(BIN)/python .ci/compile_engine.py || true  # it has said why; the engine then runs interpreted
	@touch $@

$(VENV)/.venue: pyproject.toml $(VENV)/.engine
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
	@echo "setup: done"
