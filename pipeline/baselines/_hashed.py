"""Hashed terms, learned from in one pass: memory does not grow with the rows.

Shapes: N rows, F columns, C classes or labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.baselines._choosing import Quality, judge
from pipeline.baselines._fitted_linear import FittedLinear
from pipeline.baselines._hashed_terms import COLUMNS, HashedTerms, Kinds, hashed
from pipeline.baselines._linear import Linear
from pipeline.baselines._tokens import Cutter
from pipeline.contracts import Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from scipy.sparse import csr_matrix

_CHUNK = 20_000
"""Rows that are in memory together."""

_SAMPLE = 100_000
"""Rows whose terms are counted to weigh them."""

_PENALTIES = (1e-6, 3e-6, 1e-5)
"""Strengths of the L2 penalty to choose from."""


def fit(work: Work, kinds: Kinds, cutter: Cutter) -> FittedLinear:
    """Logistic regressions by stochastic gradient descent, one a penalty, side by side.

    They see the same rows in the same random order, each once; the best on validation is kept.
    """
    import numpy as np

    order = np.random.default_rng(work.seed).permutation(work.train.num_rows)
    terms = HashedTerms(kinds, _idf(work, order[:_SAMPLE], kinds, cutter), cutter)
    models = [_Model(penalty, len(work.labels), work.seed) for penalty in _PENALTIES]
    with work.report.progress("tfidf, hashed", work.train.num_rows) as advance:
        for table in _chunks(work.train, order):
            features = terms.transform(work.task.texts(table))
            targets = work.task.references(table, work.labels)
            for model in models:
                model.learn(features, targets)
            advance(table.num_rows)
    gold = work.task.references(work.validation, work.labels)
    best: tuple[Quality, float, Linear] | None = None
    linears = [model.linear() for model in models]
    found = _outputs(work, terms, linears)
    for penalty, linear, outputs in zip(_PENALTIES, linears, found, strict=True):
        quality = judge(work, gold, outputs)
        if best is None or quality > best[0]:
            best = quality, penalty, linear
    assert best is not None  # noqa: S101
    notes = {"features": "hashed", "penalty": best[1], "tokens": cutter.tokens, "columns": COLUMNS}
    return FittedLinear(work.task, [terms], best[2], best[0].decision, notes)


class _Model:
    """Classes, or two of them a label."""

    def __init__(self, penalty: float, classes: int, seed: int) -> None:
        self._penalty, self._classes, self._seed = penalty, classes, seed
        self._parts: list[Any] = []

    def learn(self, features: csr_matrix, targets: np.ndarray) -> None:
        import numpy as np

        columns = [targets] if targets.ndim == 1 else list(targets.T)
        names = np.arange(self._classes if targets.ndim == 1 else 2)
        self._parts = self._parts or [self._new() for _ in columns]
        for part, column in zip(self._parts, columns, strict=True):
            part.partial_fit(features, column, classes=names)

    def _new(self) -> Any:
        from sklearn.linear_model import SGDClassifier

        return SGDClassifier(loss="log_loss", alpha=self._penalty, random_state=self._seed)

    def linear(self) -> Linear:
        import numpy as np

        return Linear(
            np.concatenate([part.coef_ for part in self._parts]).astype(np.float32),
            np.concatenate([part.intercept_ for part in self._parts]).astype(np.float32),
        )


def _outputs(work: Work, terms: HashedTerms, models: Sequence[Linear]) -> list[np.ndarray]:
    """(N, C) of each model on the validation rows, in order."""
    import numpy as np

    found: list[list[np.ndarray]] = [[] for _ in models]
    rows = np.arange(work.validation.num_rows)
    for table in _chunks(work.validation, rows):
        features = terms.transform(work.task.texts(table))
        for parts, model in zip(found, models, strict=True):
            parts.append(model.outputs(features))
    return [np.concatenate(parts) for parts in found]


def _idf(work: Work, rows: np.ndarray, kinds: Kinds, cutter: Cutter) -> np.ndarray:
    import numpy as np

    frequency = np.zeros(COLUMNS, dtype=np.int64)
    for table in _chunks(work.train, rows):
        counts = hashed(work.task.texts(table), kinds, cutter)
        frequency += np.bincount(counts.indices, minlength=COLUMNS)
    return (np.log((1 + len(rows)) / (1 + frequency)) + 1).astype(np.float32)


def _chunks(table: pa.Table, rows: np.ndarray) -> Iterator[pa.Table]:
    from pipeline.data.picking import picked

    for start in range(0, len(rows), _CHUNK):
        yield picked(table, rows[start : start + _CHUNK])
