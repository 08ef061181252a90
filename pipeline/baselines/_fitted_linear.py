"""Terms and a linear model over them, as several baselines end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.baselines._choosing import Decision
from pipeline.baselines._features import Terms, joined
from pipeline.baselines._hashed_terms import HashedTerms
from pipeline.baselines._linear import Linear
from pipeline.baselines._tokens import Cutter
from pipeline.contracts import Json, Predictions, Reporter, Task

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_FACTS = "terms.json"
_ARRAYS = "linear.npz"
_CHUNK = 20_000
"""Rows that are answered together."""

_Weighed = Terms | HashedTerms


@dataclass
class FittedLinear:
    """Terms and a linear classifier over them.

    Attributes:
        terms: families of terms, at most one of each kind, side by side.
    """

    task: Task
    terms: Sequence[_Weighed]
    linear: Linear
    decision: Decision
    notes: Json
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.trainable_parameters = self.total_parameters = self.linear.size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row; probabilities are calibrated on the validation rows."""
        import numpy as np

        found = []
        with report.progress("predicting", table.num_rows) as advance:
            for start in range(0, max(table.num_rows, 1), _CHUNK):
                part = self.task.texts(table.slice(start, _CHUNK))
                features = joined([terms.transform(part) for terms in self.terms])
                found.append(self.linear.outputs(features))
                advance(len(part))
        return self.decision.predictions(np.concatenate(found))

    def save(self, folder: Path) -> None:
        """Write terms and choices as JSON, weights as npz."""
        import numpy as np

        facts = {
            "notes": self.notes,
            "decision": self.decision.facts(),
            "terms": [one.facts() for one in self.terms],
        }
        (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        self.terms[0].cutter.save(folder)
        np.savez_compressed(
            folder / _ARRAYS,
            allow_pickle=False,
            coef=self.linear.coef,
            intercept=self.linear.intercept,
            **{one.family: one.idf for one in self.terms},
        )

    @classmethod
    def load(cls, folder: Path, task: Task) -> FittedLinear:
        """Read back what ``save`` wrote."""
        import numpy as np

        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        cutter = Cutter.load(folder)
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            terms = [_read(one, arrays[one["family"]], cutter) for one in facts["terms"]]
            linear = Linear(arrays["coef"], arrays["intercept"])
        return cls(task, terms, linear, Decision.read(facts["decision"]), notes=facts["notes"])


def _read(facts: Json, idf: np.ndarray, cutter: Cutter) -> _Weighed:
    kind = HashedTerms if facts["family"] == "hashed" else Terms
    return kind.read(facts, idf, cutter)
