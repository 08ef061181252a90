"""What a language model of texts writes with: characters, or the base's sub-words.

Ids 0, 1 and 2 are the symbols of ``pipeline.language.vocabulary``, an alphabet's own follow.
Nothing of a text is lost on the way to ids but characters that were never seen, and what those
are is paid for: whatever the alphabet, a text's probability is one of the text itself.

Letters: N texts, T tokens with boundaries, V ids.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from pipeline.contracts import Subwords
from pipeline.language.vocabulary import SYMBOLS, UNKNOWN, Encoded
from pipeline.ragged import Ragged

if TYPE_CHECKING:
    from tokenizers import Tokenizer

AlphabetName = Literal["subwords", "characters"]

TOKENIZER_FILE = "tokenizer.json"
CHARACTERS_FILE = "characters.json"

_OURS = len(SYMBOLS)
_CODE_POINTS = 0x110000
_CHUNK = 8192
"""Texts that are Python lists of ids at a time: a list takes ten times an array's memory."""

_CHUNK_CHARACTERS = 4_000_000


class Alphabet(Protocol):
    """From texts to ids and back."""

    @property
    def name(self) -> str:
        """Which one it is."""

    @property
    def size(self) -> int:
        """V: ids, the three symbols included."""

    @property
    def unknown(self) -> float:
        """Nats that say which text an unknown symbol stands for."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Each text between its boundaries."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids; our symbols have none."""

    def words(self) -> list[str]:
        """(V,) a word without white space for each id, such as an ARPA file needs."""

    def save(self, folder: Path) -> None:
        """Write one file, from which ``load`` knows which alphabet it is."""


class Characters:
    """Unicode's characters, those that training texts have; every other one is unknown.

    Which of all code points an unknown character is, is taken to be equally likely.
    """

    name: AlphabetName = "characters"
    unknown = math.log(_CODE_POINTS)

    def __init__(self, known: np.ndarray) -> None:
        """Take (V - 3,) code points, sorted."""
        self._known = known

    @classmethod
    def of(cls, texts: Sequence[str]) -> Characters:
        """Those of the texts."""
        return cls(np.unique(np.concatenate([np.unique(_code_points(p)) for p in portions(texts)])))

    @property
    def size(self) -> int:
        """V."""
        return len(self._known) + _OURS

    def encode(self, texts: Sequence[str]) -> Encoded:
        """A token a character."""
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        points = _code_points(texts)
        places = np.searchsorted(self._known, points)
        hits = self._known.take(places, mode="clip") == points
        ids = np.where(hits, places + _OURS, UNKNOWN).astype(np.int32)
        return Encoded.framed(Ragged(ids, np.concatenate([[0], np.cumsum(lengths)])))

    def decode(self, ids: Sequence[int]) -> str:
        """The characters; an unknown one is U+FFFD."""
        known = self._known
        shown = (chr(known[i - _OURS]) if i >= _OURS else "\ufffd" for i in ids)
        return "".join(c for c, i in zip(shown, ids, strict=True) if i >= _OURS or i == UNKNOWN)

    def words(self) -> list[str]:
        """(V,) each character; white space and what cannot be seen as ``<U+0020>``."""
        shown = map(chr, self._known.tolist())
        return [*SYMBOLS, *(c if c.isprintable() and c != " " else _point(c) for c in shown)]

    def save(self, folder: Path) -> None:
        """Write the code points as JSON."""
        (folder / CHARACTERS_FILE).write_text(json.dumps(self._known.tolist()), "utf-8")


class SubwordAlphabet:
    """The base's own sub-words.

    What its tokenizer cannot spell is a token of its own that stands for any such text, here
    as in the base.
    """

    name: AlphabetName = "subwords"
    unknown = 0.0

    def __init__(self, subwords: Subwords, *, size: int | None = None) -> None:
        """Take a tokenizer; ``size`` is V where it was saved."""
        self.subwords = subwords
        self.size = size or subwords.size + _OURS

    def encode(self, texts: Sequence[str]) -> Encoded:
        """A token a sub-word; the base's special tokens are left out."""
        values, lengths = [], []
        for start in range(0, len(texts), _CHUNK):
            found = self.subwords.encode(texts[start : start + _CHUNK])
            lengths += [len(ids) for ids in found]
            flat = chain.from_iterable(found)
            values.append(np.fromiter(flat, dtype=np.int32) + np.int32(_OURS))
        ids = np.concatenate([np.zeros(0, np.int32), *values])
        # A tokenizer with gaps between its ids can have some above its own size.
        ids[ids >= self.size] = UNKNOWN
        offsets = np.concatenate([[0], np.cumsum(np.asarray(lengths, dtype=np.int64))])
        return Encoded.framed(Ragged(ids, offsets.astype(np.int64)))

    def decode(self, ids: Sequence[int]) -> str:
        """The text that the tokenizer makes of them."""
        return self.subwords.decode([i - _OURS for i in ids if i >= _OURS])

    def words(self) -> list[str]:
        """(V,) each token as the tokenizer writes it; ``<id:7>`` where that is no word."""
        words = list(SYMBOLS)
        for id_ in range(self.size - _OURS):
            token = self.subwords.spelling(id_)
            if token and [token] == token.split() and token not in SYMBOLS:
                words.append(token)
            else:
                words.append(f"<id:{id_}>")
        return words

    def save(self, folder: Path) -> None:
        """Write the tokenizer."""
        self.subwords.save(folder / TOKENIZER_FILE)


class TokenizerFile:
    """``tokenizer.json`` as ``contracts.Subwords``, without the model that it came with."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Use ``read`` instead."""
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer

    @classmethod
    def read(cls, path: Path) -> TokenizerFile:
        """From a file."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(str(path)))

    @property
    def size(self) -> int:
        """How many different tokens there are."""
        return int(self._tokenizer.get_vocab_size())

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, without special tokens."""
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [item.ids for item in found]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=False))

    def spelling(self, id_: int) -> str | None:
        """A token as the tokenizer itself writes it; None where it has none."""
        token: str | None = self._tokenizer.id_to_token(id_)
        return token

    def save(self, path: Path) -> None:
        """Write it again."""
        self._tokenizer.save(str(path))


def load(folder: Path, *, size: int) -> Alphabet:
    """Read what an alphabet's ``save`` wrote.

    Args:
        size: V, as the model beside it has it.
    """
    if (folder / CHARACTERS_FILE).is_file():
        points = json.loads((folder / CHARACTERS_FILE).read_text("utf-8"))
        return Characters(np.asarray(points, dtype=np.uint32))
    return SubwordAlphabet(TokenizerFile.read(folder / TOKENIZER_FILE), size=size)


def portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in turn, so many at a time that memory does not grow with their number."""
    start = taken = 0
    for end, text in enumerate(texts, start=1):
        taken += len(text)
        if taken >= _CHUNK_CHARACTERS:
            yield texts[start:end]
            start, taken = end, 0
    if start < len(texts):
        yield texts[start:]


def _point(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _code_points(texts: Sequence[str]) -> np.ndarray:
    """All characters of the texts as numbers."""
    return np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4")
