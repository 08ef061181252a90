"""Which one of the classes does a text, or a pair of texts, belong to?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import ROW_ID, Column, Json, Predictions, Splits, Task
from pipeline.errors import DataError, Problem, suggestion

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

_SHOWN = 5


class TextClassification(Task):
    """One label a text, or a pair of texts; labels are any words or numbers."""

    columns: ClassVar[Mapping[str, Column]] = {
        "text": Column("text", "the text to classify"),
        "text_pair": Column("text", "a second text, for tasks about pairs", required=False),
        "label": Column("label", "the class: any word or number"),
    }
    metrics: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1", "mcc")
    auto_class: ClassVar[str] = "AutoModelForSequenceClassification"
    peft_type: ClassVar[str] = "SEQ_CLS"

    def labels(self, train: pa.Table) -> tuple[str, ...]:
        """Class names: numbers in order of size, else words in alphabetical order."""
        names = train["label"].unique().to_pylist()
        if all(name.isdecimal() for name in names):
            return tuple(sorted(names, key=lambda name: (int(name), name)))
        return tuple(sorted(names))

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N,) int64 class ids."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        ids = pc.index_in(table["label"], value_set=pa.array(labels, pa.string()))
        return np.asarray(ids.to_numpy(), dtype=np.int64)

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Class names for class ids."""
        return [labels[answer] for answer in answers]

    def texts(self, table: pa.Table) -> list[str]:
        """Each row as one string; a pair is joined by a line break."""
        first: list[str] = table["text"].to_pylist()
        if "text_pair" not in table.column_names:
            return first
        return [
            f"{one}\n{two}" for one, two in zip(first, table["text_pair"].to_pylist(), strict=True)
        ]

    def inputs(self, table: pa.Table) -> list[tuple[str, ...]]:
        """Each row as one text or a pair."""
        columns = [name for name in ("text", "text_pair") if name in table.column_names]
        return list(zip(*(table[name].to_pylist() for name in columns), strict=True))

    def model_options(self, labels: Sequence[str]) -> Json:
        """Number and names of the classes, for the model's configuration."""
        return {
            "num_labels": len(labels),
            "id2label": dict(enumerate(labels)),
            "label2id": {label: n for n, label in enumerate(labels)},
            "problem_type": "single_label_classification",
        }

    def loss(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Summed cross-entropy in fp32; (B, C) and (B,) -> scalar."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(logits.float(), targets, reduction="sum")

    def decode(self, logits: np.ndarray) -> Predictions:
        """The most likely class, and the softmax over all of them."""
        import numpy as np

        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        scores = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
        return Predictions(answers=logits.argmax(axis=1).astype(np.int64), scores=scores)

    def check(self, splits: Splits) -> None:
        """Two classes at least, and none in validation or test that training lacks."""
        known = set(self.labels(splits.train))
        problems: list[Problem] = []
        if len(known) < 2:
            problems.append(
                Problem(
                    f"the training rows have one class only: '{next(iter(known), '')}'",
                    "train",
                    "a classifier needs two; look at data.columns.label",
                )
            )
        for name, table in (("validation", splits.validation), ("test", splits.test)):
            problems += _unknown_labels(name, table, known)
        if problems:
            raise DataError(problems)


def _unknown_labels(split: str, table: pa.Table, known: set[str]) -> list[Problem]:
    rows: dict[str, list[str]] = {}
    for row, label in zip(table[ROW_ID].to_pylist(), table["label"].to_pylist(), strict=True):
        if label not in known:
            rows.setdefault(label, []).append(row)
    return [
        Problem(
            f"the label '{label}' ({len(found)} row{'s' * (len(found) > 1)}) is not among the"
            f" training labels: {', '.join(found[:_SHOWN])}{', ...' * (len(found) > _SHOWN)}",
            split,
            suggestion(label, known) + "; or add training rows with it, or remove these rows"
            if len(known) <= 20
            else "add training rows with it, or remove these rows",
        )
        for label, found in rows.items()
    ]
