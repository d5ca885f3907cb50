# Everything a newcomer needs is `make run` and `make test`; `make help` lists the rest.
# The environment is built once and stamped; it is touched again only when a lock file is newer than its stamp.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
# Test processes: one a core.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

VENV := .venv
BIN := $(VENV)/bin
# The stamps bear the checkout's place, because an environment that was copied along still runs the code it came from.
PLACE := $(shell pwd -P | cksum | cut -d' ' -f1)
RUN_STAMP := $(VENV)/.run-$(PLACE)
TEST_STAMP := $(VENV)/.test-$(PLACE)
CATALOGUES := $(wildcard editorial/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: env
env: $(RUN_STAMP) $(COMPILED) ## create .venv with the locked packages, and compile the translations

.PHONY: run
run: env ## prepare the demo and serve it on 127.0.0.1:8000 (or PORT)
	@export EDITORIAL_INSTANCE="$${EDITORIAL_INSTANCE:-instance/demo}" \
		EDITORIAL_SITE_URL="$${EDITORIAL_SITE_URL:-http://127.0.0.1:$(PORT)}"; \
	$(BIN)/editorial demo && exec $(BIN)/editorial serve --port "$(PORT)"

.PHONY: test
test: $(TEST_STAMP) $(COMPILED) ## run the whole test suite, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

.PHONY: check
check: $(TEST_STAMP) $(COMPILED) ## check style, types, import direction, templates and routes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_imports.py tests/test_templates.py tests/web/test_routes.py

.PHONY: bench
bench: $(TEST_STAMP) $(COMPILED) ## measure speed and memory beside their limits, on both databases
	$(BIN)/python -m tests.bench; desk=$$?; $(BIN)/python -m tests.bench_readers && exit $$desk

.PHONY: translations
translations: $(TEST_STAMP) ## gather the messages from code and templates into the catalogues
	$(BIN)/pybabel --quiet extract --mapping-file editorial/translations/babel.cfg \
		--keywords "N_ _l lazy_gettext" --add-comments "Translators:" \
		--no-location --sort-output --width 120 --project editorial --copyright-holder "The Editorial authors" \
		--output-file editorial/translations/messages.pot editorial templates
	@test -f editorial/translations/vi/LC_MESSAGES/messages.po \
		|| $(BIN)/pybabel --quiet init --locale vi --width 120 \
			--input-file editorial/translations/messages.pot --output-dir editorial/translations
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120 \
		--input-file editorial/translations/messages.pot --output-dir editorial/translations
	$(BIN)/pybabel compile --statistics --directory editorial/translations

.PHONY: lock
lock: $(TEST_STAMP) ## write the lock files anew from pyproject.toml, with today's versions
	@test -x $(BIN)/uv || $(INSTALL) uv
	$(BIN)/uv pip compile $(LOCK) --group build pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile $(LOCK) --group dev --constraints requirements.txt --output-file requirements-dev.txt
# Neither file may name a registry or a folder of the machine that wrote it: they serve every mirror alike.
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: clean
clean: ## remove the environment and all that was derived; instance/ with its data stays
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache dist build $(COMPILED) editorial/translations/messages.pot
	find editorial tests -name __pycache__ -type d -prune -exec rm -rf {} +

%.mo: %.po | $(RUN_STAMP)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(TEST_STAMP): requirements-dev.txt $(RUN_STAMP)
	@echo "Installing the test tools …"
	@$(INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@

# Debian ships Python without the part that puts pip into a new environment (package python3-venv), so three more ways
# are tried before giving up.
$(RUN_STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed: name one, as in 'make PYTHON=python3.12 $(or $(MAKECMDGOALS),env)'." >&2; exit 1; }
	@echo "Installing the packages into $(VENV) …"
	@if test -f $@; then :; else \
		rm -rf $(VENV); \
		$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
		|| { rm -rf $(VENV); virtualenv --quiet --python "$(PYTHON)" $(VENV) 2>/dev/null; } \
		|| { rm -rf $(VENV); uv venv --quiet --seed --python "$(PYTHON)" $(VENV) 2>/dev/null; } \
		|| { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV) 2>/dev/null \
			&& $(PYTHON) -m pip --python $(BIN)/python install --quiet pip >/dev/null 2>&1; } \
		|| { rm -rf $(VENV); echo "$(PYTHON) cannot create an environment: on Debian, 'apt-get install python3-venv' adds what it lacks." >&2; exit 1; }; \
	fi
	@$(INSTALL) --require-hashes --requirement requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
