"""Exports of a trained model: written aside, proven in a fresh process, then renamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline import proof, storage
from pipeline.bases import Base
from pipeline.contracts import Export, Exporter, ExportResult, Reporter, Silent

if TYPE_CHECKING:
    import pyarrow as pa
    import torch

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
    export = Export(
        model=model.model,
        codec=model.answering.codec,
        task=model.task,
        labels=tuple(model.labels),
        base=base.facts(),
        base_folder=base.folder,
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
            evidence = evidence_of(model, exporter.as_exported(model.model), table)
            exporter.write(export, part)
            advance(1)
            difference = proof.prove(part, snippet, evidence=evidence, base=base)
            advance(1)
        result = ExportResult(
            name=exporter.name,
            path=exporter.name,
            size_bytes=storage.size_bytes(target),
            proved=True,
            max_logit_difference=difference,
        )
        report.note(
            f"{exporter.name}: a fresh process loaded it; {len(evidence.inputs)} rows answer"
            f" the same (logits within {difference:.1e})"
        )
        done.append(Exported(result, snippet))
    return done


def evidence_of(fitted: FittedModel, model: torch.nn.Module, table: pa.Table) -> proof.Evidence:
    """Some rows as the model sees them, and what it says to them: on the CPU, in fp32, alone.

    They are rows to learn from, because of those an encoder-decoder is given the answer too.
    """
    import torch

    from pipeline.data.collating import collate

    answering = fitted.answering
    codec, device = answering.codec, torch.device("cpu")
    rows = answering.task.encode(table, answering.labels, codec, purpose="learn", report=Silent())
    examples = answering.task.draw(rows, codec, seed=(0,))
    inputs: list[proof.Arrays] = []
    outputs: list[proof.Arrays] = []
    numbers = 0
    with torch.no_grad():
        for number in range(len(examples)):
            batch = collate(examples, np.asarray([number]), codec, device=device)
            found = proof.logits_of(model(**batch.inputs))
            numbers += sum(array.size for array in found.values())
            if number and numbers > proof.MOST_NUMBERS:
                break
            inputs.append({name: np.asarray(value) for name, value in batch.inputs.items()})
            outputs.append(found)
    texts = answering.task.texts(table)
    return proof.Evidence(
        inputs=inputs, outputs=outputs, texts=texts, ids=codec.tokenizer(texts)["input_ids"]
    )
