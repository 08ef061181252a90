"""Rows for a task in bounded chunks, and what there is to say of all of them beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from pipeline.contracts import ROW_ID, Json, Reporter, Task
from pipeline.data import checks, json_rows, streams
from pipeline.data.column_faults import which
from pipeline.data.columns import Asked, numbered
from pipeline.data.streams import Stream
from pipeline.data.tables import convert_values
from pipeline.errors import DataError, UserError
from pipeline.predicting import typed
from pipeline.predicting.request import Source

_ROWS_OF_PIPE = 256
"""Rows of a chunk where somebody may be waiting at the other end of a pipe."""
_SHOWN = 5
_LEAVE_BLANK = "leave them without an answer: --blank"


@dataclass(frozen=True)
class Chunk:
    """Neighbouring rows.

    Attributes:
        rows: as they came, each by its own names.
        table: the rows that lack nothing, as the task reads them.
        whole: (N',) which of ``rows`` those are.
        blank: ids of the other rows, by the column that is blank.
    """

    rows: list[Json]
    table: pa.Table
    whole: np.ndarray
    blank: Mapping[str, Sequence[str]]


@dataclass
class Survey:
    """What is known of all rows before the first of them is answered.

    Attributes:
        kinds: each column's types of values, in the order in which columns came.
    """

    count: int = 0
    kinds: dict[str, set[type]] = field(default_factory=dict)

    def see(self, rows: Sequence[Json]) -> None:
        """Take note of rows."""
        self.count += len(rows)
        for row in rows:
            for name, value in row.items():
                self.kinds.setdefault(name, set()).add(type(value))


@dataclass(frozen=True)
class Reading:
    """How a task reads rows that need no answer yet.

    Attributes:
        asked: the columns that the task reads, and what the input calls them.
        blank: rows that lack a text are passed over and not refused.
    """

    task: Task
    asked: Asked
    blank: bool

    @classmethod
    def of(
        cls, task: Task, columns: str, *, blank: bool, usual: Mapping[str, str | int] | None = None
    ) -> Reading:
        """From what was typed: ``ours=theirs,...``.

        Args:
            usual: what the rows that the model learnt from called their columns.

        Raises:
            UserError: it is not written so, or the task reads no such column.
        """
        mapping = typed.read(columns, task.columns)
        inputs = {name: column for name, column in task.columns.items() if column.is_input}
        known = {name: theirs for name, theirs in (usual or {}).items() if name in inputs}
        asked = Asked(
            inputs, mapping, usual=known, spelled=typed.spelled, header_names=tuple(task.columns)
        )
        return cls(task, asked, blank)

    def told(self, chunk: Chunk, stream: Stream) -> str | None:
        """What to say of a table where the run's own rows had no header, and nobody said more."""
        if not (self.asked.usually_headless and stream.is_table):
            return None
        positions = self.asked.usual_positions
        if list(chunk.rows[0]) != numbered(len(chunk.rows[0])):
            return (
                "read by its header, though the run's rows had none; where the first row is one"
                f" to answer: {typed.spelled(positions)}"
            )
        shown = ", ".join(f"{name} is column {one}" for name, one in positions.items())
        return f"read without a header, as the run's rows were ({shown}); else: --columns"

    @property
    def plain(self) -> str:
        """The column that a text alone is put into.

        Where none is needed because others can take its place, the first one is the plain one.

        Raises:
            UserError: the task reads several.
        """
        needed = self.asked.required or list(self.asked.columns)[:1]
        if len(needed) != 1:
            raise UserError(
                f"{self.task.name} reads more than one text a row: {', '.join(needed)}",
                hint="use --input FILE, or standard input with --from csv or jsonl",
            )
        return needed[0]

    def stream(self, source: Source, *, spooled: bool) -> Stream:
        """The rows of what was named.

        Args:
            spooled: what comes from a pipe is kept on the disk, so that it can be read twice.

        Raises:
            UserError: it cannot be read for this task.
        """
        if source.file is not None:
            return streams.of_file(source.file, self.asked)
        if source.pipe is None:
            name = self.plain
            rows = [{name: text} for text in source.texts]
            return Stream("the texts", lambda: iter(enumerate(rows, start=1)), ours=True)
        if source.kind == "text":
            self.plain  # noqa: B018  # refuses what lines cannot hold
        return streams.of_pipe(source.pipe, source.kind, self.asked, spooled=spooled)

    def chunks(self, stream: Stream, *, refuse_blank: bool) -> Iterator[Chunk]:
        """All rows, in order.

        Args:
            refuse_blank: at the first chunk that holds a row without a text, unless it may be.

        Raises:
            DataError: columns that are missing, values that are none of their kind, no rows.
        """
        chosen: Mapping[str, str] | None = None
        most = streams.ROWS if stream.again else _ROWS_OF_PIPE
        for numbers, rows in streams.bounded(stream.rows(), most=most):
            chosen = chosen or self._choose(rows, stream)
            table = self._table(numbers, rows, chosen, stream.name)
            lacking = checks.lacking(table, self.asked.columns)
            blank = {name: found.to_pylist() for name, found in lacking.items()}
            if refuse_blank and not self.blank:
                self._refuse(blank, {name: len(ids) for name, ids in blank.items()}, stream.name)
            gone = {row for ids in blank.values() for row in ids}
            kept = [n for n, row in enumerate(table[ROW_ID].to_pylist()) if row not in gone]
            whole = np.asarray(kept, np.int64)
            yield Chunk(rows, table.take(whole) if gone else table, whole, blank)
        if chosen is None:
            raise DataError("there are no rows", place=stream.name)

    def survey(self, stream: Stream, report: Reporter) -> Survey:
        """Read everything once, and find all that would stop the answering on its way.

        Raises:
            DataError: see ``chunks``; rows without a text, unless they may be.
        """
        found = Survey()
        first: dict[str, list[str]] = {}
        counts: Counter[str] = Counter()
        for chunk in self.chunks(stream, refuse_blank=False):
            found.see(chunk.rows)
            for name, ids in chunk.blank.items():
                counts[name] += len(ids)
                first[name] = [*first.get(name, ()), *ids][:_SHOWN]
        if not self.blank:
            self._refuse(first, counts, stream.name)
        elif counts:
            report.note(f"{max(counts.values()):,} rows without a text are left without an answer")
        return found

    def _refuse(
        self, rows: Mapping[str, Sequence[str]], counts: Mapping[str, int], place: str
    ) -> None:
        problems = []
        for name, ids in rows.items():
            more = counts[name] - len(ids[:_SHOWN])
            shown = ", ".join(ids[:_SHOWN]) + (f" and {more:,} more" if more else "")
            kind = self.asked.columns[name].kind
            problems.append(
                checks.absent(place, name, kind, shown, counts[name], or_else=_LEAVE_BLANK)
            )
        if problems:
            raise DataError(problems)

    def _choose(self, rows: Sequence[Json], stream: Stream) -> Mapping[str, str]:
        header = list(dict.fromkeys(key for row in rows for key in json_rows.keys(row)))
        asked = replace(self.asked, mapping={}, usual={}) if stream.ours else self.asked
        chosen = asked.choose(header, place=stream.name)
        if not chosen:
            raise DataError(
                f"there is none of the columns that {self.task.name} reads:"
                f" {', '.join(asked.columns)}; there are: {', '.join(header)}",
                place=stream.name,
                hint=which({name: name for name in asked.columns}, header, asked.spelled),
            )
        return chosen

    def _table(
        self, numbers: Sequence[int], rows: Sequence[Json], chosen: Mapping[str, str], name: str
    ) -> pa.Table:
        return convert_values(
            lambda theirs: [json_rows.value(row, theirs) for row in rows],
            chosen, self.asked, numbers=np.asarray(numbers, np.int64), name=name,
        )  # fmt: skip
