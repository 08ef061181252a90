"""Beyond so many rows TF-IDF keeps no vocabulary, and learns in one pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.baselines._hashed_terms import hashed
from pipeline.baselines._tokens import Cutter
from pipeline.baselines.tfidf import Tfidf
from pipeline.contracts import Silent
from tests.baselines.reviews import table, work
from tests.baselines.situations import SITUATIONS

GOOD, BAD = ("joy", "warm", "great", "smile"), ("dull", "cold", "poor", "angry")


def rows(count: int) -> list[tuple[str, str]]:
    rng = np.random.default_rng(0)
    return [
        (" ".join(rng.choice(words, 5)), name)
        for _ in range(count)
        for name, words in (("good", GOOD), ("bad", BAD))
    ]


def test_it_learns_without_a_vocabulary_and_answers_again(tmp_path: Path) -> None:
    held_out = table(rows(10))
    here = work(train=rows(300), validation=held_out)
    fitted = Tfidf(hash_rows=100).fit(here)

    found = fitted.predict(held_out, Silent())

    assert fitted.notes["features"] == "hashed"
    assert (found.answers == here.task.references(held_out, here.labels)).all()
    fitted.save(tmp_path)
    assert "dull" not in (tmp_path / "terms.json").read_text("utf-8")
    again = Tfidf.load(tmp_path, here.task).predict(held_out, Silent())
    np.testing.assert_array_equal(again.scores, found.scores)


def test_labels_are_learned_one_by_one() -> None:
    several = next(one for one in SITUATIONS if one.name == "several labels").work()

    found = Tfidf(hash_rows=0).fit(several).predict(several.validation, Silent())

    assert found.answers.shape == (several.validation.num_rows, len(several.labels))


def test_families_share_the_columns() -> None:
    cutter = Cutter()
    words = hashed(["a b"], [("words", (1, 1))], cutter)
    both = hashed(["a b"], [("words", (1, 1)), ("characters", (2, 2))], cutter)

    assert words.sum() == 2
    assert both.shape == words.shape
    assert both.sum() == 2 + 4
