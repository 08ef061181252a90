"""``README.md`` of a run: a model card whose front matter the Hub reads.

It is made to be published, so it names no place on the machine that ran.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.contracts import Json, RunResult
from pipeline.errors import ModelError
from pipeline.report import prices, seeds, words
from pipeline.report.page import other_metrics, per_class
from pipeline.report.privacy import last_part, paths_in, publishable, without_folders
from pipeline.report.run_files import RunFiles, read

_HUB_METRICS = {"mcc": "matthews_correlation"}
_PARTS_OF_HUB_METRICS = ("f1", "precision", "recall")


def render(run: Path, *, snippet: str) -> str:
    """The card of a finished run as Markdown with YAML front matter.

    Args:
        run: the run's folder.
        snippet: Python that loads the export, shown as it is.

    Raises:
        ModelError: the run's files are missing, damaged or of another version.
    """
    files = read(run)
    result = files.result
    recipe, priced = _recipe(files, run), prices.table(files)
    named, learnt = _bases(result), _learnt(result)
    if learnt:  # by its name: the recipe may say where it lies
        recipe = recipe | {"model": recipe["model"] | {"adapter": learnt["name"]}}
    known = [*paths_in(recipe), *paths_in(result.data.get("source", {}))]
    shown_recipe = yaml.safe_dump(
        publishable(recipe, hub_model=bool(named)), sort_keys=False, allow_unicode=True
    )
    command = result.provenance.get("command") or ""
    command = command if isinstance(command, str) else " ".join(command)
    body = (
        _environment()
        .get_template("card.md.j2")
        .render(
            result=result,
            verdict=result.verdict,
            fine_tuned=files.fine_tuned,
            contenders=files.ranked,
            seeds=seeds.find(files),
            prices=priced,
            price=prices.in_a_line(priced),
            other_metrics=other_metrics(files),
            per_class=per_class(files.fine_tuned),
            base=named[0] if named else last_part(str(result.model.get("base", ""))),
            base_on_hub=bool(named),
            learnt=learnt,
            new=_new(recipe),
            data_set=_hub_data(recipe),
            notes=[without_folders(note, known) for note in result.data.get("notes", ())],
            description=without_folders(result.description, known),
            sentence=without_folders(result.verdict.sentence, known) if result.verdict else "",
            command=without_folders(command, known),
            machine=_machine(result.provenance.get("machine") or {}),
            recipe=shown_recipe,
            snippet=snippet.strip("\n"),
            fence=fence,
        )
    )
    front = yaml.safe_dump(
        front_matter(files, recipe, snippet), sort_keys=False, allow_unicode=True
    )
    return f"---\n{front}---\n\n{body}"


def front_matter(files: RunFiles, recipe: Json, snippet: str) -> Json:
    """What the Hub reads: licence, base, data, metrics and the score on the test rows.

    Args:
        files: the run.
        recipe: as ``recipe.yaml`` reads.
        snippet: tells which library loads the export.
    """
    result = files.result
    named, data_set = _bases(result), _hub_data(recipe)
    uses_peft = bool(re.search(r"^\s*(?:from|import) peft\b", snippet, re.MULTILINE))
    strategy = (result.model.get("strategy") or {}).get("name")
    front: Json = {
        # Unknown rather than guessed: a fine-tuned model's licence follows its base and its data.
        "license": _wanted(recipe).get("license") or result.model.get("license") or "unknown",
        "language": result.data.get("language"),
        "library_name": "peft" if uses_peft else "transformers",
        "pipeline_tag": _hub_task(result),
        "base_model": named[0] if len(named) == 1 else named,
        "datasets": [data_set] if data_set else None,
        "tags": ["graft", result.task, *([strategy] if strategy else [])],
        "metrics": [_hub_metric(result.metric)],
        "model-index": _model_index(files, data_set),
    }
    return {key: value for key, value in front.items() if value}


def _model_index(files: RunFiles, data_set: str | None) -> list[Json] | None:
    contender, result = files.fine_tuned, files.result
    if not contender:
        return None
    metrics: list[Json] = [
        {"type": _hub_metric(name), "value": contender.scores[name], "name": name}
        for name in [result.metric, *other_metrics(files)]
    ]
    metrics[0]["args"] = {"interval": list(contender.interval), "confidence_level": 0.95}
    name = data_set or result.recipe
    scored_on = {"type": data_set or "private", "name": name, "split": "test"}
    scored = {"task": {"type": _hub_task(result)}, "dataset": scored_on, "metrics": metrics}
    return [{"name": result.recipe, "results": [scored]}]


def fence(text: str) -> str:
    """A code fence that no line of the text closes."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)


def _hub_task(result: RunResult) -> str:
    """The Hub's name of the task: ``causal-lm`` is ``text-generation``."""
    return str(result.model.get("pipeline_tag") or result.task)


def _hub_metric(name: str) -> str:
    """The Hub's name of a metric: ``macro_f1`` is an ``f1``."""
    last = name.rsplit("_", 1)[-1]
    return _HUB_METRICS.get(name, last if last in _PARTS_OF_HUB_METRICS else name)


def _recipe(files: RunFiles, run: Path) -> Json:
    try:
        found = yaml.safe_load(files.recipe) if files.recipe else {}
    except yaml.YAMLError as error:
        place = str(run / "recipe.yaml")
        raise ModelError(f"this file is damaged: {error}", place=place) from None
    return found if isinstance(found, dict) else {}


def _new(recipe: Json) -> str | None:
    """The family of a network that started from nothing."""
    model = recipe.get("model")
    return model.get("new") if isinstance(model, dict) else None


def _hub_data(recipe: Json) -> str | None:
    data = recipe.get("data")
    return data.get("hub") if isinstance(data, dict) else None


def _learnt(result: RunResult) -> Json | None:
    """The adapter that was folded into the base before the run began."""
    made_of: Json = result.model.get("made_of") or {}
    return made_of.get("adapter")


def _bases(result: RunResult) -> list[str]:
    """Ids on the Hub of what the run began with: the base, and an adapter that was folded in."""
    made_of, learnt = result.model.get("made_of"), _learnt(result)
    base = made_of["base"]["hub_id"] if made_of else result.model.get("base_hub_id")
    adapter = learnt["name"] if learnt and learnt["revision"] else None
    return [name for name in (base, adapter) if name]


def _wanted(recipe: Json) -> Json:
    """The recipe's ``hub`` block."""
    hub = recipe.get("hub")
    return hub if isinstance(hub, dict) else {}


def _machine(machine: Json) -> str:
    """A machine in words: its size, never its name."""
    words_of = {"cores": "{} cores", "memory_gib": "{} GiB of memory", "accelerator": "{}"}
    return ", ".join(
        shape.format(machine[key]) for key, shape in words_of.items() if machine.get(key)
    )


def _cell(value: Any) -> str:
    """Text that Markdown shows as it is, on one line, a table's border included."""
    text = " ".join(str(value).split())
    text = re.sub(r"([\\`*\[\]<>|~])", r"\\\1", text)
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)


@functools.cache
def _environment() -> Environment:
    # Markdown is not HTML: what people wrote goes through the filter ``cell`` instead.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        cell=_cell,
        number=words.number,
        signed=words.signed,
        count=words.count,
        share=words.share,
        duration=words.duration,
        p_value=words.p_value,
        tiny=words.tiny,
        brief="{:.3g}".format,
        megabytes=lambda value: words.significant(words.megabytes(value)),
        plain=lambda value: words.short(value, 400),
    )
    environment.globals["per_thousand"] = lambda seconds, rows: words.significant(
        words.milliseconds_per_thousand(seconds, rows)
    )
    return environment
