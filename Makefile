# Three commands, each from nothing but Python 3.11 or later with venv, and make:
#   make demo   plays a real mediation over real encryption     make test   runs every check and every test
#   make watch-demo   reads the public record of another, and ends with a brief as a page
# Each creates .venv, installs the pinned and hashed requirements there, and says what it does.

PYTHON ?= python3
CASE ?= us_iran_swap_2023
KEEP ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The project itself is put in without dependencies and without a builder fetched for the purpose,
# so that nothing comes from the network but what the requirements pin.
INSTALL_PROJECT := $(PIP) install --no-deps --no-build-isolation --editable .

.DEFAULT_GOAL := help
.PHONY: help demo watch-demo numbers test check bench clean

help:
	@echo "make demo    play a real mediation: a relay and a desk for each participant, on this machine"
	@echo "             CASE=algiers_1981 another case of cases/, or the path of a file; KEEP=1 keeps the desks"
	@echo "make watch-demo  read the public record of a mediation, and end with the brief as a page"
	@echo "make numbers install what numbers on packages need besides (backchannel bargain)"
	@echo "make test    run every check and every test"
	@echo "make check   run the checks of style, types and imports only"
	@echo "make bench   measure"
	@echo "make clean   remove what the others made, .venv included"

demo: $(VENV)/.runtime
	@$(BIN)/python demo/play.py "$(CASE)" $(if $(KEEP),--keep)

watch-demo: $(VENV)/.runtime
	@$(BIN)/python demo/public.py

numbers: $(VENV)/.numbers
	@echo "Ready: .venv/bin/backchannel bargain --help"

test: check
	@sh tools/browser.sh
	@echo "== Tests, on two processes; examples in docstrings included"
	@$(BIN)/python -m pytest -n 2 --doctest-modules --cov --cov-report= src tests
	@echo "== How much of the code the tests ran"
	@$(BIN)/python tools/coverage_floor.py

check: $(VENV)/.dev
	@echo "== Style"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "== Types"
	@$(BIN)/mypy
	@echo "== Who imports whom"
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev
	@set -e; for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

clean:
	@echo "Removing .venv, caches and what the demo left."
	@rm -rf $(VENV) build dist src/*.egg-info .demo .coverage .coverage.* .hypothesis
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; name one: make PYTHON=python3.11"; exit 1; }
	@echo "Creating .venv"
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "On Debian the package python3-venv is needed: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml $(VENV)/.created
	@echo "Installing what the project needs to run, each file checked against its hash"
	@$(PIP) install --require-hashes --requirement requirements/runtime.txt
	@$(INSTALL_PROJECT)
	@touch $@

$(VENV)/.numbers: requirements/numbers.txt pyproject.toml $(VENV)/.created
	@echo "Installing what numbers on packages need, each file checked against its hash"
	@$(PIP) install --require-hashes --requirement requirements/numbers.txt
	@$(INSTALL_PROJECT)
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml $(VENV)/.created
	@echo "Installing what the project and its tests need, each file checked against its hash"
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(INSTALL_PROJECT)
	@touch $@
