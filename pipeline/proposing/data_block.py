"""The ``data`` of a recipe: the splits, the columns, and what has to be said about the rows."""

from __future__ import annotations

from pipeline.contracts import SPLITS, Json
from pipeline.data.spec import TEST_SHARE, VALIDATION_SHARE
from pipeline.proposing.choosing import Choice
from pipeline.proposing.looking import Seen
from pipeline.proposing.source import Source

_MANY = 20_000
_ENOUGH = {"validation": 3_000, "test": 10_000}
"""Rows of a split that is set aside: more would only be lost for training."""


def block(
    source: Source,
    choice: Choice,
    reasons: dict[str, str],
    also: dict[str, list[str]],
) -> Json:
    """The block; what has to be said about it goes into ``reasons`` and ``also``.

    Args:
        source: where the rows are.
        choice: the task and its columns.
        reasons: key -> a line of reason.
        also: key -> lines of what could stand there instead.
    """
    seen, data = source.seen, dict(source.data)
    if seen.form == "lines":
        ours = {theirs: name for name, theirs in choice.columns.items()}
        data = {
            split: {ours[name]: file for name, file in files.items() if name in ours}
            for split, files in data.items()
        }
    reasons["data.train"] = ", ".join([f"{seen.rows:,} rows", *seen.said])
    columns = _mapping(seen, choice)
    if columns:
        data["columns"] = columns
    if seen.form == "text" and seen.rows > 1 and choice.task != "causal-lm":
        data["unit"] = "line"
    lacking = [split for split in SPLITS if split not in source.has]
    also["data"] = []
    for split, share in (("validation", VALIDATION_SHARE), ("test", TEST_SHARE)):
        if split in lacking and seen.rows * share > _ENOUGH[split]:
            data[split] = float(f"{_ENOUGH[split] / seen.rows:.1g}")
            reasons[f"data.{split}"] = "of the training rows, since no file is called so: enough"
        elif split in lacking:
            also["data"].append(
                f"{split}: {share:g} of the training rows are set aside, since no file is called so"
            )
    if source.left_out:
        names = ", ".join(source.left_out[:6])
        also["data"].append(f"not used: {names}")
    if seen.rows > _MANY:
        also["data"].append("limit: 5000 would make a first, quick run of it")
    return data


def _mapping(seen: Seen, choice: Choice) -> Json:
    if seen.form in ("lines", "questions", "text"):
        return {}
    if not seen.header:
        return {ours: int(theirs) for ours, theirs in choice.columns.items()}
    return {ours: theirs for ours, theirs in choice.columns.items() if ours != theirs}
