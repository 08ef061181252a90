"""Ways out of a run, and how near to its model they have to answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.components import Component
from pipeline.contracts.models import Family
from pipeline.contracts.task import Task
from pipeline.contracts.terms import Json

if TYPE_CHECKING:
    import torch

    from pipeline.examples import Codec

FACTS = "graft.json"
"""File of an export that says what plain libraries do not keep: labels, task, base, and what the
rows called the columns that the model reads."""

BASE_FOLDER = "base"
"""Folder inside an adapter for a base that the world does not know by a name."""

HERE = 'folder = Path(".")'
"""How an export's snippet names the folder that it runs in; on the Hub, the card says instead
from which repository it comes."""


@dataclass(frozen=True)
class Export:
    """A trained model on its way out, and what an exporter has to know of it.

    Attributes:
        model: fp32, on the CPU, in eval mode, wrapped by PEFT where the strategy did.
        base: as it stands in the lock file: hub_id, revision, sha256, origin.
        base_folder: where the base's files lie on this machine.
        labels: class names in id order.
        codec: tokenizer, longest input, shape of the base.
        columns: what the run's rows called the columns that the model reads: ours -> a name, or
            a position counted from 1; empty where they bore our names.
    """

    model: Any
    codec: Codec
    task: Task
    labels: tuple[str, ...]
    base: Json
    base_folder: Path
    columns: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """How far from the model in memory a reloaded export may answer.

    Attributes:
        logits: largest absolute difference of a logit, in fp32; None: they are told, not judged.
        metric: how much worse the run's metric may be on the test rows that are compared, in its
            own units; of a metric above 1, this share of it.
        agreement: least share of these rows that get the same answer, where an answer is right
            or wrong and not more or less so.
    """

    logits: float | None = 1e-4
    metric: float = 0.005
    agreement: float = 0.99


class Exporter(Component):
    """A way out. See ``pipeline/exporters``."""

    needs_adapter: ClassVar[bool] = False
    """Only what a strategy learnt apart from the base can be exported so."""

    answers_with: ClassVar[str | None] = "model.safetensors"
    """File of its folder that holds the weights; None: the folder is for other libraries alone."""

    @property
    def limits(self) -> Limits:
        """How far from the model in memory a reloaded export may answer."""
        return Limits()

    @abstractmethod
    def problems(self, model: torch.nn.Module, *, family: Family, task: Task) -> list[str]:
        """Why this model could not be exported so, in words; asked before training starts."""

    def as_exported(self, model: torch.nn.Module) -> torch.nn.Module:
        """The model that a reloaded export is to answer as; the model itself, unless rounded."""
        return model

    @abstractmethod
    def write(self, export: Export, folder: Path) -> None:
        """Fill an empty folder."""

    @abstractmethod
    def snippet(self, export: Export) -> str:
        """Python that loads the export with public packages alone, run from its folder.

        It defines ``model`` and ``tokenizer``. The model card shows it, and the proof runs it.
        """
