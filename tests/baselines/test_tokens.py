"""What a text is cut into: an option of the classic baselines."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.baselines import _tokens
from pipeline.baselines._tokens import Cutter
from pipeline.baselines.tfidf import Tfidf
from pipeline.contracts import Silent
from pipeline.errors import UserError
from tests.baselines.reviews import reviews, work


class Halves:
    """``contracts.Subwords`` that cuts a text in two."""

    size = 100

    def encode(self, texts: list[str]) -> list[list[int]]:
        return [[len(text) // 2, len(text) - len(text) // 2] for text in texts]

    def decode(self, ids: list[int]) -> str:
        return ""

    def save(self, path: Path) -> None:
        path.write_text("{}", "utf-8")


def test_sub_words_are_the_base_s_and_words_where_there_is_none() -> None:
    with_base = replace(work(), subwords=Halves())  # type: ignore[arg-type]

    assert list(Cutter.of("subwords", with_base).cut(["Abcde"])) == [["2", "3"]]
    assert list(Cutter.of("subwords", work()).cut(["Ab cd!"])) == [["ab", "cd", "!"]]


def test_upper_case_is_read_as_lower_case_unless_told_otherwise() -> None:
    assert list(Cutter("whitespace").cut(["A b"])) == [["a", "b"]]
    assert list(Cutter("whitespace", lowercase=False).cut(["A b"])) == [["A", "b"]]


def test_what_knows_no_morphemes_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kiwipiepy", None)
    _tokens._kiwi.cache_clear()

    with pytest.raises(UserError, match="kiwipiepy") as caught:
        Tfidf(tokens="morphemes").fit(work())

    assert "graft[korean]" in caught.value.problems[0].hint


def test_morphemes_with_and_without_particles_and_endings(tmp_path: Path) -> None:
    pytest.importorskip("kiwipiepy")
    text = "영화가 정말 재미있었다"

    (every,) = Cutter("morphemes").cut([text])
    (content,) = Cutter("content-morphemes").cut([text])

    assert {"영화", "가", "정말"} <= set(every)
    assert "영화" in content
    assert "가" not in content
    assert len(content) < len(every)
    fitted = Tfidf(tokens="content-morphemes", char_ngrams=None).fit(
        work(("positive", "negative"), train=reviews(("positive", "negative")))
    )
    fitted.save(tmp_path)
    here = work(("positive", "negative"))
    again = Tfidf.load(tmp_path, here.task).predict(here.validation, Silent())
    np.testing.assert_array_equal(again.answers, fitted.predict(here.validation, Silent()).answers)
