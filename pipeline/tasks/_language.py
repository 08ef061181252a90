"""What language models share: long texts in blocks, the loss of tokens, sizes of texts.

Letters: N texts, E blocks, B examples, L tokens, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pipeline.contracts import Column, Predictions, Splits, Task
from pipeline.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

    from pipeline.examples import Examples


class LanguageTask(Task):
    """Running text, and how well its tokens are told."""

    columns: ClassVar[Mapping[str, Column]] = {"text": Column("text", "running text")}
    exact: ClassVar[bool] = False
    selects_by: ClassVar[Literal["metric", "loss"]] = "loss"

    def texts(self, table: pa.Table) -> list[str]:
        """The texts themselves."""
        found: list[str] = table["text"].to_pylist()
        return found

    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Summed cross-entropy of the tokens that are asked; logits (B, L, V), targets (B, L)."""
        return loss_of_tokens(outputs.logits, targets)

    def check(self, splits: Splits) -> None:
        """There is something to learn from, and to choose by.

        Raises:
            DataError: a split is empty.
        """
        refuse_no_rows(splits)


class HiddenTokens(LanguageTask):
    """Some tokens are hidden, and told from what is left."""

    metrics: ClassVar[tuple[str, ...]] = ("masked_accuracy", "masked_perplexity")

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N, 1) ones: what is hidden is right by itself, and no part of the rows."""
        import numpy as np

        del labels
        return np.ones((table.num_rows, 1))

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """How many of a row's hidden tokens were found."""
        del labels
        return [f"{right:.0f} of {hidden:.0f} hidden tokens" for right, _, hidden in answers]

    def reported(self, found: Predictions, table: pa.Table, labels: Sequence[str]) -> pa.Table:
        """How many of the hidden tokens were found, and how many there were."""
        import pyarrow as pa

        del table, labels
        columns = {"found": found.answers[:, 0], "hidden": found.answers[:, 2]}
        return pa.table({name: pa.array(column, pa.int64()) for name, column in columns.items()})

    def gold(self, references: np.ndarray, labels: Sequence[str]) -> list[str]:
        """All of them."""
        del labels
        return ["all hidden tokens"] * len(references)


def summed(
    pieces: Sequence[np.ndarray], examples: Examples, table: pa.Table, *, width: int
) -> Predictions:
    """(N, width) what the pieces of a row's examples add up to."""
    import numpy as np

    answers = np.zeros((table.num_rows, width))
    if len(pieces):
        np.add.at(answers, examples.rows, np.stack(pieces))
    return Predictions(answers=answers)


@dataclass(frozen=True)
class Blocks:
    """Pieces of sequences.

    Attributes:
        rows: (E,) which sequence each is of.
        starts: (E,) where in it each begins.
        lengths: (E,) tokens.
        seen: (E,) tokens at its beginning that the block before has too.
    """

    rows: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    seen: np.ndarray


def cut_to_blocks(lengths: np.ndarray, longest: int, *, repeated: int) -> Blocks:
    """Cut sequences into blocks of at most ``longest`` tokens, in order; none is lost.

    Args:
        lengths: (N,) tokens of each sequence; an empty one gives no block.
        repeated: tokens that a block repeats of the one before, fewer than ``longest``.
    """
    import numpy as np

    stride = longest - repeated
    counts = np.where(lengths > longest, 1 + -(-(lengths - longest) // stride), lengths > 0)
    rows = np.repeat(np.arange(len(lengths)), counts)
    number = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = number * stride
    return Blocks(
        rows=rows,
        starts=starts,
        lengths=np.minimum(longest, lengths[rows] - starts),
        seen=np.where(number > 0, repeated, 0),
    )


def loss_of_tokens(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Summed cross-entropy in fp32 where something is asked; (B, L, V) and (B, L) -> scalar.

    The other positions are left out before anything of the size of the vocabulary is computed.
    """
    from torch.nn.functional import cross_entropy

    from pipeline.examples import IGNORED

    asked = targets != IGNORED
    if not bool(asked.all()):
        logits, targets = logits[asked], targets[asked]
    return cross_entropy(
        logits.reshape(-1, logits.shape[-1]).float(), targets.reshape(-1), reduction="sum"
    )


def sizes(texts: Iterable[str]) -> np.ndarray:
    """(N, 2) float64: bytes of UTF-8, and words between blanks with the end as one more."""
    import numpy as np

    found = [(len(text.encode("utf-8")), len(text.split()) + 1) for text in texts]
    return np.asarray(found, dtype=np.float64).reshape(-1, 2)


def refuse_no_rows(splits: Splits) -> None:
    """Refuse rows that leave nothing to learn from, or to choose by.

    Raises:
        DataError: a split is empty.
    """
    for name, table in (("train", splits.train), ("validation", splits.validation)):
        if not table.num_rows:
            raise DataError("there are no rows", place=name)
