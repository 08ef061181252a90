"""The ``evaluation`` block of a recipe."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator


class EvaluationSpec(BaseModel):
    """How contenders are scored and compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str | None = Field(
        default=None, description="What decides; without it the task's own first metric."
    )
    resamples: int = Field(
        default=10_000, ge=1_000, le=1_000_000, description="Bootstrap resamples of the test rows."
    )
    confidence: float = Field(
        default=0.95, ge=0.5, le=0.999, description="Share of the time that an interval is right."
    )
    wanted_difference: float | None = Field(
        default=None,
        gt=0,
        description="The smallest difference that matters, in the metric's units, such as 0.02;"
        " the verdict says how many test rows would show it.",
    )

    @field_validator("metric", mode="before")
    @classmethod
    def _as_file_name(cls, value: Any) -> Any:
        """``macro-f1`` and ``macro_f1`` are the same metric."""
        return value.replace("-", "_") if isinstance(value, str) else value
