# One command for each act, the same at home and in CI. Needs Python 3.11 or later with venv, and make.
# `make graph` and `make test` set everything up by themselves, in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: graph check serve test lint format bench pins clean help

help:
	@echo "make graph   build and validate the graph, print a summary"
	@echo "make check   check the records, write nothing"
	@echo "make serve   serve the build as a SPARQL endpoint on 127.0.0.1:8000"
	@echo "make test    the whole test suite"
	@echo "make lint    ruff, mypy"
	@echo "make format  let ruff lay out the code"
	@echo "make bench   time the build against the naive pipeline"
	@echo "make pins    renew constraints.txt"
	@echo "make clean   remove the build and the environment"

graph: $(READY)
	$(BIN)/policygraph build

check: $(READY)
	$(BIN)/policygraph check

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: $(READY)
	@test -e build || $(BIN)/policygraph build
	$(BIN)/policygraph serve

bench: $(READY)
	$(BIN)/python -m benchmarks.build

clean:
	rm -rf build .build $(VENV)

# Debian keeps venv apart from python3: root gets it from apt, everybody else is told what to install.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "policygraph needs Python 3.11 or later; set PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ test "$$(id -u)" = 0 && apt-get update -q && apt-get install -y -q python3-venv; } || \
		{ echo "python3 has no venv: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Renews the pins. pip-tools lives in the environment only for as long as this takes.
pins: $(READY)
	$(BIN)/python -m pip install --quiet pip-tools
	printf 'hatchling\neditables\n' > $(VENV)/build.in
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-header \
		--no-annotate --strip-extras --allow-unsafe --extra dev -o $(VENV)/pins.txt pyproject.toml $(VENV)/build.in
	{ head -2 constraints.txt; cat $(VENV)/pins.txt; } > $(VENV)/new.txt && mv $(VENV)/new.txt constraints.txt
