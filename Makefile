# Koperasi. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PY := .venv/bin/python
STAMPS := .toolchain/stamps
CONTRACTS := $(shell find contracts -name '*.sol' 2>/dev/null)
FRONTEND := $(shell find frontend \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)

.PHONY: help setup demo test nightly bench lint fmt lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMPS)/python $(STAMPS)/node $(STAMPS)/tools $(if $(CONTRACTS),$(STAMPS)/contracts) $(if $(wildcard frontend/package.json),$(STAMPS)/frontend) ## install and build what the other commands need; fast when nothing changed

demo: setup ## the day books of a year onto a local chain, into the ledger, onto a page
	.venv/bin/koperasi demo

test: setup ## every check that a change must pass
	$(PY) scripts/check.py

nightly: setup ## the same checks, longer, and those marked nightly
	KOPERASI_DEEP=1 FOUNDRY_PROFILE=deep $(PY) scripts/check.py

bench: setup ## measure the figures that the README quotes, beside their peers (SCALE=0.1: smaller)
	$(PY) -m benchmarks $(if $(SCALE),--scale $(SCALE))

lint: setup ## only style and types
	$(PY) scripts/check.py lint

fmt: setup ## put Python and Solidity into shape
	$(PY) scripts/check.py --fix lint

lock: setup ## renew requirements.txt and package-lock.json from their sources
	.venv/bin/uv pip compile requirements-dev.in --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.txt
	npm install --package-lock-only

clean: ## remove whatever setup and the tests made
	rm -rf .venv .toolchain build node_modules frontend/dist frontend/node_modules koperasi.egg-info \
	  .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMPS)/python: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Say which: make setup PYTHON=python3.11"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@mkdir -p $(@D) && touch $@

$(STAMPS)/node: package.json package-lock.json .npmrc $(wildcard frontend/package.json)
	@node -e 'process.exit(+(parseInt(process.versions.node) < 20))' || \
	  { echo "Node 20 or newer is needed, with npm; node is $$(node --version 2>&1)"; exit 1; }
	npm ci --no-progress
	@mkdir -p $(@D) && touch $@

$(STAMPS)/tools: $(STAMPS)/node $(wildcard scripts/toolchain*)
	@$(PYTHON) scripts/toolchain.py prepare
	@touch $@

$(STAMPS)/contracts: $(STAMPS)/python $(STAMPS)/tools brownie-config.yaml $(CONTRACTS)
	$(PY) scripts/toolchain.py compile
	@touch $@

$(STAMPS)/frontend: $(STAMPS)/node $(FRONTEND)
	npm run build --workspace frontend
	@touch $@
