"""Intervals and tests: right by hand, by a slow bootstrap, and by simulation."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from sklearn.metrics import f1_score

from pipeline.evaluation import (
    comparison,
    paired_tests,
    power,
    resampling,
    scoring,
    significance,
)
from pipeline.evaluation.forms import CLASS_IDS, Form
from pipeline.evaluation.spec import EvaluationSpec
from tests.evaluation.examples import Rows, each_form, named, rows

LABELS = tuple("abcd")


def contender(gold: np.ndarray, error: float, rng: np.random.Generator) -> np.ndarray:
    """Answers that are wrong for about that share of rows."""
    others = (gold + rng.integers(1, len(LABELS), len(gold))) % len(LABELS)
    return np.where(rng.random(len(gold)) < error, others, gold)


def pair(
    metric: str, gold: np.ndarray, first: np.ndarray, second: np.ndarray, *, resamples: int = 1_000
) -> significance.Paired:
    return significance.paired_interval(
        scoring.statistics(metric, gold, first, LABELS),
        scoring.statistics(metric, gold, second, LABELS),
        scoring.load(metric).finish,
        resamples=resamples,
        confidence=0.95,
        seed=0,
    )


def test_the_cell_bootstrap_agrees_with_resampling_rows_one_by_one() -> None:
    rng = np.random.default_rng(3)
    gold = rng.integers(0, 4, 60)
    first, second = contender(gold, 0.2, rng), contender(gold, 0.4, rng)
    single, differences = [], []
    for _ in range(500):
        rows = rng.integers(0, 60, 60)
        scores = [
            f1_score(gold[rows], answers[rows], average="macro", zero_division=0)
            for answers in (first, second)
        ]
        single.append(scores[0])
        differences.append(scores[0] - scores[1])
    stats = scoring.statistics("macro_f1", gold, first, LABELS)
    low, high = significance.interval(
        stats,
        scoring.load("macro_f1").finish,
        resamples=10_000,
        confidence=0.95,
        seed=0,
    )
    found = pair("macro_f1", gold, first, second, resamples=10_000)
    # 500 slow resamples place a 2.5% point to within about 0.15 standard errors.
    noise = 0.5 * np.std(single)
    assert [low, high] == pytest.approx(np.quantile(single, [0.025, 0.975]), abs=noise)
    noise = 0.5 * np.std(differences)
    slow = np.quantile(differences, [0.025, 0.975])
    assert [found.low, found.high] == pytest.approx(slow, abs=noise)
    assert found.standard_error == pytest.approx(np.std(differences), rel=0.15)


def test_for_accuracy_the_standard_error_is_the_textbook_one() -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 4, 2_000)
    first, second = contender(gold, 0.2, rng), contender(gold, 0.25, rng)
    delta = (first == gold).astype(float) - (second == gold)
    found = pair("accuracy", gold, first, second, resamples=10_000)
    assert found.standard_error == pytest.approx(delta.std() / math.sqrt(2_000), rel=0.03)
    assert found.difference == pytest.approx(delta.mean())
    assert found.telling_rows == (delta != 0).sum()


def compared(metric: str, some: Rows, *, groups: np.ndarray | None = None) -> significance.Paired:
    """The good contender minus the poor one."""
    return significance.paired_interval(
        scoring.statistics(metric, some.references, some.good, some.labels),
        scoring.statistics(metric, some.references, some.poor, some.labels),
        scoring.load(metric).finish,
        resamples=1_000,
        confidence=0.95,
        seed=0,
        groups=groups,
    )


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
def test_a_large_difference_is_found_in_every_form(metric: str, form: Form) -> None:
    found = compared(metric, rows(form))
    assert found.low < found.difference < found.high
    assert found.telling_rows > 50
    assert found.p_value < 0.01
    if scoring.higher_is_better(metric):
        assert found.low > 0
    else:
        assert found.high < 0


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
def test_the_same_answers_have_no_difference(metric: str, form: Form) -> None:
    some = rows(form)
    found = compared(metric, Rows(some.references, some.good, some.good, some.labels))
    assert (found.difference, found.low, found.high) == (0, 0, 0)
    assert (found.p_value, found.standard_error, found.telling_rows) == (1, 0, 0)


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
def test_the_order_of_rows_and_of_the_two_is_immaterial(metric: str, form: Form) -> None:
    some = rows(form, count=200)
    found = compared(metric, some)
    shuffled = compared(metric, some[np.random.default_rng(0).permutation(200)])
    assert astuple(shuffled) == pytest.approx(astuple(found), rel=1e-11)
    turned = compared(metric, Rows(some.references, some.poor, some.good, some.labels))
    assert turned.difference == -found.difference
    assert [turned.low, turned.high] == pytest.approx(
        [-found.high, -found.low], abs=0.4 * found.standard_error
    )


def test_a_chunk_of_resamples_is_bounded_and_chunks_do_not_change_what_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 4, 200)
    first, second = contender(gold, 0.2, rng), contender(gold, 0.3, rng)
    whole = pair("macro_f1", gold, first, second)
    monkeypatch.setattr(resampling, "_BYTES", 100_000)
    assert pair("macro_f1", gold, first, second) == whole
    chunks = list(resampling.resampled(np.array([5, 3, 2]), 1_000, 50, 0))
    assert len(chunks) > 1
    assert sum(len(chunk) for chunk in chunks) == 50
    assert all((chunk.sum(axis=1) == 10).all() for chunk in chunks)


@pytest.mark.parametrize("rows", [300, 6_000], ids=["cells", "blocks"])
def test_half_the_bits_give_the_same_numbers_where_they_are_used(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    gold = rng.random((rows, 12)) < 0.3
    first, second = ((gold ^ (rng.random(gold.shape) < 0.1)).astype(int) for _ in range(2))
    stats = [
        scoring.statistics("macro_f1", gold.astype(int), answers, LABELS * 3)
        for answers in (first, second)
    ]
    spec = EvaluationSpec(resamples=1_000)
    metric = scoring.load("macro_f1")
    found = comparison.compare(metric, *stats, spec=spec, seed=0)
    narrow = resampling.narrowed(*stats, counts=np.ones(rows))
    assert {each.dtype for each in narrow} == {np.dtype(np.float32)}
    monkeypatch.setattr(resampling, "narrowed", lambda *stats, counts: list(stats))
    assert comparison.compare(metric, *stats, spec=spec, seed=0) == found


def test_what_half_the_bits_do_not_hold_keeps_all_of_them() -> None:
    halves, large = np.array([[0.5, 1.0]]), np.array([[3.0, 5_000_000.0]])
    for stats in (halves, large):
        (kept,) = resampling.narrowed(stats, counts=np.array([4]))
        assert kept is stats


def test_rows_that_tell_are_counted_over_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    some = rows(CLASS_IDS, count=100)
    telling = int(((some.good == some.references) != (some.poor == some.references)).sum())
    assert 10 < telling < 90
    assert compared("accuracy", some).telling_rows == telling
    monkeypatch.setattr(significance, "_PART", 1)
    assert compared("accuracy", some).telling_rows == telling


def test_the_cluster_bootstrap_agrees_with_resampling_groups_one_by_one() -> None:
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(40), rng.integers(1, 9, 40))
    rng.shuffle(groups)
    gold = rng.integers(0, 4, len(groups))
    # Whole groups are hard or easy, for both alike.
    hard = rng.random(40)[groups]
    first, second = (np.where(rng.random(len(gold)) < hard, 3 - gold, gold) for _ in range(2))
    members = [np.flatnonzero(groups == group) for group in range(40)]
    slow = []
    for _ in range(500):
        drawn = np.concatenate([members[group] for group in rng.integers(0, 40, 40)])
        scores = [
            f1_score(gold[drawn], answers[drawn], average="macro", zero_division=0)
            for answers in (first, second)
        ]
        slow.append((scores[0], scores[0] - scores[1]))
    single, differences = np.array(slow).T
    some = Rows(gold, first, second, LABELS)
    low, high = significance.interval(
        scoring.statistics("macro_f1", gold, first, LABELS),
        scoring.load("macro_f1").finish,
        resamples=10_000,
        confidence=0.95,
        seed=0,
        groups=groups,
    )
    noise = 0.5 * single.std()
    assert [low, high] == pytest.approx(np.quantile(single, [0.025, 0.975]), abs=noise)
    found = compared("macro_f1", some, groups=groups)
    assert found.standard_error == pytest.approx(differences.std(), rel=0.15)
    assert found.difference == compared("macro_f1", some).difference


def test_groups_of_rows_that_say_the_same_widen_the_interval() -> None:
    some = rows(CLASS_IDS, count=100)
    eightfold = some[np.repeat(np.arange(100), 8)]
    groups = np.repeat(np.arange(100), 8)
    once, together = compared("accuracy", some), compared("accuracy", eightfold, groups=groups)
    assert together == once
    apart = compared("accuracy", eightfold)
    assert apart.standard_error == pytest.approx(once.standard_error / math.sqrt(8), rel=0.1)


def test_groups_of_one_row_each_are_rows() -> None:
    some = rows(CLASS_IDS, count=100)
    assert compared("macro_f1", some, groups=np.arange(100)[::-1]) == compared("macro_f1", some)


@pytest.mark.parametrize("groups", [np.arange(99), np.arange(100.0)], ids=["too few", "floats"])
def test_groups_that_are_no_number_for_each_row_are_refused(groups: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a whole number for each of 100 rows"):
        compared("accuracy", rows(CLASS_IDS, count=100), groups=groups)


def test_a_value_in_another_column_is_another_cell() -> None:
    rows = np.vstack([np.eye(5), np.eye(5) * 2, np.zeros((1, 5)), np.eye(5)])
    assert resampling.Cells.of(rows).counts.sum() == 16
    assert len(resampling.Cells.of(rows).first) == 11


def test_zero_and_minus_zero_are_one_cell() -> None:
    cells = resampling.Cells.of(np.array([[0.0, 1.0], [-0.0, 1.0], [0.0, 2.0]]))
    assert sorted(cells.counts.tolist()) == [1, 2]


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_equal_contenders_are_seldom_told_apart_and_a_planted_difference_is_found(
    metric: str,
) -> None:
    rng = np.random.default_rng(11)
    wins = losses = found = 0
    for _ in range(200):
        gold = rng.integers(0, 4, 300)
        first, equal, worse = (contender(gold, error, rng) for error in (0.15, 0.15, 0.35))
        null = pair(metric, gold, first, equal)
        wins += null.low > 0
        losses += null.high < 0
        found += pair(metric, gold, first, worse).low > 0
    # 2.5% a side is 5 of 200, standard deviation 2.2.
    assert 0 < wins + losses < 20
    assert wins < 12
    assert losses < 12
    assert found > 195


def test_few_telling_rows_never_decide() -> None:
    gold = np.zeros(300, dtype=int)
    second = gold.copy()
    second[:4] = 1
    four = pair("accuracy", gold, gold, second, resamples=10_000)
    assert four.low > 0
    assert not power.enough_to_tell(four.telling_rows, confidence=0.95)
    assert not power.enough_to_tell(5, confidence=0.95)
    assert power.enough_to_tell(6, confidence=0.95)
    assert not power.enough_to_tell(6, confidence=0.99)


def test_wilson_gives_the_known_interval() -> None:
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29, by the score method.
    known = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (successes, total), expected in known.items():
        found = significance.wilson(successes, total, confidence=0.95)
        assert found == pytest.approx(expected, abs=5e-5)
    assert significance.wilson(20, 20, confidence=0.95) == pytest.approx((0.8389, 1), abs=5e-5)


def test_mcnemar_is_the_sign_test_on_rows_that_one_has_right() -> None:
    # 8 against 2: 2 * (1 + 10 + 45) / 2**10.
    first = np.array([1] * 8 + [0] * 2 + [1] * 30 + [0] * 7)
    second = np.array([0] * 8 + [1] * 2 + [1] * 30 + [0] * 7)
    assert paired_tests.mcnemar(first, second) == pytest.approx(0.109375)
    assert paired_tests.mcnemar(second, first) == pytest.approx(0.109375)
    assert paired_tests.mcnemar(first, first) == 1


def test_the_bootstrap_p_value_is_two_sided() -> None:
    gold = np.zeros(1_000, dtype=int)
    first, second = gold.copy(), gold.copy()
    first[:40] = 1
    second[40:90] = 1
    # A difference of 10 rows with a standard error of root 90 rows.
    normal = math.erfc(10 / math.sqrt(90) / math.sqrt(2))
    found = pair("accuracy", gold, first, second, resamples=10_000)
    assert normal == pytest.approx(0.292, abs=0.001)
    assert found.p_value == pytest.approx(normal, abs=0.04)


def test_a_tie_but_for_rounding_is_a_tie() -> None:
    first, second = np.tile([0.1, 0.2], (3, 1)), np.tile([0.3, 0.0], (3, 1))
    found = significance.paired_interval(
        first,
        second,
        lambda totals: totals[..., 0] + totals[..., 1],
        resamples=1_000,
        confidence=0.95,
        seed=0,
    )
    assert 0.1 * 3 + 0.2 * 3 > 0.3 * 3
    assert (found.difference, found.low, found.high, found.p_value) == (0, 0, 0, 1)
