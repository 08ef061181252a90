"""Was the transfer worth it? The fine-tuned model against the best baseline, row by row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.contracts import ContenderResult, Verdict
from pipeline.errors import TrainingError
from pipeline.evaluation import comparison, scoring, wording
from pipeline.evaluation.cost import weigh
from pipeline.evaluation.spec import EvaluationSpec


def judge(
    *,
    fine_tuned: ContenderResult,
    baselines: Sequence[ContenderResult],
    answers: Mapping[str, Sequence[np.ndarray]],
    references: np.ndarray,
    labels: Sequence[str],
    metric: str,
    spec: EvaluationSpec,
    seed: int,
    groups: np.ndarray | None = None,
) -> Verdict:
    """Compare the fine-tuned model with the baseline that is best on the validation rows.

    Worth it where it is better, not worth it where it is worse, as ``comparison.compare``
    decides over rows and seeds together.

    Args:
        fine_tuned: its result on the test rows.
        baselines: one at least.
        answers: contender's name -> its answers to the N test rows, in a form of the metric; an
            array for each seed that it was trained with.
        references: gold answers of the N test rows.
        labels: (C,) class names in id order; empty where a task has none.
        metric: the run's metric, a name among ``scoring.available_metrics()``.
        spec: resamples, confidence and the difference that is wanted.
        seed: of the resamples.
        groups: (N,) ints; test rows with the same number hang together and are resampled so.

    Raises:
        TrainingError: a validation score is not a number.
        ValueError: there is no baseline, or a result's score is not that of its answers.
    """
    module = scoring.load(metric)
    baseline = best_baseline(baselines, higher_is_better=module.higher_is_better)
    ours, theirs = (
        scoring.statistics_of_seeds(metric, references, answers[contender.name], labels)
        for contender in (fine_tuned, baseline)
    )
    found = comparison.compare(module, ours, theirs, spec=spec, seed=seed, groups=groups)
    paired, worth_it = found.paired, found.better
    _refuse_other_scores(paired.difference, fine_tuned, baseline, metric)
    rows = len(references)
    cost = weigh(
        fine_tuned, baseline, metric=metric, ceiling=module.ceiling, rows=rows, worth_it=worth_it
    )
    return Verdict(
        fine_tuned=fine_tuned.name,
        best_baseline=baseline.name,
        metric=metric,
        difference=paired.difference,
        interval=(paired.low, paired.high),
        p_value=found.p_value,
        test=found.test,
        minimum_detectable_difference=found.detectable,
        worth_it=worth_it,
        sentence=wording.sentence(
            found,
            fine_tuned,
            baseline,
            metric=metric,
            title=module.title if module.higher_is_better else f"{module.title} (less is better)",
            rows=rows,
            grouped=groups is not None,
            spec=spec,
            cost=cost,
        ),
        wanted_difference=spec.wanted_difference,
        rows_needed=found.rows_needed,
        cost=cost,
    )


def best_baseline(
    baselines: Sequence[ContenderResult], *, higher_is_better: bool
) -> ContenderResult:
    """The baseline that is best on the validation rows, so that test rows choose nothing.

    A tie goes to the smaller one, then to the one that is fitted faster: sizes are the
    same in every run, times are not.

    Raises:
        TrainingError: a validation score is not a number.
        ValueError: there is no baseline.
    """
    if not baselines:
        raise ValueError("a verdict needs at least one baseline")
    for contender in baselines:
        if not math.isfinite(contender.validation_score):
            raise TrainingError(
                f"the validation score of {contender.name} is {contender.validation_score}"
            )
    sign = -1 if higher_is_better else 1
    return min(
        baselines, key=lambda one: (sign * one.validation_score, one.size_bytes, one.fit_seconds)
    )


def _refuse_other_scores(
    difference: float, fine_tuned: ContenderResult, baseline: ContenderResult, metric: str
) -> None:
    scores = fine_tuned.scores[metric], baseline.scores[metric]
    reported = scores[0] - scores[1]
    # Scores far above 1, such as a perplexity, are as exact as their size lets them be.
    if abs(reported - difference) > 1e-9 * max(1.0, *map(abs, scores)):
        raise ValueError(
            f"the {metric} of {fine_tuned.name} and {baseline.name} differ by {reported} in "
            f"their results, by {difference} in their answers"
        )
