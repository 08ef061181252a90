"""What several tests share: a tiny base model, a few rows, and one run from end to end."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from pipeline.runner import Finished
from tests.hub.fixtures import tiny_bert
from tests.hub.reviews import reviews
from tests.training.families import BUILDERS

# Tests run side by side: threads of one would only wait for threads of another. Torch reads
# this when it is first imported, which no test does before here.
os.environ.setdefault("OMP_NUM_THREADS", "1")

LABELS = ("negative", "positive")


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a BERT of two layers that save_pretrained wrote. Read it, never change it."""
    return tiny_bert(tmp_path_factory.mktemp("base") / "tiny-bert")


class Bases:
    """Folders with a tiny base of each family, each made when it is first asked for."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def __getitem__(self, family: str) -> Path:
        folder = self._home / family / family
        return folder if folder.exists() else BUILDERS[family](folder)


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Bases:
    """A tiny base of every family, by its name. Read them, never change them."""
    return Bases(tmp_path_factory.mktemp("bases"))


@pytest.fixture(scope="session")
def rows_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty reviews with the columns ``text`` and ``label``. Read it, never change it."""
    path = tmp_path_factory.mktemp("rows") / "reviews.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows((text, LABELS[label]) for text, label in reviews(60))
    return path


@pytest.fixture(scope="session")
def finished_run(
    tmp_path_factory: pytest.TempPathFactory, tiny_base: Path, rows_csv: Path
) -> Finished:
    """A whole run: a LoRA adapter, two baselines, a proven export. Never change its folder."""
    from pipeline import recipe as recipes
    from pipeline import runner
    from pipeline.contracts import Silent

    home = tmp_path_factory.mktemp("run")
    path = home / "reviews-tiny-lora.yaml"
    path.write_text(
        "# Are sixty reviews good or bad?\n"
        f"model: {tiny_base}\n"
        "task: text-classification\n"
        f"data: {{train: {rows_csv}, test: 0.3}}\n"
        "train: {epochs: 2, batch_size: 8}\n"
        "baselines: [majority, tfidf]\n"
        "evaluation: {resamples: 1000}\n"
        "export: [adapter]\n",
        encoding="utf-8",
    )
    finished = runner.run(
        recipes.load(path),
        runs=home / "runs",
        resume=False,
        command=f"graft run {path.name}",
        report=Silent(),
    )
    assert finished is not None
    return finished
