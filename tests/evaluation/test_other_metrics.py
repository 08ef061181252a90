"""Metrics over tags, numbers, sets of labels and likelihoods: by hand, and as libraries do."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr
from seqeval.metrics import accuracy_score as seqeval_accuracy
from seqeval.metrics import f1_score as seqeval_f1
from sklearn.metrics import accuracy_score, f1_score, mean_absolute_error, mean_squared_error

from pipeline.contracts import Predictions
from pipeline.evaluation import comparison, scoring
from pipeline.evaluation.forms import LABEL_SETS, NUMBERS
from pipeline.evaluation.metrics._entities import entities
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.evaluation.text_forms import TAGS
from pipeline.ragged import objects
from tests.evaluation.examples import rows


def score(
    metric: str, references: np.ndarray, answers: np.ndarray, labels: tuple[str, ...] = ()
) -> float:
    return scoring.score(metric, references, Predictions(answers), labels)


# ------------------------------------------------------------------------ tags


@pytest.mark.parametrize("seed", range(5))
def test_spans_and_tokens_are_those_of_seqeval(seed: int) -> None:
    # Random tags break the rules of IOB2 all the time, on both sides.
    some = rows(TAGS, seed=seed)
    for answers in (some.good, some.poor):
        sides = [[list(row) for row in side] for side in (some.references, answers)]
        assert score("span_f1", some.references, answers) == pytest.approx(seqeval_f1(*sides))
        assert score("token_accuracy", some.references, answers) == seqeval_accuracy(*sides)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O B-PER I-PER O", [("PER", 1, 2)]),
        ("B-PER B-PER", [("PER", 0, 0), ("PER", 1, 1)]),
        ("B-PER I-LOC I-LOC", [("PER", 0, 0), ("LOC", 1, 2)]),
        ("I-PER I-PER O I-LOC", [("PER", 0, 1), ("LOC", 3, 3)]),
        ("B-X-Y I-X-Y", [("X-Y", 0, 1)]),
        ("O O", []),
        ("", []),
    ],
)
def test_entities_of_a_row(tags: str, expected: list[tuple[str, int, int]]) -> None:
    assert list(entities(tags.split())) == expected


def test_span_f1_by_hand() -> None:
    gold = objects([("B-PER", "I-PER", "O"), ("B-LOC", "O"), ("O",)])
    answers = objects([("B-PER", "O", "B-LOC"), ("B-LOC", "O"), ("O",)])
    # Gold 2, answered 3, right 1.
    assert score("span_f1", gold, answers) == pytest.approx(2 / 5)
    assert score("token_accuracy", gold, answers) == pytest.approx(4 / 6)
    none = objects([("O", "O")])
    assert score("span_f1", none, none) == 0


# --------------------------------------------------------------------- numbers


@pytest.mark.parametrize("seed", range(3))
def test_numbers_are_compared_as_the_libraries_do(seed: int) -> None:
    some = rows(NUMBERS, seed=seed)
    gold, answers = some.references, some.poor.round(0)  # ties
    expected = {
        "mse": mean_squared_error(gold, answers),
        "mae": mean_absolute_error(gold, answers),
        "pearson": pearsonr(gold, answers).statistic,
        "spearman": spearmanr(gold, answers).statistic,
    }
    found = {metric: score(metric, gold, answers) for metric in expected}
    assert found == pytest.approx(expected, abs=1e-12)


def test_errors_are_not_cut_to_whole_numbers() -> None:
    gold, answers = np.array([0.25, 0.75]), np.array([0.5, 0.25])
    assert score("mae", gold, answers) == 0.375
    assert score("mse", gold, answers) == (0.0625 + 0.25) / 2


@pytest.mark.parametrize("metric", ["pearson", "spearman"])
@pytest.mark.parametrize("scale", [2.0**10, 2.0**-10])
def test_the_scale_of_answers_moves_no_comparison_of_correlations(
    metric: str, scale: float
) -> None:
    rng = np.random.default_rng(0)
    gold = rng.normal(size=80)
    ours, theirs = gold + rng.normal(size=80), gold + 2 * rng.normal(size=80)
    module, spec = scoring.load(metric), EvaluationSpec(resamples=1_000)
    found = [
        comparison.compare(
            module,
            scoring.statistics(metric, gold, ours, ()),
            scoring.statistics(metric, gold, each, ()),
            spec=spec,
            seed=0,
        )
        for each in (theirs, scale * theirs)
    ]
    assert found[0] == found[1]
    assert found[0].better


@pytest.mark.parametrize("metric", ["pearson", "spearman"])
def test_a_correlation_with_what_is_always_the_same_is_zero(metric: str) -> None:
    gold, same = np.array([0.1, 0.2, 0.7]), np.full(3, 0.1)
    assert score(metric, gold, same) == 0
    assert score(metric, same, gold) == 0
    assert score(metric, gold[:1], gold[:1]) == 0


def test_a_correlation_keeps_its_digits_far_from_zero() -> None:
    some = rows(NUMBERS)
    near = score("pearson", some.references, some.good)
    far = score("pearson", some.references + 1e7, some.good * 1e-5 - 3e6)
    assert far == pytest.approx(near, abs=1e-4)
    assert score("pearson", some.references + 1e7, some.references + 1e7) == pytest.approx(1)


def test_ranks_do_not_mind_a_bend_and_a_line_does() -> None:
    gold = np.arange(1.0, 9.0)
    assert score("spearman", gold, np.exp(gold)) == pytest.approx(1)
    assert score("pearson", gold, np.exp(gold)) < 0.9
    assert score("spearman", gold, -gold) == pytest.approx(-1)


def test_ranks_are_those_among_all_rows_whatever_a_resample_draws() -> None:
    gold = np.array([1.0, 2.0, 3.0, 100.0])
    stats = scoring.statistics("spearman", gold, gold, ())
    # Ranks 1 to 4, taken from their median, by their standard deviation.
    assert stats[:, 1] == pytest.approx(np.array([-1.5, -0.5, 0.5, 1.5]) / 1.25**0.5)


# -------------------------------------------------------------- sets of labels


@pytest.mark.parametrize("seed", range(3))
def test_sets_are_compared_as_scikit_learn_does(seed: int) -> None:
    some = rows(LABEL_SETS, seed=seed)
    for answers in (some.good, some.poor):
        expected = {
            "micro_f1": f1_score(some.references, answers, average="micro"),
            "macro_f1": f1_score(some.references, answers, average="macro"),
            "subset_accuracy": accuracy_score(some.references, answers),
        }
        found = {
            metric: score(metric, some.references, answers, some.labels) for metric in expected
        }
        assert found == pytest.approx(expected, abs=1e-12)


def test_a_label_that_is_never_used_does_not_lower_macro_f1() -> None:
    gold = np.array([[1, 0, 0], [1, 1, 0]])
    assert score("macro_f1", gold, gold, tuple("abc")) == 1
    missing = np.array([[1, 0, 0], [1, 0, 0]])
    assert score("macro_f1", gold, missing, tuple("abc")) == 0.5


def test_where_no_row_has_a_label_nothing_is_found_right() -> None:
    none = np.zeros((3, 2), dtype=int)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert score("macro_f1", none, none, ("a", "b")) == 0
        assert score("micro_f1", none, none, ("a", "b")) == 0
        stats = scoring.statistics("macro_f1", none, none, ("a", "b"))
        assert scoring.load("macro_f1").finish(stats.sum(axis=0)) == 0
    assert score("subset_accuracy", none, none, ("a", "b")) == 1


# ----------------------------------------------------------------- likelihoods


def test_bits_and_perplexity_are_over_the_whole_text() -> None:
    # 20 bytes and 5 words in all, at ln 2 nats a byte: each byte is a fair coin.
    references = np.array([[12.0, 3.0], [8.0, 2.0]])
    answers = np.array([[15 * math.log(2), 4.0], [5 * math.log(2), 9.0]])
    assert score("bits_per_byte", references, answers) == pytest.approx(1)
    assert score("perplexity", references, answers) == pytest.approx(2 ** (20 / 5))


def test_a_tokenizer_that_cuts_finer_changes_neither() -> None:
    references = np.array([[12.0, 3.0]])
    coarse, fine = np.array([[9.0, 3.0]]), np.array([[9.0, 12.0]])
    for metric in ("bits_per_byte", "perplexity"):
        assert score(metric, references, coarse) == score(metric, references, fine)


def test_text_without_spaces_has_a_perplexity_that_is_a_number() -> None:
    references, answers = np.array([[3_000.0, 2.0]]), np.array([[8_000.0, 1_000.0]])
    assert math.isfinite(score("perplexity", references, answers))
    assert score("bits_per_byte", references, answers) == pytest.approx(8 / 3 / math.log(2))


def test_masked_tokens_are_counted_over_all_rows() -> None:
    answers = np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    assert score("masked_accuracy", np.ones((3, 1)), answers) == pytest.approx(2 / 5)
    assert score("masked_perplexity", np.ones((3, 1)), answers) == pytest.approx(math.exp(3 / 5))
