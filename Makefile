# Two commands for a start:  make demo   makes a short film, and its screenplay
#                            make test   passes every test
# Needs Python 3.11 or newer and make. Everything else lands in .venv.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(name) -c \
	'import sys, ensurepip; print("$(name)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
WORKERS ?= auto

.PHONY: demo test check bench faults snapshots schema golden install-service uninstall-service clean
.DELETE_ON_ERROR:

demo: .venv/app
	@$(BIN)/reelscribe demo

test: .venv/dev
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev
	$(BIN)/python -m benchmarks

faults: .venv/dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m faults -o faulthandler_timeout=0 $(ARGS)

snapshots: .venv/dev
	$(BIN)/python -m pytest tests/tui --snapshot-update

schema: .venv/app
	$(BIN)/python -m daemon.screenplay.formats.document > docs/screenplay.schema.json

golden: .venv/dev
	$(BIN)/python -m tests.daemon.screenplay.goldens

# sudo make install-service FOR=anna [OLLAMA=host:port]; again after an upgrade. uninstall-service leaves all data.
install-service:
	@systemd/install.sh '$(FOR)' '$(PYTHON)' '$(OLLAMA)'

uninstall-service:
	@systemd/uninstall.sh '$(FOR)'

.venv/app: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Reelscribe needs Python 3.11 or newer with venv. Install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Setting up .venv (once; about a minute) ..."; $(PYTHON) -m venv .venv; }
	@$(PIP) --editable .
	@touch $@

.venv/dev: .venv/app
	@$(PIP) --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info
