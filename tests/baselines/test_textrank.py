"""TextRank finds the sentence that the others resemble."""

from __future__ import annotations

import pytest

from pipeline.baselines._tokens import Cutter
from pipeline.baselines.textrank import Textrank, best_of, rank
from pipeline.contracts import Silent
from tests.baselines.test_text_contract import table, work

TEXT = (
    "Rain fell all night. The river broke its banks in the old town. "
    "Water from the river filled the old town. Nobody was hurt."
)


def test_the_sentence_that_shares_most_is_the_best() -> None:
    ranked = rank(TEXT, Cutter())

    assert set(ranked.order[:2]) == {1, 2}
    assert best_of(ranked, 2) == " ".join(ranked.sentences[1:3])
    assert best_of(ranked, 9) == TEXT


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("Only one.", "Only one."), ("A b. C d. E f.", "A b."), ("a a. a a.", "a a.")],
)
def test_texts_without_likenesses_begin_at_the_beginning(text: str, expected: str) -> None:
    assert best_of(rank(text, Cutter()), 1) == expected


def test_how_many_sentences_is_chosen_on_validation() -> None:
    rows = table("seq2seq", [TEXT] * 2, [best_of(rank(TEXT, Cutter()), 2)] * 2)

    found = Textrank().fit(work("seq2seq", validation=rows))

    assert found.notes["sentences"] == 2
    assert found.predict(rows, Silent()).answers[0] == best_of(rank(TEXT, Cutter()), 2)
