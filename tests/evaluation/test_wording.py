"""Numbers as a person reads them, and the verdict's sentence read whole."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.contracts import ContenderResult, SeedResult
from pipeline.evaluation import power, wording
from pipeline.evaluation.comparison import Comparison
from pipeline.evaluation.cost import weigh
from pipeline.evaluation.significance import Paired
from pipeline.evaluation.spec import EvaluationSpec

PRICE = "; a point (0.01) costs 5.7 s of training, 0.17 ms a row and 11 MB."
COST = (
    "the fine-tuned model takes 48 s of training against 2.1 s, 93 MB against 1.2 MB and "
    "1,450 ms against 60 ms per 1,000 rows."
)


def contender(name: str, score: float, **facts: Any) -> ContenderResult:
    return ContenderResult(
        name=name,
        kind="baseline",
        scores={"macro_f1": score},
        validation_score=0.6,
        interval=(0.5, 0.7),
        trainable_parameters=1,
        total_parameters=1,
        **facts,
    )


def said(
    worth_it: bool | None,
    scores: tuple[float, float],
    interval: tuple[float, float],
    *,
    telling: int = 80,
    error: float = 0.011,
    rows: int = 300,
    enough: bool = True,
    groups: int | None = None,
    seeds: tuple[float, ...] = (),
    seed_error: float = 0.0,
    **options: float,
) -> str:
    lora = contender(
        "lora on builtin:minilm",
        scores[0],
        fit_seconds=48.2,
        predict_seconds=1.45 * rows / 1_000,
        size_bytes=93_400_000,
        seeds=[
            SeedResult(seed, {"macro_f1": score}, 0.7, 48.2) for seed, score in enumerate(seeds)
        ],
    )
    tfidf = contender(
        "tfidf",
        scores[1],
        fit_seconds=2.1,
        predict_seconds=0.06 * rows / 1_000,
        size_bytes=1_200_000,
    )
    spec = EvaluationSpec.model_validate(options)
    difference, units = scores[0] - scores[1], groups or rows
    paired = Paired(difference, *interval, 0.5, error, telling, seed_error)
    sought = spec.wanted_difference or difference
    found = Comparison(
        paired=paired,
        better=worth_it,
        p_value=0.5,
        test="paired bootstrap",
        detectable=power.detectable_difference(paired, units),
        rows_needed=power.units_needed(sought, paired, rows),
        units=units,
        enough=enough,
    )
    price = weigh(lora, tfidf, metric="macro_f1", ceiling=1.0, rows=rows, worth_it=worth_it)
    return wording.sentence(
        found,
        lora,
        tfidf,
        metric="macro_f1",
        title="macro-F1",
        rows=rows,
        grouped=groups is not None,
        spec=spec,
        cost=price,
    )


def test_worth_it() -> None:
    assert said(True, (0.642, 0.561), (0.046, 0.115)) == (
        "Worth it: lora on builtin:minilm reaches 0.642 macro-F1 against 0.561 for tfidf, the "
        "best baseline on the validation rows; the difference is 0.081, its 95% interval 0.046 "
        "to 0.115; " + COST[:-1] + PRICE
    )


def test_not_worth_it() -> None:
    assert said(False, (0.561, 0.642), (-0.115, -0.046)) == (
        "Not worth it: lora on builtin:minilm reaches 0.561 macro-F1 against 0.642 for tfidf, "
        "the best baseline on the validation rows; the difference is -0.081, its 95% interval "
        "-0.115 to -0.046; " + COST
    )


def test_undecided_says_what_the_test_set_can_tell() -> None:
    assert said(None, (0.612, 0.600), (-0.010, 0.034)) == (
        "Undecided: lora on builtin:minilm reaches 0.612 macro-F1 against 0.600 for tfidf, the "
        "best baseline on the validation rows; the difference is 0.012, its 95% interval -0.010 "
        "to 0.034; 300 test rows can tell only differences of 0.031 or more, and about 2,000 "
        "would be needed to tell this one; " + COST
    )


def test_undecided_with_no_difference_asks_for_no_rows() -> None:
    assert said(None, (0.6, 0.6), (-0.02, 0.02)) == (
        "Undecided: lora on builtin:minilm reaches 0.600 macro-F1 against 0.600 for tfidf, the "
        "best baseline on the validation rows; the difference is 0.000, its 95% interval -0.020 "
        "to 0.020; 300 test rows can tell only differences of 0.031 or more; " + COST
    )


def test_the_same_answers_have_no_interval_to_speak_of() -> None:
    assert said(None, (0.6, 0.6), (0, 0), telling=0, enough=False) == (
        "Undecided: lora on builtin:minilm reaches 0.600 macro-F1 against 0.600 for tfidf, the "
        "best baseline on the validation rows; none of the 300 test rows tells the two apart, "
        "and it takes 6 that do; " + COST
    )


def test_too_few_telling_rows_are_named() -> None:
    assert said(None, (0.62, 0.60), (0.01, 0.04), telling=4, enough=False) == (
        "Undecided: lora on builtin:minilm reaches 0.620 macro-F1 against 0.600 for tfidf, the "
        "best baseline on the validation rows; the difference is 0.020, its 95% interval 0.010 "
        "to 0.040; only 4 of 300 test rows tell the two apart, too few to decide: it takes 6, as "
        "about 450 such rows would hold; " + COST
    )
    assert "only 1 of 300 test rows tells the two apart" in said(
        None, (0.62, 0.60), (0, 0.04), telling=1, enough=False
    )


def test_a_difference_beyond_any_test_set_is_called_so() -> None:
    assert "and one so small would need over 1,000 times as many" in said(
        None, (0.6001, 0.6), (-0.02, 0.02)
    )


def test_a_bound_beside_zero_is_not_printed_as_zero() -> None:
    assert "its 95% interval 0.0002 to 0.1150" in said(True, (0.642, 0.561), (0.0002, 0.115))


def test_few_rows_are_not_given_three_decimals() -> None:
    assert "reaches 0.64 macro-F1 against 0.56 for tfidf" in said(
        True, (0.642, 0.561), (0.04, 0.12), rows=50
    )


def test_scores_above_one_get_fewer_decimals() -> None:
    assert "reaches 27.3 macro-F1 against 25.1 for tfidf" in said(True, (27.32, 25.14), (1.2, 3.4))
    assert "the difference is 2.2, its 95% interval 1.2 to 3.4" in said(
        True, (27.32, 25.14), (1.2, 3.4)
    )
    assert "reaches 1543 macro-F1 against 1600 for tfidf" in said(
        True, (1543.2, 1600.4), (-90.0, -20.0)
    )
    assert "reaches 1.000 macro-F1 against 0.900 for tfidf" in said(True, (1.0, 0.9), (0.05, 0.15))


def test_a_hopeless_score_is_given_by_its_size() -> None:
    found = said(False, (1.94e130, 83.5), (1.9e130, 1.95e130))
    assert "reaches 1.94e+130 macro-F1 against 84 for tfidf" in found


def test_groups_are_counted_as_groups() -> None:
    assert "300 test rows in 60 groups can tell only differences of 0.056 or more" in said(
        None, (0.612, 0.600), (-0.010, 0.034), groups=60, error=0.02
    )
    assert "only 4 of 60 groups of test rows tell the two apart, too few to decide" in said(
        None, (0.62, 0.60), (0.01, 0.04), telling=4, enough=False, groups=60
    )


def test_seeds_are_told_with_their_spread() -> None:
    assert "reaches 0.642 macro-F1 (mean of 3 seeds, 0.620 to 0.660) against 0.561 for tfidf" in (
        said(True, (0.642, 0.561), (0.046, 0.115), seeds=(0.646, 0.62, 0.66))
    )


def test_seeds_may_leave_more_doubt_than_rows_can_lift() -> None:
    assert "and with so few seeds no number of rows would tell this one" in said(
        None, (0.612, 0.600), (-0.010, 0.034), seeds=(0.6, 0.624), seed_error=0.02
    )


def test_a_test_that_does_not_agree_with_the_interval_is_said_to() -> None:
    assert "the test does not agree with the interval (p = 0.5)" in said(
        None, (0.612, 0.600), (0.001, 0.034)
    )


def test_a_wanted_difference_is_asked_for_in_rows() -> None:
    assert "and about 880 would be needed to tell the wanted 0.018" in said(
        None, (0.612, 0.600), (-0.010, 0.034), wanted_difference=0.018
    )


def test_a_difference_below_the_wanted_one_is_called_so() -> None:
    small = said(None, (0.612, 0.600), (-0.010, 0.034), wanted_difference=0.05)
    assert "whichever way it goes, it is smaller than the wanted 0.05" in small
    large = said(True, (0.642, 0.561), (0.046, 0.115), wanted_difference=0.04)
    assert "all of the interval is beyond the wanted 0.04" in large
    between = said(True, (0.642, 0.561), (0.046, 0.115), wanted_difference=0.06)
    assert "wanted" not in between


def test_a_test_set_too_small_for_any_verdict_says_so() -> None:
    assert "4 test rows can decide nothing, whatever is answered: give 6 at least" in said(
        None, (0.75, 0.5), (0.0, 0.5), rows=4, telling=1, enough=False
    )


def test_nothing_is_priced_that_was_not_won() -> None:
    assert "a point" not in said(False, (0.561, 0.642), (-0.115, -0.046))
    assert "a point" not in said(None, (0.612, 0.600), (-0.010, 0.034))


def test_the_confidence_is_the_recipes() -> None:
    assert "its 99.9% interval" in said(True, (0.642, 0.561), (0.04, 0.12), confidence=0.999)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "under 0.1 s"),
        (0.4, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (48.2, "48 s"),
        (119.4, "119 s"),
        (120.0, "2 min"),
        (725.0, "12 min"),
        (7_200.0, "2.0 h"),
        (9_000.0, "2.5 h"),
    ],
)
def test_seconds(value: float, expected: str) -> None:
    assert wording.seconds(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0 B"),
        (930, "930 B"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_000, "1.0 kB"),
        (1_400_000, "1.4 MB"),
        (93_400_000, "93 MB"),
        (1_340_000_000, "1.3 GB"),
        (5_000_000_000_000_000, "5000 TB"),
    ],
)
def test_size(value: int, expected: str) -> None:
    assert wording.size(value) == expected


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (0.0, "under 0.1 ms"),
        (0.0016, "3.2 ms"),
        (0.03, "60 ms"),
        (0.72543, "1,450 ms"),
        (61.7, "123,000 ms"),
    ],
)
def test_per_thousand_rows(total: float, expected: str) -> None:
    assert wording.per_thousand_rows(total, 500) == expected
