"""Exports of a trained model: written aside, proven in a fresh process, then renamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import checksums, storage
from pipeline.bases import Base
from pipeline.contracts import Export, Exporter, ExportResult, Proof, Reporter
from pipeline.errors import ExportError
from pipeline.exporting import proof

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.training.contender import FittedModel


@dataclass(frozen=True)
class Exported:
    """What became of an export, and the code that loads it."""

    result: ExportResult
    snippet: str


def export_all(
    exporters: Sequence[Exporter],
    model: FittedModel,
    *,
    base: Base,
    columns: Mapping[str, str | int],
    rows: pa.Table,
    metric: str,
    folder: Path,
    report: Reporter,
) -> list[Exported]:
    """Write every export into the run's folder; none is there unless it is proven.

    One that cannot be made or proven is told of in its result, and takes no other with it.

    Args:
        columns: what the run's rows called the task's columns, see ``outline``.
        rows: test rows; the first of them prove the export.
        metric: the run's.
    """
    if not exporters:
        return []
    model.model.to("cpu").eval()
    export = outline(model, base, columns)
    report.stage("What exports are compared with")
    with report.progress("test rows, answered in memory", 2) as advance:
        evidence = proof.evidence_of(model, model.model, rows.slice(0, proof.ROWS))
        advance(1)
        exam = proof.exam_of(model, rows.slice(0, proof.SCORED_ROWS), metric=metric)
        advance(1)
    done: list[Exported] = []
    for exporter in exporters:
        report.stage(f"Export {exporter.name}, and its proof")
        snippet, target = exporter.snippet(export), folder / exporter.name
        limits = exporter.limits
        try:
            with (
                storage.new_folder(target) as part,
                report.progress("write, reload, compare", 2) as advance,
            ):
                rounded = exporter.as_exported(model.model)
                expected = evidence
                if rounded is not model.model:
                    expected = proof.evidence_of(model, rounded, rows.slice(0, proof.ROWS))
                exporter.write(export, part)
                advance(1)
                found = proof.prove(
                    part, snippet, evidence=expected, base=base, limits=limits, exam=exam
                )
                advance(1)
        except ExportError as error:
            reason = "; ".join(problem.message for problem in error.problems)
            report.warn(f"{exporter.name} was not exported: {reason}")
            failed = ExportResult.refused(exporter.name, reason=reason, limits=asdict(limits))
            done.append(Exported(failed, snippet))
            continue
        report.note(_told(exporter.name, found, metric))
        result = ExportResult(
            name=exporter.name,
            path=exporter.name,
            size_bytes=storage.size_bytes(target),
            proved=True,
            sha256=checksums.sha256(checksums.files_in(target), report),
            limits=asdict(limits),
            **asdict(found),
        )
        done.append(Exported(result, snippet))
    return done


def outline(model: FittedModel, base: Base, columns: Mapping[str, str | int]) -> Export:
    """What exporters have to know of a model.

    Args:
        columns: ours -> theirs, as the recipe has them; those that the model answers are left
            out.
    """
    read = {name for name, column in model.task.columns.items() if column.is_input}
    return Export(
        model=model.model,
        codec=model.answering.codec,
        task=model.task,
        labels=tuple(model.labels),
        base=base.facts(),
        base_folder=base.folder,
        columns={ours: theirs for ours, theirs in columns.items() if ours in read},
    )


def _told(name: str, found: Proof, metric: str) -> str:
    said = [f"logits of {found.logit_rows} rows within {found.max_logit_difference:.1e}"]
    if found.metric_difference is not None:
        said.append(f"{metric} {found.metric_difference:+.4f} on {found.metric_rows} rows")
    if found.agreement is not None:
        said.append(f"{found.agreement:.1%} the same answers")
    return (
        f"{name}: a fresh process loaded it: {', '.join(said)};"
        f" {found.milliseconds:.1f} ms a row, {found.milliseconds_in_memory:.1f} in memory"
    )
