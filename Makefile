# The two commands of the README are `make demo` and `make test`; the rest serves developers.
# Needs Python 3.11+, make and the usual package index. Everything lands in .venv and demo/.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   ?= demo
SEEDS  ?= 200
ENGINE_SEEDS ?= 200
ENGINE_ON ?= all
REFERENCE_SEEDS ?= 50
N      ?= 1000000
MINUTES ?= 30
ORDERS ?= 500
CHAIN_SEEDS ?= 1 2 3
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: setup dev demo test lint check matrix chaos fuzz sweep chains soak format clean help

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ml-connector needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another with: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "This Python cannot make a virtual environment with pip. On Debian or Ubuntu: apt install python$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"; exit 1; }
	@echo "making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python pyproject.toml simulators/pyproject.toml constraints.txt
	@echo "installing pinned versions"
	@$(PIP) --editable . --editable simulators
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "installing what the tests need"
	@$(PIP) --editable '.[dev]' --editable simulators
	@touch $@

setup: $(VENV)/.run ## the product and the simulators, in .venv

dev: $(VENV)/.dev ## what tests and lint need as well

demo: $(VENV)/.run ## EDI invoices become AP bills, before your eyes (EDI=dir for your own files)
	@$(BIN)/python examples/demo/run.py --folder $(DEMO) $(if $(EDI),--edi "$(EDI)")

test: $(VENV)/.dev ## all tests, simulators included
	@rm -f .coverage .coverage.*
	@$(BIN)/python -W error -m pytest -m "not thorough" -n 4 --dist worksteal --cov --cov-report=
	@$(BIN)/python tests/coverage_gate.py

lint: $(VENV)/.dev ## format, ruff, mypy strict, import contracts
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

matrix: $(VENV)/.dev ## the long tests on PostgreSQL too, every fault at every call among them
	@$(BIN)/python -W error -m pytest -m thorough -n 4 --dist worksteal tests/acceptance

chaos: $(VENV)/.dev ## kills and faults by seed, on both databases (SEEDS=200)
	@$(BIN)/python -W error -m tests.chaos.once_campaign --seeds $(SEEDS)
	@$(BIN)/python -W error -m tests.chaos.engine_campaign --seeds $(ENGINE_SEEDS) --on $(ENGINE_ON)
	@$(BIN)/python -W error -m tests.chaos.reference_campaign --seeds $(REFERENCE_SEEDS)

sweep: $(VENV)/.dev ## a kill between any two effects of a run, on both databases
	@$(BIN)/python -W error -m tests.chaos.sweep

fuzz: $(VENV)/.dev ## damaged files for the EDI library (N=1000000)
	@$(BIN)/python -W error -m tests.fuzz.campaign --count $(N)

chains: $(VENV)/.dev ## generated orders, receipts and invoices, held against the books (ORDERS=500)
	@$(BIN)/python -W error -m tests.acceptance.chain_campaign --orders $(ORDERS) --seeds $(CHAIN_SEEDS)

soak: $(VENV)/.dev ## half an hour at high cadence: nothing may grow (MINUTES=30)
	@$(BIN)/python -W error -m benchmarks.soak --minutes $(MINUTES)

check: lint test ## what developers run before a commit

format: $(VENV)/.dev ## put the code in its usual form
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

clean: ## remove what the commands above made
	@rm -rf $(VENV) $(DEMO) tests/contract/foreign/.cache benchmarks/.peers .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
