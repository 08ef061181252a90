"""Tokenised rows as one flat array, and how much of them the model would not see.

Letters: N rows, T tokens in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.contracts import Json, Reporter, Task

if TYPE_CHECKING:
    import pyarrow as pa
    from transformers import PreTrainedTokenizerBase

_CHUNK = 8192


@dataclass(frozen=True)
class TokenStore:
    """Token ids of many rows, end to end.

    Attributes:
        ids: (T,) int32.
        types: (T,) uint8 segment ids where rows are pairs and the base tells them apart.
        offsets: (N + 1,) int64; row n is ``ids[offsets[n]:offsets[n + 1]]``.
        cut_rows: rows that were longer than the model takes.
        uncut_tokens: tokens there would be had nothing been cut.
    """

    ids: np.ndarray
    types: np.ndarray | None
    offsets: np.ndarray
    cut_rows: int
    uncut_tokens: int

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """(N,) tokens a row."""
        return np.diff(self.offsets)

    def take(self, rows: np.ndarray) -> TokenStore:
        """The given rows, in the given order."""
        lengths = self.lengths[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        source = np.repeat(self.offsets[rows], lengths) + within
        return TokenStore(
            ids=self.ids[source],
            types=None if self.types is None else self.types[source],
            offsets=offsets,
            cut_rows=0,
            uncut_tokens=int(offsets[-1]),
        )

    def facts(self) -> Json:
        """Counts for result.json."""
        lengths, tokens = self.lengths, int(self.offsets[-1])
        return {
            "rows": len(self),
            "tokens": tokens,
            "longest": int(lengths.max(initial=0)),
            "mean": round(float(lengths.mean()), 1) if len(self) else 0.0,
            "cut_rows": self.cut_rows,
            "cut_share": round(1 - tokens / self.uncut_tokens, 6) if self.uncut_tokens else 0.0,
        }


def tokenise(
    task: Task,
    table: pa.Table,
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
    report: Reporter,
    title: str = "tokenising",
) -> TokenStore:
    """Encode all rows of a table; rows that are too long are cut and counted.

    Args:
        max_length: tokens a row, special tokens included.
    """
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    rows = task.inputs(table)
    pairs = bool(rows) and len(rows[0]) == 2
    keep_types = pairs and "token_type_ids" in tokenizer.model_input_names
    ids: list[np.ndarray] = []
    types: list[np.ndarray] = []
    lengths: list[int] = []
    cut = uncut_tokens = 0
    with report.progress(title, len(rows)) as advance:
        for start in range(0, len(rows), _CHUNK):
            chunk = [row if pairs else row[0] for row in rows[start : start + _CHUNK]]
            backend.no_truncation()
            encoded = backend.encode_batch_fast(chunk)
            too_long = [n for n, item in enumerate(encoded) if len(item.ids) > max_length]
            uncut_tokens += sum(len(item.ids) for item in encoded)
            if too_long:
                backend.enable_truncation(max_length)
                again = backend.encode_batch_fast([chunk[n] for n in too_long])
                for n, item in zip(too_long, again, strict=True):
                    encoded[n] = item
                cut += len(too_long)
            lengths += [len(item.ids) for item in encoded]
            ids += [np.asarray(item.ids, dtype=np.int32) for item in encoded]
            if keep_types:
                types += [np.asarray(item.type_ids, dtype=np.uint8) for item in encoded]
            advance(len(chunk))
    backend.no_truncation()
    return TokenStore(
        ids=np.concatenate(ids) if ids else np.zeros(0, np.int32),
        types=np.concatenate(types) if types else None,
        offsets=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
        cut_rows=cut,
        uncut_tokens=uncut_tokens,
    )
