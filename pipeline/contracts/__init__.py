"""What crosses the borders between the parts of Graft.

Everything that can answer a task is a *contender*: it fits on the training rows,
predicts the test rows, can be saved and loaded, and has a cost. One evaluation
path scores all of them.

Everything is imported from here: ``from pipeline.contracts import Task``.
"""

from pipeline.contracts.contenders import (
    Baseline,
    Contender,
    Features,
    Fitted,
    FromScratch,
    Subwords,
    Work,
)
from pipeline.contracts.exports import BASE_FOLDER, FACTS, HERE, Export, Exporter, Limits
from pipeline.contracts.models import BuiltinModel, Family, Head, Pooled
from pipeline.contracts.reporting import Reporter, Silent
from pipeline.contracts.results import (
    RESULT_VERSION,
    ContenderResult,
    ExportResult,
    Proof,
    RunResult,
    SeedResult,
    Verdict,
)
from pipeline.contracts.rows import Column, ColumnKind, Predictions, Splits
from pipeline.contracts.strategy import Strategy
from pipeline.contracts.task import Task
from pipeline.contracts.terms import ROW_ID, SPLITS, Json, Kind, SplitName

__all__ = [
    "BASE_FOLDER",
    "FACTS",
    "HERE",
    "RESULT_VERSION",
    "ROW_ID",
    "SPLITS",
    "Baseline",
    "BuiltinModel",
    "Column",
    "ColumnKind",
    "Contender",
    "ContenderResult",
    "Export",
    "ExportResult",
    "Exporter",
    "Family",
    "Features",
    "Fitted",
    "FromScratch",
    "Head",
    "Json",
    "Kind",
    "Limits",
    "Pooled",
    "Predictions",
    "Proof",
    "Reporter",
    "RunResult",
    "SeedResult",
    "Silent",
    "SplitName",
    "Splits",
    "Strategy",
    "Subwords",
    "Task",
    "Verdict",
    "Work",
]
