"""Smoothing methods as options of a baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

if TYPE_CHECKING:
    from pipeline.language.smoothing import Smoothing

SmoothingName = Literal["add-k", "witten-bell", "kneser-ney"]
Order = Annotated[int, Field(ge=1, le=10)]
Pseudocount = Annotated[float, Field(gt=0, le=100)]


def methods(
    names: Sequence[SmoothingName], pseudocounts: Sequence[float]
) -> Iterator[tuple[SmoothingName, float | None]]:
    """Each method with each of its own options: add-k has its k, the others none."""
    for name in names:
        if name == "add-k":
            yield from ((name, k) for k in pseudocounts)
        else:
            yield name, None


def smoothing(name: SmoothingName, k: float | None) -> Smoothing:
    """The method behind a name."""
    from pipeline.language.smoothing import AddK, KneserNey, WittenBell

    if name == "add-k":
        if k is None:
            raise ValueError("add-k needs a k")
        return AddK(k)
    return WittenBell() if name == "witten-bell" else KneserNey()
