"""The run's own network without its pretraining: what is the pretrained base worth?"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from pipeline import components
from pipeline.contracts import Baseline, Fitted, Task, Work
from pipeline.errors import ModelError, RecipeError
from pipeline.training.spec import Rate


class FromScratch(Baseline):
    """The same network, tokenizer and loop, every weight at random at the start.

    All of it learns, whatever the strategy: there is nothing to keep frozen.
    """

    seeded: ClassVar[bool] = True
    tasks: ClassVar[frozenset[str]] = frozenset(
        {*components.available("tasks"), "multi-label text-classification"}
    )

    epochs: float | None = Field(
        None, gt=0, description="passes over the training rows; unset: the run's"
    )
    learning_rates: tuple[Rate, ...] = Field(
        (1e-3, 3e-4),
        min_length=1,
        description="peak learning rates to choose from: what knows nothing takes large steps, and"
        " a deep network falls over the largest",
    )

    def fit(self, work: Work) -> Fitted:
        """Train what the run hands in with each learning rate; keep what is best on validation.

        Raises:
            RecipeError: outside of a run there is no network to train.
        """
        if work.from_scratch is None:
            raise RecipeError("from-scratch trains a run's own network, and this is no run")
        return work.from_scratch(work, learning_rates=self.learning_rates, epochs=self.epochs)

    @staticmethod
    def load(folder: Path, task: Task) -> Fitted:
        """Refuse: what is saved is a plain transformers model.

        Raises:
            ModelError: always, with the way that works.
        """
        raise ModelError(
            f"a {task.name} network from scratch is measured, not loaded as a baseline",
            place=str(folder),
            hint="the folder is one that from_pretrained of transformers reads",
        )
