"""From what a person names to something that reads or writes text.

A name is a run's folder, an export's, what was pushed (``hub:owner/name``, with ``@revision``),
a baseline of a run (``runs/x/latest:ngram-lm``), an n-gram model in an ARPA file, or a base
model as a recipe spells it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline import bases, components, contest, loading, repositories, storage
from pipeline.contracts import FACTS, Fitted, Reporter, Task
from pipeline.errors import ModelError, RecipeError, suggestion

if TYPE_CHECKING:
    from pipeline.training.inference import Answering

_LANGUAGE_TASKS = {
    "decoder": "causal-lm",
    "encoder": "masked-lm",
    "encoder-decoder": "seq2seq",
}
"""What a base of each shape was pretrained to do, or comes nearest to it."""


ARPA_ENDINGS = (".arpa", ".arpa.gz")


def open_model(name: str, report: Reporter) -> Answering | Fitted:
    """Find and load what a name stands for.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    if repositories.is_named(name):
        return _export(name, report)
    folder, colon, baseline = name.rpartition(":")
    if colon and Path(folder).is_dir() and not Path(name).exists():
        return _baseline(Path(folder), baseline)
    path = Path(name).expanduser()
    if name.endswith(ARPA_ENDINGS):
        return _arpa(path, report)
    is_ours = any((path / file).exists() for file in (FACTS, "result.json", "latest"))
    if is_ours or (not path.is_dir() and bases.locate(name) == "folder"):
        return _export(path, report)
    return _base(name, report)


def _export(path: Path | str, report: Reporter) -> Answering:
    folder = loading.export_folder(path, report)
    facts = loading.read_facts(folder)
    return loading.load(folder, facts, loading.task_of(folder, facts), report)


def _baseline(run: Path, name: str) -> Fitted:
    folder = run / contest.BASELINES / name
    if not (folder / contest.BASELINE).is_file():
        kept = sorted(file.parent.name for file in run.glob(f"*/*/{contest.BASELINE}"))
        raise ModelError(
            f"there is no baseline '{name}' in this run",
            place=str(run),
            hint=suggestion(name, kept),
        )
    facts = storage.read_json(folder / contest.BASELINE)
    try:
        options = dict(facts["task"])
        task: Task = components.load("tasks", options.pop("name"))(**options)
        found: Fitted = components.load("baselines", facts["name"]).load(folder, task)
    except (KeyError, TypeError, ValueError, OSError, RecipeError, ValidationError) as error:
        raise ModelError(
            f"this baseline is damaged: {error}", place=str(folder), hint="run its recipe again"
        ) from error
    return found


def _arpa(path: Path, report: Reporter) -> Fitted:
    from pipeline.language.words import WordModel

    if not path.is_file():
        raise ModelError("there is no such file", place=str(path))
    model = WordModel.read(path, components.load("tasks", "causal-lm")(), report)
    report.note("words are what stands between white space; give texts cut as this model's were")
    if not model.knows_unknown:
        report.warn("this model has no <unk>: a word that it lacks is next to impossible")
    return model


def _base(name: str, report: Reporter) -> Answering:
    base = bases.resolve(name, report=report)
    task = _own_task(base)
    with report.progress("loading the model", 2) as advance:
        import torch

        from pipeline.data.batches import Cutting
        from pipeline.training.inference import Answering
        from pipeline.training.model import prepare

        advance(1)
        full = components.load("strategies", "full")()
        ready = prepare(
            base, task=task, labels=(), strategy=full, dropout=None, max_length=None, seed=0
        )
        advance(1)
    if ready.fresh:
        raise ModelError(
            f"this base has no language head: it lacks {ready.fresh[0]}",
            place=name,
            hint="it gives features alone; name a base that was saved with its head",
        )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return Answering(
        model=ready.model.eval().to(device),
        codec=ready.codec,
        task=task,
        labels=(),
        cutting=Cutting(max_tokens=loading.CPU_TOKENS),
        device=device,
    )


def _own_task(base: bases.Base) -> Task:
    """The language task of a base's shape.

    Raises:
        ModelError: the family is not known.
    """
    known: Any = components.available("models")
    if base.model_type.replace("_", "-") not in known:
        raise ModelError(
            f"the family '{base.model_type}' is not known",
            place=base.name,
            hint=f"known families: {', '.join(known)}",
        )
    shape = components.load("models", base.model_type).shape
    task: Task = components.load("tasks", _LANGUAGE_TASKS[shape])()
    return task
