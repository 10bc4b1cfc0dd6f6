# Everything a newcomer needs: `make demo` and `make test`. The rest are the small steps those two consist of.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help demo test environment node lint types contracts unit postgres browser slow fault bench lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

demo: $(VENV)/.demo ## the whole product with a seeded shop, on this machine (ARGS="--port N --seed N --ready-file PATH ...")
	@exec $(BIN)/python -m devstore.demo $(ARGS)

test: environment node ## everything that must pass, but what takes its time (`make slow`)
	@$(BIN)/python scripts/check.py

environment: $(VENV)/.dev ## the Python environment with all tools

node: environment ## Shopify's own tools, at the versions of package-lock.json
	@$(BIN)/python scripts/node_tools.py
	@$(BIN)/python scripts/fetch_webhook_schemas.py

lint: environment ## ruff: style and format
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: environment ## pyright
	$(BIN)/pyright

contracts: environment ## who may import whom
	$(BIN)/lint-imports

unit: environment ## every test that needs no browser, on SQLite; those of `make slow` too
	$(BIN)/pytest -q -m "not browser"

postgres: environment ## the same tests on PostgreSQL; says whether `make test` asks enough of it
	$(BIN)/python scripts/with_postgres.py $(BIN)/pytest -q --statements -m "not browser and not once"

browser: environment ## the pages in headless Chromium
	$(BIN)/pytest -q -m browser

slow: node ## what takes its time: workers that die at every place, each answer lost, Shopify's validators on every page
	$(BIN)/pytest -q -m slow

fault: slow ## exactly once: processes killed, histories at random; writes docs/reliability.md (ARGS="--runs 1000 --seed N")
	@$(BIN)/python tests/faults/run.py $(ARGS)

bench: environment ## every benchmark, one after the other (benchmarks/README.md)
	$(BIN)/python -m benchmarks

lock: ## resolves the dependencies anew (hashes, no addresses)
	$(BIN)/uv pip compile pyproject.toml --group devstore --generate-hashes --universal --python-version 3.11 -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --universal --python-version 3.11 -o requirements-dev.lock

clean: ## removes what was made, but not your demo shop
	rm -rf $(VENV) node_modules .cache .pytest_cache .ruff_cache

$(BIN)/uv:
	@echo "Making the Python environment in $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (make PYTHON=python3.12 ...)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv

$(VENV)/.demo: requirements.lock pyproject.toml | $(BIN)/uv
	@echo "Installing what the demo needs (about 15 seconds, once) ..."
	@test -f $(VENV)/.dev || VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/uv
	@echo "Installing the product and its tools (about a minute, once) ..."
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.demo
