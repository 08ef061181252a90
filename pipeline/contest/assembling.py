"""From a recipe's parts to contenders: what a run and a learning curve put together alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.contest.frozen import FrozenBase
from pipeline.contest.scratch import Scratch
from pipeline.contracts import Work

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from accelerate import Accelerator

    from pipeline.bases import Base
    from pipeline.contracts import Reporter
    from pipeline.recipe import Recipe
    from pipeline.training.contender import FineTuned
    from pipeline.training.model import Prepared


@dataclass(frozen=True)
class Assembly:
    """A recipe, settled, on this machine.

    Attributes:
        labels: class names in id order.
        resume: go on from checkpoints where there are any.
        keeps_head: the head came with the base and answers this task: it needs no start.
    """

    recipe: Recipe
    base: Base
    labels: tuple[str, ...]
    accelerator: Accelerator
    precision: str
    resume: bool
    keeps_head: bool = False

    def prepared(self, seed: int) -> Prepared:
        """The base with its head, as the strategy lets it learn."""
        from pipeline.training.model import prepare

        return prepare(
            self.base,
            task=self.recipe.task,
            labels=self.labels,
            strategy=self.recipe.strategy,
            dropout=self.recipe.train.dropout,
            max_length=self.recipe.train.max_length,
            seed=seed,
        )

    def fine_tuned(self, ready: Prepared, *, run: Path) -> FineTuned:
        """The contender that learns from the base; its checkpoints and log lie in ``run``."""
        from pipeline.training.contender import FineTuned

        return FineTuned(
            name=self.recipe.strategy.name,
            ready=ready,
            learning_rate=self.recipe.learning_rate,
            spec=self.recipe.train,
            accelerator=self.accelerator,
            precision=self.precision,
            run=run,
            resume=self.resume,
            keeps_head=self.keeps_head,
        )

    def work(
        self,
        fine_tuned: FineTuned,
        *,
        train: pa.Table,
        validation: pa.Table,
        report: Reporter,
    ) -> Work:
        """What contenders may learn from."""
        from pipeline.data.tokens import BaseSubwords

        return Work(
            task=self.recipe.task,
            labels=self.labels,
            train=train,
            validation=validation,
            metric=self.recipe.metric,
            seed=self.recipe.seed,
            report=report,
            subwords=BaseSubwords(fine_tuned.ready.codec),
            from_scratch=Scratch(self.recipe, self.base, fine_tuned).fit,
            features=FrozenBase(fine_tuned, self.recipe.task, self.labels),
        )
