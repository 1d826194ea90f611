# Everything a developer needs. `make run` and `make test` work on a fresh clone with python3.11 and make alone.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

# Where bytecode is not written, each start compiles what it imports anew: 4.8 seconds of processor, not 2.2.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DATA := $(or $(CHENGXIN_DATA),var)
PORT := $(or $(CHENGXIN_PORT),8000)
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
UV := $(BIN)/uv --quiet
SYNC := $(UV) pip sync --python $(BIN)/python
ITSELF := $(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
COMPILE := $(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
FOREIGN := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python \
	--require-hashes --upgrade --target .venv/foreign -r requirements/foreign.txt
# Where no database is needed, none is started.
OFFLINE := CHENGXIN_OFFLINE=1 DJANGO_SETTINGS_MODULE=chengxin.settings
BUILT := src/chengxin/portals/static/built
TRANSLATED := $(patsubst %.po,%.mo,$(wildcard src/chengxin/locale/*/LC_MESSAGES/django.po))
# Alphabets and digests look like secrets to the entropy rules; the lines named here are placeholders, paths and fields.
NO_SECRETS := --disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString \
	--exclude-lines '(user|administrator):password@|CLIENT_SECRET =|"govuk-input"|password_encryption'
# An environment that has the tests' packages is never reduced to what running needs.
NEEDS_TESTS := $(filter test test-all test-rest check fix bench,$(MAKECMDGOALS))
ENVIRONMENT := $(if $(or $(wildcard .venv/.test),$(NEEDS_TESTS)),.venv/.test,.venv/.run)

.PHONY: help run test test-all test-rest check fix bench docs lock clean assets

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 14

# The environment ------------------------------------------------------------------------------------------------------

.venv/.bootstrap: requirements/bootstrap.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

.venv/.run: .venv/.bootstrap requirements/run.txt pyproject.toml
	$(SYNC) requirements/run.txt requirements/bootstrap.txt
	$(ITSELF)
	@touch $@

.venv/.test: .venv/.bootstrap requirements/run.txt requirements/test.txt requirements/foreign.txt pyproject.toml
	$(SYNC) requirements/test.txt requirements/bootstrap.txt
	$(FOREIGN)
	$(ITSELF)
	@touch $@

assets: $(ENVIRONMENT) ## style sheets, fonts, scripts and translations
	@$(BIN)/python assets/build.py
	@$(MAKE) $(TRANSLATED)

%.mo: %.po
	@$(OFFLINE) $(BIN)/python -m chengxin.portals.presentation.translation compile

# Running --------------------------------------------------------------------------------------------------------------

run: $(ENVIRONMENT) assets ## set up and serve the demonstration on 127.0.0.1:8000
	@$(MAKE) $(DATA)/set-up $(DATA)/static/staticfiles.json $(DATA)/demo-loaded
	@exec $(BIN)/chengxin serve --stop-database

# Setting up twice changes nothing, but takes seconds to find that out: it is done anew when tables or packs changed.
$(DATA)/set-up: $(wildcard src/chengxin/*/migrations/*.py) $(shell find packs -type f) $(ENVIRONMENT)
	@$(BIN)/chengxin init --demonstration
	@touch $@

$(DATA)/static/staticfiles.json: $(BUILT)/.inputs.sha256 $(ENVIRONMENT)
	@$(OFFLINE) $(BIN)/python -m django collectstatic --noinput --verbosity 0
	@touch $@

$(DATA)/demo-loaded:
	$(BIN)/chengxin demo --people 20000 --seed 1
	@touch $@

# Tests ----------------------------------------------------------------------------------------------------------------

ifeq ($(CHROMIUM),)
BROWSER := and not browser
NO_BROWSER = @echo "chromium is not installed: the tests in the browser are left out" >&2
else
BROWSER :=
NO_BROWSER = @:
endif

test: .venv/.test assets ## the fast tests
	$(NO_BROWSER)
	$(BIN)/python -m pytest -n 2 -q -m "not slow $(BROWSER)"

test-rest: .venv/.test assets ## what `test` leaves out: slow tests, and properties with many more examples
	$(NO_BROWSER)
	$(BIN)/python -m pytest -n 2 -q --hypothesis-profile=long -m "(slow or hypothesis) $(BROWSER)"

test-all: test test-rest ## all tests

# Checks ---------------------------------------------------------------------------------------------------------------

check: .venv/.test assets ## style, types, layers, migrations, templates, shell, translations, secrets
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(OFFLINE) $(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(OFFLINE) $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run
	$(BIN)/python .ci/migrations_sql.py var/check
	$(BIN)/squawk --config .squawk.toml var/check/migrations/*.sql
	$(BIN)/djlint --lint --quiet src/chengxin
	$(BIN)/shellcheck .ci/run .ci/external-postgres
	$(OFFLINE) $(BIN)/python -m chengxin.portals.presentation.translation check
	git ls-files -z -- . ':!tests' ':!requirements' ':!*.po' ':!*.json' | xargs -0 $(BIN)/detect-secrets-hook $(NO_SECRETS)

fix: .venv/.test ## let the tools put right what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(OFFLINE) $(BIN)/python -m chengxin.portals.presentation.translation update

bench: .venv/.test ## measure against peers and limits, print and store the table
	$(BIN)/python bench/run.py

docs: ## where to read
	@echo "docs/architecture.md       the rooms and the layers"
	@echo "docs/glossary.md           the terms"
	@echo "docs/law/rules.md          the rules of law and where they stand in the code"
	@echo "docs/operations/           installing, settings, commands, intake, keys, ledger"
	@echo "docs/api/                  files and the API"
	@echo "docs/decisions/            why it is as it is"

lock: .venv/.bootstrap ## compile requirements/*.in with hashes
	$(COMPILE) requirements/bootstrap.in --output-file requirements/bootstrap.txt
	$(COMPILE) requirements/run.in --output-file requirements/run.txt
	$(COMPILE) requirements/test.in --constraints requirements/run.txt --output-file requirements/test.txt

clean: ## remove the environment, caches and built assets; the data directory stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build assets/node_modules
	rm -rf src/*.egg-info $(BUILT) var/check
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
