"""Everything learns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Strategy, Task

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


class Full(Strategy):
    """Train every weight of the base and the head."""

    learning_rate: ClassVar[float] = 5e-5

    def apply(
        self, model: PreTrainedModel, *, family: Family, task: Task, fresh: Sequence[str]
    ) -> torch.nn.Module:
        """Leave every parameter trainable."""
        del family, task, fresh
        model.requires_grad_(True)
        return model
