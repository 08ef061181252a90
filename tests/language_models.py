"""Folders of language models to read and write with: bases, an export, baselines of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import bases, components, contest
from pipeline.contracts import Export
from pipeline.strategies.full import Full
from pipeline.training.model import prepare
from tests.baselines.languages import subwords, task, work
from tests.training.families import BUILDERS


def base(kind: str, factory: pytest.TempPathFactory) -> Path:
    """A tiny base of a family."""
    return BUILDERS[kind](factory.mktemp(kind) / "base")


def export(folder: Path, source: Path, *, task_name: str) -> Path:
    """A base as an untrained run of a task exports it."""
    found = bases.resolve(str(source))
    of = task(task_name)
    ready = prepare(
        found, task=of, labels=(), strategy=Full(), dropout=None, max_length=None, seed=0
    )
    folder.mkdir()
    components.load("exporters", "merged")().write(
        Export(
            model=ready.model.eval(),
            codec=ready.codec,
            task=of,
            labels=(),
            base=found.facts(),
            base_folder=found.folder,
        ),
        folder,
    )
    return folder


def run_with_baselines(folder: Path, source: Path) -> Path:
    """A run's folder as it keeps baselines of causal-lm and masked-lm; nothing else is in it."""
    for name, of in (
        ("ngram-lm", "causal-lm"),
        ("lstm-lm", "causal-lm"),
        ("ngram-fill", "masked-lm"),
    ):
        here = work(of, subwords=subwords(source))
        options = {"epochs": 1} if name == "lstm-lm" else {}
        fitted = components.load("baselines", name)(**options).fit(here)
        contest.weigh(fitted, here, name=name, keep=folder / contest.BASELINES / name)
    return folder
