"""Our n-gram model against NLTK's counts, and against lmplz where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.timing import Pair
from pipeline.contracts import Silent
from pipeline.data.builtin.docs import Docs
from pipeline.language import arpa
from pipeline.language.ngram import NgramModel
from pipeline.language.units import split
from pipeline.language.vocabulary import SYMBOLS, Vocabulary

_ORDER = 5
_TOKENS = 1_000_000
_PART = 10
"""NLTK gets one token in so many: its dictionaries take minutes for all."""


def pairs() -> Iterator[Pair]:
    """From words to a model, with words in memory, and from a text file to an ARPA file."""
    rows = _rows()
    few = rows[: len(rows) // _PART]

    def counted() -> object:
        from nltk.lm import KneserNeyInterpolated
        from nltk.lm.preprocessing import padded_everygram_pipeline

        model = KneserNeyInterpolated(_ORDER)
        model.fit(*padded_everygram_pipeline(_ORDER, few))
        return model

    yield Pair(
        f"{_ORDER}-gram model of {_tokens(few):,} tokens",
        ("counted and smoothed", lambda: _fitted(few)),
        ("nltk.lm, counted alone", counted),
        repeats=1,
    )
    yield Pair(
        f"{_ORDER}-gram model of {_tokens(rows):,} tokens, against a tenth of them",
        ("all", lambda: _fitted(rows)),
        ("a tenth", lambda: _fitted(few)),
    )
    lmplz = shutil.which("lmplz")
    if lmplz is None:
        print("lmplz is not on the PATH: no comparison with it")
        return
    with tempfile.TemporaryDirectory() as aside:
        text, model = Path(aside) / "text", Path(aside) / "model.arpa"
        text.write_text("".join(f"{' '.join(row)}\n" for row in rows), "utf-8")
        command = [lmplz, "-o", str(_ORDER), "-S", "1G", "--discount_fallback"]

        def theirs() -> object:
            return subprocess.run(
                [*command, "--text", text, "--arpa", model], check=True, capture_output=True
            )

        yield Pair(
            f"{_ORDER}-gram model of {_tokens(rows):,} tokens, from text to ARPA",
            ("ours", lambda: _written(text, model)),
            ("lmplz", theirs),
        )


def _rows() -> list[list[str]]:
    """Lines of docstrings as words, up to a million with their ends."""
    texts = Docs().splits(Silent())["train"]["text"].to_pylist()
    lines = (split(line, "words") for text in texts for line in text.splitlines())
    found, tokens = [], 0
    for row in lines:
        if row and not set(row) & set(SYMBOLS):
            found.append(row)
            tokens += len(row) + 1
            if tokens >= _TOKENS:
                break
    return found


def _tokens(rows: Sequence[Sequence[str]]) -> int:
    return sum(map(len, rows)) + len(rows)


def _fitted(rows: Sequence[Sequence[str]]) -> tuple[Vocabulary, NgramModel]:
    vocabulary = Vocabulary.build(rows)
    encoded = vocabulary.encode(rows)
    return vocabulary, NgramModel.fit(encoded, vocabulary_size=len(vocabulary), order=_ORDER)


def _written(text: Path, output: Path) -> None:
    with text.open(encoding="utf-8") as lines:
        vocabulary, model = _fitted([line.split() for line in lines])
    with output.open("w", encoding="utf-8") as file:
        arpa.write(model, vocabulary.tokens, file, report=Silent())
