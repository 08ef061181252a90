"""``graft predict``: answers to rows, in order, however many there are.

Rows come a chunk at a time and their answers leave a chunk at a time, so that memory does not
grow with their number. What can be read twice is: first to find everything that is wrong with
it, which takes seconds, then to be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import opening
from pipeline.contracts import Reporter, Silent
from pipeline.errors import UserError
from pipeline.predicting.request import Source, Wanted

if TYPE_CHECKING:
    from pipeline.data.streams import Stream
    from pipeline.predicting.answers import Portion
    from pipeline.predicting.reading import Reading

OUTPUTS = (".csv", ".tsv", ".jsonl", ".parquet")


def predict(
    name: str, source: Source, wanted: Wanted, *, report: Reporter, tell: Callable[[str], object]
) -> int:
    """Answer rows and write the answers.

    Args:
        name: a run's folder, an export's, or a baseline of a run.
        report: for progress and what is worth knowing.
        tell: takes text that ends its own lines.

    Returns:
        How many rows there were.

    Raises:
        UserError: everything that is wrong with the rows, the columns or the file's name.
        ModelError: there is no such model, or it cannot be loaded.
    """
    check_ending(wanted.output)
    trained = opening.find(name, report)
    from pipeline.predicting.reading import Reading

    reading = Reading.of(trained.task, wanted.columns, blank=wanted.blank, usual=trained.columns)
    stream = reading.stream(source, spooled=wanted.output is not None)
    with closing(stream):
        return _answer(trained, reading, stream, wanted, report=report, tell=tell)


def _answer(
    trained: opening.Trained,
    reading: Reading,
    stream: Stream,
    wanted: Wanted,
    *,
    report: Reporter,
    tell: Callable[[str], object],
) -> int:
    from pipeline.predicting import writing
    from pipeline.predicting.answers import Answered

    survey = reading.survey(stream, report) if stream.again else None
    if survey:
        writing.kept(wanted.keep, survey.kinds)  # a wrong name is told before seconds of loading
    model = trained.load(report)
    answered = Answered(trained.task, trained.labels, probabilities=wanted.probabilities)
    count = 0
    bar = report.progress("answering", survey.count) if survey else nullcontext(lambda done: None)

    def portions(advance: Callable[[int], object]) -> Iterator[Portion]:
        nonlocal count
        for chunk in reading.chunks(stream, refuse_blank=survey is None):
            if not count and (said := reading.told(chunk, stream)):
                report.note(said)
            found = model.predict(chunk.table, Silent()) if chunk.table.num_rows else None
            yield answered.portion(chunk, found)
            count += len(chunk.rows)
            advance(len(chunk.rows))

    with bar as advance:
        found = portions(advance)
        if wanted.output is None and wanted.form == "lines":
            for portion in found:
                tell("".join(f"{line}\n" for line in portion.lines()))
        else:
            writing.write(found, wanted, stream, survey, report=report, tell=tell)
    return count


def check_ending(output: Path | None) -> None:
    """Refuse a name that does not say how to write.

    Raises:
        UserError: it ends in something else.
    """
    if output is not None and output.suffix.lower() not in OUTPUTS:
        raise UserError(
            f"cannot write '{output.suffix or output.name}' files",
            place=str(output),
            hint=f"end the name in one of: {', '.join(OUTPUTS)}",
        )
