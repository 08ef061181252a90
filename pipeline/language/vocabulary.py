"""From tokens to integer ids and back, with sentence boundaries.

Three symbols are ours: ``<unk>`` stands for every token that the vocabulary lacks,
``<s>`` opens a sentence and is never predicted, ``</s>`` closes it and is. A token of
the text that is spelled like one of them is read as unknown.

Shapes: N sentences, T tokens of all sentences with their boundaries, V ids.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from pipeline.ragged import Ragged

UNKNOWN, BEGIN, END = 0, 1, 2
SYMBOLS = ("<unk>", "<s>", "</s>")


@dataclass(frozen=True)
class Encoded:
    """Sentences as ids, one after the other, each between ``<s>`` and ``</s>``.

    Attributes:
        ids: (T,) int32.
        starts: (N,) where each sentence's ``<s>`` is.
    """

    ids: np.ndarray
    starts: np.ndarray

    @classmethod
    def framed(cls, sentences: Ragged) -> Encoded:
        """From ids without boundaries; the three symbols' ids are not theirs to use."""
        ends = sentences.offsets[1:] + 2 * np.arange(1, len(sentences) + 1)
        starts = ends - sentences.lengths - 2
        ids = np.empty(len(sentences.values) + 2 * len(sentences), dtype=np.int32)
        inside = np.ones(len(ids), dtype=bool)
        inside[starts] = inside[ends - 1] = False
        ids[starts], ids[ends - 1] = BEGIN, END
        ids[inside] = sentences.values
        return cls(ids, starts)

    @property
    def lengths(self) -> np.ndarray:
        """(N,) tokens a sentence, both boundaries included; at least 2."""
        return np.diff(self.starts, append=len(self.ids))

    @property
    def positions(self) -> np.ndarray:
        """(T,) how many tokens of the same sentence stand before each token."""
        return np.arange(len(self.ids)) - np.repeat(self.starts, self.lengths)


class _Ids(dict[str, int]):
    """Token -> id; ``<unk>``'s for a token that is not here, without a Python call a token."""

    def __missing__(self, token: str) -> int:
        return UNKNOWN


class Vocabulary:
    """The tokens that a model knows; ids 0, 1 and 2 are ``<unk>``, ``<s>`` and ``</s>``."""

    def __init__(self, tokens: Iterable[str]) -> None:
        """Number the tokens in the order given, ours first.

        Args:
            tokens: distinct tokens, without the three symbols.
        """
        self.tokens: tuple[str, ...] = (*SYMBOLS, *tokens)
        self._ids = _Ids((t, id_) for id_, t in enumerate(self.tokens) if id_ >= len(SYMBOLS))

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    @classmethod
    def build(cls, sentences: Iterable[Sequence[str]], *, min_count: int = 1) -> Vocabulary:
        """The tokens seen at least ``min_count`` times, in the order of first sight."""
        seen = Counter(chain.from_iterable(sentences))
        return cls(t for t, count in seen.items() if count >= min_count and t not in SYMBOLS)

    def lookup(self, tokens: Iterable[str]) -> list[int]:
        """The id of each token; ``<unk>``'s for a token that is not here."""
        return list(map(self._ids.__getitem__, tokens))

    def encode(self, sentences: Sequence[Sequence[str]]) -> Encoded:
        """Sentences as one row of ids with boundaries."""
        lengths = np.fromiter(map(len, sentences), dtype=np.int64, count=len(sentences))
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        tokens = chain.from_iterable(sentences)
        ids = map(self._ids.__getitem__, tokens)
        return Encoded.framed(Ragged(np.fromiter(ids, np.int32, count=offsets[-1]), offsets))

    def save(self, path: Path) -> None:
        """Write the tokens, as a JSON list in id order."""
        path.write_text(json.dumps(self.tokens[len(SYMBOLS) :], ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read what ``save`` wrote."""
        return cls(json.loads(path.read_text("utf-8")))
