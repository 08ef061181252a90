"""What of a run goes to the Hub: one proven export, and its card."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline import checksums, storage
from pipeline.contracts import FACTS, HERE, ExportResult, Reporter
from pipeline.errors import ModelError, Problem, suggestion
from pipeline.pushing.spec import HubSpec
from pipeline.report import run_files

CARD = "README.md"

_KINDS = (".safetensors", ".json", ".txt", ".jinja", ".model", ".onnx", ".data", ".md")
"""Endings of the files that exports consist of; nothing else leaves, and no pickle is one."""


@dataclass(frozen=True)
class Parcel:
    """What would be uploaded.

    Attributes:
        run: the run's folder, of which the name is the run's id.
        export: which one it is.
        files: name in the repository -> file on this disk.
        card: text of the card as the repository will show it.
        verb: what such a model is asked to do, as a command.
    """

    run: Path
    export: ExportResult
    files: Mapping[str, Path]
    card: str
    verb: str

    @property
    def folder(self) -> Path:
        """Where the export lies."""
        return self.run / self.export.path


def wanted_by(run: Path) -> HubSpec | None:
    """The ``hub`` block of the recipe that a run was made with."""
    file = run / "recipe.yaml"
    if not file.is_file():
        return None
    try:
        block = yaml.safe_load(file.read_text(encoding="utf-8")).get("hub")
        return HubSpec.model_validate(block) if block else None
    except (yaml.YAMLError, AttributeError, ValueError) as error:
        raise ModelError(f"this file is damaged: {error}", place=str(file)) from None


def finished(run: Path) -> Path:
    """The folder of a finished run, ``latest`` followed.

    Raises:
        ModelError: there is no such run, or it did not finish.
    """
    if not run.is_dir():
        beside = run.parent.iterdir() if run.parent.is_dir() else ()
        hint = suggestion(run.name, [item.name for item in beside if item.is_dir()])
        raise ModelError("there is no such run", place=str(run), hint=hint)
    if storage.is_finished(run):
        return run.resolve()
    if (run / "recipe.yaml").is_file():
        raise ModelError(
            "this run did not finish, so nothing of it is proven",
            place=str(run),
            hint="go on with it first: graft run RECIPE --resume",
        )
    if (run / FACTS).is_file():
        raise ModelError(
            "this is an export; its proof and its scores stand in the run's folder",
            place=str(run),
            hint=f"push the run: graft push {run.parent} --export {run.name}",
        )
    latest = run / "latest"
    hint = f"did you mean {latest}?" if latest.is_dir() else "name one such as runs/demo/latest"
    raise ModelError("there is no run in this folder", place=str(run), hint=hint)


def pack(run: Path, *, repo: str, export: str | None, report: Reporter) -> Parcel:
    """An export of a finished run, ready to be looked through.

    Args:
        run: as ``finished`` found it.
        repo: for the card, which tells where to load the export from.
        export: its name; None for the first.
        report: for progress, and what cannot be checked.

    Raises:
        ModelError: there is no such export, its proof failed, it was changed since, or there
            are files in it that no export has; all of it at once.
    """
    result = run_files.read(run).result
    chosen = _chosen(run, result.exports, export)
    folder = run / chosen.path
    if not chosen.proved:
        raise ModelError(
            f"the proof of the export {chosen.name} failed: reloaded, it does not answer as the"
            " model that was trained",
            place=str(folder),
            hint="what is not proven is not pushed; export it again, or choose another: --export",
        )
    if not folder.is_dir():
        raise ModelError("the export is not there any more", place=str(folder))
    problems = list(_strangers(folder))
    files = checksums.files_in(folder)
    if not problems:
        again = f"graft export {run} {chosen.name}"
        problems += _changed(folder, files, chosen, again=again, report=report)
    card = folder / CARD
    if not card.is_file():
        problems.append(Problem("there is no card", str(card), "export it again"))
    if problems:
        raise ModelError(problems)
    text = on_the_hub(card.read_text(encoding="utf-8"), repo, result.verb)
    return Parcel(run, chosen, files, text, result.verb)


def _chosen(run: Path, exports: Sequence[ExportResult], name: str | None) -> ExportResult:
    found = {item.name: item for item in exports}
    if not found:
        raise ModelError(
            "this run exported nothing",
            place=str(run),
            hint=f"export it first: graft export {run} merged",
        )
    if name is None:
        return next(iter(found.values()))
    if name not in found:
        hint = f"{suggestion(name, found)}; or make it: graft export {run} {name}"
        raise ModelError(f"this run has no export '{name}'", place=str(run), hint=hint)
    return found[name]


def _changed(
    folder: Path,
    files: Mapping[str, Path],
    export: ExportResult,
    *,
    again: str,
    report: Reporter,
) -> list[Problem]:
    """Files that are not as they were proven; the card is not looked at, as it may be edited.

    Args:
        again: the command that makes the export anew.
    """
    hint = f"what was not proven is not pushed; export it again: {again}"
    proven = {name: file for name, file in files.items() if name != CARD}
    if not export.sha256:
        report.warn(
            f"the run kept no sha256 of the files of {export.name}, so that only their size could"
            f" be compared; to have them compared byte for byte, export it again: {again}"
        )
        size = sum(file.stat().st_size for file in proven.values())
        said = f"the export was changed since its proof: {size:,} bytes, then {export.size_bytes:,}"
        return [Problem(said, str(folder), hint)] if size != export.size_bytes else []
    found = checksums.sha256(proven, report)
    return [
        Problem(_became(found.get(name), export.sha256.get(name)), str(folder / name), hint)
        for name in sorted(found.keys() | export.sha256.keys())
        if found.get(name) != export.sha256.get(name)
    ]


def _became(now: str | None, then: str | None) -> str:
    if now is None:
        return "this file of the export is not there any more"
    return f"this file {'came after' if then is None else 'was changed since'} the export's proof"


def _strangers(folder: Path) -> list[Problem]:
    """Files that no exporter writes: they may be anything, and are not pushed unseen."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found.append((path, "this is a link, and may lead out of the export"))
        elif path.is_file() and (path.name.startswith(".") or path.suffix not in _KINDS):
            found.append((path, "this file belongs to no export"))
    return [Problem(said, str(path), "move it elsewhere; no pickle and no script is pushed")
            for path, said in found]  # fmt: skip


# -------------------------------------------------------------------------- the card


_USE = re.compile(r"^## How to use it\n\n", re.MULTILINE)
_HERE = re.compile(rf"^{re.escape(HERE)}.*$", re.MULTILINE)
_PATH = re.compile(r"^from pathlib import Path\n\n", re.MULTILINE)


def on_the_hub(card: str, repo: str, verb: str) -> str:
    """The card of a repository: its snippet fetches the files before it loads them.

    Args:
        verb: what such a model is asked to do, as a command.
    """
    typed = f'With Graft: `graft {verb} hub:{repo} "a text of your own"`. Without it:\n\n'
    card = _USE.sub(lambda found: found[0] + typed, card, count=1)
    fetched = f'folder = Path(snapshot_download("{repo}"))'
    if not _HERE.search(card) or not _PATH.search(card):
        return card
    card = _HERE.sub(lambda _: fetched, card, count=1)
    imported = "from huggingface_hub import snapshot_download\n"
    return _PATH.sub(lambda found: found[0] + imported, card, count=1)
