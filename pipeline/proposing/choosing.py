"""Which task a set of columns is for, and which column is which of the task's.

Values come first, names settle what they leave open. Every choice has its reason in words, and
what was not chosen but could be is said too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.contracts import Json
from pipeline.data.usual_names import TEXTS
from pipeline.errors import DataError
from pipeline.proposing import naming
from pipeline.proposing.looking import Seen
from pipeline.proposing.profiles import SCORE, Profile


@dataclass(frozen=True)
class Choice:
    """A task and its columns.

    Attributes:
        task: its name.
        reason: why this task.
        columns: ours -> theirs, in the order of the task's columns.
        why: ours -> why this column.
        options: of the task.
        others: what else could be learnt from these columns, in words.
    """

    task: str
    reason: str
    columns: Mapping[str, str]
    why: Mapping[str, str] = field(default_factory=dict)
    options: Json = field(default_factory=dict)
    others: Sequence[str] = field(default_factory=tuple)


def choose(seen: Seen, profiles: Sequence[Profile], task: str | None = None) -> Choice:
    """The task that fits best, or the columns of the task that a person names.

    Raises:
        DataError: there is nothing to learn from, or not what the task needs.
    """
    found = [choice for make in _MAKERS if (choice := make(seen, profiles)) is not None]
    if task is not None:
        chosen = next((one for one in found if one.task == task), None)
        if chosen is None:
            raise DataError(
                f"no columns are there that {task} could read",
                hint=f"these tasks have theirs: {', '.join(one.task for one in found) or 'none'};"
                f" there are: {described(profiles)}",
            )
        return chosen
    if not found:
        raise DataError(
            "no column looks like text to learn from",
            hint=f"there are: {described(profiles)}",
        )
    first, *rest = found
    others = tuple(_offer(one) for one in rest if one.task not in ("causal-lm", "masked-lm"))
    return Choice(first.task, first.reason, first.columns, first.why, first.options, others)


def described(profiles: Sequence[Profile]) -> str:
    """Columns and what they hold, in words."""
    return "; ".join(f"'{one.name}' ({one.shown})" for one in profiles) or "none"


def _offer(choice: Choice) -> str:
    columns = ", ".join(f"{ours}: {theirs}" for ours, theirs in choice.columns.items())
    return f"{choice.task} with columns {{{columns}}}: {choice.reason}"


def _questions(seen: Seen, profiles: Sequence[Profile]) -> Choice | None:
    names = {one.name.lower(): one.name for one in profiles}
    wanted = ("question", "context", "answers")
    if seen.form == "questions":
        return Choice(
            "question-answering",
            "questions with a context and answers in it, as SQuAD has them",
            {name: name for name in wanted},
        )
    answers = names.get("answers") or names.get("answer")
    if answers is None or not {"question", "context"} <= set(names):
        return None
    return Choice(
        "question-answering",
        f"each '{names['question']}' has a '{names['context']}' that holds its answer",
        {"question": names["question"], "context": names["context"], "answers": answers},
    )


def _tokens(seen: Seen, profiles: Sequence[Profile]) -> Choice | None:
    lists = [one for one in profiles if one.kind == "words"]
    of_tokens = lists[-1] if seen.form == "tokens" and len(lists) > 1 else None
    tags = of_tokens or next(
        (one for one in lists if naming.TAGS.search(one.name) or one.writes_spans), None
    )
    words = next((one for one in lists if one is not tags), None)
    if tags is None or words is None:
        return None
    shape = "a token a line" if seen.form == "tokens" else "lists of words and of tags"
    return Choice(
        "token-classification",
        f"{shape}, with {tags.distinct} different tags such as {tags.some}",
        {"words": words.name, "tags": tags.name},
    )


def _conversations(seen: Seen, profiles: Sequence[Profile]) -> Choice | None:
    found = next((one for one in profiles if one.kind == "messages"), None)
    if found is not None:
        return Choice(
            "instruction", f"'{found.name}' holds conversations", {"messages": found.name}
        )
    pair = naming.named_pair(profiles, naming.ASKED)
    if pair is None:
        return None
    columns = {"prompt": pair[0].name, "response": pair[1].name}
    more = next((one for one in profiles if one.name.lower() == "input"), None)
    if more is not None and more not in pair:
        columns = {"prompt": pair[0].name, "input": more.name, "response": pair[1].name}
    return Choice(
        "instruction",
        f"'{pair[0].name}' asks and '{pair[1].name}' answers in words of its own",
        columns,
    )


def _written(seen: Seen, profiles: Sequence[Profile]) -> Choice | None:
    pair = naming.named_pair(profiles, naming.WRITTEN)
    texts = _of_kind(profiles, "text", "texts")
    reason = "the names of '{0}' and '{1}' say that one is written from the other"
    if pair is None and seen.form == "lines" and len(texts) == 2:
        pair = (texts[0], texts[1])
        reason = "the lines of two files, '{0}' and '{1}', stand side by side"
    if pair is None and len(texts) == 2 and not _labelled(profiles):
        pair = (texts[0], texts[1])
        reason = "two texts a row and nothing else: '{1}' is written from '{0}'"
    if pair is None:
        return None
    return Choice(
        "seq2seq",
        reason.format(*(one.name for one in pair)),
        {"text": pair[0].name, "target": pair[1].name},
    )


def _classes(seen: Seen, profiles: Sequence[Profile]) -> Choice | None:
    labels = [*_of_kind(profiles, "category", "labels"), *_of_kind(profiles, "number")]
    inputs = _inputs(profiles)
    named = naming.best(labels, naming.LABELS)
    if not labels or not inputs or (named and named.kind == "number"):
        return None
    label = named or _unnamed(profiles)
    if label is None:
        return None
    options = {"multi_label": True} if label.kind == "labels" else {}
    some = f"{len(label.counts)} {'labels' if options else 'classes'}, such as {label.some}"
    columns = {**_texts(inputs), "label": label.name}
    return Choice(
        "text-classification",
        f"'{label.name}' holds {some}",
        columns,
        {**_why(inputs), "label": "its name says so" if named else "fewest values of all columns"},
        options,
    )


def _unnamed(profiles: Sequence[Profile]) -> Profile | None:
    """The column of classes where no name tells: not one that is mostly empty, or is a source's."""
    if any(SCORE.search(one.name) for one in _of_kind(profiles, "number")):
        return None
    found = [
        one
        for one in _of_kind(profiles, "labels", "category")
        if one.empty < one.rows / 2 and not naming.ABOUT.fullmatch(one.name)
    ]
    return min(found, key=lambda one: len(one.counts), default=None)


