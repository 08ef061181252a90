"""What of a base may learn. See ``pipeline/strategies``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from pipeline.components import Component
from pipeline.contracts.models import Family
from pipeline.contracts.task import Task

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


class Strategy(Component):
    """What of the base may learn. See ``pipeline/strategies``; its fields are its options."""

    learning_rate: ClassVar[float]
    """Peak learning rate where the recipe names none."""
    adds_adapter: ClassVar[bool] = False
    """What was learnt can be kept apart from the base."""

    @abstractmethod
    def apply(
        self, model: PreTrainedModel, *, family: Family, task: Task, fresh: Sequence[str]
    ) -> torch.nn.Module:
        """Set what learns; returns the model, wrapped where the strategy wraps it.

        Args:
            model: the base with its head.
            family: where its parts are.
            task: picks the head.
            fresh: parameters that the checkpoint lacked; they always learn.

        Raises:
            RecipeError: a named part or target does not exist.
        """
