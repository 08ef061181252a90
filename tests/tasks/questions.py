"""Questions about short texts, as the data layer gives them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from pipeline.contracts import ROW_ID

Row = tuple[str, str, Sequence[str | tuple[str, int]]]
"""Question, context, answers; an answer is where it first stands, or at a given place."""

FILM = "the great film was made by anna lee in new york and bob wrote the songs for it"
CITY = "in rome the cast saw paul and in oslo they saw eve before the long dark winter came"
ROWS: list[Row] = [
    ("who made the film", FILM, ["anna lee", "anna"]),
    ("where was the film made", FILM, ["new york"]),
    ("who wrote the songs", FILM, ["bob"]),
    ("what was made", FILM, ["the great film"]),
    ("who was in rome", CITY, ["paul"]),
    ("who was in oslo", CITY, ["eve"]),
    ("what came", CITY, ["the long dark winter"]),
    ("where was paul", CITY, ["rome"]),
]
LACKING: list[Row] = [
    ("who was in paris", CITY, []),
    ("when was the film made", FILM, []),
]

ANSWERS = pa.list_(pa.struct([("text", pa.string()), ("start", pa.int64())]))


def questions(rows: Sequence[Row], *, name: str = "train.json") -> pa.Table:
    """A table as the data layer makes it."""
    return pa.table(
        {
            ROW_ID: [f"{name}:{n + 1}" for n in range(len(rows))],
            "question": pa.array([row[0] for row in rows], pa.string()),
            "context": pa.array([row[1] for row in rows], pa.string()),
            "answers": pa.array([_placed(context, found) for _, context, found in rows], ANSWERS),
        }
    )


def _placed(context: str, answers: Sequence[str | tuple[str, int]]) -> list[dict[str, object]]:
    placed = [(item, context.index(item)) if isinstance(item, str) else item for item in answers]
    return [{"text": text, "start": start} for text, start in placed]
