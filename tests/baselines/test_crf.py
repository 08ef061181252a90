"""What the chain sees, and what it does where its library is missing."""

from __future__ import annotations

import sys

import pytest

from pipeline.baselines.crf import Crf, _features, _shape
from pipeline.contracts import Silent
from pipeline.errors import UserError
from tests.baselines.test_most_frequent_tag import work
from tests.tasks.sentences import ROWS, Row, sentences


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    with pytest.raises(UserError, match="python-crfsuite") as caught:
        Crf().fit(work(ROWS, ROWS))
    assert "graft[crf]" in str(caught.value)


def test_a_words_shape_is_its_kinds_of_characters() -> None:
    assert [_shape(word) for word in ("Iowa-12", "USA", "3.14", "서울")] == [
        "Aa-9", "A", "9.9", "a",
    ]  # fmt: skip


def test_a_word_is_seen_with_its_neighbours_and_the_ends_of_the_sentence() -> None:
    first, second = _features(["New", "York"])
    assert first["exact"] == "New"
    assert first["ends2"] == "ew"
    assert first["1word"] == "york"
    assert first["-1none"]
    assert second["-1shape"] == "Aa"
    assert "1word" not in second


def test_the_word_beside_it_decides() -> None:
    """What no table of words can know."""
    pytest.importorskip("pycrfsuite")
    rows: list[Row] = [
        (["in", "jordan"], ["O", "B-LOC"]),
        (["says", "jordan"], ["O", "B-PER"]),
        (["in", "paris"], ["O", "B-LOC"]),
        (["says", "paris"], ["O", "B-PER"]),
    ]
    fitted = Crf().fit(work(rows, rows, metric="span_f1"))
    new = sentences([(["in", "georgia"], []), (["says", "georgia"], [])])
    assert fitted.predict(new, Silent()).answers.tolist() == [("O", "B-LOC"), ("O", "B-PER")]
    assert set(fitted.notes) == {"c1", "c2"}
