"""``graft predict``: answers from a finished run or from an export, wherever it lies."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import loading, storage
from pipeline.contracts import ROW_ID, Json, Predictions, Reporter, Task
from pipeline.errors import DataError, UserError, suggestion

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.training.inference import Answering

OUTPUTS = (".csv", ".jsonl", ".parquet")


def predict(
    path: Path | str,
    *,
    texts: Sequence[str],
    source: Path | None,
    output: Path | None,
    columns: str,
    report: Reporter,
    show: Callable[[str], None],
) -> None:
    """Answer texts, or the rows of a file.

    Args:
        path: a run's folder, an export's, or ``hub:owner/name``.
        texts: from the command line.
        source: a file of rows; ``output`` takes their answers.
        columns: ``ours=theirs,...`` where the file calls its columns otherwise.
        report: for progress.
        show: prints a line.

    Raises:
        UserError: nothing to answer, wrong columns, an unknown ending.
        ModelError: the folder holds no model that can be loaded.
    """
    if bool(texts) == bool(source):
        raise UserError("give either texts or --input FILE", hint='graft predict RUN "some text"')
    if output is not None and output.suffix.lower() not in OUTPUTS:
        raise UserError(
            f"cannot write '{output.suffix or output.name}' files",
            place=str(output),
            hint=f"end the name in one of: {', '.join(OUTPUTS)}",
        )
    folder = loading.export_folder(path, report)
    facts = loading.read_facts(folder)
    task = loading.task_of(folder, facts)
    table = _read(source, task, columns) if source else _from_texts(texts, task)
    _refuse_empty(table, task)
    loaded = loading.load(folder, facts, task, report)
    answers = loaded.predict(table, report)
    rows = _rows(table, answers, loaded)
    if output is not None:
        _write(rows, output)
        show(f"{len(rows):,} answers: {output}")
        return
    for row in rows:
        scored = f"\t{row['score']:.4f}" if "score" in row else ""
        show(f"{row[_key(loaded)]}{scored}\t{' '.join(row['text'].split())}")


def _from_texts(texts: Sequence[str], task: Task) -> pa.Table:
    import pyarrow as pa

    inputs = {name: column for name, column in task.columns.items() if column.is_input}
    # Where no column is needed because others can take its place, the first one is the plain one.
    needed = [name for name, column in inputs.items() if column.required] or list(inputs)[:1]
    if len(needed) != 1:
        raise UserError(f"{task.name} needs more than one text a row", hint="use --input FILE")
    words = task.columns[needed[0]].kind == "words"
    values = [text.split() if words else text for text in texts]
    return pa.table({ROW_ID: [str(n + 1) for n in range(len(texts))], needed[0]: values})


def _read(source: Path, task: Task, columns: str) -> pa.Table:
    from pipeline.data import files

    mapping: dict[str, str | int] = {}
    for pair in filter(None, columns.split(",")):
        ours, equals, theirs = pair.partition("=")
        if not equals or ours not in task.columns:
            raise DataError(
                f"cannot read --columns {columns}: '{pair}' is not ours=theirs",
                hint=suggestion(ours, task.columns),
            )
        mapping[ours] = int(theirs) if theirs.isdecimal() else theirs
    inputs = {name: column for name, column in task.columns.items() if column.is_input}
    if not source.is_file():
        raise DataError("there is no such file", place=str(source))
    return files.read([source], inputs, mapping, names={source: source.name}, unit="line")


def _refuse_empty(table: pa.Table, task: Task) -> None:
    from pipeline.data import checks

    inputs = {name: column for name, column in task.columns.items() if column.is_input}
    if not set(inputs) & set(table.column_names):
        raise DataError(
            f"there is none of the columns that {task.name} reads: {', '.join(inputs)}",
            hint="say which one it is: --columns ours=theirs",
        )
    problems = checks.missing_values("input", table, inputs)
    if problems:
        raise DataError(problems)


def _rows(table: pa.Table, answers: Predictions, loaded: Answering) -> list[Json]:
    """Row, text and answer, with the probability of the likeliest class where there is one."""
    readable = loaded.task.in_context(answers.answers, table, loaded.labels)
    rows: list[Json] = [
        {ROW_ID: row, "text": text, _key(loaded): answer}
        for row, text, answer in zip(
            table[ROW_ID].to_pylist(), loaded.task.texts(table), readable, strict=True
        )
    ]
    if answers.scores is not None:
        for row, best in zip(rows, answers.scores.max(axis=1).tolist(), strict=True):
            row["score"] = round(best, 6)
    return rows


def _key(loaded: Answering) -> str:
    """What the column of answers is called: one of several labels, or what a model wrote."""
    return "label" if loaded.labels else "answer"


def _write(rows: list[Json], output: Path) -> None:
    ending = output.suffix.lower()
    if ending == ".jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        storage.write_text(output, text)
    elif ending == ".csv":
        buffer = io.StringIO(newline="")
        writer = csv.DictWriter(buffer, list(rows[0]) if rows else [ROW_ID, "label"])
        writer.writeheader()
        writer.writerows(rows)
        storage.write_text(output, buffer.getvalue())
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(rows), sink)
        storage.write_bytes(output, sink.getvalue().to_pybytes())
