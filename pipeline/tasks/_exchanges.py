"""Prompts and responses as examples: on the two sides of a base, or in one sequence.

Letters: N rows, E examples, T tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.contracts import Json

if TYPE_CHECKING:
    import numpy as np

    from pipeline.examples import Codec, Examples
    from pipeline.ragged import Ragged

Side = Literal["right", "left"]


@dataclass(frozen=True)
class Exchanges:
    """Prompts and what is to be written to them.

    Attributes:
        rows: (E,) the row of the table that each is of.
        prompts: tokens that are read.
        asked: (T,) whether each of the prompts' tokens is to be learnt too, being an earlier
            response; None where none is.
        responses: tokens that are written, their end included; None where none are known.
        first, last: so many tokens at the beginning and the end of a prompt are not cut off.
        framed: the prompts bring the base's special tokens themselves.
    """

    rows: np.ndarray
    prompts: Ragged
    responses: Ragged | None = None
    asked: np.ndarray | None = None
    first: int = 0
    last: int = 0
    framed: bool = False

    def frame(self, codec: Codec) -> tuple[Ragged, Ragged]:
        """What stands before and behind each prompt."""
        from pipeline.data.tokens import frame
        from pipeline.ragged import Ragged

        before, after = ([], []) if self.framed else frame(codec)
        times = len(self.prompts)
        return Ragged.repeated(before, times), Ragged.repeated(after, times)

    def shortened(self, prompts: Ragged, longest: int, cut: Side) -> Ragged:
        """The prompts, or what is known of each of their tokens, without what is too much."""
        return prompts.shortened(longest, side=cut, first=self.first, last=self.last)


def on_two_sides(found: Exchanges, codec: Codec, *, room: int, cut: Side) -> Examples:
    """Prompts framed as the base frames texts; responses for the decoder."""
    from pipeline.examples import Examples

    before, after = found.frame(codec)
    longest = codec.max_length - _width(before) - _width(after)
    ids = before.followed_by(found.shortened(found.prompts, longest, cut), after)
    responses = None if found.responses is None else found.responses.shortened(room)
    return Examples(
        ids=ids, rows=found.rows, responses=responses, **_losses(found, longest, room, ids)
    )


def in_one_sequence(found: Exchanges, codec: Codec, *, room: int, cut: Side) -> Examples:
    """Prompt and response behind each other, the response alone to be learnt.

    To answer, prompts stand alone and are padded on the left, where nothing is written.
    """
    import numpy as np

    from pipeline.examples import IGNORED, Examples
    from pipeline.ragged import Ragged

    before, _ = found.frame(codec)
    longest = codec.max_length - room - _width(before)
    prompts = before.followed_by(found.shortened(found.prompts, longest, cut))
    if found.responses is None:
        losses = _losses(found, longest, room, prompts)
        return Examples(ids=prompts, rows=found.rows, padding="left", **losses)
    responses = found.responses.shortened(room)
    ids = prompts.followed_by(responses)
    earlier = np.zeros(len(found.prompts.values), bool) if found.asked is None else found.asked
    asked = Ragged(np.zeros(len(before.values), bool), before.offsets).followed_by(
        found.shortened(Ragged(earlier, found.prompts.offsets), longest, cut),
        Ragged(np.ones(len(responses.values), bool), responses.offsets),
    )
    targets = np.flatnonzero(asked.values)
    targets = targets[~np.isin(targets, ids.offsets[:-1])]  # nothing stands before a first token
    tokens = np.full(len(ids.values), IGNORED, np.int32)
    tokens[targets - 1] = ids.values[targets]
    return Examples(
        ids=ids,
        rows=found.rows,
        tokens=tokens,
        looks_back=True,
        **_losses(found, longest, room, ids),
    )


def _width(frame: Ragged) -> int:
    return int(frame.lengths.max(initial=0))


def _losses(found: Exchanges, longest: int, room: int, ids: Ragged) -> Json:
    """Rows that were cut, on either side, and tokens there would be had none been."""
    import numpy as np

    lost = np.maximum(found.prompts.lengths - longest, 0)
    if found.responses is not None:
        lost = lost + np.maximum(found.responses.lengths - room, 0)
    return {
        "cut": tuple(np.unique(found.rows[lost > 0]).tolist()),
        "uncut_tokens": len(ids.values) + int(lost.sum()),
    }


def closed(texts: Ragged, codec: Codec) -> Ragged:
    """Token ids of answers with the base's frame, and always with its end, around them.

    An encoder-decoder writes what stands before a text as well, as it did in pretraining; in a
    sequence that goes on, an answer has nothing before it.
    """
    from pipeline.data.tokens import frame
    from pipeline.ragged import Ragged

    before, after = frame(codec) if codec.shape == "encoder-decoder" else ([], [])
    if after[-1:] != [codec.end]:
        after = [*after, codec.end]
    return Ragged.repeated(before, len(texts)).followed_by(
        texts, Ragged.repeated(after, len(texts))
    )
