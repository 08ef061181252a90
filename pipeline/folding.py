"""A base with an adapter folded in: where a recipe goes on from what somebody learnt before.

``model: {id: BASE, adapter: owner/name}`` begins with the function that base and adapter are
together. The adapter is folded into the weights, and the strategy is then applied to the whole:
so any strategy, rank and task can follow, also another kind of adapter, where going on with the
same thin matrices would tie the recipe to the first one's. The price is that the new base is
known to nobody by a name, and travels with what is exported.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import bases, components, loading, storage, weights
from pipeline.bases import Base
from pipeline.contracts import FACTS, Family, Json, Reporter, Task
from pipeline.errors import ModelError, Problem, first_line
from pipeline.exporters import _folded
from pipeline.hub import repositories
from pipeline.loading import Facts

_AUTO = {
    "CAUSAL_LM": "AutoModelForCausalLM",
    "SEQ_2_SEQ_LM": "AutoModelForSeq2SeqLM",
    "FEATURE_EXTRACTION": "AutoModel",
    None: "AutoModel",
}
"""PEFT's kinds of models that have no head of their own, and the class that loads each."""


@dataclass(frozen=True)
class Adapter:
    """An adapter whose files are on this machine.

    Attributes:
        name: as the recipe spells it; of a folder, its last part.
        revision: its commit on the Hub; None for a folder.
        facts: what Graft wrote beside it; None for anybody else's.
    """

    name: str
    folder: Path
    revision: str | None
    facts: Facts | None

    def said(self) -> Json:
        """For the lock file, the card and the exports: no path of this machine."""
        hashes = {repositories.ADAPTER: weights.sha256(self.folder / repositories.ADAPTER)}
        return {"name": self.name, "revision": self.revision, "sha256": hashes}


def find(name: str, base: Base, report: Reporter) -> Adapter:
    """Fetch an adapter, and see that it belongs to the base.

    Args:
        name: ``owner/name`` with an optional ``@revision``, or a folder: an adapter's or a run's.

    Raises:
        ModelError: it is no adapter, or another base's.
        HubError: the Hub said no, or did not answer.
    """
    revision: str | None = None
    if repositories.is_named(name) or bases.locate(name.partition("@")[0]) == "hub":
        folder, revision = repositories.fetch(name, report, facts=False)
        shown = name.removeprefix(repositories.PREFIX).partition("@")[0]
    else:
        path = Path(name).expanduser()
        is_plain = (path / repositories.ADAPTER_CONFIG).is_file()
        folder = path if is_plain else loading.export_folder(path)
        shown = folder.resolve().name
    if not (folder / repositories.ADAPTER_CONFIG).is_file():
        raise ModelError(
            "this is a whole model, not an adapter", place=name, hint=f"model: {{id: {name}}}"
        )
    if not (folder / repositories.ADAPTER).is_file():
        weights.refuse_without_weights([file.name for file in folder.iterdir()], name)
    facts = loading.read_facts(folder) if (folder / FACTS).is_file() else None
    adapter = Adapter(shown, folder, revision, facts)
    _refuse_another_base(adapter, base)
    return adapter


def _refuse_another_base(adapter: Adapter, base: Base) -> None:
    """By the bytes of the weights where Graft kept their hash, by the name where it did not."""
    if adapter.facts is not None:
        known = adapter.facts.base
        if set(known.sha256.values()) == set(base.sha256.values()):
            return
        named = known.hub_id or known.name
        if known.hub_id == base.hub_id and known.revision:
            named = f"{named}, revision {known.revision}"
    else:
        config = storage.read_json(adapter.folder / repositories.ADAPTER_CONFIG)
        named = str(config.get("base_model_name_or_path"))
        if named in (base.hub_id, base.name) or bases.locate(named) == "folder":
            return
    raise ModelError(
        f"this adapter was made for {named}, not for {base.name}",
        place=adapter.name,
        hint=f"model: {{id: {named.partition(',')[0]}, adapter: {adapter.name}}}",
    )


