"""A linear model on the frozen base's features: how much does the base know untrained?"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from pipeline.baselines._choosing import Decision, judge
from pipeline.contracts import Baseline, Features, Fitted, Json, Predictions, Reporter, Task, Work
from pipeline.errors import ModelError, RecipeError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_FACTS = "probe.json"
_WEIGHTS = "probe.npz"


class Probe(Baseline):
    """Logistic or ridge regression on what the base makes of each text; the base stays as it is.

    The penalty is chosen on the validation rows. What fine-tuning adds to this is what the base
    had to learn; what this adds to TF-IDF is what the base knew.
    """

    tasks: ClassVar[frozenset[str]] = frozenset(
        {"text-classification", "multi-label text-classification", "text-regression"}
    )
    needs_base: ClassVar[bool] = True

    max_rows: int = Field(
        20_000,
        ge=1,
        description="training rows to learn from, drawn at random where more are there",
    )

    def fit(self, work: Work) -> FittedProbe:
        """Read all rows once, then try penalty after penalty.

        Raises:
            RecipeError: outside of a run there is no base.
        """
        import numpy as np

        from pipeline.data.picking import picked
        from pipeline.training import probe
        from pipeline.training.linear_heads import PENALTIES

        if work.features is None:
            raise RecipeError("probe looks at a run's own base, and this is no run")
        order = np.random.default_rng(work.seed).permutation(work.train.num_rows)
        train = picked(work.train, np.sort(order[: self.max_rows]))
        gold = work.task.references(work.validation, work.labels)
        seen = work.features.of(train, work.report), work.features.of(work.validation, work.report)
        with work.report.progress("probe", len(PENALTIES)) as advance:
            found = probe.fit(
                seen[0],
                work.task.references(train, work.labels),
                seen[1],
                lambda outputs: judge(work, gold, outputs).metric,
                bias=True,
                advance=advance,
            )
        decision = judge(work, gold, _linear(seen[1], found.weight, found.bias)).decision
        notes = {"c": found.penalty, "rows": train.num_rows}
        return FittedProbe(work.features, found.weight, found.bias, decision, notes)

    @staticmethod
    def load(folder: Path, task: Task) -> Fitted:
        """Refuse: it is of no use without the base.

        Raises:
            ModelError: always, with the way that works.
        """
        raise ModelError(
            f"a {task.name} probe is measured, not loaded as a baseline",
            place=str(folder),
            hint="strategy: {name: freeze} trains and exports the same, with its base",
        )


@dataclass
class FittedProbe:
    """A linear layer and what it looks at.

    Attributes:
        weight: (C, H) float32.
        bias: (C,) float32.
    """

    features: Features
    weight: np.ndarray
    bias: np.ndarray
    decision: Decision
    notes: Json
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.trainable_parameters = int(self.weight.size + self.bias.size)
        self.total_parameters = self.features.size + self.trainable_parameters

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row; probabilities are calibrated on the validation rows."""
        import numpy as np

        if not table.num_rows:
            return self.decision.predictions(np.zeros((0, len(self.bias))))
        seen = self.features.of(table, report)
        return self.decision.predictions(_linear(seen, self.weight, self.bias))

    def save(self, folder: Path) -> None:
        """Write the layer as npz, and how it answers as JSON; the base is not ours to write."""
        import numpy as np

        facts = {"notes": self.notes, "decision": self.decision.facts()}
        (folder / _FACTS).write_text(json.dumps(facts), "utf-8")
        np.savez_compressed(
            folder / _WEIGHTS, allow_pickle=False, weight=self.weight, bias=self.bias
        )


def _linear(features: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """(N, C) float64: in single precision a row's answer would depend on the rows beside it."""
    found: np.ndarray = features.astype("float64") @ weight.T.astype("float64") + bias
    return found
