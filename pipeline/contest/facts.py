"""What result.json says of a run's model and data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.bases import Base
    from pipeline.contest.lineup import Lineup
    from pipeline.contracts import Json
    from pipeline.data.doctor.findings import Finding
    from pipeline.recipe import Recipe
    from pipeline.training.contender import FittedModel


def of_model(recipe: Recipe, base: Base, model: FittedModel) -> Json:
    """The base, what of it learnt, and how."""
    return {
        "base": base.facts()["name"],
        "base_hub_id": base.hub_id,
        **({"made_of": base.made_of} if base.made_of else {}),
        "revision": base.revision,
        "sha256": base.sha256,
        "license": base.license,
        "family": base.model_type,
        "strategy": {"name": recipe.strategy.name, **recipe.strategy.options()},
        "parts": model.parts,
        "pipeline_tag": recipe.task.pipeline_tag,
        "exact": recipe.task.exact,
        "max_length": model.answering.codec.max_length,
    }


def of_data(
    lineup: Lineup, model: FittedModel, findings: Sequence[Finding], odd: Sequence[str]
) -> Json:
    """Labels, columns, rows and their fingerprints, lengths, and what is odd about them.

    Args:
        findings: the doctor's.
        odd: what is odd about the answers.
    """
    from pipeline.data.doctor.findings import record

    splits, work = lineup.splits, lineup.work
    inputs = [name for name, column in work.task.columns.items() if column.is_input]
    serious = [str(item) for item in findings if item.severity != "note"]
    return {
        "labels": list(work.labels),
        "inputs": [name for name in inputs if name in splits.train.column_names],
        "rows": {
            "train": splits.train.num_rows,
            "validation": splits.validation.num_rows,
            "test": splits.test.num_rows,
        },
        "fingerprints": dict(splits.fingerprints),
        "source": splits.source,
        "notes": [*splits.notes, *odd, *serious],
        "tokens": model.tokens | {"test": model.answering.examples(splits.test).facts()},
        "doctor": record(findings, lineup.assembly.recipe.doctor),
    }
