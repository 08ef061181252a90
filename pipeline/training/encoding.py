"""Rows as a task's examples, some thousands of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.contracts import Reporter, Task
from pipeline.examples import Codec, Examples, Purpose
from pipeline.joining import joined

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 4096
"""Rows whose texts Python holds together, and encodings, which take much more memory than ids."""


def encoded(
    task: Task,
    table: pa.Table,
    labels: Sequence[str],
    codec: Codec,
    *,
    purpose: Purpose,
    report: Reporter,
    title: str = "tokenising",
) -> Examples:
    """``task.encode`` of all rows, with what it has to remark on them."""
    with report.progress(title, table.num_rows) as advance:

        def parts() -> Iterator[tuple[int, Examples]]:
            # An empty table is a part too: its examples have the task's own shape.
            for start in range(0, max(table.num_rows, 1), _ROWS):
                part = table.slice(start, _ROWS)
                yield start, task.encode(part, labels, codec, purpose=purpose)
                advance(part.num_rows)

        found = joined(parts())
    for remark in task.remarks(found, codec, rows=table.num_rows):
        report.note(remark)
    return found
