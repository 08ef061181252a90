"""Rows as a task's examples, some thousands of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.contracts import Reporter, Silent, Task
from pipeline.examples import Codec, Examples, Purpose
from pipeline.joining import joined

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK = 8192
"""Rows whose texts Python holds together."""


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
    """``task.encode`` of all rows, in parts where the task lets it."""
    if not task.encodes_in_parts or table.num_rows <= _CHUNK:
        return task.encode(table, labels, codec, purpose=purpose, report=report, title=title)
    with report.progress(title, table.num_rows) as advance:

        def parts() -> Iterator[tuple[int, Examples]]:
            for start in range(0, table.num_rows, _CHUNK):
                part = table.slice(start, _CHUNK)
                yield start, task.encode(part, labels, codec, purpose=purpose, report=Silent())
                advance(part.num_rows)

        return joined(parts())
