"""Was the transfer worth it? The fine-tuned model against the best baseline, row by row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.contracts import ContenderResult, Verdict
from pipeline.errors import TrainingError
from pipeline.evaluation import scoring, significance, wording
from pipeline.evaluation.spec import EvaluationSpec

_BOOTSTRAP = {False: "paired bootstrap", True: "paired bootstrap over groups of rows"}


def judge(
    *,
    fine_tuned: ContenderResult,
    baselines: Sequence[ContenderResult],
    answers: Mapping[str, np.ndarray],
    references: np.ndarray,
    labels: Sequence[str],
    metric: str,
    spec: EvaluationSpec,
    seed: int,
    groups: np.ndarray | None = None,
) -> Verdict:
    """Compare the fine-tuned model with the baseline that is best on the validation rows.

    The interval of the paired difference decides: worth it where all of it is better than
    no difference, not worth it where all of it is worse. It decides nothing where fewer
    rows tell the two apart than any test needs (``significance.enough_to_tell``).

    The p-value stands beside it: exact McNemar for a share of rows, else the bootstrap's,
    which is also that of rows that hang together. Where the two disagree at the border, the
    interval has the word.

    Args:
        fine_tuned: its result on the test rows.
        baselines: one at least.
        answers: contender's name -> its answers to the N test rows, in a form of the metric.
        references: gold answers of the N test rows.
        labels: (C,) class names in id order; empty where a task has none.
        metric: the run's metric, a name among ``scoring.available_metrics()``.
        spec: resamples and confidence.
        seed: of the resamples.
        groups: (N,) ints; test rows with the same number hang together and are resampled so.

    Raises:
        TrainingError: a validation score is not a number.
        ValueError: there is no baseline, or a result's score is not that of its answers.
    """
    module = scoring.load(metric)
    baseline = best_baseline(baselines, higher_is_better=module.higher_is_better)
    ours, theirs = (
        scoring.statistics(metric, references, answers[contender.name], labels)
        for contender in (fine_tuned, baseline)
    )
    paired = significance.paired_interval(
        ours,
        theirs,
        module.finish,
        resamples=spec.resamples,
        confidence=spec.confidence,
        seed=seed,
        groups=groups,
    )
    scores = fine_tuned.scores[metric], baseline.scores[metric]
    reported = scores[0] - scores[1]
    # Scores far above 1, such as a perplexity, are as exact as their size lets them be.
    if abs(reported - paired.difference) > 1e-9 * max(1.0, *map(abs, scores)):
        raise ValueError(
            f"the {metric} of {fine_tuned.name} and {baseline.name} differ by {reported} in "
            f"their results, by {paired.difference} in their answers"
        )
    rows = len(references)
    units = rows if groups is None else significance.number_of(groups)
    detectable = significance.minimum_detectable_difference(
        paired.standard_error, units, ceiling=module.ceiling
    )
    by_rows = module.proportion and groups is None
    enough = significance.enough_to_tell(paired.telling_rows, confidence=spec.confidence)
    worth_it = _side(paired, higher_is_better=module.higher_is_better) if enough else None
    return Verdict(
        fine_tuned=fine_tuned.name,
        best_baseline=baseline.name,
        metric=metric,
        difference=paired.difference,
        interval=(paired.low, paired.high),
        p_value=(significance.mcnemar(ours[:, 0], theirs[:, 0]) if by_rows else paired.p_value),
        test="exact McNemar" if by_rows else _BOOTSTRAP[groups is not None],
        minimum_detectable_difference=detectable,
        worth_it=worth_it,
        sentence=wording.sentence(
            worth_it,
            fine_tuned,
            baseline,
            paired,
            metric=metric,
            title=module.title if module.higher_is_better else f"{module.title} (less is better)",
            rows=rows,
            groups=None if groups is None else units,
            detectable=detectable,
            enough=enough,
            confidence=spec.confidence,
        ),
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


def _side(paired: significance.Paired, *, higher_is_better: bool) -> bool | None:
    if paired.low > 0:
        return higher_is_better
    if paired.high < 0:
        return not higher_is_better
    return None
