# One list of commands. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCHMARKS := $(sort $(wildcard benchmarks/[a-z]*.py))

.DEFAULT_GOAL := help
.PHONY: help install run test test-core-without-qt test-with-qt test-on-a-screen lint format bench translations screenshots

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 24

install: $(STAMP) ## Make .venv with everything in it (again only when the dependencies changed)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "LoRA Studio needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1 || true)." >&2; \
	  echo "Name another one: make $(or $(MAKECMDGOALS),install) PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' -c constraints.txt
	@touch $@

run: install ## Open the window (without a display: the main job in the terminal)
	@$(BIN)/lora-studio

test: lint test-core-without-qt test-with-qt test-on-a-screen ## Everything that must hold before a commit

test-core-without-qt: install ## The core's tests, with Qt out of reach
	LORA_STUDIO_TEST_WITHOUT_QT=1 $(BIN)/python -m pytest -p no:pytest-qt tests/core

test-with-qt: install ## All other tests
	$(BIN)/python -m pytest --ignore=tests/core

test-on-a-screen: install ## The program under Xvfb, with a mouse and a keyboard
	$(BIN)/python -m tests.on_screen.start

lint: install ## ruff, mypy, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## Put code into shape and fix what ruff can fix
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: install ## Run every program in benchmarks/, one after another
	@failed=; for program in $(BENCHMARKS); do \
	  echo "== $$program"; $(BIN)/python -m "$$(echo $${program%.py} | tr / .)" || failed="$$failed $$program"; \
	done; test -z "$$failed" || { echo "failed:$$failed" >&2; exit 1; }

translations: install ## Bring resources/translations up to date with the sources
	$(BIN)/python packaging/update_translations.py

screenshots: install ## Take the pictures in docs/ from the program, and renew the guide's tables
	$(BIN)/python packaging/take_screenshots.py
