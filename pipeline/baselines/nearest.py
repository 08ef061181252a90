"""Retrieval: what was answered to the training text that is most alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator

from pipeline import storage
from pipeline.baselines._features import Counted, Terms, families
from pipeline.baselines._written import answers, quality
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from scipy.sparse import csr_matrix

_FACTS = "nearest.json"
_ARRAYS = "nearest.npz"
_ROWS = 256
"""Rows that are compared with all training rows at a time."""

Order = Annotated[int, Field(ge=1, le=8)]


class Nearest(Baseline):
    """The answer to the nearest training text, by the cosine of TF-IDF features.

    Whether words or characters say better what is near is chosen on the validation rows. A text
    that shares no term with any gets the answer of the first training row.
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"seq2seq", "instruction"})

    word_ngrams: tuple[Order, Order] | None = Field(
        (1, 2), description="lowest and highest order of word n-grams; null for none"
    )
    char_ngrams: tuple[Order, Order] | None = Field(
        (2, 4), description="lowest and highest order of character n-grams; null for none"
    )

    @model_validator(mode="after")
    def _leaves_something(self) -> Nearest:
        families(self.word_ngrams, self.char_ngrams)
        return self

    def fit(self, work: Work) -> FittedNearest:
        """Weigh the terms of the training texts; of equally good families the first counts.

        Raises:
            DataError: the training texts are all blank.
        """
        train, validation = work.task.texts(work.train), work.task.texts(work.validation)
        targets = [texts[0] for texts in work.task.references(work.train, work.labels)]
        gold = work.task.references(work.validation, work.labels)
        chosen = families(self.word_ngrams, self.char_ngrams)
        best: tuple[float, FittedNearest] | None = None
        with work.report.progress("nearest", len(chosen)) as done:
            for family, orders in chosen:
                counted = Counted.count(family, orders, train=train, validation=validation)
                terms, known, asked = counted.features(min_df=1)
                fitted = FittedNearest(work.task, terms, known, targets)
                found = quality(work, gold, fitted.answers_to(asked))
                if best is None or found > best[0]:
                    best = found, fitted
                done(1)
        assert best is not None  # noqa: S101
        return best[1]

    @staticmethod
    def load(folder: Path, task: Task) -> FittedNearest:
        """Read back what ``save`` wrote."""
        import numpy as np
        from scipy.sparse import csr_matrix

        facts = storage.read_json(folder / _FACTS)
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            known = csr_matrix(
                (arrays["data"], arrays["indices"], arrays["indptr"]), shape=tuple(facts["shape"])
            )
            terms = Terms.read(facts, arrays["idf"])
        return FittedNearest(task, terms, known, facts["targets"])


@dataclass
class FittedNearest:
    """The training rows' features and answers.

    Attributes:
        known: (N, F) features of the training rows, of length one each.
        targets: (N,) their answers.
    """

    task: Task
    terms: Terms
    known: csr_matrix
    targets: Sequence[str]
    notes: Json = field(init=False)
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.notes = {"features": self.terms.family, "terms": len(self.terms.idf)}
        self.trainable_parameters = self.total_parameters = int(self.known.nnz)

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """The answer to the nearest training text, for every row."""
        return answers(self.answers_to(self.terms.transform(self.task.texts(table))))

    def answers_to(self, features: csr_matrix) -> list[str]:
        """The same for rows whose features are known; of equally near ones the first answers."""
        import numpy as np

        by_term = self.known.T.tocsr()
        near: list[np.ndarray] = [np.zeros(0, np.int64)]
        for start in range(0, features.shape[0], _ROWS):
            alike = (features[start : start + _ROWS] @ by_term).toarray()
            # What differs by rounding alone is equally near.
            near.append(alike.round(9).argmax(axis=1))
        return [self.targets[number] for number in np.concatenate(near)]

    def save(self, folder: Path) -> None:
        """Write terms and answers as JSON, features as npz."""
        import numpy as np

        facts = {
            **self.terms.facts(),
            "shape": self.known.shape,
            "targets": list(self.targets),
        }
        storage.write_json(folder / _FACTS, facts)
        np.savez_compressed(
            folder / _ARRAYS,
            allow_pickle=False,
            data=self.known.data,
            indices=self.known.indices,
            indptr=self.known.indptr,
            idf=self.terms.idf,
        )
