# The commands that everybody runs: users, developers, pre-commit and CI alike.
SHELL := /bin/sh
.DEFAULT_GOAL := help

BIN := .venv/bin
# For tools that load the settings without a database.
TOOL_ENV := KAPOK_SECRET_KEY=only-for-tools DATABASE_URL=postgresql:///kapok

export PYTHON

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: ## Set everything up, load the sample town, serve on 127.0.0.1 until Ctrl-C
	@scripts/setup base
	@$(BIN)/kapok up

.PHONY: setup
setup: ## Set up what developers and tests need
	@scripts/setup test

# Types take as long as all other checks together: they are looked at beside each other.
.PHONY: check
check: setup ## All checks that need no test run
	@$(MAKE) --no-print-directory -j 2 check-types check-rest

.PHONY: check-types
check-types:
	$(BIN)/mypy

.PHONY: check-rest
check-rest:
	$(BIN)/ruff check --no-cache
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(TOOL_ENV) $(BIN)/python -W ignore -m django makemigrations --check --dry-run --settings kapok.settings
	$(BIN)/python scripts/vendor --check
	$(TOOL_ENV) $(BIN)/kapok reference --check

# Three at once on two cores: one of them waits for a browser, a server or a clock most of the time.
.PHONY: test
test: check ## All checks and all tests
	$(BIN)/python -m pytest -n 3

.PHONY: fix
fix: setup ## Repair what a machine can repair: format, simple lint, messages, reference pages
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format
	$(BIN)/python scripts/messages
	$(TOOL_ENV) $(BIN)/kapok reference

# The benches that need no box of their own; bench/README.md says what each is.
WHAT := grids dispatch sites hotline rosters engines

.PHONY: bench
bench: ## Compare the planners with other programs (long), or some: make bench WHAT=sites
	@scripts/setup bench
	@for each in $(WHAT); do .bench-venv/bin/python -m bench.$$each || exit 1; done

.PHONY: soak
soak: setup ## The tests with many more random inputs, kills at every moment, all public rosters (hours)
	HYPOTHESIS_PROFILE=soak KAPOK_SOAK=1 $(BIN)/python -m pytest -n 2
	@scripts/setup bench
	.bench-venv/bin/python -m bench.rosters public --all --seconds 600

.PHONY: screenshots
screenshots: setup ## Take the pictures of README and docs anew, while make up runs
	$(BIN)/python scripts/screenshots.py
	$(BIN)/python scripts/diagrams.py

.PHONY: vendor
vendor: setup ## Fetch the browser libraries anew, as the manifest says
	$(BIN)/python scripts/vendor
