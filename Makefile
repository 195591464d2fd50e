# `make run` and `make test` set themselves up: they need python3 (3.11 or later), its venv module, and a package index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PLUGINS := $(sort $(wildcard plugins/nlpsuite-*))
PACKAGES := -e ".[dev]" $(addprefix -e ,$(PLUGINS))

.DEFAULT_GOAL := help
.PHONY: help install run test lint docs bench wheels test-wheels clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## make .venv with the suite and its tools

$(STAMP): constraints.txt pyproject.toml $(wildcard plugins/*/pyproject.toml)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "nlpsuite needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "python3 lacks its venv module; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25" -c constraints.txt
	$(BIN)/python -m pip install --quiet torch==2.13.0 -c constraints.txt
	$(BIN)/python -m pip install --quiet $(PACKAGES) -c constraints.txt
	touch $@

run: $(STAMP) ## the main job: sentiment and topics of the bundled Chinese financial news
	@$(BIN)/nlpsuite run finance-sentiment --lang zh --format table

test: $(STAMP) ## lint, types, layers, unit and end-to-end tests
	$(MAKE) lint
	$(BIN)/python -m pytest -q

lint: $(STAMP) ## style, types and the layers of the architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: $(STAMP) ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

bench: $(STAMP) ## measure speed beside peers on the own corpora, then start-up; refreshes docs/benchmarks.md
	$(BIN)/nlpsuite bench finance-sentiment $(foreach file,$(wildcard corpora/finance-sentiment/*/test.jsonl),--data $(file)) \
		--lang auto --texts 240 --beside customer-intent --beside ner --beside recommend --out docs/bench/finance-sentiment.json --plot docs/bench/finance-sentiment.svg
	$(BIN)/nlpsuite bench ner $(foreach file,$(wildcard corpora/ner/*/test.jsonl),--data $(file)) \
		--lang auto --texts 240 --out docs/bench/ner.json --plot docs/bench/ner.svg
	$(MAKE) docs
	$(BIN)/python docs/measure.py

wheels: $(STAMP) ## build every wheel into dist/
	rm -rf dist
	for package in . $(PLUGINS); do \
		$(BIN)/python -m build --wheel --outdir dist $$package || exit 1; done

test-wheels: wheels ## the end-to-end test in a clean environment that has only the wheels
	rm -rf build/wheel-env
	$(PYTHON) -m venv build/wheel-env
	build/wheel-env/bin/python -m pip install --quiet --upgrade "pip>=25" -c constraints.txt
	build/wheel-env/bin/python -m pip install --quiet torch==2.13.0 -c constraints.txt
	build/wheel-env/bin/python -m pip install --quiet dist/*.whl pytest -c constraints.txt
	mkdir -p build/end-to-end && cp tests/test_end_to_end.py build/end-to-end
	cd build/end-to-end && ../wheel-env/bin/python -c 'import nlpsuite; assert "site-packages" in nlpsuite.__file__'
	cd build/end-to-end && ../wheel-env/bin/python -m pytest -q -p no:cacheprovider -c /dev/null --rootdir .

clean: ## remove what was built
	rm -rf $(VENV) build dist
