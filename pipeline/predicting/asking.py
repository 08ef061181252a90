"""Somebody types texts and reads the answers, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline import opening
from pipeline.contracts import Json, Reporter, Silent
from pipeline.data.streams import Stream
from pipeline.errors import GraftError
from pipeline.predicting.answers import Answered
from pipeline.predicting.reading import Reading
from pipeline.predicting.request import Wanted

Ask = Callable[[str], str | None]
"""Shows a prompt and waits; None where there is nothing more to come."""


def answer_each(
    name: str, wanted: Wanted, *, ask: Ask, report: Reporter, tell: Callable[[str], object]
) -> None:
    """Ask for a row, answer it, and begin again.

    What is wrong with one row is said, and the next is asked for.

    Args:
        name: a run's folder, an export's, or a baseline of a run.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    trained = opening.find(name, report)
    reading = Reading.of(trained.task, "", blank=False)
    model = trained.load(report)
    answered = Answered(trained.task, trained.labels, probabilities=wanted.probabilities)
    for row in _typed(reading, ask):
        stream = Stream("what was typed", lambda row=row: iter([(1, row)]), ours=True)  # type: ignore[misc]
        try:
            for chunk in reading.chunks(stream, refuse_blank=True):
                found = model.predict(chunk.table, Silent())
                portion = answered.portion(chunk, found)
                tell("".join(f"{line.rpartition(chr(9))[0]}\n" for line in portion.lines()))
        except GraftError as error:
            report.warn(str(error))


def _typed(reading: Reading, ask: Ask) -> Iterator[Json]:
    """Rows, a line for each column that is needed; a blank first line is passed over."""
    columns = reading.asked.required or list(reading.asked.columns)[:1]
    prompts = ["> "] if len(columns) == 1 else [f"{name}> " for name in columns]
    while True:
        row: Json = {}
        for column, prompt in zip(columns, prompts, strict=True):
            line = ask(prompt)
            while not row and line is not None and not line.strip():
                line = ask(prompt)
            if line is None:
                return
            row[column] = line
        yield row
