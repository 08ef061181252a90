"""Was it worth it: decided by the paired interval, on the baseline chosen by validation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.contracts import ContenderResult, Predictions, Verdict
from pipeline.errors import TrainingError
from pipeline.evaluation import scoring
from pipeline.evaluation.forms import CLASS_IDS, Form
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.evaluation.verdict import best_baseline, judge
from tests.evaluation.examples import Rows, each_form, named, of_class_ids, rows

LABELS = ("no", "maybe", "yes")
GOLD = np.random.default_rng(0).integers(0, 3, 400)
SPEC = EvaluationSpec(resamples=2_000)


def wrong_on(start: int, stop: int) -> np.ndarray:
    answers = GOLD.copy()
    answers[start:stop] = (GOLD[start:stop] + 1) % 3
    return answers


def result(name: str, answers: np.ndarray, *, validation: float = 0.5) -> ContenderResult:
    scores = {
        metric: scoring.score(metric, GOLD, Predictions(answers), LABELS)
        for metric in of_class_ids()
    }
    return ContenderResult(
        name=name,
        kind="fine-tuned" if name == "lora" else "baseline",
        scores=scores,
        validation_score=validation,
        interval=(0.0, 1.0),
        fit_seconds=10.0,
        predict_seconds=0.4,
        size_bytes=1_000_000,
        trainable_parameters=10,
        total_parameters=100,
    )


def verdict(
    fine_tuned: np.ndarray, baseline: np.ndarray, *, metric: str = "accuracy", seed: int = 0
) -> Verdict:
    return judge(
        fine_tuned=result("lora", fine_tuned),
        baselines=[result("tfidf", baseline)],
        answers={"lora": [fine_tuned], "tfidf": [baseline]},
        references=GOLD,
        labels=LABELS,
        metric=metric,
        spec=SPEC,
        seed=seed,
    )


@pytest.mark.parametrize("metric", of_class_ids())
def test_better_on_many_rows_is_worth_it_and_worse_is_not(metric: str) -> None:
    better = verdict(wrong_on(0, 20), wrong_on(10, 90), metric=metric)
    assert better.worth_it is True
    assert better.sentence.startswith("Worth it: lora reaches ")
    assert 0 < better.interval[0] < better.difference < better.interval[1]
    assert better.p_value < 0.01
    worse = verdict(wrong_on(10, 90), wrong_on(0, 20), metric=metric)
    assert worse.worth_it is False
    assert worse.sentence.startswith("Not worth it: lora reaches ")
    assert worse.difference == -better.difference


@pytest.mark.parametrize("metric", of_class_ids())
def test_as_many_errors_on_other_rows_leave_it_undecided(metric: str) -> None:
    found = verdict(wrong_on(0, 40), wrong_on(41, 80), metric=metric)
    assert found.worth_it is None
    assert found.interval[0] < 0 < found.interval[1]
    assert found.p_value > 0.3
    assert found.sentence.startswith("Undecided: lora reaches ")
    assert "400 test rows can tell only differences of" in found.sentence


@pytest.mark.parametrize("metric", of_class_ids())
def test_the_same_answers_leave_it_undecided(metric: str) -> None:
    found = verdict(wrong_on(0, 40), wrong_on(0, 40), metric=metric)
    assert (found.difference, found.interval, found.p_value) == (0, (0, 0), 1)
    assert found.worth_it is None
    assert found.minimum_detectable_difference > 0
    assert "none of the 400 test rows tells the two apart" in found.sentence


def test_five_rows_decide_nothing_and_six_do() -> None:
    five = verdict(GOLD, wrong_on(0, 5))
    assert five.interval[0] > 0
    assert five.worth_it is None
    assert "only 5 of 400 test rows tell the two apart" in five.sentence
    assert verdict(GOLD, wrong_on(0, 6)).worth_it is True


def test_accuracy_is_tested_by_mcnemar_and_all_else_by_randomisation() -> None:
    accuracy = verdict(wrong_on(0, 2), wrong_on(2, 10))
    assert accuracy.test == "exact McNemar"
    assert accuracy.p_value == pytest.approx(0.109375)
    mcc = verdict(wrong_on(0, 2), wrong_on(2, 10), metric="mcc")
    assert mcc.test == "paired randomisation over rows"


def test_the_detectable_difference_follows_the_rows_that_tell_the_two_apart() -> None:
    found = verdict(wrong_on(0, 40), wrong_on(40, 80))
    assert found.minimum_detectable_difference == pytest.approx(2.8 * (0.2 / 400) ** 0.5, rel=0.05)


def test_the_same_seed_gives_the_same_verdict() -> None:
    first, second = wrong_on(0, 40), wrong_on(30, 80)
    assert verdict(first, second) == verdict(first, second)
    assert verdict(first, second) != verdict(first, second, seed=1)


def test_the_baseline_is_chosen_on_validation_whatever_it_reaches_on_test() -> None:
    answers = {"lora": [wrong_on(0, 20)], "cnn": [wrong_on(0, 5)], "tfidf": [wrong_on(0, 100)]}
    found = judge(
        fine_tuned=result("lora", *answers["lora"]),
        baselines=[
            result("cnn", *answers["cnn"], validation=0.6),
            result("tfidf", *answers["tfidf"], validation=0.7),
        ],
        answers=answers,
        references=GOLD,
        labels=LABELS,
        metric="accuracy",
        spec=SPEC,
        seed=0,
    )
    assert found.best_baseline == "tfidf"
    assert found.worth_it is True


def test_a_tie_goes_to_the_smaller_then_to_the_faster_baseline() -> None:
    big = result("big", GOLD)
    small = replace(big, name="small", size_bytes=10)
    fast = replace(small, name="fast", fit_seconds=1.0)
    assert best_baseline([big, small], higher_is_better=True).name == "small"
    assert best_baseline([big, small, fast], higher_is_better=True).name == "fast"


def test_where_less_is_better_the_lowest_validation_score_wins() -> None:
    low, high = result("low", GOLD, validation=1.0), result("high", GOLD, validation=2.0)
    assert best_baseline([low, high], higher_is_better=False).name == "low"
    assert best_baseline([low, high], higher_is_better=True).name == "high"


def test_where_less_is_better_a_positive_difference_is_not_worth_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pipeline.evaluation.metrics import accuracy

    monkeypatch.setattr(accuracy, "higher_is_better", False)
    assert verdict(wrong_on(0, 20), wrong_on(10, 90)).worth_it is False
    assert verdict(wrong_on(10, 90), wrong_on(0, 20)).worth_it is True


def test_a_validation_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(TrainingError, match="validation score of tfidf is nan"):
        best_baseline([result("tfidf", GOLD, validation=float("nan"))], higher_is_better=True)


def test_no_baseline_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one baseline"):
        best_baseline([], higher_is_better=True)


def test_a_score_that_is_not_that_of_the_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="differ by"):
        judge(
            fine_tuned=result("lora", GOLD),
            baselines=[result("tfidf", wrong_on(0, 10))],
            answers={"lora": [GOLD], "tfidf": [wrong_on(0, 20)]},
            references=GOLD,
            labels=LABELS,
            metric="accuracy",
            spec=SPEC,
            seed=0,
        )


def judged(metric: str, some: Rows, *, groups: np.ndarray | None = None) -> Verdict:
    """The good contender is the fine-tuned one."""
    answers = {"lora": some.good, "tfidf": some.poor}
    results = [
        replace(
            result(name, GOLD),
            scores={
                metric: scoring.score(metric, some.references, Predictions(found), some.labels)
            },
        )
        for name, found in answers.items()
    ]
    return judge(
        fine_tuned=results[0],
        baselines=results[1:],
        answers={name: [found] for name, found in answers.items()},
        references=some.references,
        labels=some.labels,
        metric=metric,
        spec=SPEC,
        seed=0,
        groups=groups,
    )


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
@pytest.mark.parametrize("grouped", [False, True], ids=["rows", "groups"])
def test_a_verdict_in_every_form(metric: str, form: Form, grouped: bool) -> None:
    some = rows(form)
    groups = np.arange(120) // 3 if grouped else None
    found = judged(metric, some, groups=groups)
    assert found.worth_it is True
    assert (found.difference > 0) == scoring.higher_is_better(metric)
    assert ("(less is better)" in found.sentence) != scoring.higher_is_better(metric)
    turned = Rows(some.references, some.poor, some.good, some.labels)
    assert judged(metric, turned, groups=groups).worth_it is False
    same = judged(metric, Rows(some.references, some.good, some.good, some.labels), groups=groups)
    assert same.worth_it is None
    assert (same.difference, same.p_value) == (0, 1)


def test_rows_that_hang_together_are_not_tested_by_mcnemar() -> None:
    found = judged("accuracy", rows(CLASS_IDS), groups=np.arange(120) // 3)
    assert found.test == "paired randomisation over groups of rows"


def test_five_groups_decide_nothing_however_many_rows_they_hold() -> None:
    some = Rows(GOLD, GOLD, wrong_on(0, 50), LABELS)
    assert judged("accuracy", some).worth_it is True
    found = judged("accuracy", some, groups=np.arange(400) // 10)
    assert found.worth_it is None
    assert "only 5 of 40 groups of test rows tell the two apart" in found.sentence


def test_scores_far_above_one_are_compared_by_their_size() -> None:
    rng = np.random.default_rng(0)
    gold = rng.normal(0, 1e6, 400)
    some = Rows(gold, gold + rng.normal(0, 1e6, 400), gold + rng.normal(0, 1e6, 400))
    assert judged("mse", some).worth_it is None
