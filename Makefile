# Skisse. `make` alone lists the commands. Needed: Python 3.11 or newer, Node 20 or newer with npm, make.
.DEFAULT_GOAL := help
.PHONY: help run test check bench demo setup stop format messages lock
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
MANAGE := $(PYTHON) manage.py
ARGS ?=

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: setup ## the site with a worker, the scheduler and the demo programme (PORT=8000)
	@$(PYTHON) -m config.devserver

test: setup ## all tests (ARGS="-k submit" for some)
	@$(PYTHON) -m config.messages
	@status=0; $(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS) || status=$$?; \
	$(PYTHON) -m config.embedded stop --test --unless-used > /dev/null; exit $$status

check: setup ## lint, format, types, import order, migrations, translations
	@$(PYTHON) -m pytest tests/architecture -q -p no:randomly $(ARGS)

bench: setup ## measure against the budgets (ARGS="--help" for more)
	@$(PYTHON) -m benchmarks $(ARGS)

demo: setup ## one whole competition, in the terminal (ARGS="--json")
	@$(PYTHON) -m config.messages > /dev/null
	@$(MANAGE) migrate --verbosity 0
	@status=0; $(MANAGE) demo --live $(ARGS) || status=$$?; \
	$(PYTHON) -m config.embedded stop --unless-used > /dev/null; exit $$status

setup: $(VENV)/.installed node_modules/.installed ## install what is locked

stop: ## stop embedded servers that are still running
	@$(PYTHON) -m config.embedded stop
	@$(PYTHON) -m config.embedded stop --test

format: setup ## format code and templates, and fix what the linter can
	@$(PYTHON) -m ruff check --fix --quiet || true
	@$(PYTHON) -m ruff format --quiet
	@find templates -name '*.html' -print0 | xargs -0 $(VENV)/bin/djade --target-version 5.2 || true

messages: setup ## collect texts to translate into locale/ (needs GNU gettext), and compile them
	@$(MANAGE) makemessages --all --no-location --no-wrap --ignore=node_modules --ignore=.venv --ignore=tests --ignore=var
	@$(PYTHON) -m config.messages

lock: ## lock the newest allowed versions in requirements/ and package-lock.json
	@bash config/deploy/lock.sh

# The newest Python that runs and can make a virtual environment. The name alone says little: a shim may point nowhere.
$(PYTHON):
	@for candidate in python3.13 python3.12 python3.11 python3; do \
	  if $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; then \
	    echo "make: virtual environment with $$($$candidate --version)"; \
	    $$candidate -m venv --clear $(VENV) && exit 0; exit 1; fi; done; \
	echo "make: found no Python 3.11 or newer that has venv and ensurepip (on Debian: apt-get install python3-venv)" >&2; exit 1

$(VENV)/.installed: requirements/dev.txt | $(PYTHON)
	@echo "make: installing Python packages"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.installed: package-lock.json
	@command -v npm > /dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
	  { echo "make: Node 20 or newer with npm is needed" >&2; exit 1; }
	@echo "make: installing frontend packages"
	@npm ci --no-update-notifier --no-audit --no-fund --loglevel=error
	@touch $@
