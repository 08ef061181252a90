"""A kind of problem. See ``pipeline/tasks``.

Shapes: N rows.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pipeline.components import Component
from pipeline.contracts.rows import Column, Predictions, Splits
from pipeline.contracts.terms import Json

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

    from pipeline.examples import Batch, Codec, Examples, Purpose, Shape


class Task(Component):
    """A kind of problem: its columns, its examples, its answers, its metrics.

    See ``pipeline/tasks``. A model answers in passes: ``encode`` makes examples of rows, the
    model sees them in batches, ``pieces`` keeps what is needed of each, and ``decode`` makes
    answers of the pieces.
    """

    pipeline_tag: ClassVar[str]
    """What the Hub calls such a task."""
    group_by: ClassVar[tuple[str, ...]] = ()
    """Columns whose equal values keep rows on one side of a split; empty: all inputs."""
    exact: ClassVar[bool] = True
    """An answer is right, and equals the gold one, or wrong; it is not more or less so."""
    generates: ClassVar[bool] = False
    """Answers are written token by token, by ``model.generate``."""
    selects_by: ClassVar[Literal["metric", "loss"]] = "metric"
    """What of the validation rows says which weights are best."""
    head_fits: ClassVar[bool] = False
    """The head is linear and can start as a probe on the frozen base's features."""

    @property
    @abstractmethod
    def columns(self) -> Mapping[str, Column]:
        """The columns that it reads; a class variable where no option changes them."""

    @property
    @abstractmethod
    def metrics(self) -> tuple[str, ...]:
        """Names of files in ``pipeline/evaluation/metrics``; the first is the default.

        A class variable where no option changes them.
        """

    @property
    def has_one_class(self) -> bool:
        """An example's value is the id of its one class, so that classes can be evened out."""
        return False

    @property
    def problem(self) -> str:
        """What is asked, as baselines name what they answer: the task's name, unless an option
        changes what an answer is.
        """
        return self.name

    @abstractmethod
    def auto_class(self, shape: Shape) -> str:
        """The transformers class that loads a base of this shape for this task."""

    @abstractmethod
    def peft_type(self, shape: Shape) -> str | None:
        """PEFT's name for the kind of model, such as ``SEQ_CLS``; None where it has none."""

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """Names of the baselines of a recipe that names none.

        Args:
            columns: those of ours that the recipe says the data have.
        """
        del columns
        return ()

    def labels(self, train: pa.Table) -> tuple[str, ...]:
        """Class names in id order, from the training rows; empty where a task has none."""
        del train
        return ()

    def settled(self, train: pa.Table) -> Self:
        """The same task, with options that the training rows decide made concrete."""
        del train
        return self

    @abstractmethod
    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """N gold answers, in the terms of ``Predictions.answers`` or as the metrics take them."""

    @abstractmethod
    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Answers in the person's own words, one a row."""

    def reported(self, found: Predictions, table: pa.Table, labels: Sequence[str]) -> pa.Table:
        """Answers as columns that a program reads, a row each; the first is the answer itself.

        Args:
            found: answers to the rows of ``table``, one at least.
        """
        import pyarrow as pa

        del table
        return pa.table({"answer": pa.array(self.readable(found.answers, labels), pa.string())})

    def gold(self, references: np.ndarray, labels: Sequence[str]) -> list[str]:
        """References in the person's own words; as answers are, unless they differ in kind."""
        return self.readable(references, labels)

    def in_context(
        self, answers: np.ndarray, table: pa.Table, labels: Sequence[str], *, gold: bool = False
    ) -> list[str]:
        """Answers to the rows of a table in words, with what of the rows explains them.

        Args:
            answers: answers, or references where ``gold`` says so.
        """
        del table
        return self.gold(answers, labels) if gold else self.readable(answers, labels)

    @abstractmethod
    def texts(self, table: pa.Table) -> list[str]:
        """(N,) each row as one string, for contenders and people that read plain text."""

    def groups(self, table: pa.Table) -> np.ndarray | None:
        """(N,) int64 which rows belong together, such as questions of one passage; or None."""
        del table
        return None

    @abstractmethod
    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """Rows as examples, in order of rows.

        A row's examples are the same beside whichever others. What the rows given together may
        share is an example, where short ones are packed, and an answer, where they are read alike.

        Args:
            table: a few thousand rows: their texts are held.
            purpose: ``learn`` has targets, and is also what the loss is measured on;
                ``answer`` needs none of the columns that hold answers.
        """

    def remarks(self, examples: Examples, codec: Codec, *, rows: int) -> Sequence[str]:
        """What a person should know of how rows became examples, a sentence each.

        Args:
            examples: of all rows, as ``encode`` made them.
            rows: how many there are.
        """
        del examples, codec, rows
        return ()

    def draw(self, examples: Examples, codec: Codec, *, seed: Sequence[int]) -> Examples:
        """The examples with what is drawn anew in every epoch, such as masks; as many as before."""
        del codec, seed
        return examples

    def shown(self, examples: Examples, codec: Codec, number: int) -> str:
        """An example as the model sees it, for a person; what is asked of it is in ⟦brackets⟧.

        Args:
            examples: made to learn from, and drawn.
        """
        from pipeline.examples import shown

        return shown(examples, codec, number)

    def model_options(self, labels: Sequence[str]) -> Json:
        """What the model's configuration has to know, such as names of labels."""
        del labels
        return {}

    @abstractmethod
    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Sum of the loss over the targets of a forward pass, a scalar in fp32.

        Args:
            outputs: what the model returned.
            targets: as ``Batch.targets``.
        """

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """What ``decode`` needs of each example of a pass, small and on the CPU.

        A task that generates is given the ids that were written instead.
        """
        raise NotImplementedError

    @abstractmethod
    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """Answers to the rows of a table, from the pieces of its examples."""

    def generation(self, codec: Codec) -> Json:
        """Arguments of ``model.generate``, for a task that generates."""
        raise NotImplementedError

    def informed(self, train: pa.Table, labels: Sequence[str]) -> Self:
        """This task as it is trained: with what its loss must know of the training rows."""
        del train, labels
        return self

    def folded(self, head: Callable[[], torch.nn.Linear]) -> Self:
        """This task after training, with what only training needed folded into the head.

        Args:
            head: gives the layer that gives the logits, to be changed in place.
        """
        del head
        return self

    def tuned(
        self,
        answer: Callable[[], Predictions],
        references: np.ndarray,
        labels: Sequence[str],
        *,
        metric: str,
    ) -> Self:
        """This task with what is chosen on the validation rows, such as thresholds.

        Its options travel with an export, so what is found here answers there too.

        Args:
            answer: answers the validation rows; not called where nothing is chosen.
            references: gold answers to the same rows.
            metric: what decides.
        """
        del answer, references, labels, metric
        return self

    @abstractmethod
    def check(self, splits: Splits) -> None:
        """Refuse rows that this task cannot use: one class only, a label that train lacks.

        Raises:
            DataError: all problems found, each with split, rows and what to do.
        """

    def notes(self, splits: Splits) -> Sequence[str]:
        """What a person should know of rows that can be used, a sentence each."""
        del splits
        return ()

    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """Tables for the report, such as ``per_class`` and ``confusion``."""
        del references, answers, labels
        return {}

    @abstractmethod
    def example(self, shape: Shape, *, max_length: int) -> str:
        """Python that uses ``model``, ``tokenizer`` and ``labels`` once, for the model card."""
