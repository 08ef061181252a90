"""``graft predict``: answers to rows, in order, however many there are.

Rows come a chunk at a time and their answers leave a chunk at a time, so that memory does not
grow with their number. What can be read twice is: first to find everything that is wrong with
it, which takes seconds, then to be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from pipeline import opening
from pipeline.contracts import Reporter, Silent
from pipeline.errors import UserError

if TYPE_CHECKING:
    from pipeline.data.streams import Stream
    from pipeline.predicting.answers import Portion
    from pipeline.predicting.reading import Reading

Form = Literal["lines", "csv", "tsv", "jsonl"]
"""How answers are told: in lines for people, or as rows for programs."""

OUTPUTS = (".csv", ".tsv", ".jsonl", ".parquet")


@dataclass(frozen=True)
class Source:
    """Where rows come from; one of the three.

    Attributes:
        pipe: bytes of rows written as ``kind`` says.
    """

    texts: Sequence[str] = ()
    file: Path | None = None
    pipe: BinaryIO | None = None
    kind: Literal["text", "csv", "tsv", "jsonl"] = "text"


@dataclass(frozen=True)
class Wanted:
    """How rows are read and how their answers are written.

    Attributes:
        columns: ``ours=theirs,...`` where the input calls its columns otherwise.
        keep: which of the input's columns are written too: ``all``, ``none``, or names.
        probabilities: write one for each class.
        blank: rows without a text are left without an answer, and not refused.
        output: a file; None: the answers are told in ``form``.
    """

    columns: str = ""
    keep: str = "all"
    probabilities: bool = False
    blank: bool = False
    output: Path | None = None
    form: Form = "lines"

    @property
    def ending(self) -> str:
        """What is written, as the end of a file's name: ``.jsonl``."""
        return f".{self.form}" if self.output is None else self.output.suffix.lower()


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
            if not count and (said := reading.told(chunk)):
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
