"""What a run found: ``result.json``, and what it is put together from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from pipeline.contracts.terms import Json, Kind


@dataclass(frozen=True)
class SeedResult:
    """One training of a contender that was trained with several seeds.

    Attributes:
        scores: metric name -> value on the test rows.
        validation_score: the run's metric on the validation rows.
        fit_seconds: wall time of this training.
    """

    seed: int
    scores: Mapping[str, float]
    validation_score: float
    fit_seconds: float


@dataclass(frozen=True)
class ContenderResult:
    """One contender on the test rows, and what it cost.

    Attributes:
        scores: metric name -> value on the test rows, for all of the task's metrics; the mean
            over seeds where there are several, as every other number but ``details``.
        validation_score: the run's metric on the validation rows.
        interval: 95% interval of the run's metric, [low, high], over rows and seeds.
        fit_seconds: wall time of fit, tuning included; of one training.
        predict_seconds: wall time over all test rows.
        size_bytes: what has to be kept to answer: the saved folder (the base included where
            an adapter needs one, see ``notes``).
        details: task's own tables: per-class report, confusion counts; of the first seed.
        notes: what was chosen on validation, and sizes apart; of the first seed.
        seeds: each training, the one that is exported first; empty where there was one.
    """

    name: str
    kind: Kind
    scores: Mapping[str, float]
    validation_score: float
    interval: tuple[float, float]
    fit_seconds: float
    predict_seconds: float
    size_bytes: int
    trainable_parameters: int
    total_parameters: int
    details: Json = field(default_factory=dict)
    notes: Json = field(default_factory=dict)
    seeds: Sequence[SeedResult] = ()

    def spread(self, metric: str) -> tuple[float, float] | None:
        """Lowest and highest score over seeds; None where there was one."""
        found = [each.scores[metric] for each in self.seeds]
        return (min(found), max(found)) if found else None


@dataclass(frozen=True)
class Verdict:
    """Was the transfer worth it? A fact about paired predictions on the same test rows.

    Attributes:
        best_baseline: the baseline that is best on the validation rows.
        difference: fine-tuned minus baseline, in the metric's own units.
        interval: paired 95% interval of the difference, over rows and seeds.
        p_value: two-sided; ``test`` names the test.
        minimum_detectable_difference: found with 80% power at the 5% level on this test set.
        worth_it: true where the interval lies above zero, false below, None between.
        sentence: the same in words, with the cost on both sides.
        wanted_difference: the smallest that matters, as the recipe has it.
        rows_needed: test rows on which the wanted difference, or else the one that was found,
            would be found four times in five; None where no number of rows would do.
        cost: what fine-tuning takes more than the baseline, and what of that goes to a point of
            the metric where it is worth it; see ``evaluation/cost.py``.
    """

    fine_tuned: str
    best_baseline: str
    metric: str
    difference: float
    interval: tuple[float, float]
    p_value: float
    test: str
    minimum_detectable_difference: float
    worth_it: bool | None
    sentence: str
    wanted_difference: float | None = None
    rows_needed: int | None = None
    cost: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """How a reloaded export answers, beside the model in memory.

    Attributes:
        max_logit_difference: largest absolute difference of a logit, fp32.
        logit_rows: forward passes of one example each that were compared.
        metric_difference: of the run's metric, reloaded minus in memory; None where the rows are
            too few or too alike to have one.
        metric_rows: test rows that it was compared on, in padded batches.
        agreement: share of these rows with the same answer; None where answers are more or less
            right.
        milliseconds: a forward pass of one example takes in the fresh process, the median.
        milliseconds_in_memory: the same of the model in memory, by torch.
    """

    max_logit_difference: float | None = None
    logit_rows: int = 0
    metric_difference: float | None = None
    metric_rows: int = 0
    agreement: float | None = None
    milliseconds: float | None = None
    milliseconds_in_memory: float | None = None


@dataclass(frozen=True)
class ExportResult:
    """What became of one export. What is not proved is not there.

    Attributes:
        path: relative to the run folder; empty where nothing was exported.
        proved: a fresh process reloaded it, and what it answers is within the limits.
        reason: why it was not exported; empty where it was.
        limits: as ``Limits``; all else as ``Proof``.
        sha256: of each of its files but the card, by its path in the export; empty where it was
            made by a Graft that kept none.
    """

    name: str
    path: str
    size_bytes: int
    proved: bool
    max_logit_difference: float | None = None
    logit_rows: int = 0
    metric_difference: float | None = None
    metric_rows: int = 0
    agreement: float | None = None
    milliseconds: float | None = None
    milliseconds_in_memory: float | None = None
    limits: Json = field(default_factory=dict)
    reason: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def refused(cls, name: str, *, reason: str, limits: Json) -> Self:
        """One that could not be made, or did not answer as the model in memory does."""
        return cls(name, "", 0, proved=False, reason=reason, limits=limits)


RESULT_VERSION = 1


@dataclass(frozen=True)
class RunResult:
    """``result.json``: the one truth that report, card, comparison and tests read.

    Attributes:
        status: ``finished``; anything else is not written as a result.
        data: rows a split, fingerprints, labels, notes.
        model: base model, strategy, what trains and what is frozen.
        provenance: versions, seed, commit, machine, start and wall seconds.
    """

    recipe: str
    description: str
    task: str
    status: str
    metric: str
    higher_is_better: bool
    test_rows: int
    contenders: Sequence[ContenderResult]
    verdict: Verdict | None
    exports: Sequence[ExportResult]
    data: Json
    model: Json
    provenance: Json
    version: int = RESULT_VERSION

    @property
    def verb(self) -> str:
        """What its model is asked to do, as a command."""
        writes = self.model.get("pipeline_tag") == "text-generation"
        return "generate" if writes else "predict"
