"""Which of the classes does a text, or a pair of texts, belong to: one of them, or several?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from pipeline.contracts import Column, Json, Predictions, Splits
from pipeline.errors import DataError, Problem, suggestion
from pipeline.tasks._inputs import ONE_TEXT, TEXT_COLUMNS, TextTask, text_examples
from pipeline.tasks._label_sets import LabelSets
from pipeline.tasks._labelling import Labelling, numbered, unknown_labels
from pipeline.tasks._one_label import OneLabel

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

    from pipeline.examples import Codec, Examples, Purpose, Shape


def _named(value: Any) -> Any:
    """Labels may be numbers, and YAML reads them as such."""
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else value


_Weights = Annotated[
    dict[str, Annotated[float, Field(gt=0, le=1e6)]],
    BeforeValidator(_named),
]
_Thresholds = Annotated[
    dict[str, Annotated[float, Field(ge=0, le=1)]],
    BeforeValidator(_named),
]


class TextClassification(TextTask):
    """Labels of a text, or of a pair of texts: one each, or any number; any words or numbers.

    Weights act in the loss alone: it is summed over weighted rows, and a step divides the sum
    by the number of rows, so that weights also scale the gradient.
    """

    multi_label: bool = Field(False, description="A row has any number of labels, none included.")
    class_weights: Literal["none", "balanced"] | _Weights = Field(
        "none",
        description="How much a row of each class counts in the loss: 'balanced' lets rare"
        " classes cost as much as frequent ones; or label: weight, 1 for the others. With"
        " multi_label, of the rows that have the label.",
    )
    label_smoothing: float = Field(
        0.0, ge=0, lt=1, description="Share of the target that is given to all classes alike."
    )
    thresholds: _Thresholds = Field(
        default_factory=dict,
        description="With multi_label, label: the probability from which it is answered, 0.5"
        " for the others; where none is given, all are tuned on the validation rows.",
    )

    @model_validator(mode="after")
    def _thresholds_have_a_use(self) -> Self:
        if self.thresholds and not self.multi_label:
            raise ValueError("thresholds go with multi_label: true; one label has none")
        return self

    @property
    def columns(self) -> Mapping[str, Column]:
        """One text or two, and the column of labels."""
        return {**TEXT_COLUMNS, "label": self._labelling.column}

    @property
    def metrics(self) -> tuple[str, ...]:
        """Those of classes, or of sets of labels."""
        return self._labelling.metrics

    @property
    def has_one_class(self) -> bool:
        """Unless a row can have several labels."""
        return not self.multi_label

    @property
    def problem(self) -> str:
        """Sets of labels are another problem than classes."""
        return f"multi-label {self.name}" if self.multi_label else self.name

    @property
    def _labelling(self) -> Labelling:
        return LabelSets(self.thresholds) if self.multi_label else OneLabel()

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """The classic ones that can answer; of pairs, one that compares the two texts."""
        if "text_pair" in columns:
            return ("majority", "similarity", "tfidf")
        return ("majority", "tfidf") if self.multi_label else ("majority", "tfidf", "ngram")

    def labels(self, train: pa.Table) -> tuple[str, ...]:
        """Class names: numbers in order of size, else words in alphabetical order."""
        return self._labelling.names(train)

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N,) int64 class ids; with several labels a row, (N, C) zeros and ones."""
        return self._labelling.references(table, labels)

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Class names; several are joined by commas."""
        return self._labelling.readable(answers, labels)

    def reported(self, found: Predictions, table: pa.Table, labels: Sequence[str]) -> pa.Table:
        """``label`` and its probability, ``score``; lists of both where a row may have several."""
        del table
        return self._labelling.reported(found, labels)

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """An example a row: one text or a pair; its value is what ``references`` says of it."""
        return text_examples(
            table,
            codec,
            values=self.references(table, labels) if purpose == "learn" else None,
        )

    def model_options(self, labels: Sequence[str]) -> Json:
        """Number and names of the classes, for the model's configuration."""
        return {
            **numbered(labels),
            "problem_type": self._labelling.problem_type,
        }

    def informed(self, train: pa.Table, labels: Sequence[str]) -> Self:
        """With a weight for each label, in label order."""
        if self.class_weights == "none":
            return self
        if self.class_weights == "balanced":
            weights = self._labelling.balanced(self.references(train, labels), len(labels))
            found = dict(zip(labels, weights, strict=True))
        else:
            found = {label: self.class_weights.get(label, 1.0) for label in labels}
        return self.model_copy(update={"class_weights": found})

    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Summed over the rows, in fp32; weighted as ``informed`` says.

        Raises:
            ValueError: the weights are not known yet.
        """
        import torch

        weights = None
        if isinstance(self.class_weights, dict):
            weights = torch.tensor(list(self.class_weights.values()), device=targets.device)
        elif self.class_weights == "balanced":
            raise ValueError("balanced weights are known after `informed` alone")
        return self._labelling.loss(
            outputs.logits.float(), targets, weights=weights, smoothing=self.label_smoothing
        )

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """The most likely class, or the labels above their thresholds; all probabilities."""
        import numpy as np

        del examples, table, codec
        logits = np.stack(pieces) if pieces else np.zeros((0, len(labels)), np.float32)
        return self._labelling.decode(logits, labels)

    def tuned(
        self,
        answer: Callable[[], Predictions],
        references: np.ndarray,
        labels: Sequence[str],
        *,
        metric: str,
    ) -> Self:
        """With a threshold for each label, unless the person gave theirs."""
        from pipeline.evaluation import thresholds

        if not self.multi_label or self.thresholds:
            return self
        scores = answer().scores
        assert scores is not None  # noqa: S101
        chosen = thresholds.choose(scores, references, metric=metric)
        found = {label: round(float(one), 6) for label, one in zip(labels, chosen, strict=True)}
        return self.model_copy(update={"thresholds": found})

    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """Class by class and, of one label a row, what is taken for what."""
        return self._labelling.details(references, answers, labels)

    def example(self, shape: Shape, *, max_length: int) -> str:
        """The labels of one text."""
        del shape
        return ONE_TEXT.format(max_length=max_length) + self._labelling.example()

    def check(self, splits: Splits) -> None:
        """Two labels at least, none in validation or test that training lacks, none unheard of."""
        known = self.labels(splits.train)
        problems: list[Problem] = []
        if len(known) < 2:
            problems.append(
                Problem(
                    f"the training rows have {'one class only' if known else 'no label'}:"
                    f" '{next(iter(known), '')}'",
                    "train",
                    "a classifier needs two; look at data.columns.label",
                )
            )
        for name, table in (("validation", splits.validation), ("test", splits.test)):
            problems += unknown_labels(name, table, self._labelling, set(known))
        weights = self.class_weights if isinstance(self.class_weights, dict) else {}
        for option, given in (("class_weights", weights), ("thresholds", self.thresholds)):
            problems += [
                Problem(
                    f"no row has the label '{label}'", f"task.{option}", suggestion(label, known)
                )
                for label in given
                if label not in known
            ]
        if problems:
            raise DataError(problems)
