"""Exports of a trained model: written aside, proven in a fresh process, then renamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline import proof, storage
from pipeline.bases import Base
from pipeline.contracts import Export, Exporter, ExportResult, Reporter

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.training.contender import FittedModel


@dataclass(frozen=True)
class Exported:
    """A proven export, and the code that loads it."""

    result: ExportResult
    snippet: str


def export_all(
    exporters: Sequence[Exporter],
    model: FittedModel,
    *,
    base: Base,
    rows: pa.Table,
    folder: Path,
    report: Reporter,
) -> list[Exported]:
    """Write every export into the run's folder; none is there unless it is proven.

    Args:
        rows: test rows; the first of them prove the export.

    Raises:
        ProofError: an export does not answer as the model in memory does.
    """
    if not exporters:
        return []
    table = rows.slice(0, proof.ROWS)
    model.model.to("cpu").eval()
    expected = _logits(model, table, report)
    export = Export(
        model=model.model,
        tokenizer=model.tokenizer,
        task=model.task,
        labels=tuple(model.labels),
        base=base.facts(),
        base_folder=base.folder,
        max_length=model.max_length,
    )
    done: list[Exported] = []
    for exporter in exporters:
        report.stage(f"Export {exporter.name}, and its proof")
        snippet = exporter.snippet(export)
        target = folder / exporter.name
        with (
            storage.new_folder(target) as part,
            report.progress("write, reload, compare", 2) as advance,
        ):
            exporter.write(export, part)
            advance(1)
            difference = proof.prove(
                part,
                snippet,
                rows=model.task.inputs(table),
                expected=expected,
                base=base,
                max_length=model.max_length,
            )
            advance(1)
        result = ExportResult(
            name=exporter.name,
            path=exporter.name,
            size_bytes=storage.size_bytes(target),
            proved=True,
            max_logit_difference=difference,
        )
        report.note(
            f"{exporter.name}: a fresh process loaded it; {len(expected)} rows answer the same"
            f" (logits within {difference:.1e})"
        )
        done.append(Exported(result, snippet))
    return done


def _logits(model: FittedModel, table: pa.Table, report: Reporter) -> np.ndarray:
    """(rows, C) logits on the CPU in fp32, in this process alone."""
    import torch

    from pipeline.training.inference import logits

    return logits(
        model.model,
        model.tokens_of(table, report),
        model.tokenizer,
        cutting=model.cutting,
        device=torch.device("cpu"),
    )
