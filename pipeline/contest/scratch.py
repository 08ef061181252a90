"""What the run's own network learns from the rows alone, for the baseline from-scratch."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import TrainingError

if TYPE_CHECKING:
    from pipeline.bases import Base
    from pipeline.contracts import Work
    from pipeline.recipe import Recipe
    from pipeline.training.contender import FineTuned, FittedModel


@dataclass(frozen=True)
class Scratch:
    """The run's own network, trained the same way on the same rows, without what it had learnt.

    Attributes:
        fine_tuned: what the run trains; all but weights, rate and epochs is taken from it.
    """

    recipe: Recipe
    base: Base
    fine_tuned: FineTuned

    def fit(
        self, work: Work, *, learning_rates: Sequence[float], epochs: float | None
    ) -> FittedModel:
        """Train every weight from a random start; see ``contracts.FromScratch``.

        Raises:
            TrainingError: the loss is no number with any of the learning rates.
        """
        found: list[FittedModel] = []
        failed: list[TrainingError] = []
        for rate in learning_rates:
            work.report.note(f"learning rate {rate:g}")
            try:
                found.append(self._trained(work, learning_rate=rate, epochs=epochs))
            except TrainingError as error:
                work.report.note(f"it diverges: {error.problems[0].message}")
                failed.append(error)
        if not found:
            raise failed[0]
        return max(found, key=lambda fitted: fitted.validation)

    def _trained(self, work: Work, *, learning_rate: float, epochs: float | None) -> FittedModel:
        from pipeline.strategies.full import Full
        from pipeline.training.model import prepare

        recipe, tuned = self.recipe, self.fine_tuned
        ready = prepare(
            self.base,
            task=work.task,
            labels=work.labels,
            strategy=Full(),
            dropout=recipe.train.dropout,
            max_length=recipe.train.max_length,
            seed=work.seed,
            pretrained=False,
        )
        options = {"head": "random", **({} if epochs is None else {"epochs": epochs})}
        with tempfile.TemporaryDirectory() as folder:
            return replace(
                tuned,
                name="from-scratch",
                ready=ready,
                learning_rate=learning_rate,
                spec=recipe.train.model_copy(update=options),
                run=Path(folder),
                resume=False,
            ).fit(work)