def _numbers(seen: Seen, profiles: Sequence[Profile]) -> Choice | None:
    numbers, inputs = _of_kind(profiles, "number"), _inputs(profiles)
    if not numbers or not inputs:
        return None
    value = (
        naming.best(numbers, naming.LABELS)
        or next((one for one in numbers if SCORE.search(one.name)), None)
        or numbers[-1]
    )
    return Choice(
        "text-regression",
        f"'{value.name}' holds numbers that are more or less, such as {value.some}",
        {**_texts(inputs), "value": value.name},
        _why(inputs),
    )


def _running(seen: Seen, profiles: Sequence[Profile]) -> Choice | None:
    texts = _of_kind(profiles, "text")
    if not texts:
        return None
    text = naming.best(texts, TEXTS) or max(texts, key=lambda one: one.words)
    where = "plain text" if seen.form == "text" else f"'{text.name}' is text"
    return Choice(
        "causal-lm", f"{where} and nothing is said about it: learn to go on", {"text": text.name}
    )


def _masked(seen: Seen, profiles: Sequence[Profile]) -> Choice | None:
    found = _running(seen, profiles)
    return found and Choice("masked-lm", "text: learn to fill in words", found.columns)


_MAKERS: Sequence[Callable[[Seen, Sequence[Profile]], Choice | None]] = (
    _questions, _tokens, _conversations, _written, _classes, _numbers, _running, _masked,
)  # fmt: skip


def _inputs(profiles: Sequence[Profile]) -> list[Profile]:
    """One text, or the two of a pair."""
    texts = _of_kind(profiles, "text")
    for one in texts:
        for other in texts:
            if one is not other and naming.are_a_pair(one.name, other.name):
                return [one, other]
    if not texts:
        return []
    longest = max(one.words for one in texts)
    return [naming.best(texts, TEXTS) or next(one for one in texts if one.words > longest / 2)]


def _texts(inputs: Sequence[Profile]) -> dict[str, str]:
    return dict(zip(("text", "text_pair"), (one.name for one in inputs), strict=False))


def _why(inputs: Sequence[Profile]) -> dict[str, str]:
    if len(inputs) == 2:
        return {"text_pair": "the names say that the two are a pair"}
    return {"text": f"text, {inputs[0].words:.0f} words on average"}


def _of_kind(profiles: Sequence[Profile], *kinds: str) -> list[Profile]:
    return [one for one in profiles if one.kind in kinds]


def _labelled(profiles: Sequence[Profile]) -> bool:
    return bool(_of_kind(profiles, "category", "number", "labels"))
