# `make run` starts the app, `make test` runs all tests; each sets everything up on first use.
# `make dev` starts the app for those who change the code: it follows what is saved.
# `make test TESTS=tests/core/inside` runs those of one room; `make walk` those that take long: all
# pages at all widths, and all that hands do on them; `make screenshots` takes their pictures, and
# those of the README.
# `make run REQUIREMENTS=deploy/cloud/requirements.txt` installs the CPU-only torch, on Linux.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STREAMLIT_PORT ?= 8501
TESTS ?=
REQUIREMENTS ?= requirements.txt
APP := $(VENV)/$(subst /,-,$(REQUIREMENTS))
NPM_FOLDER := tests/browser
AXE := $(NPM_FOLDER)/node_modules/axe-core/axe.min.js

.PHONY: run dev test walk screenshots check bench clean

# docs/hosting.md says why
run dev: export MALLOC_ARENA_MAX := 2

run: $(APP)
	$(BIN)/streamlit run app.py --server.port $(STREAMLIT_PORT)

dev: $(VENV)/dev
	$(BIN)/streamlit run app.py --server.port $(STREAMLIT_PORT) --server.fileWatcherType auto --server.runOnSave true

test: $(VENV)/dev $(AXE)
	$(BIN)/python -m pytest $(TESTS)

walk: $(VENV)/dev $(AXE)
	$(BIN)/python -m pytest -m walk

screenshots: $(VENV)/dev
	$(BIN)/python -m tests.browser.screenshots

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --collect-only -qqq -n0 -m ''

bench: $(VENV)/dev
	$(BIN)/python -m benchmarks

$(APP): $(REQUIREMENTS) requirements.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r $(REQUIREMENTS)
	touch $@

$(VENV)/dev: requirements-dev.txt requirements.txt $(APP)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r requirements-dev.txt
	touch $@

# Tests that need it say so where it could not be fetched.
$(AXE): $(NPM_FOLDER)/package.json
	-npm install --prefix $(NPM_FOLDER) --no-package-lock --no-audit --no-fund && touch $@

clean:
	rm -rf $(VENV) $(NPM_FOLDER)/node_modules
