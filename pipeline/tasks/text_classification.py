"""Which one of the classes does a text, or a pair of texts, belong to?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.contracts import ROW_ID, Column, Json, Predictions, Reporter, Splits, Task
from pipeline.errors import DataError, Problem, suggestion
from pipeline.tasks._inputs import joined, text_examples

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

    from pipeline.examples import Batch, Codec, Examples, Purpose, Shape

_SHOWN = 5


class TextClassification(Task):
    """One label a text, or a pair of texts; labels are any words or numbers."""

    columns: ClassVar[Mapping[str, Column]] = {
        "text": Column("text", "the text to classify"),
        "text_pair": Column("text", "a second text, for tasks about pairs", required=False),
        "label": Column("label", "the class: any word or number"),
    }
    metrics: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1", "mcc")
    head_fits: ClassVar[bool] = True

    def auto_class(self, shape: Shape) -> str:
        """Every family has a head for it."""
        del shape
        return "AutoModelForSequenceClassification"

    def peft_type(self, shape: Shape) -> str | None:
        """A sequence classifier."""
        del shape
        return "SEQ_CLS"

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
        return joined(table)

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
        report: Reporter,
        title: str = "tokenising",
    ) -> Examples:
        """An example a row: one text or a pair; its value is the class id."""
        return text_examples(
            table,
            codec,
            values=self.references(table, labels) if purpose == "learn" else None,
            report=report,
            title=title,
        )

    def model_options(self, labels: Sequence[str]) -> Json:
        """Number and names of the classes, for the model's configuration."""
        return {
            "num_labels": len(labels),
            "id2label": dict(enumerate(labels)),
            "label2id": {label: n for n, label in enumerate(labels)},
            "problem_type": "single_label_classification",
        }

    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Summed cross-entropy in fp32; logits (B, C) and class ids (B,) -> scalar."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(outputs.logits.float(), targets, reduction="sum")

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """(C,) logits each."""
        del batch
        return list(outputs.logits.float().cpu().numpy())

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """The most likely class, and the softmax over all of them."""
        import numpy as np

        del examples, table, codec
        logits = np.stack(pieces) if pieces else np.zeros((0, len(labels)), np.float32)
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        scores = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
        return Predictions(answers=logits.argmax(axis=1).astype(np.int64), scores=scores)

    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """Class by class, and what is taken for what."""
        from pipeline.evaluation import tables

        return {
            "per_class": tables.per_class_report(references, answers, labels),
            "confusion": tables.confusion(references, answers, labels),
        }

    def example(self, shape: Shape, *, max_length: int) -> str:
        """The most likely class of one text."""
        del shape
        return f"""\
inputs = tokenizer(
    ["a text to classify"],
    padding=True,
    truncation=True,
    max_length={max_length},
    return_tensors="pt",
)
with torch.no_grad():
    probabilities = model(**inputs).logits.softmax(-1)
print(labels[int(probabilities[0].argmax())])
"""

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
