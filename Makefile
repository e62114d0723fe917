# Two commands do everything: `make demo` shows the program, `make test` tests it.
# Both make the environment first, from files of this repository.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Hypothesis and xdist workers share two cores well; more would only wait.
WORKERS ?= 2
# How long make soak runs.
SECONDS ?= 600
# Which sample of changes make mutants draws.
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo test e2e soak model check format bench mutants docs lock completions clean

help:  ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

$(VENV)/installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/installed  ## Show the program on manifests and in a simulated cluster
	@PATH="$(CURDIR)/$(BIN):$$PATH" examples/demo.sh

test: $(VENV)/installed  ## Run all fast tests
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

e2e: $(VENV)/installed  ## Run the tests on a real control plane (needs Go)
	$(BIN)/python -m tests.e2e.build
	$(BIN)/python -m pytest tests/e2e -p no:randomly $(ARGS)

soak: $(VENV)/installed  ## Create, delete and check for ten minutes under faults (SECONDS=600)
	$(BIN)/python -m tests.scenarios.soak --seconds $(SECONDS) $(ARGS)

model: $(VENV)/installed  ## Explore larger scopes of the protocol, for some minutes
	$(BIN)/python -m tests.model $(ARGS)

check: $(VENV)/installed  ## Lint, format, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed  ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed  ## Measure the speed and print the table of bench/README.md
	$(BIN)/python -m bench

mutants: $(VENV)/installed  ## Change the source in small ways and see whether a test fails (SEED=1)
	$(BIN)/python -m bench.mutants --seed $(SEED) $(ARGS)

completions: $(VENV)/installed  ## Write completions/ anew
	for shell in bash zsh fish; do $(BIN)/ippoolctl completion $$shell > completions/ippoolctl.$$shell; done

docs: $(VENV)/installed  ## Write the README's table of rules anew
	$(BIN)/python -m tests.rules_table

lock: $(VENV)/installed  ## Lock the development dependencies anew
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --extra dev --build-deps-for editable --generate-hashes --allow-unsafe \
	  --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements-dev.lock \
	  --upgrade pyproject.toml

clean:  ## Remove everything that was made
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
