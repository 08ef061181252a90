"""ONNX: one file that onnxruntime answers with, in fp32."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Export, Exporter, Family, Task
from pipeline.exporters import _graph

if TYPE_CHECKING:
    import torch


class Onnx(Exporter):
    """A forward pass that onnxruntime runs, without torch; any batch, any length."""

    answers_with: ClassVar[str | None] = _graph.FILE

    def problems(self, model: torch.nn.Module, *, family: Family, task: Task) -> list[str]:
        """Tasks that answer by writing, adapters that cannot be folded in, missing packages."""
        del family
        return _graph.problems(model, task)

    def write(self, export: Export, folder: Path) -> None:
        """``model.onnx``, config, tokenizer and labels."""
        _graph.write(export, folder, exporter=self.name)

    def snippet(self, export: Export) -> str:
        """Load the file with onnxruntime."""
        return _graph.snippet(export)
