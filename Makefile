# Two commands do everything: `make demo` shows the program, `make test` tests it.
# Both create the environment first, from files of this repository. The demo needs only what the
# program itself needs; the tests add the development dependencies.

# The newest python3 on the path that pyproject.toml accepts (requires-python).
PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
  if "$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; \
  then echo "$$python"; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Workers of the fast tests: more than two cores, since many tests wait for a clock.
WORKERS ?= 5
# A worker that is done takes tests from one that is not: some take a minute.
PARALLEL = -n $(WORKERS) --dist worksteal
# Duration of make soak.
SECONDS ?= 600
# The sample of changes that make mutants draws.
SEED ?= 1

# Tests and measurements start the program thousands of times: without compiled modules each start
# takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test prepare e2e soak model mutants check format bench docs findings lock completions clean

help:  ## Show this list
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

$(VENV)/runtime: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or later with venv found; use make PYTHON=FILE" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes --no-deps -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed: $(VENV)/runtime requirements-dev.lock
	$(PIP) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

demo: $(VENV)/runtime  ## Show the program on manifests and in a simulated cluster
	@PATH="$(CURDIR)/$(BIN):$$PATH" examples/demo.sh

test: $(VENV)/installed  ## Run all fast tests
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

# What make e2e needs; minutes the first time.
prepare: $(VENV)/installed
	$(BIN)/python -m tests.e2e.build

# Each worker has a control plane, which also needs a core.
e2e: WORKERS = 2
e2e: prepare  ## Run the tests on a real control plane (needs Go, npm and Debian's packages, see README)
	$(BIN)/python -m pytest tests/e2e -p no:randomly $(PARALLEL) $(ARGS)

soak: $(VENV)/installed  ## Create, delete and check for ten minutes under faults (SECONDS=600)
	$(BIN)/python -m tests.scenarios.soak --seconds $(SECONDS) $(ARGS)

model: $(VENV)/installed  ## Explore larger scopes of the protocol, for some minutes
	$(BIN)/python -m tests.model $(ARGS)

check: $(VENV)/installed  ## Lint, format, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed  ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed  ## Measure the speed and print the table of bench/README.md
	$(BIN)/python -m bench

mutants: $(VENV)/installed  ## Change the source in small ways and see whether a test fails (SEED=1)
	$(BIN)/python -m bench.mutants --seed $(SEED) $(ARGS)

completions: $(VENV)/installed  ## Write completions/ anew
	for shell in bash zsh fish; do $(BIN)/ippoolctl completion $$shell > completions/ippoolctl.$$shell; done

docs: $(VENV)/installed  ## Write the pages and the table of rules, examples/clean and the README's tour anew
	$(BIN)/python -m tests.rules_table
	$(BIN)/python -m tests.clean_set
	$(BIN)/python -m tests.readme_tour

findings: $(VENV)/installed  ## Write what the cases of rules and of plans lead to anew, after a deliberate change
	$(BIN)/python -m tests.domain.lint.findings
	$(BIN)/python -m tests.domain.change.plan_cases

LOCK = $(BIN)/pip-compile --quiet --strip-extras --build-deps-for editable --generate-hashes \
  --allow-unsafe --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --upgrade

lock: $(VENV)/installed  ## Lock the dependencies anew
	$(PIP) pip-tools
	$(LOCK) --extra dev --output-file requirements-dev.lock pyproject.toml
	$(LOCK) --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml

clean:  ## Remove everything that was made
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
