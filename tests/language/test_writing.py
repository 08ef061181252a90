"""Writing on: greedy, drawn, and up to the end."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from pipeline.language.alphabets import Characters, SubwordAlphabet, TokenizerFile
from pipeline.language.vocabulary import BEGIN, END, UNKNOWN
from pipeline.language.writing import Sampling, write
from tests.training.families import BUILDERS

LETTERS = Characters.of(["abc"])
A, B, C = 3, 4, 5


@dataclass
class Fixed:
    """Gives the same probabilities whatever stands before."""

    p: dict[int, float]
    alphabet: Characters = LETTERS
    seen: list[int] = field(default_factory=list)

    def following(self, context: Sequence[int]) -> Generator[np.ndarray, int, None]:
        self.seen += context
        p = np.zeros(self.alphabet.size)
        for id_, share in self.p.items():
            p[id_] = share
        while True:
            self.seen.append((yield p.copy()))


def test_without_sampling_the_likeliest_is_written_and_never_a_symbol() -> None:
    writer = Fixed({UNKNOWN: 0.5, BEGIN: 0.2, B: 0.2, A: 0.1})

    assert list(write(writer, "ac", max_tokens=3, sampling=Sampling())) == ["b", "b", "b"]
    assert writer.seen == [A, C, B, B, B]


def test_the_end_ends_it() -> None:
    assert list(write(Fixed({END: 0.6, A: 0.4}), "a", max_tokens=9, sampling=Sampling())) == []


@pytest.mark.parametrize(
    ("sampling", "shares"),
    [
        (Sampling(temperature=1.0), (0.6, 0.3, 0.1)),
        (Sampling(temperature=0.5), (36 / 46, 9 / 46, 1 / 46)),
        (Sampling(temperature=1.0, top_p=0.7), (2 / 3, 1 / 3, 0.0)),
        (Sampling(temperature=1.0, top_p=0.6), (1.0, 0.0, 0.0)),
    ],
)
def test_tokens_are_drawn_as_often_as_they_should(
    sampling: Sampling, shares: tuple[float, ...]
) -> None:
    drawn = "".join(write(Fixed({A: 0.6, B: 0.3, C: 0.1}), "", max_tokens=2000, sampling=sampling))

    for letter, share in zip("abc", shares, strict=True):
        assert drawn.count(letter) / 2000 == pytest.approx(share, abs=0.04)
    again = "".join(write(Fixed({A: 0.6, B: 0.3, C: 0.1}), "", max_tokens=2000, sampling=sampling))
    assert again == drawn


def test_a_character_is_shown_when_all_of_its_bytes_are_there(tmp_path: Path) -> None:
    BUILDERS["gpt2"](tmp_path / "base")
    alphabet = SubwordAlphabet(TokenizerFile.read(tmp_path / "base" / "tokenizer.json"))
    ids = alphabet.encode(["a\U0001f9ff b"]).ids[1:-1].tolist()

    @dataclass
    class Spelling:
        alphabet: SubwordAlphabet

        def following(self, context: Sequence[int]) -> Generator[np.ndarray, int, None]:
            for id_ in [*ids[len(context) :], END]:
                p = np.zeros(self.alphabet.size)
                p[id_] = 1.0
                yield p

    pieces = list(write(Spelling(alphabet), "a", max_tokens=99, sampling=Sampling()))

    assert "".join(pieces) == "\U0001f9ff b"
    assert pieces[0] == "\U0001f9ff"
    half = list(write(Spelling(alphabet), "a", max_tokens=1, sampling=Sampling()))
    assert "".join(half) == "\ufffd"
