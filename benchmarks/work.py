"""The rows and the base that the benchmarks share."""

from __future__ import annotations

from pathlib import Path

from pipeline import bases, recipe
from pipeline.bases import Base
from pipeline.contracts import Silent, Splits
from pipeline.data.sources import load
from pipeline.examples import Examples
from pipeline.recipe import Recipe
from pipeline.training.model import Prepared, prepare


def docs_topics(*overrides: str) -> tuple[Recipe, Base, Splits]:
    """The default recipe with all training rows, its base and its splits."""
    loaded = recipe.load(
        Path("recipes/docs-topics-bert-lora.yaml"),
        ["data.per_class=null", "data.validation=0.15", *overrides],
    )
    splits = load(loaded.data, loaded.task, seed=0, report=Silent())
    return loaded, bases.resolve(loaded.model.id), splits


def prepared(loaded: Recipe, base: Base, splits: Splits) -> Prepared:
    """The base with its head and the recipe's adapter."""
    return prepare(
        base,
        task=loaded.task,
        labels=loaded.task.labels(splits.train),
        strategy=loaded.strategy,
        dropout=None,
        max_length=None,
        seed=0,
    )


def learning() -> tuple[Recipe, Prepared, Examples]:
    """The default recipe, its base made ready, and its training rows as the base sees them."""
    loaded, base, splits = docs_topics()
    ready = prepared(loaded, base, splits)
    labels = loaded.task.labels(splits.train)
    examples = loaded.task.encode(splits.train, labels, ready.codec, purpose="learn")
    return loaded, ready, examples
