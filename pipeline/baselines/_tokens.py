"""What a text is cut into before words are counted, or read by a small network."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pipeline.contracts import Subwords, Work
from pipeline.errors import UserError
from pipeline.language.units import split

Tokens = Literal["words", "whitespace", "characters", "subwords", "morphemes", "content-morphemes"]

TOKENS = (
    "what a text is cut into: words (runs of letters and digits, and single marks), whitespace,"
    " characters, subwords (the base's own), morphemes of Korean, or content-morphemes (the"
    " same without particles and endings)"
)
"""Description of the option."""

_FACTS = "tokens.json"
_TOKENIZER = "tokenizer.json"
_CHUNK = 4096
"""Texts that are cut together; bounds the memory of lists of tokens."""

_GRAMMATICAL = ("J", "E")
"""First letters of Sejong's tags of particles and of endings."""


@dataclass(frozen=True)
class Cutter:
    """From texts to tokens.

    Attributes:
        lowercase: read upper case letters as lower case; sub-words are as the base has them.
        subwords: with ``tokens: subwords``.
    """

    tokens: Tokens = "words"
    lowercase: bool = True
    subwords: Subwords | None = None

    @classmethod
    def of(cls, tokens: Tokens, work: Work, *, lowercase: bool = True) -> Cutter:
        """As an option names it; words where there is no base to take sub-words from.

        Raises:
            UserError: the package that knows morphemes is not installed.
        """
        if tokens == "subwords":
            return cls(tokens, False, work.subwords) if work.subwords else cls(lowercase=lowercase)
        if tokens in ("morphemes", "content-morphemes"):
            _kiwi()
        return cls(tokens, lowercase)

    def cut(self, texts: Iterable[str]) -> Iterator[list[str]]:
        """The tokens of each text, in order; no more texts are held than one chunk."""
        if self.lowercase:
            texts = (text.lower() for text in texts)
        if self.tokens == "subwords":
            yield from self._subwords(iter(texts))
        elif self.tokens == "whitespace":
            yield from (text.split() for text in texts)
        elif self.tokens == "words" or self.tokens == "characters":
            yield from (split(text, self.tokens) for text in texts)
        else:
            for morphemes in _kiwi().tokenize(texts):
                yield [one.form for one in morphemes if self._kept(one.tag)]

    def _kept(self, tag: str) -> bool:
        return self.tokens == "morphemes" or not tag.startswith(_GRAMMATICAL)

    def _subwords(self, texts: Iterator[str]) -> Iterator[list[str]]:
        assert self.subwords is not None  # noqa: S101
        while chunk := list(islice(texts, _CHUNK)):
            for ids in self.subwords.encode(chunk):
                yield [str(number) for number in ids]

    def save(self, folder: Path) -> None:
        """Write the choice as JSON, and the base's tokenizer where it is needed."""
        facts = {"tokens": self.tokens, "lowercase": self.lowercase}
        (folder / _FACTS).write_text(json.dumps(facts), "utf-8")
        if self.subwords is not None:
            self.subwords.save(folder / _TOKENIZER)

    @classmethod
    def load(cls, folder: Path) -> Cutter:
        """Read back what ``save`` wrote."""
        from pipeline.language.alphabets import TokenizerFile

        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        if facts["tokens"] != "subwords":
            return cls(**facts)
        return cls(**facts, subwords=TokenizerFile.read(folder / _TOKENIZER))


@lru_cache(maxsize=1)
def _kiwi() -> Any:
    """The Korean morphological analyser; it takes a second to start.

    Raises:
        UserError: it is not installed.
    """
    try:
        kiwi = importlib.import_module("kiwipiepy").Kiwi
    except ImportError:
        raise UserError(
            "baselines: tokens: morphemes need the package kiwipiepy",
            hint="pip install 'graft[korean]', or: pip install kiwipiepy",
        ) from None
    return kiwi()
