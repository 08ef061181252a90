"""Texts from models that give the next token's probabilities.

Letters: V ids.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipeline.language.alphabets import Alphabet
from pipeline.language.vocabulary import BEGIN, END, UNKNOWN

_NEAR = 8
"""Tokens of a prompt that are spelled again with what follows."""

_HALF = "\ufffd"
"""What a character is shown as while some of its bytes are still to come."""


class Writer(Protocol):
    """A language model that can be asked for what comes next."""

    @property
    def alphabet(self) -> Alphabet:
        """What its ids stand for."""

    def following(self, context: Sequence[int]) -> Generator[np.ndarray, int, None]:
        """(V,) probabilities of the token after a context; send a token to get the one after.

        Args:
            context: ids of a text's beginning, without ``<s>``.
        """


@dataclass(frozen=True)
class Sampling:
    """How a token is drawn.

    Attributes:
        temperature: 0 takes the likeliest.
        top_p: of the likeliest tokens, the fewest that have this much together.
        seed: the same seed draws the same text.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0


def write(writer: Writer, prompt: str, *, max_tokens: int, sampling: Sampling) -> Iterator[str]:
    """What follows a prompt, piece by piece, up to the text's end.

    A piece is what a token adds to the text: none yet where a character is not whole.
    """
    alphabet = writer.alphabet
    context = alphabet.encode([prompt]).ids[1:-1].tolist()
    random = np.random.default_rng(sampling.seed)
    # How a sub-word is spelled can depend on the one before it.
    ids = context[-_NEAR:]
    shown = text = alphabet.decode(ids)
    ask = writer.following(context)
    p = next(ask)
    for _ in range(max_tokens):
        token = _draw(p, sampling, random)
        if token == END:
            break
        ids.append(token)
        text = alphabet.decode(ids)
        if not text.endswith(_HALF):
            yield text[len(shown) :]
            shown = text
        p = ask.send(token)
    if len(text) > len(shown):
        yield text[len(shown) :]


def _draw(p: np.ndarray, sampling: Sampling, random: np.random.Generator) -> int:
    """A token; never one that opens a text or stands for all that are unknown.

    Source of top-p: Holtzman et al. 2020 (arXiv:1904.09751), section 3.1.
    """
    p = p.astype(np.float64)
    p[[UNKNOWN, BEGIN]] = 0.0
    if not sampling.temperature:
        return int(p.argmax())
    with np.errstate(divide="ignore"):
        logits = np.log(p) / sampling.temperature
    p = np.exp(logits - logits.max())
    p /= p.sum()
    if sampling.top_p < 1:
        order = np.argsort(-p, kind="stable")
        before = np.cumsum(p[order]) - p[order]
        p[order[before >= sampling.top_p]] = 0.0
        p /= p.sum()
    return int(random.choice(len(p), p=p))
