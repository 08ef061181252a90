"""What tasks whose input is one text or a pair have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.contracts import Column, Task

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.examples import Batch, Codec, Examples, Shape

TEXT_COLUMNS: Mapping[str, Column] = {
    "text": Column("text", "the text"),
    "text_pair": Column("text", "a second text, where rows are pairs", required=False),
}

ONE_TEXT = """\
inputs = tokenizer(
    ["a text to classify"],
    padding=True,
    truncation=True,
    max_length={max_length},
    return_tensors="pt",
)
with torch.no_grad():
    logits = model(**inputs).logits
"""
"""Python for the model card: from one text to its logits."""


class TextTask(Task):
    """One text or a pair is read, and the head answers to it as a whole."""

    pipeline_tag: ClassVar[str] = "text-classification"
    head_fits: ClassVar[bool] = True

    def auto_class(self, shape: Shape) -> str:
        """The sequence classifiers: every family has one."""
        del shape
        return "AutoModelForSequenceClassification"

    def peft_type(self, shape: Shape) -> str | None:
        """A sequence classifier."""
        del shape
        return "SEQ_CLS"

    def texts(self, table: pa.Table) -> list[str]:
        """Each row as one string; a pair is joined by a line break."""
        return ["\n".join(texts) for texts in text_pairs(table)]

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """(C,) outputs of the head each, fp32."""
        del batch
        return list(outputs.logits.float().cpu().numpy())


def text_pairs(table: pa.Table) -> list[tuple[str, ...]]:
    """(N,) each row as the texts that a tokenizer takes: one, or a pair."""
    columns = [name for name in ("text", "text_pair") if name in table.column_names]
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def text_examples(table: pa.Table, codec: Codec, *, values: np.ndarray | None) -> Examples:
    """An example a row, with a value each where values are given."""
    import numpy as np

    from pipeline.data.tokens import tokenise
    from pipeline.examples import Examples

    tokens = tokenise(text_pairs(table), codec)
    return Examples(
        ids=tokens.ids,
        rows=np.arange(table.num_rows),
        values=values,
        types=tokens.types,
        cut=tokens.cut,
        uncut_tokens=tokens.uncut_tokens,
    )