def fold(
    adapter: Adapter,
    base: Base,
    *,
    task: Task,
    labels: Sequence[str],
    run: Path,
    report: Reporter,
) -> Base:
    """Write the base with the adapter folded in into a run's folder.

    A head that answered the same task with the same labels stays; any other is left out, and a
    new one is made as for any base. A folder that is there already is taken as it is.

    Args:
        task: of the recipe.
        labels: likewise.

    Raises:
        ModelError: the adapter cannot be loaded on this base.
    """
    folder = run / bases.MADE
    if not folder.is_dir():
        with report.progress("folding the adapter into the base", 2) as advance:
            model, tokenizer, family = _whole(adapter, base)
            advance(1)
            dropped = _dropped(adapter, family, task=task, labels=labels)
            kept = {
                name: tensor
                for name, tensor in model.state_dict().items()
                if not name.startswith(dropped)
            }
            model.config._name_or_path = ""  # a path of this machine
            with storage.new_folder(folder) as part:
                model.save_pretrained(part, state_dict=kept)
                tokenizer.save_pretrained(part)
            advance(1)
    found = bases.resolve(str(folder))
    made_of = {"base": base.facts() | {"license": base.license}, "adapter": adapter.said()}
    name = f"{adapter.name} on {base.facts()['name']}"
    return Base(name, "folded", found.folder, None, None, found.sha256, made_of)


def _whole(adapter: Adapter, base: Base) -> tuple[Any, Any, Family]:
    import torch
    import transformers
    from peft import PeftModel

    from pipeline.training.tokenizer import load_tokenizer

    tokenizer = load_tokenizer(base)
    family: Family = components.load("models", base.model_type)()
    auto, options = _kind(adapter, family)
    try:
        model = getattr(transformers, auto).from_pretrained(
            base.folder,
            dtype=torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            **options,
            pad_token_id=tokenizer.pad_token_id,
        )
        with warnings.catch_warnings():
            # Of shared weights, which are looked for below, and refused in plain words.
            warnings.filterwarnings("ignore", message="Model has `tie_word_embeddings=True`")
            adapted = PeftModel.from_pretrained(model, str(adapter.folder))
        found = _folded.hindrances(adapted)
        whole = None if found else adapted.merge_and_unload()
    except Exception as error:
        # What the libraries raise for files that do not fit each other is of any type.
        raise ModelError(
            f"this adapter cannot be folded into {base.name}: {first_line(error)}",
            place=adapter.name,
        ) from error
    if found:
        hint = "begin without it, or with one that adapts other layers"
        raise ModelError([Problem(reason, adapter.name, hint) for reason in found])
    return whole, tokenizer, family


def _kind(adapter: Adapter, family: Family) -> tuple[str, Json]:
    """The class that loads the base under the adapter, and what its configuration must know."""
    if adapter.facts is not None:
        task = loading.task_of(adapter.folder, adapter.facts)
        return task.auto_class(family.shape), task.model_options(adapter.facts.labels)
    config = storage.read_json(adapter.folder / repositories.ADAPTER_CONFIG)
    kind = config.get("task_type")
    if kind not in _AUTO:
        raise ModelError(
            f"an adapter of the kind {kind} has a head, and nothing here says its labels",
            place=adapter.name,
            hint=f"these can be folded in: {', '.join(filter(None, _AUTO))}, and all that Graft"
            " pushed",
        )
    return _AUTO[kind], {}


def keeps_head(adapter: Adapter | None, task: Task, labels: Sequence[str]) -> bool:
    """Whether the adapter's head answers what this recipe asks, so that it goes on from there."""
    if adapter is None or adapter.facts is None:
        return False
    return adapter.facts.task.get("name") == task.name and adapter.facts.labels == tuple(labels)


def _dropped(
    adapter: Adapter, family: Family, *, task: Task, labels: Sequence[str]
) -> tuple[str, ...]:
    """Beginnings of the names of the old head's weights, where it answers something else."""
    if adapter.facts is None or keeps_head(adapter, task, labels):
        return ()
    head = family.heads[str(adapter.facts.task.get("name"))]
    return tuple(f"{path}." for path in head.modules)
