# Every target sets up what it needs. `make` alone lists them.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test browse budget lighthouse messages lint audit schema bench night pins clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Set up everything and serve the demonstration on http://localhost:8000
	PARVIS_DEMO=1 $(BIN)/parvis demo --port $(PORT)

test: $(VENV)/.dev ## Run the tests
	$(BIN)/python -m tests.suite -n auto --maxprocesses 4 --dist loadfile --ignore tests/browse

browse: $(VENV)/.dev web/build/node_modules ## Walk through the portal in Chromium (apt-get install chromium)
	$(BIN)/python -m tests.suite tests/browse --ignore tests/browse/lighthouse

budget: $(VENV)/.dev web/build/node_modules ## Weigh a first visit on a phone, page by page
	$(BIN)/python -m pytest tests/browse/test_weight.py

lighthouse: $(VENV)/.dev tests/browse/lighthouse/node_modules ## Have Lighthouse judge the main pages (4 minutes and more)
	$(BIN)/python -m pytest tests/browse/lighthouse

lint: $(VENV)/.dev ## Check style, types, layers and the committed contract
	$(BIN)/ruff check . || { echo "mend with: $(BIN)/ruff check --fix ."; exit 1; }
	$(BIN)/ruff format --check -q . || { echo "mend with: $(BIN)/ruff format ."; exit 1; }
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/parvis schema export | diff -u schema/schema.graphql - || { echo "mend with: make schema"; exit 1; }

audit: $(VENV)/.dev ## Look the pinned packages up among known vulnerabilities
	$(BIN)/python .ci/audit.py

schema: $(VENV)/.run ## Write the contract to schema/schema.graphql
	$(BIN)/parvis schema export schema/schema.graphql
	$(BIN)/parvis schema tables docs/open-data

bench: $(VENV)/.dev ## Measure, side by side in one run
	$(BIN)/python -m bench

night: $(VENV)/.dev ## Simulate the last hours of a vote, with a kill and a failover (10 minutes and more; NIGHT=--small, NIGHT=--full)
	$(BIN)/python -m bench.night $(NIGHT)

pins: $(VENV)/.dev ## Write the pinned requirements anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --extra tracing --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements-tracing.txt

clean: ## Remove the environment and the demonstration's data
	rm -rf $(VENV) .parvis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Parvis wants Python 3.11 or later; set PYTHON="; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

web/build/node_modules: web/build/package-lock.json
	cd web/build && npm ci --no-audit --no-fund
	@touch $@

tests/browse/lighthouse/node_modules: tests/browse/lighthouse/package-lock.json
	cd tests/browse/lighthouse && npm ci --no-audit --no-fund
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

messages: $(VENV)/.dev ## Compile the catalogues of web/message
	for file in web/message/*.po; do $(BIN)/pybabel -q compile -f -i $$file -o $${file%.po}.mo -l $$(basename $$file .po); done
