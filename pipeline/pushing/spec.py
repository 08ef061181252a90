"""The ``hub:`` block of a recipe: where ``graft push`` takes what the recipe exports."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipeline.errors import suggestion
from pipeline.pushing.licences import LICENCES

_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?")


def is_repository(name: str) -> bool:
    """Whether this is spelled ``owner/name`` as the Hub allows it."""
    parts = name.split("/")
    spelled = len(parts) == 2 and all(_PART.fullmatch(part) for part in parts)
    return spelled and "--" not in name and ".." not in name


class HubSpec(BaseModel):
    """Where a run of this recipe can be pushed; a plain string is its ``repo``.

    The run itself sends nothing: it makes sure before training that ``graft push`` will be
    allowed to.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    repo: str = Field(description="Repository on the Hub, owner/name; made where it is not there.")
    private: bool = Field(True, description="A new repository is seen by its owner alone.")
    export: str | None = Field(
        None, description="Which of the recipe's exports is pushed; unset: the first."
    )
    license: str | None = Field(
        None, description="Licence of what is pushed, as the Hub spells it; unset: the base's."
    )

    @field_validator("repo")
    @classmethod
    def _spelled_as_the_hub_does(cls, repo: str) -> str:
        if not is_repository(repo):
            raise ValueError("an id looks like owner/name: letters, digits, '-', '_' and '.'")
        return repo

    @field_validator("license")
    @classmethod
    def _known_to_the_hub(cls, licence: str | None) -> str | None:
        if licence is not None and licence not in LICENCES:
            raise ValueError(f"the Hub knows no licence '{licence}': {near(licence)}")
        return licence


def near(licence: str) -> str:
    """The licences that are spelled most like this one, as a hint."""
    return suggestion(licence, LICENCES)
