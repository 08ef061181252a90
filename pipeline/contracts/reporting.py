"""Where the stages of a run say what they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Reporter(Protocol):
    """Where the stages of a run say what they do; only the CLI's one prints."""

    def stage(self, title: str) -> None:
        """A new stage of the run begins."""

    def note(self, message: str) -> None:
        """Something worth knowing."""

    def warn(self, message: str) -> None:
        """Something the person should look at; the run goes on."""

    def table(
        self,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        prose: bool = False,
    ) -> None:
        """A small table of facts.

        Args:
            prose: cells are sentences; else columns after the first are numbers.
        """

    def progress(
        self, title: str, total: int | None
    ) -> AbstractContextManager[Callable[[int], None]]:
        """A progress bar; call what it yields with the number of steps done since.

        Args:
            total: how many steps there are; None where nobody knows yet.
        """


class Silent:
    """A reporter that says nothing, for tests and for use as a library."""

    def stage(self, title: str) -> None:
        """Say nothing."""

    def note(self, message: str) -> None:
        """Say nothing."""

    def warn(self, message: str) -> None:
        """Say nothing."""

    def table(
        self,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        prose: bool = False,
    ) -> None:
        """Say nothing."""

    def progress(
        self, title: str, total: int | None
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Count nothing."""
        return nullcontext(lambda done: None)
