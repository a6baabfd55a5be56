# Everything here sets itself up: a fresh clone needs python3 (3.11 or newer) and make. `make help` lists the targets.
PYTHON ?= $(shell scripts/python)
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= data
ARGS   ?=
CASES  ?= clean1m loss5 loss20 burst30 rate300 rate100 dip cut10 tcp443

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check bench plots soak rules setup picture format lock clean

help: ## this list
	@echo "Courtroom: hearings over the network. Targets:"
	@sed -nE 's/^([a-z]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '  make %-8s %s\n' "$$name" "$$text"; done

run: $(VENV)/.run $(VENV)/.compiled build/models/.stamp $(VENV)/.system-documents ## start everything with a demonstration hearing; prints the links (DATA=folder, ARGS=options)
	$(BIN)/courtroom demo --data $(DATA) $(ARGS)

test: $(VENV)/.dev $(VENV)/.system-test $(VENV)/.compiled build/models/.stamp ## run the tests (ARGS="-k name" for some of them)
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory node_modules/.stamp || true
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev node_modules/.stamp ## lint, format, types, import rules, the web client's types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	node_modules/.bin/tsc --project tsconfig.json

bench: $(VENV)/.dev $(VENV)/.system-bench $(VENV)/.compiled build/models/.stamp $(VENV)/.badlink ## all benchmarks beside Janus, two hours, then the plots (ARGS="--seconds 5" of forwarding, CASES="loss20 dip" of bad links)
	$(BIN)/python -m bench.forwarding --hearings 4 --participants 5 --seconds 15 --peer janus --save $(ARGS)
	$(BIN)/python -m bench.forwarding --growth --peer janus --runs 3 --save $(ARGS)
	for case in $(CASES); do $(BIN)/python -m bench.badlink --case $$case --peer janus --save || exit; done
	$(BIN)/python -m bench.ledger --save
	$(BIN)/python -m bench.linkcheck --save
	$(BIN)/python -m bench.linkcheck --loss 0.05 --save
	$(BIN)/python -m bench.linkcheck --vary 0.2 --repeats 4 --save
	$(BIN)/python -m bench.quality --save
	$(BIN)/python -m bench.plots

plots: $(VENV)/.dev $(VENV)/.badlink ## draw the kept results of make bench: docs/images and the tables of docs/performance.md
	$(BIN)/python -m bench.plots

soak: $(VENV)/.dev $(VENV)/.system-test $(VENV)/.compiled ## the long tests
	$(BIN)/python -m pytest -m soak $(ARGS)

rules: $(VENV)/.dev build/models/.stamp ## disable what keeps each paragraph of the Rules, and see its tests fail (ARGS="6 28-1")
	$(BIN)/python scripts/rules.py $(ARGS)

setup: $(VENV)/.dev $(VENV)/.system-test $(VENV)/.compiled build/models/.stamp node_modules/.stamp ## only the set-up for test and check

picture: $(VENV)/.dev $(VENV)/.system-test $(VENV)/.compiled ## make the pictures of docs/images anew, of real hearings
	$(BIN)/python -m tests.e2e.pictures docs/images

format: $(VENV)/.dev ## format and mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## renew requirements*.lock after a change of dependencies in pyproject.toml
	scripts/lock

clean: ## remove what make made, except the data folder
	rm -rf $(VENV) node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.run: requirements.lock pyproject.toml scripts/venv
	scripts/venv $(PYTHON) $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml scripts/venv
	scripts/venv $(PYTHON) $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/.run

# After whichever of .run and .dev is wanted; the compiled modules are of these sources, or are not used.
$(VENV)/.compiled: $(wildcard gateway/*.py recorder/*.py) scripts/compile.py | $(VENV)/.run
	@scripts/system-packages compile
	$(BIN)/python scripts/compile.py
	@touch $@

# Without them light and noise are "not measured"; everything else works.
build/models/.stamp: quality/models.py scripts/models scripts/models.txt | $(VENV)/.run
	scripts/models $(BIN)/python && touch $@ || echo "Going on without: light and noise are not measured."

$(VENV)/.system-documents: scripts/system-packages | $(VENV)/.run
	scripts/system-packages documents $@

$(VENV)/.system-test: scripts/system-packages | $(VENV)/.dev $(VENV)/.system-documents
	scripts/system-packages test $@

$(VENV)/.system-bench: scripts/system-packages | $(VENV)/.dev
	scripts/system-packages bench $@

$(VENV)/.badlink: pyproject.toml | $(VENV)/.dev
	$(BIN)/pip install --quiet -e '.[badlink]'
	@touch $@

node_modules/.stamp: package-lock.json scripts/system-packages
	scripts/system-packages check
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@
