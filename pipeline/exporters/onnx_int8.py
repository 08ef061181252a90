"""ONNX with weights of eight bits: a quarter of the size, and other answers here and there."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from pipeline.contracts import Export, Exporter, Family, Limits, Task
from pipeline.errors import ExportError
from pipeline.exporters import _graph

if TYPE_CHECKING:
    import torch


class OnnxInt8(Exporter):
    """As ``onnx``, weights in int8; activations are rounded as they come (dynamic quantisation)."""

    answers_with: ClassVar[str | None] = _graph.FILE

    metric_drop: float = Field(
        0.02,
        ge=0,
        le=1,
        description="How much worse the metric may be on the test rows that are compared; of a"
        " metric above 1, this share of it.",
    )
    agreement: float = Field(
        0.95, ge=0, le=1, description="Least share of these rows that get the same answer."
    )

    @property
    def limits(self) -> Limits:
        """Answers are judged, and not logits: those of eight bits are others."""
        return Limits(logits=None, metric=self.metric_drop, agreement=self.agreement)

    def problems(self, model: torch.nn.Module, *, family: Family, task: Task) -> list[str]:
        """The same as of ``onnx``."""
        del family
        return _graph.problems(model, task)

    def write(self, export: Export, folder: Path) -> None:
        """``model.onnx``, config, tokenizer and labels."""
        from onnxruntime.quantization import QuantType, quantize_dynamic

        _graph.write(export, folder, exporter=self.name)
        file, whole = folder / _graph.FILE, folder / "fp32.onnx"
        file.rename(whole)
        logger, level = logging.getLogger(), logging.getLogger().level
        logger.setLevel(logging.ERROR)  # it advises a step that changes nothing here
        try:
            quantize_dynamic(whole, file, weight_type=QuantType.QInt8)
        except Exception as error:
            raise ExportError(f"onnxruntime cannot quantise this model: {error}") from error
        finally:
            logger.setLevel(level)
        whole.unlink()

    def snippet(self, export: Export) -> str:
        """Load the file with onnxruntime."""
        return _graph.snippet(export)
