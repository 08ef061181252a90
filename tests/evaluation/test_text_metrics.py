"""Metrics over texts: by hand, and as the libraries of reference give them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import pytest
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from pipeline.contracts import Predictions
from pipeline.evaluation import scoring
from pipeline.evaluation.text_forms import SPANS, TEXTS
from pipeline.ragged import objects
from tests.evaluation.examples import Rows, rows


def score(metric: str, references: Sequence[tuple[str, ...]], answers: Sequence[str]) -> float:
    return scoring.score(metric, objects(references), Predictions(objects(answers)), ())


def in_ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


def of_sacrebleu(library: BLEU | CHRF, some: Rows, answers: np.ndarray) -> float:
    most = max(map(len, some.references))
    streams = [[row[n] if n < len(row) else None for row in some.references] for n in range(most)]
    return float(library.corpus_score(answers.tolist(), streams).score)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [1, 7, 120])
def test_bleu_and_chrf_are_those_of_sacrebleu(seed: int, count: int) -> None:
    some = rows(TEXTS, count=count, seed=seed)
    for answers in (some.good, some.poor):
        for metric, library in (("bleu", BLEU()), ("chrf", CHRF())):
            found = scoring.score(metric, some.references, Predictions(answers), ())
            expected = of_sacrebleu(library, some, answers)
            assert found == pytest.approx(expected, rel=0, abs=1e-9)


@pytest.mark.parametrize(
    ("references", "answer"),
    [
        (("the cat sees the house",), "the cat sees the house"),
        (("the cat sees the house",), "the the the the the the"),
        (("the cat sees the house", "a cat"), "a cat"),
        (("the cat", "the cat sees a dog in it"), "the cat sees"),
        (("the cat sees",), "dog"),
        (("the cat sees",), ""),
        (("the cat",), "the cat"),
        (("it's 3,000 (or so).",), "it's 3,000 or so ."),
        (("고양이가 집을 본다 그리고 잔다",), "고양이가 집을 본다 그리고 간다"),
    ],
    ids=["same", "clipped", "short", "closest", "wrong", "empty", "no 3-gram", "13a", "korean"],
)
def test_edges_of_bleu_and_chrf_are_those_of_sacrebleu(
    references: tuple[str, ...], answer: str
) -> None:
    some = Rows(objects([references]), objects([answer]), objects([answer]))
    for metric, library in (("bleu", BLEU()), ("chrf", CHRF())):
        found = score(metric, [references], [answer])
        assert found == pytest.approx(of_sacrebleu(library, some, some.good), rel=0, abs=1e-9)


def test_bleu_by_hand() -> None:
    # Of 7 words, 6 pairs, 5 triples and 4 fours: 5, 3, 2 and 1 are in the reference.
    found = score("bleu", [("a b c d e f g",)], ["a b c d x f y"])
    assert found == pytest.approx(100 * (5 / 7 * 3 / 6 * 2 / 5 * 1 / 4) ** 0.25)


def test_no_warning_is_logged_for_answers_that_look_tokenised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert score("bleu", [("it sees a cat .",)] * 150, ["it sees a cat ."] * 150) > 99
    assert caplog.records == []


@pytest.mark.parametrize(
    ("metric", "kind"), [("rouge_1", "rouge1"), ("rouge_2", "rouge2"), ("rouge_l", "rougeL")]
)
def test_rouge_is_that_of_the_library_on_ascii_text(metric: str, kind: str) -> None:
    some = rows(TEXTS)
    plain = [tuple(map(in_ascii, row)) for row in some.references]
    answers = [f"{in_ascii(text)}'s under_score 3.5" for text in some.poor]
    library = RougeScorer([kind])
    expected = np.mean(
        [
            library.score_multi(list(row), answer)[kind].fmeasure
            for row, answer in zip(plain, answers, strict=True)
        ]
    )
    assert score(metric, plain, answers) == pytest.approx(float(expected))


def test_rouge_by_hand() -> None:
    # 3 of 4 answered words and of 5 gold ones; 1 of 3 pairs and of 4; "the .. sees .. house".
    references, answers = [("The cat sees the house.",)], ["the dog sees house"]
    assert score("rouge_1", references, answers) == pytest.approx(2 * 3 / 9)
    assert score("rouge_2", references, answers) == 0
    assert score("rouge_l", references, answers) == pytest.approx(2 * 3 / 9)
    assert score("rouge_2", [("a b c",)], ["x a b"]) == pytest.approx(0.5)
    assert score("rouge_l", [("a b c d",)], ["d a b"]) == pytest.approx(2 * 2 / 7)


def test_rouge_reads_words_of_any_script() -> None:
    assert score("rouge_1", [("고양이가 집을 본다.",)], ["고양이가 개를 본다"]) == pytest.approx(
        2 / 3
    )
    assert score("rouge_1", [("Élan vital",)], ["e\u0301lan"]) == pytest.approx(2 / 3)
    # A vowel sign is part of its word.
    assert score("rouge_1", [("हिन्दी",)], ["हन्दी"]) == 0
    assert score("rouge_1", [("...",)], ["!"]) == 0


@pytest.mark.parametrize("metric", ["rouge_1", "rouge_2", "rouge_l"])
def test_the_best_reference_counts_row_by_row(metric: str) -> None:
    references = [("a b c", "x y z"), ("a b c", "x y z")]
    assert score(metric, references, ["a b c", "x y z"]) == 1
    assert score(metric, [("a b c",), ("q r s",)], ["a b c", "x y z"]) == 0.5


@pytest.mark.parametrize(
    ("acceptable", "answer", "exact", "overlap"),
    [
        (("the Eiffel Tower",), "Eiffel tower.", 1, 1),
        (("Eiffel Tower",), "the tower of Paris", 0, 2 / 5),
        (("Eiffel Tower", "tower"), "Tower!", 1, 1),
        (("U.S.",), "US", 1, 1),
        (("anthem",), "an them", 0, 0),
        (("a b b",), "b b c", 0, 2 * 2 / 5),
        ((), "", 1, 1),
        ((), "Paris", 0, 0),
        ((), "the", 1, 1),
        (("Paris",), "", 0, 0),
        (("the",), "", 1, 1),
        (("the", "Paris"), "", 0, 0),
        (("서울",), "서울", 1, 1),
    ],
)
def test_answers_are_compared_as_squad_does(
    acceptable: tuple[str, ...], answer: str, exact: float, overlap: float
) -> None:
    assert score("exact_match", [acceptable], [answer]) == exact
    assert score("answer_f1", [acceptable], [answer]) == pytest.approx(overlap)


def test_an_exact_match_is_never_more_than_the_overlap() -> None:
    some = rows(SPANS)
    exact, overlap = (
        scoring.statistics(metric, some.references, some.poor, ())[:, 0]
        for metric in ("exact_match", "answer_f1")
    )
    assert (exact <= overlap).all()
    assert 0 < exact.mean() < overlap.mean() < 1
