"""From what a person names to something that reads or writes text.

A name is a run's folder, an export's, what was pushed (``hub:owner/name``, with ``@revision``),
a baseline of a run (``runs/x/latest:ngram-lm``), an n-gram model in an ARPA file, or a base
model as a recipe spells it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline import bases, components, contest, loading, storage
from pipeline.contracts import FACTS, Fitted, Reporter, Task
from pipeline.errors import ModelError, RecipeError, suggestion
from pipeline.hub import repositories

if TYPE_CHECKING:
    from pipeline.training.inference import Answering

_LANGUAGE_TASKS = {
    "decoder": "causal-lm",
    "encoder": "masked-lm",
    "encoder-decoder": "seq2seq",
}
"""What a base of each shape was pretrained to do, or comes nearest to it."""


ARPA_ENDINGS = (".arpa", ".arpa.gz")


@dataclass(frozen=True)
class Trained:
    """What answers a task, before its weights are loaded.

    Attributes:
        labels: in the order of its probabilities.
        load: reads it, which may take seconds.
        columns: what the run's rows called the task's columns; ours -> theirs, or a position.
    """

    task: Task
    labels: tuple[str, ...]
    load: Callable[[Reporter], Answering | Fitted]
    columns: Mapping[str, str | int] = field(default_factory=dict)


def open_model(name: str, report: Reporter) -> Answering | Fitted:
    """Find and load what a name stands for.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    path = Path(name).expanduser()
    if name.endswith(ARPA_ENDINGS):
        return _arpa(path, report)
    is_ours = any((path / file).exists() for file in (FACTS, "result.json", "latest"))
    ours = is_ours or repositories.is_named(name) or _baseline_in(name)
    if ours or (not path.is_dir() and bases.locate(name) == "folder"):
        return find(name, report).load(report)
    return _base(name, report)


def find(name: str, report: Reporter) -> Trained:
    """The run, export or baseline of a run that a name stands for; nothing heavy is read.

    What was pushed is fetched.

    Raises:
        ModelError: there is no such thing, or its files are damaged.
    """
    baseline = _baseline_in(name)
    if baseline:
        return _baseline(*baseline)
    folder = loading.export_folder(name, report)
    facts = loading.read_facts(folder)
    task = loading.task_of(folder, facts)
    return Trained(
        task,
        facts.labels,
        lambda report: loading.load(folder, facts, task, report),
        _columns(folder.parent) if facts.columns is None else facts.columns,
    )


def _columns(run: Path) -> dict[str, str | int]:
    """What the rows of a run called its task's columns; nothing where there is no run."""
    import yaml

    recipe = run / "recipe.yaml"
    if not recipe.is_file():
        return {}
    return dict(yaml.safe_load(recipe.read_text(encoding="utf-8"))["data"]["columns"])


def _baseline_in(name: str) -> tuple[Path, str] | None:
    """Run and baseline of a name such as ``runs/x/latest:tfidf``."""
    folder, colon, baseline = name.rpartition(":")
    run = Path(folder).expanduser()
    pushed = repositories.is_named(name)
    there = colon and not pushed and run.is_dir() and not Path(name).exists()
    return (run, baseline) if there else None


def _baseline(run: Path, name: str) -> Trained:
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
        kind = components.load("baselines", facts["name"])
        labels = tuple(map(str, facts["labels"]))
    except _DAMAGE as error:
        raise _damaged(folder, error) from error

    def load(report: Reporter) -> Fitted:
        del report
        try:
            found: Fitted = kind.load(folder, task)
        except _DAMAGE as error:
            raise _damaged(folder, error) from error
        return found

    return Trained(task, labels, load, _columns(run))


_DAMAGE = (KeyError, TypeError, ValueError, OSError, RecipeError, ValidationError)


def _damaged(folder: Path, error: Exception) -> ModelError:
    return ModelError(
        f"this baseline is damaged: {error}", place=str(folder), hint="run its recipe again"
    )


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
    shape = bases.known_family(base).shape
    task: Task = components.load("tasks", _LANGUAGE_TASKS[shape])()
    return task
