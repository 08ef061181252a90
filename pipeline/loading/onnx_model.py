"""An ONNX file as a model: called with tensors, it gives logits."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.errors import ModelError

FILE = "model.onnx"
"""Of an export."""


class OnnxModel:
    """onnxruntime behind the few things that answering asks of a model.

    Attributes:
        config: of the model that was exported, as transformers reads it.
    """

    training = False

    def __init__(self, folder: Path, config: Any) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise ModelError(
                "onnxruntime is not installed",
                place=str(folder),
                hint="pip install 'graft[onnx]', or: pip install onnxruntime",
            ) from None
        self.config = config
        self._session = onnxruntime.InferenceSession(
            str(folder / FILE), providers=["CPUExecutionProvider"]
        )
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._outputs = [each.name for each in self._session.get_outputs()]

    def eval(self) -> OnnxModel:
        """It is in eval mode, and stays there."""
        return self

    def train(self, mode: bool = False) -> OnnxModel:
        """Likewise; it cannot be trained."""
        del mode
        return self

    def __call__(self, **inputs: Any) -> SimpleNamespace:
        """Logits by name, as tensors; a mask that is not given is one of ones, segments are 0."""
        import torch

        ids = inputs["input_ids"]
        missing = {"attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
        given = {**missing, **inputs}
        found = self._session.run(
            self._outputs, {name: given[name].cpu().numpy() for name in self._inputs}
        )
        return SimpleNamespace(
            **{
                name: torch.from_numpy(array)
                for name, array in zip(self._outputs, found, strict=True)
            }
        )
