"""Short film reviews in the manner of SST-2, with a sentiment that a small model can learn."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

NEGATIVE, POSITIVE = 0, 1

_SUBJECTS = (
    "the film", "the movie", "this drama", "the comedy", "the plot", "the script", "the acting",
    "the dialogue", "the cast", "the director 's latest work", "the soundtrack", "the ending",
    "this thriller", "the documentary", "the story", "the camera work", "every scene",
)  # fmt: skip
_QUALITIES: Final = {
    NEGATIVE: (
        "dull", "tedious", "clumsy", "lifeless", "predictable", "shallow", "bland", "forgettable",
        "pointless", "awful", "messy", "stale", "ugly", "annoying", "hollow",
    ),
    POSITIVE: (
        "charming", "moving", "witty", "gorgeous", "thrilling", "tender", "clever", "delightful",
        "brilliant", "funny", "graceful", "fresh", "touching", "superb", "warm",
    ),
}  # fmt: skip
_FRAMES = (
    "{subject} is {first} and {second} .",
    "{subject} feels {first} , even {second} .",
    "a {first} and {second} piece of work : {subject} .",
    "{subject} , though short , is {first} and {second} .",
    "i found {subject} {first} , and in the end {second} .",
    "{first} , {second} , and over too late : {subject} .",
    "{subject} stays {first} from start to finish , and {second} too .",
    "what makes it so {first} is {subject} , {second} as ever .",
)


def reviews(count: int, *, seed: int = 0) -> list[tuple[str, int]]:
    """Different reviews with their labels, as many of one as of the other, in random order.

    Both qualities of a review agree; frames and subjects say nothing about the label.

    Args: count: how many; at most 57,120.
    Returns: pairs of a sentence and `NEGATIVE` or `POSITIVE`.
    """
    rng = np.random.default_rng(seed)
    chosen: list[tuple[str, int]] = []
    for label, qualities in _QUALITIES.items():
        pairs = [pair for pair in product(qualities, qualities) if pair[0] != pair[1]]
        shape = (len(_FRAMES), len(_SUBJECTS), len(pairs))
        wanted = (count + label) // 2
        for index in rng.choice(int(np.prod(shape)), size=wanted, replace=False):
            frame, subject, pair = np.unravel_index(index, shape)
            first, second = pairs[pair]
            text = _FRAMES[frame].format(subject=_SUBJECTS[subject], first=first, second=second)
            chosen.append((text, label))
    return [chosen[position] for position in rng.permutation(len(chosen))]
