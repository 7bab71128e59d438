# What a person or a build server may ask for. `make` alone lists it.
SHELL := /bin/sh
# Compiled modules are kept, also where the environment forbids it: every test process, and
# every process that a test starts, begins in half the time.
export PYTHONDONTWRITEBYTECODE =
.DEFAULT_GOAL := help
PYTHON_RUN := .venv/bin/python
MANAGE := $(PYTHON_RUN) manage.py
# uv when it is on PATH, else the one that the test environment brings.
UV = $$(uv --version >/dev/null 2>&1 && echo uv || echo .venv/bin/uv)
COMPILE = $(UV) pip compile --quiet --generate-hashes --no-header --python-version 3.12
.PHONY: bench-preview lighthouse bench-crm bench-send bench-web faults help run setup test templates check audit pictures bench-bounces catalogues lock clean

help: ## List what make can do here
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

run: setup ## Run the whole site with demo content (PORT=8000 MAIL_PORT=1025)
	@exec $(MANAGE) run_site

setup: .venv/runtime.stamp catalogues ## Make .venv from requirements.txt and build the translations

test: .venv/dev.stamp ## Fetch what the tests need, then run all checks and tests on both databases
	@bin/install-debian-packages
	@$(MAKE) --no-print-directory tests/markup/node_modules
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check templates
	@echo "Testing on SQLite ..."
	.venv/bin/pytest -v -n 2 --dist worksteal -m "not audit"
	@echo "Testing on PostgreSQL what depends on the database ..."
	TEST_DATABASE=postgres .venv/bin/pytest -v -n 2 --dist worksteal -m "database and not audit"

audit: .venv/dev.stamp catalogues ## The slower looks: accessibility, HTML and speed of every page in a real browser
	@bin/install-debian-packages npm
	@$(MAKE) --no-print-directory tests/markup/node_modules
	.venv/bin/pytest -v -m audit
	TEST_DATABASE=postgres .venv/bin/pytest -v -m "browser or (database and audit)"
	@$(MAKE) --no-print-directory lighthouse

lighthouse: .venv/dev.stamp catalogues ## Lighthouse on the site as in production, median of three looks at each kind of page
	@bin/install-debian-packages npm
	@$(MAKE) --no-print-directory tests/lighthouse/node_modules
	@$(PYTHON_RUN) -W ignore -m tests.lighthouse

# What checks our pages comes by npm, in the versions of the lock file. Node brings its own
# list of authorities; the system's holds those of the house, too. Where there is no Node, or
# the registry is out of reach, the tests say that they did not look.
export NODE_EXTRA_CA_CERTS ?= $(wildcard /etc/ssl/certs/ca-certificates.crt)
tests/%/node_modules: tests/%/package-lock.json
	@if ! npm --version >/dev/null 2>&1; then echo "No npm: tests/$* stays without its program." >&2; \
	elif echo "Fetching $* ..." && npm ci --prefix tests/$* --no-progress --loglevel=error; then touch $@; \
	else rm -rf $@; echo "Not to be had: tests/$* stays without its program." >&2; fi

bench-crm: .venv/dev.stamp ## Measure the register at size on both databases (CONTACTS=1000000 WRITE=1)
	@DJANGO_SETTINGS_MODULE=config.settings.test $(PYTHON_RUN) -m bench.crm --contacts $(or $(CONTACTS),1000000) $(if $(WRITE),--write)

faults: .venv/dev.stamp catalogues ## Kill, stop, refuse, jump; see that nobody is lost or doubled (SMALL=1 SEED=1 ONLY=T1,T5)
	@bin/install-debian-packages
	@$(PYTHON_RUN) -W ignore -m tests.faults --seed $(or $(SEED),1) $(if $(ONLY),--only $(ONLY)) $(if $(SMALL),--small)

bench-send: .venv/dev.stamp catalogues ## Measure sending beside the limit and beside others (LETTERS=10000 ONLY=limits,peers,sizes,freeze BIG=1 WRITE=1)
	@bin/install-debian-packages
	@$(PYTHON_RUN) -W ignore -m bench.send --letters $(or $(LETTERS),10000) $(if $(ONLY),--only $(ONLY)) $(if $(BIG),--big) $(if $(WRITE),--write)

bench-bounces: .venv/dev.stamp ## Read real bounces and those of a private Postfix; print what is understood
	@bin/install-debian-packages
	@DJANGO_SETTINGS_MODULE=config.settings.dev $(PYTHON_RUN) -m bench.bounces

bench-web: .venv/dev.stamp catalogues ## Measure public pages, anew and from the page cache (ITEMS=10000 ROUNDS=5 WRITE=1)
	@bin/install-debian-packages wrk
	@$(PYTHON_RUN) -W ignore -m bench.web --items $(or $(ITEMS),10000) --rounds $(or $(ROUNDS),5) $(if $(WRITE),--write)

bench-preview: .venv/dev.stamp catalogues ## Measure the preview of the largest demo document beside Wagtail's own part of it
	@DJANGO_SETTINGS_MODULE=config.settings.test $(PYTHON_RUN) -W ignore -m bench.preview

pictures: .venv/dev.stamp catalogues ## Take the pictures of all screens and mails anew, to docs/pictures
	@bin/install-debian-packages
	$(PYTHON_RUN) -m tests.pictures

check: .venv/dev.stamp catalogues ## Check style, types, templates, layers and migrations; seconds
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint --lint .
	.venv/bin/lint-imports
	.venv/bin/mypy
	$(MANAGE) makemigrations --check --dry-run

# Beside the checks, which leave a core idle: migrating takes three times a quarter minute. The
# role groups get their names from the translations.
templates: .venv/dev.stamp catalogues
	@$(PYTHON_RUN) -W ignore -m tests.templates

catalogues: .venv/runtime.stamp ## Build the translations where they changed
	@$(MANAGE) compile_catalogues

lock: .venv/dev.stamp ## Resolve requirements*.in anew into the locked lists (UPGRADE=1: newest versions)
	@echo "Resolving requirements-dev.in and requirements.in ..."
	@$(COMPILE) $(if $(UPGRADE),--upgrade) requirements-dev.in -o requirements-dev.txt
	@$(COMPILE) -c requirements-dev.txt requirements.in -o requirements.txt

clean: ## Remove .venv and caches; keeps var/, where the data is
	rm -rf .venv .ruff_cache .mypy_cache .import_linter_cache .hypothesis tests/*/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/runtime.stamp: requirements.txt
	@bin/install requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt
	@bin/install requirements-dev.txt
	@touch .venv/runtime.stamp $@
