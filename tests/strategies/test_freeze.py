"""The lower part stays; the upper part, the head and what is fresh learn."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import RecipeError
from pipeline.strategies.freeze import Freeze
from pipeline.tasks.text_classification import TextClassification
from pipeline.training.parts import parts
from tests.training import tiny


def trainable(base: Path, strategy: Freeze) -> set[str]:
    prepared = tiny.ready(base, strategy)
    rows = parts(prepared.model, prepared.family, TextClassification())
    assert all(row["trainable"] in (0, row["total"]) for row in rows)
    return {row["part"] for row in rows if row["trainable"]}


POOLER = "pooler"


@pytest.mark.parametrize(
    ("strategy", "learns"),
    [
        (Freeze(), {"head"}),
        (Freeze(blocks=0), {"block 0", "block 1", POOLER, "head"}),
        (Freeze(blocks=1), {"block 1", POOLER, "head"}),
        (Freeze(blocks=2), {POOLER, "head"}),
        (Freeze(blocks=1, embeddings=False), {"embeddings", "block 1", POOLER, "head"}),
    ],
)
def test_what_learns_is_what_was_not_frozen(
    strategy: Freeze, learns: set[str], tiny_base: Path
) -> None:
    assert trainable(tiny_base, strategy) == learns


@pytest.mark.parametrize("blocks", [3, -1])
def test_more_blocks_than_there_are_is_refused(blocks: int, tiny_base: Path) -> None:
    with pytest.raises(RecipeError, match=f"cannot freeze {blocks} blocks of 2") as caught:
        tiny.ready(tiny_base, Freeze(blocks=blocks))
    assert "choose 0 to 2, or all" in str(caught.value)


def test_a_fresh_pooler_learns_though_all_is_frozen(poolerless: Path) -> None:
    assert trainable(poolerless, Freeze()) == {POOLER, "head"}
