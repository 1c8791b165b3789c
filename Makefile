# The two commands of a fresh machine are `make run` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
ARGS ?=
# Recorded feeds and labelled articles, which are no part of the project.
DATA ?= ../shared

.DEFAULT_GOAL := help
.PHONY: help run demo serve check format test test-slow replay endurance soak hostile-hour screenshots bench-polling bench-extraction bench-grouping bench-grouping-scale lock advisories clean

help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-20s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# Stamps: an unchanged lock is not installed again.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/.installed ## Poll feeds.yaml into conflict-news.db and show it on http://127.0.0.1:8001/
	$(BIN)/aggregator run --serve $(ARGS)

demo: $(VENV)/.installed ## The same against a newsroom of our own, without internet
	$(BIN)/aggregator demo $(ARGS)

serve: $(VENV)/.installed ## Only the pages, on the database that is there
	$(BIN)/aggregator serve $(ARGS)

check: $(VENV)/.installed-dev ## Style, types, import contract, docs, quality of extraction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -p no:randomly tests/docs $(ARGS)
	$(BIN)/python -m bench.gate

format: $(VENV)/.installed-dev ## Write the code in the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: $(VENV)/.installed-dev ## The tests, under 8 minutes on two cores
	$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

test-slow: $(VENV)/.installed-dev ## Kill, stop and endurance tests, and whatever takes long
	$(BIN)/python -m pytest -m slow --timeout 1800 $(ARGS)

replay: $(VENV)/.installed-dev ## The daemon on recorded feeds and labelled articles; DATA=folder
	$(BIN)/python -m bench.replay --data $(DATA) $(ARGS)

hostile-hour: $(VENV)/.installed-dev ## An hour of every kind of bad feed: is each named, is every good one up to date?
	$(BIN)/python -m bench.hostile_hour $(ARGS)

endurance: $(VENV)/.installed-dev ## Fifteen minutes of a changing newsroom, SIGTERM and kill -9
	$(BIN)/python -m bench.endurance $(ARGS)

soak: $(VENV)/.installed-dev ## Weeks in two hours: kills, stops, clock jumps, locks, hostile feeds; ARGS="--minutes 10"
	$(BIN)/python -m bench.soak $(ARGS)

# What we are compared with never shares an environment with us.
$(PEERS)/.installed: bench/polling-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r bench/polling-peers.txt
	@touch $@

# Complete and pinned; the resolver of older pip stumbles over the extras of lxml, so none is asked.
$(PEERS)/.installed-extraction: bench/extraction-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r bench/extraction-peers.txt
	@touch $@

$(PEERS)/.installed-grouping: bench/grouping-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r bench/grouping-peers.txt
	@touch $@

bench-polling: $(VENV)/.installed $(PEERS)/.installed ## What polling costs beside other pollers; ARGS="--feeds 500"
	$(BIN)/python -m bench.polling $(ARGS)

bench-extraction: $(VENV)/.installed $(PEERS)/.installed-extraction ## Text, title, authors and date beside other extractors; DATA=folder
	$(BIN)/python -m bench.extraction --data $(DATA)/eval/extraction $(ARGS)

bench-grouping: $(VENV)/.installed $(PEERS)/.installed-grouping ## Stories against labels beside other groupers; DATA=folder
	$(BIN)/python -m bench.grouping --data $(DATA)/eval/grouping $(ARGS)

bench-grouping-scale: $(VENV)/.installed ## Does the millionth article cost what the first ones did? ARGS="--articles 100000"
	$(BIN)/python -m bench.grouping_scale $(ARGS)

screenshots: $(VENV)/.installed-dev ## The pictures in docs/, from the demo in a real browser
	$(BIN)/python -m bench.screenshots $(ARGS)

# Universal: one lock for Linux, macOS, Windows and every supported Python.
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet
lock: | $(BIN)/python ## Resolve the dependencies anew (needs uv in the environment)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(LOCK) --extra browse --extra map pyproject.toml requirements-build.in -o requirements.lock
	$(LOCK) --extra browse --extra map --group test --group lint pyproject.toml requirements-build.in -c requirements.lock -o requirements-dev.lock

# In an environment of its own, since what it needs is no business of the program.
AUDIT := .venv-audit
advisories: ## Known weaknesses in what the locks hold (needs internet)
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit || \
	  { echo "advisories: pip-audit cannot be had; there is no way to PyPI from here" >&2; exit 1; }
	@for lock in requirements.lock requirements-dev.lock; do \
	  $(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip -r $$lock || \
	  { echo "advisories: $$lock has an advisory, or PyPI does not tell (see above)" >&2; exit 1; }; \
	done

clean: ## Remove the environments and caches; databases stay
	rm -rf $(VENV) $(PEERS) $(AUDIT) .mypy_cache .ruff_cache .pytest_cache .hypothesis build
