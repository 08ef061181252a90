"""The ``doctor:`` block of a recipe: what to do about each finding."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Action = Literal["warn", "drop", "error", "ignore"]
_Told = Literal["warn", "error", "ignore"]


class DoctorSpec(BaseModel):
    """One key a finding: say so, stop where it is a warning, or do not look.

    Where rows can be dropped, what is dropped is said and counted; no row is changed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    missing: Literal["error", "drop"] = Field(
        "error",
        description="Rows that lack a value, such as an empty or blank text: stop, or drop them,"
        " test rows too.",
    )
    duplicates: Action = Field(
        "warn",
        description="Texts that are in two splits, exactly or but for case, blanks and the marks"
        " of sentences; drop takes them from training and validation.",
    )
    repeats: Action = Field(
        "warn",
        description="Rows that stand in a split again, with the same answer; drop keeps the"
        " first of those in training.",
    )
    conflicts: Action = Field(
        "warn",
        description="The same text with two answers; drop takes all its rows from training.",
    )
    classes: _Told = Field(
        "warn", description="Classes that a split lacks, rare ones, and their balance."
    )
    leakage: _Told = Field(
        "warn", description="A column or a word of the text that gives the class away."
    )
    lengths: _Told = Field("warn", description="Texts much longer or shorter than the others.")
    languages: _Told = Field("warn", description="Texts in another language or script than most.")
    tokens: _Told = Field(
        "warn",
        description="Characters that the base's tokenizer does not know or spells out, and a"
        " language that it was not made for.",
    )
    damage: _Told = Field(
        "warn", description="Traces of a wrong encoding, of mark-up or of control characters."
    )
    personal: _Told = Field(
        "warn",
        description="E-mail addresses, telephone and resident numbers, which would be published"
        " with examples of the rows; counted, never shown.",
    )
