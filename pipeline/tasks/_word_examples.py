"""Rows of words as examples, and a model's answers to them as tags of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipeline.tasks._word_windows import Window, pieces_of, split

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.examples import Codec, Examples


@dataclass(frozen=True)
class Asked:
    """What is asked of the words of a row.

    Attributes:
        ids: tag -> id.
        long: what becomes of rows that are too long.
        every_piece: a tag is asked at every sub-word, not at one alone.
    """

    ids: Mapping[str, int]
    long: Literal["cut", "window"]
    every_piece: bool


def word_examples(table: pa.Table, tags: np.ndarray | None, asked: Asked, codec: Codec) -> Examples:
    """Examples with what ``tag_ids`` needs, and the counts that ``remarks`` tells.

    Args:
        tags: (N,) tuples of tags, where there are to be targets.
    """
    making = _Making(codec, asked)
    for number, pieces in enumerate(pieces_of(table["words"].to_pylist(), codec)):
        making.row(number, pieces, None if tags is None else tags[number])
    return making.examples(with_targets=tags is not None)


def remarks(counts: Mapping[str, int], codec: Codec, *, rows: int) -> list[str]:
    """What is too long or cannot be seen; rows that are cut, the contender tells."""
    told = []
    if found := counts["rows in windows"]:
        told.append(
            f"{found} of {rows} rows are longer than {codec.max_length} tokens and are read in"
            f" {counts['windows']} windows"
        )
    if found := counts["words not seen"]:
        told.append(
            f"{found} words are made of characters that the base's tokenizer drops: the model"
            " does not see them"
        )
    return told


def tag_ids(
    pieces: Sequence[np.ndarray], examples: Examples, words: pa.ChunkedArray
) -> list[list[int]]:
    """Ids of the tags of each row's words; 0 for a word that no example holds.

    Args:
        pieces: (L,) ids of the tags of each example's tokens.
        words: lists of words, a row each.
    """
    import pyarrow.compute as pc

    found = [[0] * count for count in pc.list_value_length(words).to_pylist()]
    held, places = examples.side["words"], examples.side["places"]
    for piece, row, numbers, at in zip(pieces, examples.rows, held, places, strict=True):
        answers = found[row]
        for word, tag in zip(numbers, piece[at], strict=True):
            answers[word] = int(tag)
    return found


@dataclass
class _Lists:
    """An item an example."""

    ids: list[list[int]] = field(default_factory=list)
    targets: list[list[int]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    words: list[list[int]] = field(default_factory=list)
    places: list[list[int]] = field(default_factory=list)


class _Making:
    """Examples on their way, and counts of what befell their rows."""

    def __init__(self, codec: Codec, asked: Asked) -> None:
        from pipeline.data.tokens import frame

        self._codec, self._asked = codec, asked
        self._before, self._behind = frame(codec)
        self._room = codec.max_length - len(self._before) - len(self._behind)
        self._lists = _Lists()
        self._long_rows: list[int] = []
        self._windows = 0
        self._unseen = 0
        self._uncut = 0

    def row(self, number: int, pieces: Sequence[list[int]], tags: Sequence[str] | None) -> None:
        """Add a row: ids of each of its words, and its tags."""
        import numpy as np

        # One word alone can be too long: a line of base64, a text without blanks.
        pieces = [word[: self._room] for word in pieces]
        lengths = np.fromiter(map(len, pieces), np.int64, count=len(pieces))
        total = int(lengths.sum())
        self._unseen += int((lengths == 0).sum())
        if not total:  # nothing to read: no example
            return
        self._uncut += total + len(self._before) + len(self._behind)
        windows = split(lengths, self._room)
        if total > self._room:
            self._long_rows.append(number)
            if self._asked.long == "cut":
                end = int((lengths.cumsum() <= self._room).sum())
                windows = [Window(0, end, tuple(range(end)))]
            self._windows += len(windows)
        for window in windows:
            self._window(number, pieces, tags, window)

    def _window(
        self,
        number: int,
        pieces: Sequence[list[int]],
        tags: Sequence[str] | None,
        window: Window,
    ) -> None:
        from pipeline.examples import IGNORED

        ids, targets = list(self._before), [IGNORED] * len(self._before)
        answered = {word for word in window.answers if pieces[word]}
        if not answered:
            return
        places: list[int] = []
        for word in range(window.start, window.end):
            # A decoder has read the whole word at its last piece only.
            decides = len(pieces[word]) - 1 if self._codec.shape == "decoder" else 0
            wanted = IGNORED
            if word in answered:
                places.append(len(ids) + decides)
                wanted = IGNORED if tags is None else self._asked.ids[tags[word]]
            for nth, piece in enumerate(pieces[word]):
                ids.append(piece)
                asked = nth == decides or self._asked.every_piece
                targets.append(wanted if asked else IGNORED)
        self._lists.ids.append([*ids, *self._behind])
        self._lists.targets.append([*targets, *[IGNORED] * len(self._behind)])
        self._lists.rows.append(number)
        self._lists.words.append(sorted(answered))
        self._lists.places.append(places)

    def examples(self, *, with_targets: bool) -> Examples:
        """All of them."""
        import numpy as np

        from pipeline.examples import Examples
        from pipeline.ragged import Ragged

        made, cut = self._lists, self._asked.long == "cut"
        ids = Ragged.of(made.ids)
        return Examples(
            ids=ids,
            rows=np.asarray(made.rows, np.int64),
            tokens=Ragged.of(made.targets).values if with_targets else None,
            side={"words": Ragged.of(made.words), "places": Ragged.of(made.places)},
            padding="right",  # of a decoder too: its answers to the first tokens must not move
            cut=tuple(self._long_rows) if cut else (),
            uncut_tokens=self._uncut if cut else len(ids.values),
            counts={
                "rows in windows": 0 if cut else len(self._long_rows),
                "windows": self._windows,
                "words not seen": self._unseen,
            },
        )
