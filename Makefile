# Two targets do all on a machine with Python 3.11 and make: `make site` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

export NO_MKDOCS_2_WARNING = 1

.DEFAULT_GOAL := help
.PHONY: help site serve test cover faults check audit bench fix words lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; \
	  do printf '  make %-7s %s\n' "$$name" "$$text"; done

site: $(INSTALLED) ## build the sample collection, papers/, into site/
	$(BIN)/papershelf build

serve: $(INSTALLED) ## build it and show it at http://127.0.0.1:8000/, renewed on every save
	$(BIN)/papershelf serve

test: $(INSTALLED) ## run every test (ARGS="-k merge" for some)
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

cover: $(INSTALLED) ## run every test and show the lines that none reaches
	$(BIN)/pytest -n 2 --dist loadgroup --cov --cov-report=term-missing --cov-fail-under=95 $(ARGS)

faults: $(INSTALLED) ## kill 200 builds, each at another moment, and judge what is left (ARGS="20 papers/")
	$(BIN)/python tests/crashes.py $(ARGS)

FUZZ_SECONDS ?= 300
fuzz: $(INSTALLED) ## feed readers, pages and kept files with damaged input (FUZZ_SECONDS=300)
	$(BIN)/python tests/fuzz/run.py --seconds $(FUZZ_SECONDS) $(ARGS)

check: $(INSTALLED) audit ## format, lint, types, house rules, a strict build of the site and its checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_layers.py tests/test_docs.py tests/test_habits.py
	$(BIN)/papershelf generate --strict
	$(BIN)/mkdocs build --strict
	$(BIN)/papershelf build --strict --check

audit: $(INSTALLED) ## ask whether a locked package has a known hole; needs the network (ARGS=--strict)
	$(BIN)/python .ci/audit.py requirements.lock $(ARGS)

bench: .venv-bench/.installed ## papershelf beside its peers; writes docs/benchmarks.md (ARGS="--papers 650 2000")
	.venv-bench/bin/python -m benchmarks $(ARGS)

fix: $(INSTALLED) ## format, and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

words: $(INSTALLED) ## bring the catalogues of the interface up to date with its texts
	$(BIN)/python .ci/catalogues.py

lock: ## renew requirements.lock: the newest versions that pyproject.toml allows, with hashes
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	.venv-lock/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	  --group build --group test --group check --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --no-annotate --output-file .venv-lock/packages
	{ sed '/^[^#]/,$$d' requirements.lock; cat .venv-lock/packages; } > requirements.new
	mv requirements.new requirements.lock
	rm -rf .venv-lock

clean: ## remove what the targets above made (docs/ pages and permalinks.json stay)
	rm -rf .venv .venv-lock .venv-bench site .papershelf .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The stamp comes last: an installation that broke off is done again. Nothing but locked files is
# installed, papershelf itself apart; its dependencies and what builds it are in the lock file.
$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("papershelf needs Python 3.11 or later; say which: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv-bench/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv-bench/bin/python -m pip install --quiet --group bench --editable .
	npm install --silent --no-fund --no-audit --prefix .venv-bench @11ty/eleventy@3.1.2
	@touch $@
