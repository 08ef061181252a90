"""What somebody wants answered, and how the answers are to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

Form = Literal["lines", "csv", "tsv", "jsonl"]
"""How answers are told: in lines for people, or as rows for programs."""


@dataclass(frozen=True)
class Source:
    """Where rows come from; one of the three.

    Attributes:
        pipe: bytes of rows written as ``kind`` says.
    """

    texts: Sequence[str] = ()
    file: Path | None = None
    pipe: BinaryIO | None = None
    kind: Literal["text", "csv", "tsv", "jsonl"] = "text"


@dataclass(frozen=True)
class Wanted:
    """How rows are read and how their answers are written.

    Attributes:
        columns: ``ours=theirs,...`` where the input calls its columns otherwise.
        keep: which of the input's columns are written too: ``all``, ``none``, or names.
        probabilities: write one for each class.
        blank: rows without a text are left without an answer, and not refused.
        output: a file; None: the answers are told in ``form``.
    """

    columns: str = ""
    keep: str = "all"
    probabilities: bool = False
    blank: bool = False
    output: Path | None = None
    form: Form = "lines"

    @property
    def ending(self) -> str:
        """What is written, as the end of a file's name: ``.jsonl``."""
        return f".{self.form}" if self.output is None else self.output.suffix.lower()
