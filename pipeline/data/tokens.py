"""Texts as token ids, in batches, and how much of them the model would not see.

Letters: N rows, T tokens in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.examples import Codec
from pipeline.ragged import Ragged

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Tokens:
    """Token ids of N rows.

    Attributes:
        ids: int32.
        types: (T,) uint8 segment ids where rows are pairs and the base tells them apart.
        cut: numbers of the rows that were longer than the model takes.
        uncut_tokens: tokens there would be had nothing been cut.
    """

    ids: Ragged
    types: np.ndarray | None
    cut: tuple[int, ...]
    uncut_tokens: int


def tokenise(rows: Sequence[tuple[str, ...]], codec: Codec) -> Tokens:
    """Encode rows of one text or two with the base's special tokens, cut where too long."""
    pairs = bool(rows) and len(rows[0]) == 2
    keep_types = pairs and "token_type_ids" in codec.tokenizer.model_input_names
    given = [row if pairs else row[0] for row in rows]
    with _whole(codec.tokenizer) as backend:
        encoded = backend.encode_batch_fast(given)
        cut = [n for n, item in enumerate(encoded) if len(item.ids) > codec.max_length]
        uncut_tokens = sum(len(item.ids) for item in encoded)
        if cut:
            backend.enable_truncation(codec.max_length)
            again = backend.encode_batch_fast([given[n] for n in cut])
            for n, item in zip(cut, again, strict=True):
                encoded[n] = item
    types = [np.asarray(item.type_ids, dtype=np.uint8) for item in encoded] if keep_types else []
    return Tokens(
        ids=Ragged.of([item.ids for item in encoded]),
        types=np.concatenate(types) if types else None,
        cut=tuple(cut),
        uncut_tokens=uncut_tokens,
    )


def bare(texts: Sequence[str], codec: Codec) -> Ragged:
    """Encode texts whole and without special tokens."""
    with _whole(codec.tokenizer) as backend:
        encoded = backend.encode_batch_fast(list(texts), add_special_tokens=False)
    return Ragged.of([item.ids for item in encoded])


def encodings(
    rows: Sequence[str | tuple[str, str] | list[str]],
    codec: Codec,
    *,
    split_into_words: bool = False,
    special: bool = True,
) -> list[Encoding]:
    """Whole encodings with their places in the text: ``offsets``, ``word_ids``.

    Args:
        rows: a text each, a pair, or a list of words.
        split_into_words: rows are lists of words.
        special: frame them with the base's special tokens.
    """
    with _whole(codec.tokenizer) as backend:
        found: list[Encoding] = backend.encode_batch(
            list(rows), is_pretokenized=split_into_words, add_special_tokens=special
        )
    return found


def frame(codec: Codec) -> tuple[list[int], list[int]]:
    """Special tokens that the base puts before and after a single text."""
    with _whole(codec.tokenizer) as backend:
        found = backend.encode("a")
    special = found.special_tokens_mask
    first = special.index(0)
    last = len(special) - special[::-1].index(0)
    return found.ids[:first], found.ids[last:]


def windows(pairs: Sequence[tuple[str, str]], codec: Codec, *, stride: int) -> list[list[Encoding]]:
    """Pairs of texts, framed; where one is too long its second text comes in windows.

    Args:
        stride: tokens that neighbouring windows share; less than any first text leaves room for.

    Returns:
        The windows of each pair, from left to right.
    """
    with _whole(codec.tokenizer) as backend:
        backend.enable_truncation(codec.max_length, stride=stride, strategy="only_second")
        found = backend.encode_batch(list(pairs))
    return [[first, *first.overflowing] for first in found]


@contextmanager
def _whole(tokenizer: PreTrainedTokenizerBase) -> Iterator[Tokenizer]:
    """The tokenizer below transformers' own, set neither to cut nor to pad."""
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    try:
        yield backend
    finally:
        backend.no_truncation()


@dataclass(frozen=True)
class BaseSubwords:
    """The base's own tokens, as ``contracts.Subwords``."""

    codec: Codec

    @property
    def size(self) -> int:
        """How many different tokens there are."""
        return len(self.codec.tokenizer)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, without special tokens."""
        with _whole(self.codec.tokenizer) as backend:
            found = backend.encode_batch_fast(list(texts), add_special_tokens=False)
        return [item.ids for item in found]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids."""
        text: str = self.codec.tokenizer.backend_tokenizer.decode(
            list(ids), skip_special_tokens=False
        )
        return text

    def spelling(self, id_: int) -> str | None:
        """A token as the tokenizer itself writes it; None where it has none."""
        token: str | None = self.codec.tokenizer.backend_tokenizer.id_to_token(id_)
        return token

    def save(self, path: Path) -> None:
        """Write ``tokenizer.json``."""
        self.codec.tokenizer.backend_tokenizer.save(str(path))
