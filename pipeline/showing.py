"""``graft show``: what a run found, and which runs there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline import storage
from pipeline.contracts import RunResult
from pipeline.errors import ModelError, nearest
from pipeline.report import run_files

VERDICTS = {True: "worth it", False: "not worth it", None: "undecided"}

_FILES = (
    ("report", "report.html"),
    ("model card", "README.md"),
    ("predictions", "predictions.parquet"),
    ("recipe", "recipe.yaml"),
    ("versions, hashes", "lock.json"),
    ("log", "log.jsonl"),
)


@dataclass(frozen=True)
class Listed:
    """A run among others.

    Attributes:
        latest: the newest of its recipe that finished.
        result: None where it has none that can be read.
        state: in words: a verdict, or why there is none.
    """

    folder: Path
    latest: bool
    result: RunResult | None
    state: str

    @property
    def scores(self) -> tuple[str, str]:
        """What the fine-tuned model reached, and the best baseline with its name."""
        if self.result is None:
            return "", ""
        by_name = {item.name: item for item in self.result.contenders}
        verdict = self.result.verdict
        ours = next((item for item in by_name.values() if item.kind == "fine-tuned"), None)
        best = by_name.get(verdict.best_baseline) if verdict else None
        metric = self.result.metric
        return (
            f"{ours.scores[metric]:,.3f}" if ours else "",
            f"{best.scores[metric]:,.3f} {best.name}" if best else "",
        )


def find(path: Path) -> Path | None:
    """The run that a path means: itself; None where it is a folder of runs.

    Raises:
        ModelError: there is no such folder.
    """
    if not path.is_dir():
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        near = nearest(path.name, [item.name for item in beside if item.is_dir()])
        hint = f"did you mean {path.with_name(near)}?" if near else "graft show lists the runs"
        raise ModelError("there is no such folder", place=str(path), hint=hint)
    return path if storage.is_finished(path) else None


def listed(folder: Path) -> list[Listed]:
    """The runs in a folder of all runs, or in that of one recipe; the newest of a recipe first.

    Raises:
        ModelError: there is none.
    """
    found = list(_runs(folder))
    if not found:
        raise ModelError(
            "there are no runs in this folder" if folder.is_dir() else "there is no such folder",
            place=str(folder),
            hint="graft run RECIPE makes one; --runs names another folder",
        )
    return found


def files(run: Path) -> list[tuple[str, Path]]:
    """What lies in a run's folder, as people call it."""
    return [(title, run / name) for title, name in _FILES if (run / name).is_file()]


def _runs(folder: Path) -> Iterator[Listed]:
    recipes = [folder, *_folders(folder)]
    for recipe in recipes:
        runs = [run for run in _folders(recipe) if _is_run(run)]
        newest = (recipe / "latest").resolve().name
        for run in sorted(runs, key=lambda run: run.name, reverse=True):
            yield _look(run, latest=run.name == newest)


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(item for item in folder.iterdir() if item.is_dir() and not item.is_symlink())


def _is_run(folder: Path) -> bool:
    return storage.is_finished(folder) or (folder / "recipe.yaml").is_file()


def _look(run: Path, *, latest: bool) -> Listed:
    if not storage.is_finished(run):
        return Listed(run, latest, None, "unfinished: graft run its recipe with --resume")
    try:
        result = run_files.read_result(run)
    except ModelError as error:
        return Listed(run, latest, None, error.problems[0].message)
    verdict = result.verdict
    state = VERDICTS[verdict.worth_it] if verdict else "no baseline to compare with"
    return Listed(run, latest, result, state)
