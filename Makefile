# The ways in: `make run`, `make test` (`test-quick`, `test-all`, `test-postgres`), `make demo`,
# `make cluster-demo`, `make lint`. Each prepares what it needs once.
VENV   ?= .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
DATA   ?= $(or $(AFFINITY_DATA),data)
PORT   ?= 8501
JOBS   ?= 2
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip install --quiet --disable-pip-version-check

QUICK  := not thorough and not slow and not browser and not real
TESTS   = $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

# What touches records and jobs most, and each page.
STORED := tests/cluster $(addprefix tests/unit/,storage jobs columns coding curation) \
  tests/unit/commands/test_cli_annotations.py tests/unit/comparison/test_looked_at.py \
  tests/unit/division/test_search.py \
  $(patsubst %,tests/pages/test_%_page.py,library transcripts train explore compare search projects)

.PHONY: run test test-all test-quick test-postgres test-cluster demo cluster-demo lint
.PHONY: system-run system-test system-postgres
.DEFAULT_GOAL := run

run: $(VENV)/.run-ready
	@$(PY) -m core app --data "$(DATA)" --port "$(PORT)"

demo: $(VENV)/.run-ready
	@$(PY) -m core demo --data "$(DATA)"

# Two workers and a web process on a PostgreSQL of their own, which goes with them.
cluster-demo: $(VENV)/.run-ready | system-postgres
	@.ci/with-postgres AFFINITY_DATABASE .ci/cluster-demo "$(PY)" "$(PORT)"

# Each of the JOBS processes has a core to itself; more threads would wait for each other.
test test-all test-quick test-postgres test-cluster: export OMP_NUM_THREADS ?= 1

test: $(VENV)/.test-ready node_modules | system-test
	@npm run --silent test
	@$(TESTS) -m "not thorough" $(ARGS)

# With what goes over at length what the others hold in short: kills, fuzzing, whole trainings.
test-all: $(VENV)/.test-ready node_modules | system-test
	@npm run --silent test
	@$(TESTS) $(ARGS)

# On a PostgreSQL of its own. test-cluster kills, freezes and cuts off real workers, for minutes.
test-postgres: $(VENV)/.test-ready | system-postgres
	@FAST=1 .ci/with-postgres AFFINITY_TEST_DATABASE $(TESTS) -m "not thorough" $(STORED) $(ARGS)

test-cluster: $(VENV)/.test-ready | system-test system-postgres
	@FAST=1 .ci/with-postgres AFFINITY_TEST_DATABASE $(TESTS) -m thorough tests/cluster tests/browser/test_bucket_pictures.py $(ARGS)

# For the inner loop: no browser, no real videos, nothing that starts many processes or trains long.
test-quick: $(VENV)/.test-ready node_modules
	@npm run --silent test
	@$(TESTS) -m "$(QUICK)" $(ARGS)

lint: $(VENV)/.test-ready node_modules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	npm run --silent lint

$(PY):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -m venv "$(VENV)" \
	  || { rm -rf "$(VENV)"; echo "No virtual environment could be made; Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run-ready: requirements.txt | $(PY) system-run
	@echo "Installing the requirements into $(VENV): about 4 minutes, once." >&2
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.test-ready: requirements.txt requirements-dev.txt | $(VENV)/.run-ready
	@$(PIP) -r requirements-dev.txt
	@touch $@

# Checks the browser's modules; what is served needs no Node.
node_modules: package.json package-lock.json | system-test
	@npm ci --silent --no-audit --no-fund
	@touch $@

system-run:
	@.ci/system-packages run

system-test:
	@.ci/system-packages test

system-postgres:
	@.ci/system-packages postgres
