"""Rows as a model sees them: numbers, end to end.

A row of a table becomes one example or several (a long text in windows), and several short
rows can share one (packed). Whatever the task, an example is input tokens and what is to be
answered to them, in one of three places: once an example, once a token, or as a sequence of
its own for a decoder.

Letters: N rows, E examples, T tokens, B examples of a forward pass, L longest of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pipeline.ragged import Ragged

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

IGNORED = -100
"""In the place of a target: nothing is asked here. It is what cross-entropy passes over."""

Shape = Literal["encoder", "decoder", "encoder-decoder"]
Purpose = Literal["learn", "answer"]
"""``learn``: inputs with targets; ``answer``: what a model is given when it answers."""


@dataclass(frozen=True)
class Codec:
    """A base's tokenizer, and what else of the base decides how rows become tokens.

    Attributes:
        max_length: longest input in tokens, special tokens included.
        shape: which sides the base has, and so where an answer is written.
        decoder_start: the token that a decoder is given first; None without such a side.
        vocabulary: ids that the base has an embedding for; can be more than the tokenizer's.
    """

    tokenizer: PreTrainedTokenizerBase
    max_length: int
    shape: Shape
    decoder_start: int | None = None
    vocabulary: int = 0

    @property
    def pad(self) -> int:
        """Id of the padding token."""
        return int(self.tokenizer.pad_token_id)

    @property
    def end(self) -> int:
        """Id of the token that ends a text: the end, else the separator token."""
        found = self.tokenizer.eos_token_id
        return int(self.tokenizer.sep_token_id if found is None else found)


@dataclass(frozen=True)
class Examples:
    """Tokenised examples. At most one of ``values``, ``tokens`` and ``responses`` is set.

    Attributes:
        ids: input tokens, int32.
        rows: (E,) int64, the row of the table that each example is of, or begins with.
        values: (E, ...) what is asked once an example: a class id, a number, a span.
        tokens: (T,) int32 what is asked of each input token, in its place (the next token of
            a language model stands at the token before it); ``IGNORED`` asks nothing.
        responses: what a decoder is to write, its end token included.
        types: (T,) uint8 segment ids where rows are pairs and the base tells them apart.
        positions: (T,) int32 where several texts share an example: each counts from 0, and
            none sees another.
        side: more that the task needs to read answers: a (E, ...) array or a ``Ragged`` each.
        looks_back: attention only looks back and padding follows, so that no mask is needed.
        padding: the side that is padded; the tokenizer's own where it is empty.
        cut: numbers of the rows that were longer than the model takes.
        uncut_tokens: tokens there would be had nothing been cut.
        counts: how often something befell the rows that the task has a remark on.
    """

    ids: Ragged
    rows: np.ndarray
    values: np.ndarray | None = None
    tokens: np.ndarray | None = None
    responses: Ragged | None = None
    types: np.ndarray | None = None
    positions: np.ndarray | None = None
    side: Mapping[str, np.ndarray | Ragged] = field(default_factory=dict)
    looks_back: bool = False
    padding: Literal["", "left", "right"] = ""
    cut: tuple[int, ...] = ()
    uncut_tokens: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> np.ndarray:
        """(E,) what each costs in a forward pass, in tokens of both sides."""
        own = self.ids.lengths
        return own if self.responses is None else own + self.responses.lengths

    @property
    def items(self) -> np.ndarray:
        """(E,) how many targets each has: what the loss of a step is divided by."""
        if self.tokens is not None:
            return self.ids.sums(self.tokens != IGNORED)
        if self.responses is not None:
            return self.responses.lengths
        return np.ones(len(self), np.int64)

    def take(self, chosen: np.ndarray) -> Examples:
        """The given examples, in the given order."""

        def aligned(values: np.ndarray | None) -> np.ndarray | None:
            return None if values is None else Ragged(values, self.ids.offsets).take(chosen).values

        ids = self.ids.take(chosen)
        return replace(
            self,
            ids=ids,
            rows=self.rows[chosen],
            values=None if self.values is None else self.values[chosen],
            tokens=aligned(self.tokens),
            responses=None if self.responses is None else self.responses.take(chosen),
            types=aligned(self.types),
            positions=aligned(self.positions),
            side={
                name: item.take(chosen) if isinstance(item, Ragged) else item[chosen]
                for name, item in self.side.items()
            },
            cut=(),
            uncut_tokens=len(ids.values),
            counts={},
        )

    def facts(self) -> dict[str, Any]:
        """Counts for result.json."""
        lengths, tokens = self.ids.lengths, len(self.ids.values)
        return {
            "rows": len(np.unique(self.rows)),
            "examples": len(self),
            "tokens": tokens,
            "longest": int(lengths.max(initial=0)),
            "mean": round(float(lengths.mean()), 1) if len(self) else 0.0,
            "cut_rows": len(self.cut),
            "cut_share": round(1 - tokens / self.uncut_tokens, 6) if self.uncut_tokens else 0.0,
        }


@dataclass(frozen=True)
class Batch:
    """Examples of one forward pass, padded to the longest of them.

    Attributes:
        numbers: (B,) which examples these are.
        lengths: (B,) input tokens of each, padding left out.
        inputs: what the model is called with.
        targets: (B, ...), (B, L) or None; ``IGNORED`` where nothing is asked.
    """

    numbers: np.ndarray
    lengths: np.ndarray
    inputs: dict[str, Any]
    targets: torch.Tensor | None


def marked(ids: np.ndarray, asked: np.ndarray, codec: Codec) -> str:
    """Tokens as text, for a person: each run of those that are asked stands in double brackets.

    Args:
        ids: (L,) tokens.
        asked: (L,) whether each is.
    """
    edges = np.flatnonzero(np.diff(asked.astype(np.int8), prepend=0, append=0))
    places = [0, *edges.tolist(), len(ids)]
    backend = codec.tokenizer.backend_tokenizer
    parts = [
        backend.decode(ids[start:end].tolist(), skip_special_tokens=False)
        for start, end in itertools.pairwise(places)
    ]
    return "".join(f"⟦{part}⟧" if number % 2 else part for number, part in enumerate(parts))


def shown(examples: Examples, codec: Codec, number: int, *, ahead: int = 0) -> str:
    """An example as text, for a person, with what is asked of it in brackets.

    Args:
        ahead: how many tokens behind its place a target of a token is: 1 for the next token.
    """
    ids = examples.ids[number]
    asked = np.zeros(len(ids) + ahead, bool)
    if examples.tokens is not None:
        targets = Ragged(examples.tokens, examples.ids.offsets)[number]
        asked[ahead:] = targets != IGNORED
    text = marked(ids, asked[: len(ids)], codec)
    if examples.responses is None:
        return text
    response = examples.responses[number]
    return f"{text} {marked(response, np.ones(len(response), bool), codec)}"
