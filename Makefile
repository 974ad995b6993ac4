# Two targets do all on a machine with Python 3.11 and make: `make site` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

export NO_MKDOCS_2_WARNING = 1

.DEFAULT_GOAL := help
.PHONY: help site serve test cover check fix lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; \
	  do printf '  make %-7s %s\n' "$$name" "$$text"; done

site: $(INSTALLED) ## build the sample collection, papers/, into site/
	$(BIN)/papershelf build

serve: $(INSTALLED) ## build it and show it at http://127.0.0.1:8000/, renewed on every save
	$(BIN)/papershelf serve

test: $(INSTALLED) ## run every test (ARGS="-k merge" for some)
	$(BIN)/pytest -n 2 $(ARGS)

cover: $(INSTALLED) ## run every test and show the lines that none reaches
	$(BIN)/pytest -n 2 --cov --cov-report=term-missing --cov-fail-under=95 $(ARGS)

check: $(INSTALLED) ## format, lint, types, house rules, strict build of docs/
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_layers.py tests/test_docs.py tests/test_habits.py
	$(BIN)/papershelf generate --strict
	$(BIN)/mkdocs build --strict

fix: $(INSTALLED) ## format, and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## renew constraints.txt: the newest versions that pyproject.toml allows
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --upgrade pip
	.venv-lock/bin/python -m pip install --quiet --group test --group check -e .
	{ sed '/^[^#]/d' constraints.txt; .venv-lock/bin/python -m pip freeze --exclude-editable; } > constraints.new
	mv constraints.new constraints.txt
	rm -rf .venv-lock

clean: ## remove what the targets above made (docs/ pages and permalinks.json stay)
	rm -rf .venv .venv-lock site .papershelf .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The stamp comes last: an installation that broke off is done again.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("papershelf needs Python 3.11 or later; say which: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group test --group check --editable .
	@touch $@
