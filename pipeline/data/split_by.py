"""``split: {group: COLUMN}`` and ``split: {time: COLUMN}``: a column that rows are divided by."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

Position = Annotated[StrictInt, Field(ge=1)]
"""Number of a column in files without a header, counted from 1."""

DIVIDED_BY = "divided_by"
"""Our name of the column that ``split`` names; no task reads it."""


class SplitBy(BaseModel):
    """A column of the training rows by which they are divided."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: str | Position | None = Field(
        default=None, description="Column whose equal values keep rows on one side."
    )
    time: str | Position | None = Field(
        default=None, description="Column of numbers or ISO dates; the latest rows are set aside."
    )

    @property
    def column(self) -> str | int:
        """The one that is given."""
        given = self.group if self.time is None else self.time
        assert given is not None  # noqa: S101
        return given

    @model_validator(mode="after")
    def _one_of_them(self) -> SplitBy:
        if (self.group is None) == (self.time is None):
            raise ValueError("give one of the two: group, or time, with the name of a column")
        return self
