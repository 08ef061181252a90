"""From a run's folder, or an export's, to a model that answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError

from pipeline import bases, components, storage
from pipeline.contracts import BASE_FOLDER, FACTS, Exporter, Json, Reporter, Silent, Task
from pipeline.data.split_by import Position
from pipeline.errors import ModelError, RecipeError, first_line, nearest
from pipeline.hub import repositories
from pipeline.loading import onnx_model

if TYPE_CHECKING:
    from pipeline.training.inference import Answering

CPU_TOKENS = 8192
_AGAIN = "export the model again"


class _BaseFacts(BaseModel):
    """The base of an adapter, as the lock file has it."""

    name: str
    origin: str
    hub_id: str | None
    revision: str | None
    sha256: dict[str, str]


class Facts(BaseModel):
    """What ``graft.json`` beside the weights must say.

    Attributes:
        columns: what the run's rows called the columns that the model reads: ours -> a name, or
            a position counted from 1; None in exports that were made before they said it.
    """

    exporter: str
    task: Json
    labels: tuple[str, ...]
    max_length: int = Field(ge=1)
    base: _BaseFacts
    columns: dict[str, str | Position] | None = None


def export_folder(path: Path | str, report: Reporter | None = None) -> Path:
    """The export itself, or the first export of a run; ``hub:owner/name`` is fetched."""
    if repositories.is_named(str(path)):
        return repositories.fetch(str(path), report or Silent(), facts=True)[0]
    path = Path(path).expanduser()
    if not path.is_dir():
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        near = nearest(path.name, [item.name for item in beside if item.is_dir()])
        hint = f"did you mean {path.with_name(near)}?" if near else "name a run or an export"
        raise ModelError("there is no such folder", place=str(path), hint=hint)
    if (path / FACTS).is_file():
        return path
    if (path / "result.json").is_file():
        for export in storage.read_json(path / "result.json").get("exports", ()):
            if export["proved"] and _answers_with(export["name"]) is not None:
                return path / str(export["path"])
        raise ModelError(
            "this run exported nothing that answers",
            place=str(path),
            hint=f"graft export {path} merged",
        )
    latest = path / "latest"
    raise ModelError(
        f"there is neither {FACTS} nor result.json in this folder",
        place=str(path),
        hint=f"did you mean {latest}?"
        if latest.is_dir()
        else "name a finished run such as runs/demo/latest, or an export's folder",
    )


def read_facts(folder: Path) -> Facts:
    """What stands in ``graft.json``.

    Raises:
        ModelError: it is damaged.
    """
    path = folder / FACTS
    found = storage.read_json(path)
    try:
        return Facts.model_validate(found)
    except ValidationError as error:
        keys = {".".join(map(str, item["loc"])) or "everything" for item in error.errors()}
        raise _damaged(path, f"wrong or missing: {', '.join(sorted(keys))}") from None


def task_of(folder: Path, facts: Facts) -> Task:
    """The task that an export answers.

    Raises:
        ModelError: there is no such task.
    """
    options = dict(facts.task)
    try:
        task: Task = components.load("tasks", str(options.pop("name", "")))(**options)
    except (RecipeError, ValidationError):
        raise _damaged(folder / FACTS, "there is no such task") from None
    return task


def _damaged(path: Path, what: str) -> ModelError:
    return ModelError(f"this file is damaged: {what}", place=str(path), hint=_AGAIN)


def load(folder: Path, facts: Facts, task: Task, report: Reporter) -> Answering:
    """Load an export, from safetensors or ONNX alone.

    Raises:
        ModelError: the weights are missing or damaged, the base is another one, or the folder
            is for another library.
    """
    file = _answers_with(facts.exporter)
    if file is None:
        raise ModelError(
            f"this folder is for {facts.exporter}; it gives features and not answers",
            place=str(folder),
            hint="README.md beside it loads it; to answer, name another export of its run",
        )
    adapter = facts.exporter == "adapter"
    if not (folder / file).is_file():
        raise ModelError(f"there is no {file}", place=str(folder), hint=_AGAIN)
    source = _base_folder(folder, facts.base, report) if adapter else folder
    with report.progress("loading the model", 3) as advance:
        import torch
        import transformers

        from pipeline.data.batches import Cutting
        from pipeline.training.inference import Answering
        from pipeline.training.model import codec_of

        advance(1)
        try:
            ours = {"local_files_only": True, "trust_remote_code": False}
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **ours)
            config = transformers.AutoConfig.from_pretrained(source, **ours)
            family = components.load("models", config.model_type)()
            auto = getattr(transformers, task.auto_class(family.shape))
            options: Json = {}
            if adapter:
                padding = {"pad_token_id": tokenizer.pad_token_id}
                options = task.model_options(facts.labels) | padding
            model: Any
            if file == onnx_model.FILE:
                model = onnx_model.OnnxModel(folder, config)
            else:
                model = auto.from_pretrained(
                    source, dtype="float32", use_safetensors=True, **ours, **options
                )
            advance(1)
            if adapter:
                from peft import PeftModel

                model = PeftModel.from_pretrained(model, str(folder))
        except ModelError:
            raise
        except Exception as error:
            # What the libraries raise for a damaged file is of any type.
            raise ModelError(
                f"cannot be loaded: {first_line(error)}", place=str(folder), hint=_AGAIN
            ) from error
        advance(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if isinstance(model, onnx_model.OnnxModel):
        device = torch.device("cpu")
    else:
        model = model.to(device)
    return Answering(
        model=model.eval(),
        codec=codec_of(model.config, tokenizer, family=family, max_length=facts.max_length),
        task=task,
        labels=facts.labels,
        cutting=Cutting(max_tokens=CPU_TOKENS),
        device=device,
    )


def _answers_with(exporter: str) -> str | None:
    """The file that holds an export's weights; None where it is for other libraries alone."""
    if exporter not in components.available("exporters"):  # the file may come from elsewhere
        return Exporter.answers_with
    kind: type[Exporter] = components.load("exporters", exporter)
    return kind.answers_with


def _base_folder(folder: Path, base: _BaseFacts, report: Reporter) -> Path:
    if not base.hub_id:
        return folder / BASE_FOLDER
    if bases.locate(base.hub_id) != "hub":  # the file may come from a stranger
        raise _damaged(folder / FACTS, f"'{base.hub_id}' is no id on the Hub")
    name = base.name if base.origin == "builtin" else base.hub_id
    hashes = list(base.sha256.values())
    expected = hashes[0] if len(hashes) == 1 else None
    return bases.resolve(name, revision=base.revision, sha256=expected, report=report).folder
