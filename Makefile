# Needs make and Python 3.11 or newer, nothing else: every target builds its own environment in .venv first.
.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench soak

NEW_ENOUGH = -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
            $(shell $(name) $(NEW_ENOUGH) 2>/dev/null && echo $(name))) python3)
BIN := .venv/bin
READY := .venv/ready
TRIED := .venv/ready-for-demo

help:
	@echo 'make demo    a real database of lifelike bars with known defects, judged: in a terminal and in a browser'
	@echo 'make test    the whole gate, as CI runs it'
	@echo 'make check   the same'
	@echo 'make docs    write docs/checks and docs/cli.md from the code'
	@echo 'make bench   measure speed and print it'
	@echo 'make soak    a day of runs, kills, full disks, outages: what dq survives, in a table; SOAK="--seed 7" and more'

demo: $(if $(wildcard $(READY)),$(READY),$(TRIED))
	@$(BIN)/python -m compileall -q dq
	@$(BIN)/python -m dq demo

test: check

check: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(BIN)/python -m mypy
	$(BIN)/python -m compileall -q dq
# Twice as many workers as CI has cores: a third of the time goes by in waiting for time limits and servers.
	$(BIN)/python -m pytest -n 4 --dist worksteal

docs: $(READY)
	$(BIN)/python docs/generate.py

bench: $(READY)
	@$(BIN)/python -m compileall -q dq
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

soak: $(READY)
	@$(BIN)/python -m compileall -q dq
	@cd tests && ../$(BIN)/python -m soak $(SOAK)

# uv installs in a quarter of pip's time and compiles as it goes; where it finds no index, pip's own settings may know one.
# The demo needs none of the tools of development, and is there in two thirds of the time.
$(READY): EXTRAS = demo,dev
$(TRIED): EXTRAS = demo
$(READY) $(TRIED): pyproject.toml
	@$(PYTHON) $(NEW_ENOUGH) || { echo 'dq needs Python 3.11 to 3.14. If you have one by another name: make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	@echo 'Building .venv: about half a minute, most of it the download.'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { echo 'Python cannot make environments here. On Debian or Ubuntu: apt install python3-venv' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --editable '.[$(EXTRAS)]' || \
	  $(BIN)/python -m pip install --quiet --editable '.[$(EXTRAS)]'
	@touch $@
