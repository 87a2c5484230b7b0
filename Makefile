# The two commands of the README: `make demo` and `make test`; `make check` is what must hold before a commit.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
HOME_DEMO := $(CURDIR)/.demo

.PHONY: demo test check coverage bench docs clean

$(BIN)/python:
	@if command -v uv >/dev/null 2>&1; then uv venv -q --python '>=3.11' $(VENV); else $(PYTHON) -m venv $(VENV); fi

$(VENV)/.demo: $(BIN)/python pyproject.toml
	@echo "Installing OpenWard into $(VENV) …"
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -e .; else $(BIN)/python -m pip install -q --disable-pip-version-check -e .; fi
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	@echo "Installing OpenWard with its test tools into $(VENV) …"
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -e '.[test]'; else $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[test]'; fi
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	@$(BIN)/openward --home $(HOME_DEMO) demo $(ARGS)

test: $(VENV)/.test
	@sh scripts/test-services.sh
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture

coverage: $(VENV)/.test
	$(BIN)/python -m pytest tests/access tests/checks tests/domain tests/review tests/trail --cov=openward.access \
	  --cov=openward.checks --cov=openward.domain --cov=openward.review --cov=openward.trail --cov-branch \
	  --cov-report=term-missing:skip-covered --cov-fail-under=100

bench: $(VENV)/.test
	$(BIN)/python -m pytest benchmarks -q $(ARGS)

docs: $(VENV)/.test
	$(BIN)/python scripts/docs.py

clean:
	rm -rf $(VENV) .demo build dist
