"""What a learning curve is drawn of: which rows, which sizes, in which folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import storage
from pipeline.errors import Problem, UserError

if TYPE_CHECKING:
    from pipeline.contracts import Json, Reporter
    from pipeline.recipe import Recipe

_VALIDATION_SHARE = 0.15
_SMALLEST = 16


def with_all_rows(recipe: Recipe) -> Recipe:
    """The recipe with every row to learn from, and a validation split that no size changes."""
    if not recipe.baselines:
        raise UserError(
            "a curve compares with baselines, and this recipe has none",
            hint="name some: baselines=[tfidf]",
        )
    if recipe.data.streaming:
        raise UserError(
            "a curve draws its rows from memory, and this recipe streams them",
            hint="leave streaming out for it, with data.train a file of so many rows as memory"
            " holds: data.streaming=false",
        )
    changed: dict[str, Any] = {"per_class": None, "limit": None}
    if recipe.data.validation == "rest":
        changed["validation"] = _VALIDATION_SHARE
    return replace(recipe, data=recipe.data.model_copy(update=changed))


def checked_sizes(sizes: Sequence[int] | None, *, most: int, least: int) -> list[int]:
    """Sizes in order, each once; None: doubled from the smallest up to all rows.

    Raises:
        UserError: a size that the training rows cannot give; all of them.
    """
    if sizes is None:
        size, chosen = max(_SMALLEST, least), []
        while size < most:
            chosen.append(size)
            size *= 2
        return [*chosen, most]
    # ``all`` is written 0.
    given = sorted({size or most for size in sizes})
    problems = [
        Problem(
            f"--rows {size:,}: there are {most:,} training rows"
            if size > most
            else f"--rows {size:,}: there are {least:,} classes, and each needs a row",
            hint=f"give numbers from {least:,} to {most:,}, or 'all'",
        )
        for size in given
        if not least <= size <= most
    ]
    if problems:
        raise UserError(problems)
    return given


def folder_of(recipe: Recipe, lock: Json, runs: Path, report: Reporter) -> Path:
    """The folder of an unfinished curve with these settings, else a new one."""
    wanted = recipe.to_yaml()
    parent = runs / recipe.name
    for folder in sorted(parent.glob("curve-*"), reverse=True):
        settings, kept = folder / "settings.yaml", folder / "lock.json"
        if (folder / "curve.json").exists() or not (settings.is_file() and kept.is_file()):
            continue
        if settings.read_text(encoding="utf-8") == wanted and storage.read_json(kept) == lock:
            report.note(f"going on with {folder.name}, which was interrupted")
            return folder
    folder = storage.create_run(runs, recipe.name, prefix="curve-")
    storage.write_text(folder / "settings.yaml", wanted)
    storage.write_json(folder / "lock.json", lock)
    return folder
