"""Questions and windows of their contexts as examples, and the best span over the windows.

Letters: E windows, L tokens of a window, P tokens of the context in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from tokenizers import Encoding

    from pipeline.examples import Codec, Examples

_CHUNK = 512
"""Rows that are tokenised together: encodings of whole contexts are large."""


@dataclass
class _Lists:
    """An item a window."""

    ids: list[list[int]] = field(default_factory=list)
    types: list[list[int]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    values: list[tuple[int, int, int]] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    spans: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Sizes:
    """How an input is shared out, in tokens.

    Attributes:
        question: of a question, at the most.
        shared: by neighbouring windows.
    """

    question: int
    shared: int

    @classmethod
    def within(cls, codec: Codec, *, question: int, shared: int) -> Sizes:
        """What is asked for; but a question takes half of an input, and windows share half."""
        from pipeline.data.tokens import encodings

        room = codec.max_length - len(encodings([("", "")], codec)[0].ids)
        longest = max(1, min(question, room // 2))
        return cls(longest, min(shared, (room - longest) // 2))


def context_examples(
    table: pa.Table, codec: Codec, sizes: Sizes, *, with_targets: bool
) -> Examples:
    """Windows with what ``best_places`` needs, and the counts that ``remarks`` tells.

    Args:
        with_targets: values are (start, end, length).
    """
    import numpy as np

    from pipeline.data.tokens import windows
    from pipeline.examples import Examples
    from pipeline.ragged import Ragged

    made, cut, long_rows = _Lists(), 0, 0
    for start in range(0, table.num_rows, _CHUNK):
        rows = table.slice(start, _CHUNK).to_pylist()
        questions = _shortened([row["question"] for row in rows], codec, sizes.question)
        cut += sum(short != row["question"] for short, row in zip(questions, rows, strict=True))
        pairs = [
            (_asked(question, codec), row["context"])
            for question, row in zip(questions, rows, strict=True)
        ]
        found = windows(pairs, codec, stride=sizes.shared)
        for number, (row, parts) in enumerate(zip(rows, found, strict=True), start=start):
            long_rows += len(parts) > 1
            for part in parts:
                _add(made, number, part, _gold(row) if with_targets else None)
    ids = Ragged.of(made.ids)
    typed = "token_type_ids" in codec.tokenizer.model_input_names
    return Examples(
        ids=ids,
        rows=np.asarray(made.rows, np.int64),
        values=np.asarray(made.values, np.int64).reshape(-1, 3) if with_targets else None,
        types=Ragged.of(made.types, dtype=np.uint8).values if typed else None,
        side={"first": np.asarray(made.first, np.int64), "spans": _ragged_spans(made.spans)},
        padding="right",
        uncut_tokens=len(ids.values),
        counts={"long contexts": long_rows, "cut questions": cut},
    )


def remarks(counts: Mapping[str, int], codec: Codec, sizes: Sizes, *, rows: int) -> list[str]:
    """How many contexts are read in windows, and how many questions are cut."""
    told = []
    if found := counts["long contexts"]:
        told.append(
            f"{found} of {rows} contexts are longer than {codec.max_length} tokens with their"
            f" question, and are read in windows that share {sizes.shared} tokens"
        )
    if found := counts["cut questions"]:
        told.append(f"{found} questions are longer than {sizes.question} tokens and are cut")
    return told


def best_places(
    pieces: Sequence[np.ndarray],
    examples: Examples,
    table: pa.Table,
    *,
    longest: int,
    null_threshold: float,
) -> np.ndarray:
    """Where each row's answer stands: its likeliest span over all windows, or none.

    A span's score is the sum of its start and end logits. The score of no answer is that of the
    first token, in the window in which it is least: there, something was found.

    Args:
        pieces: (L, 2) start and end logits of each window.
        longest: tokens of an answer, at the most.
        null_threshold: by how much no answer must be better than the best one.

    Returns:
        (N, 2) int64 first character and the one behind the last, blanks at both ends left out;
        -1 where nothing is answered.
    """
    import numpy as np

    contexts = table["context"].to_pylist()
    best = [(float("-inf"), -1, -1)] * len(contexts)
    null = [float("inf")] * len(contexts)
    firsts, spans = examples.side["first"], examples.side["spans"]
    for piece, row, first, places in zip(pieces, examples.rows, firsts, spans, strict=True):
        null[row] = min(null[row], float(piece[0].sum()))
        if not len(places):
            continue
        score, start, end = best_span(piece[first : first + len(places)], longest)
        if score > best[row][0]:
            best[row] = (score, *_trimmed(contexts[row], places[start, 0], places[end, 1]))
    found = [
        (-1, -1) if nothing - score > null_threshold else (start, end)
        for (score, start, end), nothing in zip(best, null, strict=True)
    ]
    return np.asarray(found, np.int64).reshape(-1, 2)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The place without the blanks at its ends; -1 where there is nothing else."""
    part = text[start:end]
    if not part.strip():
        return -1, -1
    return int(start + len(part) - len(part.lstrip())), int(end - len(part) + len(part.rstrip()))


