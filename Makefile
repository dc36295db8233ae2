# Two commands do all the set-up: 'make demo' and 'make test'. Both make .venv from the lock and are quick the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUDY ?= examples/quickstart.toml
POTENTIAL ?=
OTHERS ?=
MEMBERS ?= 4
STEPS ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo model test test-heavy boundaries docs lint lock clean

help:
	@echo "make demo        install, run $(STUDY), make the report (about 6 minutes on 2 cores)"
	@echo "make demo POTENTIAL=deepmd-llzo   the same with the potential that was learned (installs DeePMD-kit; 50 minutes)"
	@echo "make model       the learned potential again from its labels, in runs/model (installs DeePMD-kit; a night for MEMBERS=4)"
	@echo "make test        install, then all tests of the default install (about 15 minutes)"
	@echo "make test-heavy  tests that need many minutes or an extra; writes docs/results/heavy.md"
	@echo "make test-heavy OTHERS='DEEPMD/bin/python TEACHER/bin/python'   those of the extras too, in Pythons that have them"
	@echo "make boundaries  all boundaries up to 5,000 atoms relaxed and heated (hours); writes docs/results/boundaries.md"
	@echo "make docs        the documentation as a site, in build/site (minutes); it opens without a network"
	@echo "make lint        the gates alone: ruff, mypy, import-linter"
	@echo "make lock        pin the newest versions that pyproject.toml allows"
	@echo "make clean       remove .venv and caches (never runs/)"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gbglass needs Python 3.11 or newer; name one with PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

# A stamp is written last, so that an install that was interrupted is done again.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# A potential of DeePMD-kit's needs its extra, which brings TensorFlow.
demo: $(VENV)/run.stamp
	$(if $(POTENTIAL),$(PIP) install -e '.[deepmd]' --no-build-isolation)
	$(BIN)/gbglass run $(STUDY) $(if $(POTENTIAL),--potential $(POTENTIAL))

# Ended at any time, it goes on from the last checkpoint.
model: $(VENV)/run.stamp
	$(PIP) install -e '.[deepmd]' --no-build-isolation
	$(BIN)/gbglass potential train data/training runs/model-begun --preset laptop --members $(MEMBERS) $(STEPS)
	$(BIN)/gbglass potential train data/training runs/model --preset settle --from runs/model-begun --members $(MEMBERS) $(STEPS)
	$(BIN)/gbglass potential validate runs/model/model.toml --store data/training --out runs/model-checked --teacher data/validation/sevennet-0

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Two workers: most of the time goes to LAMMPS on tiny systems and to Chromium, which leave a core idle.
test: lint
	$(BIN)/pytest -m "not heavy" -n 2 --dist loadgroup

test-heavy: $(VENV)/dev.stamp
	$(BIN)/python tools/heavy.py $(OTHERS)

# Start it in several windows to use several cores: each takes the next boundary that nobody works on.
boundaries: $(VENV)/run.stamp
	nice -n 19 $(BIN)/python tools/boundaries.py

$(VENV)/docs.stamp: requirements/docs.txt $(VENV)/dev.stamp
	$(PIP) install --require-hashes -r requirements/docs.txt
	@touch $@

docs: $(VENV)/docs.stamp
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -j auto docs build/site

lock: $(BIN)/python
	$(PIP) install pip-tools
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --extra dev --output-file requirements/dev.txt pyproject.toml requirements/build.in
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --constraint requirements/dev.txt --output-file requirements/run.txt pyproject.toml requirements/build.in

	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --constraint requirements/dev.txt --output-file requirements/docs.txt requirements/docs.in

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache docs/reference
