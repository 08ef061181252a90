"""What tasks whose input is one text or a pair have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.contracts import Column, Reporter

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.examples import Codec, Examples

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


def text_pairs(table: pa.Table) -> list[tuple[str, ...]]:
    """(N,) each row as the texts that a tokenizer takes: one, or a pair."""
    columns = [name for name in ("text", "text_pair") if name in table.column_names]
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def joined(table: pa.Table) -> list[str]:
    """(N,) each row as one string; a pair is joined by a line break."""
    return ["\n".join(texts) for texts in text_pairs(table)]


def text_examples(
    table: pa.Table, codec: Codec, *, values: np.ndarray | None, report: Reporter, title: str
) -> Examples:
    """An example a row, with a value each where values are given."""
    import numpy as np

    from pipeline.data.tokens import tokenise
    from pipeline.examples import Examples

    tokens = tokenise(text_pairs(table), codec, report=report, title=title)
    return Examples(
        ids=tokens.ids,
        rows=np.arange(table.num_rows),
        values=values,
        types=tokens.types,
        cut=tokens.cut,
        uncut_tokens=tokens.uncut_tokens,
    )
