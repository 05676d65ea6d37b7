# People and CI call the same targets. What they do is in Python and in deploy/bootstrap.
.DEFAULT_GOAL := help
-include .env

# Variables of this list reach the programs from `make up NAME=value` and from .env alike.
export KIEM_HOME KIEM_PORT_BASE KIEM_POSTGRES_URL KIEM_KAFKA_BOOTSTRAP KIEM_DESK KIEM_JAVA_HOME
export KIEM_POSTGRES_BIN KIEM_PYTHON
# Certificates are the system's, also for the uv that some tests run; and it may be the one that
# setup brought along.
export UV_SYSTEM_CERTS := 1
# Some machines forbid Python to keep what it compiled: pytest would then rewrite each test anew for
# each process, which is half of the time until the first one runs.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(PATH):$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/kiem/uv-0.13/bin
# Only where somebody says it here: an environment of its own for another Python, `PYTHON=3.13`.
OTHER := $(if $(filter command%,$(origin PYTHON)),$(PYTHON))
ENV := .venv$(if $(OTHER),-$(OTHER))
RUN := $(ENV)/bin
HTMX := services/portal/src/portal/static/vendor/htmx.min.js
AXE := services/portal/web/node_modules/axe-core/axe.min.js
LOCAL := $(RUN)/python -m local
# Kafka's jars, and what lets it start sooner: before many tests want them at once.
KAFKA := $(RUN)/python -m local.jars && $(RUN)/python -m local.warming
FOLDERS := $(wildcard contracts chassis services history cli deploy docs tests examples benchmarks)
PYTEST := $(RUN)/pytest -q $(FOLDERS)
# Files run beside each other, in the order in which they stand: what takes long begins.
BESIDE := $(RUN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder
SERVICES := ideas feedback metrics notifications
REAL_SERVERS := integration or journey or faults or attacks or bench or mutants or compose
PROJECTS := $(wildcard pyproject.toml uv.lock */pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml)

.PHONY: help setup demo up down status logs reset check portable test faults chaos mutants bench env compose-test screenshots fmt generate

help: ## Show what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(ENV)/complete $(HTMX) ## Install everything into .venv (the other targets do it when needed)

$(ENV)/complete: $(PROJECTS)
	@KIEM_PYTHON_VERSION=$(OTHER) deploy/bootstrap
	@touch $@

$(HTMX): services/portal/web/package-lock.json | $(ENV)/complete
	@services/portal/web/bring

demo: setup ## See it all: start, import, KPIs, one idea live [HISTORY= MAPPING= PEOPLE= USAGE= TOOL=]
	@$(LOCAL) demo $(if $(HISTORY),--history "$(HISTORY)") $(if $(MAPPING),--mapping "$(MAPPING)") \
	  $(if $(PEOPLE),--people "$(PEOPLE)") $(if $(USAGE),--usage "$(USAGE)") $(if $(TOOL),--tool "$(TOOL)")

up: setup ## Start everything in the background, wait until it is ready [KIEM_PORT_BASE=8100]
	@$(LOCAL) up $(if $(FOREGROUND),--foreground)

down: setup ## Stop everything; what was written stays
	@$(LOCAL) down

status: setup ## Say how everything is and where
	@$(LOCAL) status

logs: setup ## Show the ends of the logs [NAME=ideas FOLLOW=1 LINES=20]
	@$(LOCAL) logs $(NAME) $(if $(FOLLOW),--follow) $(if $(LINES),--lines $(LINES))

reset: setup ## Delete everything that was written [YES=1]
	@$(LOCAL) reset $(if $(YES),--yes)

check: setup ## Format, lint, types, import rules, unit and architecture tests: two or three minutes [PYTHON=3.13]
	$(RUN)/ruff format --check --quiet .
	$(RUN)/ruff check --quiet .
	$(RUN)/mypy $(FOLDERS)
	$(RUN)/lint-imports
	$(PYTEST) -n 2 -m "not ($(REAL_SERVERS))"

portable: setup ## Compile and import everything, and test the contracts: for another Python [PYTHON=3.13]
	$(RUN)/python -m compileall -q -j 2 $(FOLDERS)
	$(RUN)/pytest -q -n 2 contracts tests/architecture/test_imports.py -m "not integration"

$(AXE): services/portal/web/package-lock.json | $(ENV)/complete
	@services/portal/web/bring --tests

test: check $(AXE) ## All of `check`, then everything on real servers that it starts itself
	@$(KAFKA)
	$(BESIDE) $(FOLDERS) -m "(integration or faults) and not journey"
	$(BESIDE) tests/faults -m attacks
	$(BESIDE) tests/journeys -m journey

faults: setup ## Kill, cut, fill and flood a system of its own, and judge it: some five minutes
	@$(KAFKA)
	$(BESIDE) tests/faults -m "faults or attacks"

chaos: setup ## Months in ten minutes, then the same by lot and for long, with a table at the end [MINUTES=60 SEED=]
	@$(KAFKA)
	@$(RUN)/python -m tests.faults.chaos $(if $(MINUTES),--minutes $(MINUTES)) \
	  $(if $(SEED),--seed $(SEED))

mutants: setup ## Put small wrongs into copies of the mechanism: each must be caught by a test
	@$(KAFKA)
	$(RUN)/pytest -q chassis/tests/mutations

bench: setup ## Measure against others: an hour, or two minutes [QUICK=1 ROWS=append,relay JSON=bench.json]
	@deploy/bootstrap benchmarks/baselines
	@$(RUN)/python -m benchmarks $(if $(QUICK),--level quick) $(if $(ROWS),--only $(ROWS)) \
	  $(if $(JSON),--json $(JSON))

env: ## Write .env for the containers, with fresh secrets [DEVELOPMENT=1: and an identity provider]
	@deploy/compose/make-env $(if $(DEVELOPMENT),--development)

compose-test: setup ## Build the images, start them all, try them, take them down; needs a container engine
	$(RUN)/pytest -q -m compose tests/compose

screenshots: setup ## Take the pictures of docs/screens, while `make demo` goes on; needs Chromium
	@$(RUN)/python docs/screenshots.py

fmt: setup ## Format, and mend what can be mended
	$(RUN)/ruff check --fix --quiet .
	$(RUN)/ruff format --quiet .

generate: setup ## Write what is derived from the code: schemas, AsyncAPI, OpenAPI, pages of docs/
	$(RUN)/python -m contracts.generate
	$(RUN)/python docs/generate.py > docs/settings.md
	$(RUN)/python -m metrics kpis > docs/kpis.md
	for name in $(SERVICES); do $(RUN)/python -m $$name openapi \
	  | $(RUN)/python -m contracts.publishing.http_api $$name || exit; done
