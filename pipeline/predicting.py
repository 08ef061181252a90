"""``graft predict``: answers from a finished run or from an export, wherever it lies."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError

from pipeline import bases, components, storage
from pipeline.contracts import BASE_FOLDER, FACTS, ROW_ID, Json, Predictions, Reporter, Task
from pipeline.errors import DataError, ModelError, RecipeError, UserError, nearest, suggestion

if TYPE_CHECKING:
    import pyarrow as pa

OUTPUTS = (".csv", ".jsonl", ".parquet")
_CPU_TOKENS = 8192
_AGAIN = "export the model again"


class _BaseFacts(BaseModel):
    """The base of an adapter, as the lock file has it."""

    name: str
    origin: str
    hub_id: str | None
    revision: str | None
    sha256: dict[str, str]


class Facts(BaseModel):
    """What ``graft.json`` beside the weights must say."""

    exporter: str
    task: Json
    labels: tuple[str, ...]
    max_length: int = Field(ge=1)
    base: _BaseFacts


@dataclass(frozen=True)
class Loaded:
    """A model that can answer, and what it needs to know."""

    model: Any
    tokenizer: Any
    task: Task
    labels: tuple[str, ...]
    max_length: int


def predict(
    path: Path,
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
        path: a run's folder, or an export's.
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
    folder = _export_folder(path)
    facts = _facts(folder)
    task = _task(folder, facts)
    table = _read(source, task, columns) if source else _from_texts(texts, task)
    _refuse_empty(table, task)
    loaded = load(folder, facts, task, report)
    answers = _answer(loaded, table, report)
    rows = _rows(table, answers, loaded)
    if output is not None:
        _write(rows, output)
        show(f"{len(rows):,} answers: {output}")
        return
    for row in rows:
        show(f"{row['label']}\t{row['score']:.4f}\t{' '.join(row['text'].split())}")


def _export_folder(path: Path) -> Path:
    """The export itself, or the first export of a run."""
    if not path.is_dir():
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        near = nearest(path.name, [item.name for item in beside if item.is_dir()])
        hint = f"did you mean {path.with_name(near)}?" if near else "name a run or an export"
        raise ModelError("there is no such folder", place=str(path), hint=hint)
    if (path / FACTS).is_file():
        return path
    if (path / "result.json").is_file():
        for export in storage.read_json(path / "result.json").get("exports", ()):
            return path / str(export["path"])
        raise ModelError(
            "this run exported nothing",
            place=str(path),
            hint="run its recipe with: export=[adapter]",
        )
    latest = path / "latest"
    raise ModelError(
        f"there is neither {FACTS} nor result.json in this folder",
        place=str(path),
        hint=f"did you mean {latest}?"
        if latest.is_dir()
        else "name a finished run such as runs/demo/latest, or an export's folder",
    )


def _facts(folder: Path) -> Facts:
    path = folder / FACTS
    found = storage.read_json(path)
    try:
        return Facts.model_validate(found)
    except ValidationError as error:
        keys = {".".join(map(str, item["loc"])) or "everything" for item in error.errors()}
        raise _damaged(path, f"wrong or missing: {', '.join(sorted(keys))}") from None


def _task(folder: Path, facts: Facts) -> Task:
    options = dict(facts.task)
    try:
        task: Task = components.load("tasks", str(options.pop("name", "")))(**options)
    except (RecipeError, ValidationError):
        raise _damaged(folder / FACTS, "there is no such task") from None
    return task


def _damaged(path: Path, what: str) -> ModelError:
    return ModelError(f"this file is damaged: {what}", place=str(path), hint=_AGAIN)


def load(folder: Path, facts: Facts, task: Task, report: Reporter) -> Loaded:
    """Load an export from safetensors alone.

    Raises:
        ModelError: the weights are missing or damaged, or the base is another one.
    """
    adapter = facts.exporter == "adapter"
    weights = "adapter_model.safetensors" if adapter else bases.WEIGHTS
    if not (folder / weights).is_file():
        raise ModelError(f"there is no {weights}", place=str(folder), hint=_AGAIN)
    with report.progress("loading the model", 3) as advance:
        import transformers

        advance(1)
        source = _base_folder(folder, facts.base) if adapter else folder
        safe = {"local_files_only": True, "trust_remote_code": False, "use_safetensors": True}
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
            auto = getattr(transformers, task.auto_class)
            options: Json = {}
            if adapter:
                padding = {"pad_token_id": tokenizer.pad_token_id}
                options = task.model_options(facts.labels) | padding
            model = auto.from_pretrained(source, dtype="float32", **safe, **options)
            advance(1)
            if adapter:
                from peft import PeftModel

                model = PeftModel.from_pretrained(model, str(folder))
        except Exception as error:
            # What the libraries raise for a damaged file is of any type.
            said = str(error).strip().partition("\n")[0] or type(error).__name__
            raise ModelError(f"cannot be loaded: {said}", place=str(folder), hint=_AGAIN) from error
        advance(1)
    return Loaded(model.eval(), tokenizer, task, facts.labels, facts.max_length)


def _base_folder(folder: Path, base: _BaseFacts) -> Path:
    if not base.hub_id:
        return folder / BASE_FOLDER
    name = base.name if base.origin == "builtin" else base.hub_id
    hashes = list(base.sha256.values())
    expected = hashes[0] if len(hashes) == 1 else None
    return bases.resolve(name, revision=base.revision, sha256=expected).folder


def _from_texts(texts: Sequence[str], task: Task) -> pa.Table:
    import pyarrow as pa

    needed = [name for name, column in task.columns.items() if column.required]
    if needed != ["text", "label"]:
        raise UserError(f"{task.name} needs more than one text a row", hint="use --input FILE")
    return pa.table({ROW_ID: [str(n + 1) for n in range(len(texts))], "text": list(texts)})


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
    inputs = {name: column for name, column in task.columns.items() if column.kind == "text"}
    if not source.is_file():
        raise DataError("there is no such file", place=str(source))
    return files.read([source], inputs, mapping, names={source: source.name})


def _refuse_empty(table: pa.Table, task: Task) -> None:
    from pipeline.data import checks

    inputs = {name: column for name, column in task.columns.items() if column.kind == "text"}
    problems = checks.missing_values("input", table, inputs)
    if problems:
        raise DataError(problems)


def _answer(loaded: Loaded, table: pa.Table, report: Reporter) -> Predictions:
    import torch

    from pipeline.data.batches import Cutting
    from pipeline.data.tokens import tokenise
    from pipeline.training.inference import logits

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    store = tokenise(
        loaded.task, table, loaded.tokenizer, max_length=loaded.max_length, report=report
    )
    with report.progress("predicting", len(store)) as advance:
        found = logits(
            loaded.model.to(device),
            store,
            loaded.tokenizer,
            cutting=Cutting(max_tokens=_CPU_TOKENS),
            device=device,
            advance=advance,
        )
    return loaded.task.decode(found)


def _rows(table: pa.Table, answers: Predictions, loaded: Loaded) -> list[Json]:
    readable = loaded.task.readable(answers.answers, loaded.labels)
    scores = answers.scores
    best = [0.0] * len(readable) if scores is None else scores.max(axis=1).tolist()
    return [
        {ROW_ID: row, "text": text, "label": label, "score": round(score, 6)}
        for row, text, label, score in zip(
            table[ROW_ID].to_pylist(), loaded.task.texts(table), readable, best, strict=True
        )
    ]


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