def best_span(logits: np.ndarray, longest: int) -> tuple[float, int, int]:
    """The likeliest span of at most ``longest`` tokens; all spans are compared.

    Args:
        logits: (P, 2) start and end logits of the tokens of a context, at least one.

    Returns:
        Score, first and last token.
    """
    import numpy as np

    ends = np.concatenate([logits[:, 1], np.full(longest - 1, -np.inf, logits.dtype)])
    within = np.lib.stride_tricks.sliding_window_view(ends, longest)
    scores = logits[:, :1] + within
    start, reach = np.unravel_index(int(scores.argmax()), scores.shape)
    return float(scores[start, reach]), int(start), int(start + reach)


def _shortened(questions: Sequence[str], codec: Codec, longest: int) -> list[str]:
    """Questions cut behind their first so many tokens."""
    from pipeline.data.tokens import encodings

    found = encodings(list(questions), codec, special=False)
    return [
        question[: item.offsets[longest - 1][1]] if len(item.ids) > longest else question
        for question, item in zip(questions, found, strict=True)
    ]


def _asked(question: str, codec: Codec) -> str:
    """A decoder has no token that sets the two texts apart: a line break does."""
    return f"{question}\n" if codec.shape == "decoder" else question


def _gold(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """Where the first answer begins and ends, in characters."""
    if not row["answers"]:
        return None
    first = row["answers"][0]
    return first["start"], first["start"] + len(first["text"])


def _add(made: _Lists, number: int, part: Encoding, gold: tuple[int, int] | None) -> None:
    import numpy as np

    places = [n for n, text in enumerate(part.sequence_ids) if text == 1]
    first = places[0] if places else 0
    spans = np.asarray([part.offsets[place] for place in places], np.int32).reshape(-1, 2)
    found = _in_tokens(spans, gold) if gold and places else None
    start, end = (first + found[0], first + found[1]) if found else (0, 0)
    made.ids.append(part.ids)
    made.types.append(part.type_ids)
    made.rows.append(number)
    made.values.append((start, end, len(part.ids)))
    made.first.append(first)
    made.spans.append(spans)


def _in_tokens(spans: np.ndarray, gold: tuple[int, int]) -> tuple[int, int] | None:
    """First and last token of the answer; None where the window does not hold all of it."""
    import numpy as np

    begin, end = gold
    if begin < spans[0, 0] or end > spans[-1, 1]:
        return None
    first = int(np.searchsorted(spans[:, 1], begin, side="right"))
    last = int(np.searchsorted(spans[:, 0], end, side="left")) - 1
    return (first, last) if first <= last else None


def _ragged_spans(spans: Sequence[np.ndarray]) -> Any:
    import numpy as np

    from pipeline.ragged import Ragged

    made = Ragged.of(spans, dtype=np.int32)
    return Ragged(made.values.reshape(-1, 2), made.offsets)
