"""Which tokens of a text are hidden, in spans, and what is then read and written.

All blocks at once: every array is over all tokens, or over all spans, of all blocks.

Letters: E blocks, T tokens in all, S spans in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from pipeline.ragged import Ragged


@dataclass(frozen=True)
class Counts:
    """How much of each block is hidden; a block's length decides it.

    Attributes:
        hidden: (E,) tokens; one at least, and not all where there are more.
        spans: (E,) runs of hidden tokens, none beside another.
    """

    hidden: np.ndarray
    spans: np.ndarray


def counts(lengths: np.ndarray, *, noise: float, mean_span: float) -> Counts:
    """Hidden tokens and spans of blocks of the given lengths, one token or more each."""
    import numpy as np

    hidden = np.clip(np.rint(lengths * noise), 1, np.maximum(lengths - 1, 1)).astype(np.int64)
    most = np.minimum(hidden, lengths - hidden + 1)
    spans = np.clip(np.rint(hidden / mean_span), 1, most).astype(np.int64)
    return Counts(hidden, spans)


def longest_block(max_length: int, *, noise: float, mean_span: float, sentinels: int) -> int:
    """Tokens of the longest block that fits with its sentinels, its end, and the answer to it.

    Returns:
        0 where not even one token does.
    """
    import numpy as np

    # A block shrinks to what is read of it and its sentinels; written, it never is longer.
    lengths = np.arange(1, 1 + int(max_length / (1 - noise)) + 1)
    found = counts(lengths, noise=noise, mean_span=mean_span)
    read = lengths - found.hidden + found.spans + 1
    written = found.hidden + found.spans + 2
    fits = (np.maximum(read, written) <= max_length) & (found.spans < sentinels)
    return int(lengths[fits].max(initial=0))


def draw(blocks: Ragged, found: Counts, generator: np.random.Generator) -> np.ndarray:
    """(T,) whether each token is hidden; every way to place a block's spans is as likely.

    The hidden tokens are parted into spans of one or more at random, and so are the others into
    what stands between the spans, where the first and the last part can be empty.

    Source: Raffel et al. 2020 (arXiv:1910.10683), section 3.1.4. Their code always leaves the
    first token and always hides the last; here neither is told apart.
    """
    import numpy as np

    spans = _parts(found.hidden, found.spans, generator)
    # One part more, and two tokens more, which are then taken off the first and the last part.
    kept = blocks.lengths - found.hidden
    between = _parts(kept + 2, found.spans + 1, generator)
    ends = np.cumsum(found.spans + 1)
    between[ends - found.spans - 1] -= 1
    between[ends - 1] -= 1
    runs = np.zeros(len(between) + len(spans), np.int64)
    # A block's runs: between, span, between, ..., span, between.
    first = np.repeat(np.arange(len(blocks)), found.spans)
    runs[2 * np.arange(len(spans)) + 1 + first] = spans
    hides = np.zeros(len(runs), bool)
    hides[2 * np.arange(len(spans)) + 1 + first] = True
    runs[~hides] = between
    return np.repeat(hides, runs)


def _parts(totals: np.ndarray, parts: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Each total as a sum of so many whole numbers above 0, every such sum as likely; (S,)."""
    import numpy as np

    # A part ends behind its last item: of all items but the last, parts - 1 are such ends.
    block = np.repeat(np.arange(len(totals)), totals - 1)
    order = np.argsort(block + generator.random(len(block)))
    starts = np.cumsum(totals - 1) - (totals - 1)
    rank = np.arange(len(block)) - np.repeat(starts, totals - 1)
    ends = np.zeros(int(totals.sum()), bool)
    chosen = order[rank < np.repeat(parts - 1, totals - 1)]
    ends[chosen + block[chosen]] = True
    ends[np.cumsum(totals) - 1] = True
    return np.diff(np.flatnonzero(ends), prepend=-1)


def read(blocks: Ragged, hidden: np.ndarray, sentinels: np.ndarray, end: int) -> Ragged:
    """What stands in place of each block: each span as a sentinel, and the end token."""
    from pipeline.ragged import Ragged

    first = _first(blocks, hidden)
    values = blocks.values.copy()
    values[first] = sentinels[_numbers(blocks, first)]
    stays = ~hidden | first
    kept = Ragged(values[stays], _offsets(blocks.sums(stays)))
    return kept.followed_by(Ragged.repeated([end], len(blocks)))


def written(blocks: Ragged, hidden: np.ndarray, sentinels: np.ndarray, end: int) -> Ragged:
    """The answer to each block: sentinel, span, ..., a last sentinel, and the end token."""
    import numpy as np

    from pipeline.ragged import Ragged

    first = _first(blocks, hidden)
    repeats = hidden.astype(np.int64) + first
    values = np.repeat(blocks.values, repeats)
    values[(np.cumsum(repeats) - repeats)[first]] = sentinels[_numbers(blocks, first)]
    last = Ragged(sentinels[blocks.sums(first)], np.arange(len(blocks) + 1))
    return Ragged(values, _offsets(blocks.sums(repeats))).followed_by(
        last, Ragged.repeated([end], len(blocks))
    )


def _first(blocks: Ragged, hidden: np.ndarray) -> np.ndarray:
    """(T,) the first token of each span; a span never goes on into the next block."""
    import numpy as np

    before = np.concatenate([[False], hidden[:-1]])
    before[blocks.offsets[:-1]] = False
    return hidden & ~before


def _numbers(blocks: Ragged, first: np.ndarray) -> np.ndarray:
    """(S,) the number of each span in its block."""
    import numpy as np

    spans = blocks.sums(first)
    return np.arange(int(spans.sum())) - np.repeat(np.cumsum(spans) - spans, spans)


def _offsets(lengths: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
