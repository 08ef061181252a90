"""Going on with a run that was interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import storage
from pipeline.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.contracts import Json
    from pipeline.recipe import Recipe


def unfinished(recipe: Recipe, runs: Path) -> Path:
    """The folder of the newest run of a recipe that has not finished.

    Args:
        runs: folder of all runs.

    Raises:
        UserError: there is none, or none that was started with these settings.
    """
    wanted = recipe.to_yaml()
    found = storage.unfinished_runs(runs, recipe.name)
    for folder in found:
        if (folder / "recipe.yaml").read_text(encoding="utf-8") == wanted:
            return folder
    if found:
        raise UserError(
            f"the unfinished run {found[0].name} was started with other settings",
            place=str(found[0] / "recipe.yaml"),
            hint="run that file with --resume, or start anew without --resume",
        )
    raise UserError("there is no unfinished run of this recipe", hint="start one without --resume")


def refuse_other_inputs(folder: Path, lock: Json) -> None:
    """What a run began with must still be there when it goes on.

    Args:
        lock: base and data as they are now.

    Raises:
        UserError: one of them is another now.
    """
    before = storage.read_json(folder / "lock.json")
    changed = [key for key in ("base", "data") if before[key] != lock[key]]
    if changed:
        raise UserError(
            f"since this run began, its {' and '.join(changed)} changed",
            place=str(folder / "lock.json"),
            hint="start anew, without --resume",
        )
