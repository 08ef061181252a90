"""The parts of a recipe that are decided once the task is: metric, strategy, epochs, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline import components
from pipeline.contracts import Json, Task
from pipeline.proposing.choosing import Choice
from pipeline.proposing.languages import Language, language_of
from pipeline.proposing.looking import Seen
from pipeline.proposing.profiles import Profile

_IMBALANCED = 3.0
"""From so many times the rows, a larger class hides in accuracy what happens to a smaller one."""
_FEW = 300


def strategy(seen: Seen) -> tuple[str, str]:
    """What may learn, and why."""
    if 0 < seen.rows < _FEW:
        return "freeze", "few rows: only the head learns, which cannot overfit as much"
    return "lora", "small matrices learn beside the base's own, which stay as they are"


def export(strategy: str) -> tuple[list[str], str]:
    """What comes out, and why."""
    made = components.load("strategies", strategy)
    if made.adds_adapter:
        return ["adapter"], "the adapter alone, to be loaded on the base"
    return ["merged"], "the whole model: the strategy makes no adapter"


def task_of(choice: Choice) -> Task:
    """The task with its options."""
    made: Task = components.load("tasks", choice.task)(**choice.options)
    return made


def epochs(rows: int) -> int:
    """Passes over so many rows."""
    return next((epochs for most, epochs in ((1000, 10), (5000, 5), (50_000, 3)) if rows < most), 1)


def metric(choice: Choice, by_name: Mapping[str, Profile], language: Language) -> tuple[str, str]:
    """The metric that decides, and why."""
    usual = task_of(choice).metrics[0]
    if choice.task == "text-classification" and not choice.options:
        counts = by_name[choice.columns["label"]].counts
        ratio = max(counts.values(), default=1) / min(counts.values(), default=1)
        if ratio >= _IMBALANCED:
            return "macro_f1", f"the largest class has {ratio:.0f} times the rows of the smallest"
        return "accuracy", "the classes are about equally large"
    if choice.task == "text-regression" and "text_pair" in choice.columns:
        return "spearman", "how well pairs are put in order, as published for such data"
    if choice.task == "token-classification":
        if not by_name[choice.columns["tags"]].writes_spans:
            return "token_accuracy", "the tags are classes of words, not spans"
        return "span_f1", "the tags write spans such as names"
    if choice.task == "seq2seq" and len(set(_languages(choice, by_name))) > 1:
        return "bleu", "the usual one where one language is put into another"
    if choice.task in ("seq2seq", "instruction") and language != "English":
        return "chrf", "counts characters, which is fair to inflected words"
    reasons = {
        "question-answering": "words that answer and gold answer share",
        "seq2seq": "the longest sequence of words in common with what should be written",
        "causal-lm": "comparable whatever the tokenizer",
    }
    return usual, reasons.get(choice.task, "the task's own first metric")


def language(choice: Choice, by_name: Mapping[str, Profile]) -> Language:
    """Of what is read and written; where columns differ, that of the one that is not English."""
    found = _languages(choice, by_name)
    return next((one for one in found if one != "English"), "English")


def _languages(choice: Choice, by_name: Mapping[str, Profile]) -> list[Language]:
    """Of each column of texts."""
    read = [by_name[theirs] for theirs in choice.columns.values() if theirs in by_name]
    texts = [
        _flat(one.sample) for one in read if one.kind in ("text", "texts", "words", "messages")
    ]
    return [language_of(one) for one in texts]


def _flat(sample: Sequence[object]) -> list[str]:
    items = [item for one in sample for item in (one if isinstance(one, list) else [one])]
    return [str(one.get("content") if isinstance(one, dict) else one) for one in items]


def doctor(choice: Choice, by_name: Mapping[str, Profile]) -> tuple[Json, str]:
    """What is to be done about rows that lack a value, and why; nothing where none does."""
    columns = task_of(choice).columns
    empty = {
        theirs: by_name[theirs].empty
        for ours, theirs in choice.columns.items()
        if theirs in by_name
        and by_name[theirs].empty
        and columns[ours].required
        and columns[ours].kind not in ("labels", "answers")
    }
    counted = ", ".join(f"{count} without '{theirs}'" for theirs, count in empty.items())
    return ({"missing": "drop"}, f"training rows lack a value: {counted}") if empty else ({}, "")
