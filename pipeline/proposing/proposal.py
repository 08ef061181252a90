"""A recipe for data that nobody has described, a line of reason for each of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.contracts import Json
from pipeline.proposing import bases, choosing, data_block, parts
from pipeline.proposing.choosing import Choice
from pipeline.proposing.languages import Language
from pipeline.proposing.profiles import Profile, profile
from pipeline.proposing.source import Source

_ASKED = "as asked for"


@dataclass(frozen=True)
class Proposal:
    """A recipe, and why each of its parts is what it is.

    Attributes:
        recipe: as ``recipe.load`` takes it.
        reasons: key, or ``data.key``, -> a line of reason.
        also: key -> lines of what could stand there instead.
        name: the recipe's.
        title: its first comment.
    """

    name: str
    title: str
    recipe: Json
    reasons: Mapping[str, str]
    also: Mapping[str, Sequence[str]]
    choice: Choice
    language: Language
    profiles: Sequence[Profile]


def propose(source: Source, *, task: str | None = None, model: str | None = None) -> Proposal:
    """Put a recipe together.

    Args:
        source: what was looked at.
        task: a person's choice of one, or None.
        model: likewise.

    Raises:
        DataError: there is nothing to learn from, or not what the task needs.
    """
    profiles = [profile(name, values) for name, values in source.seen.columns.items()]
    return _made(source, profiles, choosing.choose(source.seen, profiles, task), model)


def with_columns(source: Source, proposal: Proposal, columns: Mapping[str, str]) -> Proposal:
    """The same task with other columns, as a person has them."""
    if columns == proposal.choice.columns:
        return proposal
    options = dict(proposal.choice.options)
    if proposal.choice.task == "text-classification":
        kinds = {one.name: one.kind for one in proposal.profiles}
        options = {"multi_label": True} if kinds[columns["label"]] == "labels" else {}
    choice = replace(proposal.choice, columns=columns, why={}, options=options)
    model = proposal.recipe["model"] if proposal.reasons["model"] == _ASKED else None
    return _made(source, proposal.profiles, choice, model)


def changed(proposal: Proposal, *, model: str | None, metric: str, strategy: str) -> Proposal:
    """The proposal with what a person puts in place of its parts; None leaves the model."""
    recipe, reasons = dict(proposal.recipe), dict(proposal.reasons)
    if model is not None:
        recipe["model"], reasons["model"] = model, _ASKED
    if metric != recipe["evaluation"]["metric"]:
        recipe["evaluation"], reasons["evaluation"] = {"metric": metric}, _ASKED
    if strategy != recipe["strategy"]:
        recipe["strategy"], reasons["strategy"] = strategy, _ASKED
        recipe["export"], reasons["export"] = parts.export(strategy)
    return replace(proposal, recipe=recipe, reasons=reasons)


def metrics_of(proposal: Proposal) -> tuple[str, ...]:
    """The metrics that the task has."""
    return parts.task_of(proposal.choice).metrics


def _made(
    source: Source, profiles: Sequence[Profile], choice: Choice, model: str | None
) -> Proposal:
    by_name = {one.name: one for one in profiles}
    language = parts.language(choice, by_name)
    base = bases.choose(choice.task, language)
    strategy, why_strategy = parts.strategy(source.seen)
    doctor, why_doctor = parts.doctor(choice, by_name)
    decided, why_metric = parts.metric(choice, by_name, language)
    reasons = {
        "model": _ASKED if model else base.reason,
        "task": choice.reason,
        "strategy": why_strategy,
        "evaluation": why_metric,
        "doctor": why_doctor,
        **{f"data.columns.{ours}": why for ours, why in choice.why.items()},
    }
    also: dict[str, list[str]] = {"task": list(choice.others)}
    if not model:
        also["model"] = [base.other]
    data = data_block.block(source, choice, reasons, also)
    recipe: Json = {
        "model": model or base.model,
        "task": {"name": choice.task, **choice.options} if choice.options else choice.task,
        "data": data,
        **({"doctor": doctor} if doctor else {}),
        "strategy": strategy,
        "train": {"epochs": parts.epochs(source.seen.rows)},
        "evaluation": {"metric": decided},
    }
    reasons["train"] = "fewer passes over more rows"
    recipe["export"], reasons["export"] = parts.export(strategy)
    return Proposal(
        source.name, _question(choice, by_name), recipe, reasons, also, choice, language, profiles
    )


def _question(choice: Choice, by_name: Mapping[str, Profile]) -> str:
    """The recipe's first comment: what it asks."""
    if choice.task == "text-classification":
        count = len(by_name[choice.columns["label"]].counts)
        of = "pair of texts" if "text_pair" in choice.columns else "text"
        if not count:
            return f"Which class does a {of} belong to?"
        if choice.options:
            return f"Which of {count} labels does a {of} have?"
        return f"Which of {count} classes does a {of} belong to?"
    return {
        "text-regression": "How high is the value of a text, or of a pair?",
        "token-classification": "Which tag does each word have?",
        "question-answering": "Where in its context is a question answered?",
        "seq2seq": "What is written from a text?",
        "instruction": "What is answered to a prompt?",
        "causal-lm": "How does a text go on?",
        "masked-lm": "Which words are missing in a text?",
    }[choice.task]
