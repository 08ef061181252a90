"""Which number does a text, or a pair of texts, stand for: a rating, a similarity?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import Field

from pipeline.contracts import Column, Json, Predictions, Splits
from pipeline.errors import DataError, Problem
from pipeline.tasks._inputs import ONE_TEXT, TEXT_COLUMNS, TextTask, text_examples

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

    from pipeline.examples import Codec, Examples, Purpose, Shape


class TextRegression(TextTask):
    """A number a text, or a pair of texts.

    A model learns numbers that are standardised: less the training rows' mean, divided by
    their deviation. After training both are folded into the last layer, so that an exported
    model gives the person's own units. A head without a bias cannot take up the mean:
    ``offset`` keeps it then.
    """

    columns: ClassVar[Mapping[str, Column]] = {
        **TEXT_COLUMNS,
        "value": Column("number", "the number that the text stands for"),
    }
    exact: ClassVar[bool] = False
    metrics: ClassVar[tuple[str, ...]] = ("pearson", "spearman", "mse", "mae")

    scale: float = Field(
        1.0, gt=0, description="What the model's output is multiplied by; training sets it."
    )
    offset: float = Field(0.0, description="What is then added to it; training sets it.")

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """The mean, and what the overlap of the texts tells."""
        del columns
        return ("mean", "similarity")

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N,) float64 numbers, in the person's units."""
        import numpy as np

        del labels
        return np.asarray(table["value"].to_numpy(), dtype=np.float64)

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Numbers with six digits that count."""
        del labels
        return [f"{answer:.6g}" for answer in answers.tolist()]

    def reported(self, found: Predictions, table: pa.Table, labels: Sequence[str]) -> pa.Table:
        """``value``, a number."""
        import numpy as np
        import pyarrow as pa

        del table, labels
        return pa.table({"value": np.asarray(found.answers, np.float64)})

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """An example a row: one text or a pair; its value is what the model's output should be."""
        import numpy as np

        values = None
        if purpose == "learn":
            numbers = self.references(table, labels)
            values = ((numbers - self.offset) / self.scale).astype(np.float32)
        return text_examples(table, codec, values=values)

    def model_options(self, labels: Sequence[str]) -> Json:
        """One output, a number."""
        del labels
        return {"num_labels": 1, "problem_type": "regression"}

    def informed(self, train: pa.Table, labels: Sequence[str]) -> Self:
        """With the mean and the standard deviation of the training rows."""
        numbers = self.references(train, labels)
        return self.model_copy(
            update={"scale": float(numbers.std()), "offset": float(numbers.mean())}
        )

    def folded(self, head: Callable[[], torch.nn.Linear]) -> Self:
        """With the scale, and where the head has a bias the offset, in the head's weights."""
        import torch

        layer = head()
        with torch.no_grad():
            layer.weight.mul_(self.scale)
            if layer.bias is None:
                return self.model_copy(update={"scale": 1.0})
            layer.bias.mul_(self.scale).add_(self.offset)
        return self.model_copy(update={"scale": 1.0, "offset": 0.0})

    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Summed squared error in fp32; outputs (B, 1) and targets (B,), both standardised."""
        return (outputs.logits.float().squeeze(-1) - targets).square().sum()

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """(N,) float64 numbers in the person's units."""
        import numpy as np

        del examples, table, labels, codec
        outputs = np.asarray(pieces, dtype=np.float64).reshape(-1)
        return Predictions(answers=outputs * self.scale + self.offset)

    def example(self, shape: Shape, *, max_length: int) -> str:
        """The number of one text."""
        del shape
        added = f" + {self.offset!r}" if self.offset else ""
        return ONE_TEXT.format(max_length=max_length) + f"print(float(logits[0, 0]){added})\n"

    def check(self, splits: Splits) -> None:
        """Numbers that differ, in every split: nothing correlates with a constant."""
        problems = []
        for name, table in (
            ("train", splits.train),
            ("validation", splits.validation),
            ("test", splits.test),
        ):
            found = table["value"].unique()
            if len(found) < 2:
                values = f"have the same value: {found[0]}" if len(found) else "are none"
                problems.append(
                    Problem(
                        f"the rows {values}",
                        name,
                        "numbers that differ are needed; look at data.columns.value",
                    )
                )
        if problems:
            raise DataError(problems)
