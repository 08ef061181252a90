"""Classes that a split lacks, that are rare, or that outnumber the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ColumnKind, SplitName
from pipeline.data.doctor.findings import Finding
from pipeline.data.doctor.rows import Rows
from pipeline.data.hashing import in_batches

_SHOWN = 5
_RARE = 5
"""Rows below which a class can hardly be learnt."""
_UNEVEN = 10
"""Times that the largest class has the rows of the smallest from which it is worth knowing."""
_MOSTLY = 0.8
"""Share of the rows from which accuracy says little but how large the largest class is."""
_OUTSIDE = "O"
_MARK = r"^[BIESLUM]-"


def look(rows: Rows) -> Iterator[Finding]:
    """What the classes of each split are like; types of entities are classes too."""
    counts = {split: _counts(rows, split) for split in rows.tables}
    train = counts["train"]
    if not train:
        return
    for split in ("validation", "test"):
        lacking = [name for name in train if name not in counts[split]]
        if lacking:
            yield Finding(
                "classes",
                "warning",
                split,
                f"{len(lacking)} of {len(train)} classes"
                f" {'is' if len(lacking) == 1 else 'are'} not in {split}: {_named(lacking)}",
                0,
                rows.tables[split].num_rows,
                hint="no score counts them; add rows, or carve the split instead",
            )
    rare = [name for name, count in train.items() if count < _RARE]
    if rare:
        yield Finding(
            "classes",
            "warning",
            "train",
            f"fewer than {_RARE} rows each: {_named(rare)}",
            sum(train[name] for name in rare),
            rows.tables["train"].num_rows,
            hint="add rows of them, or join them to another class",
        )
    yield from _balance(rows, train)


def _balance(rows: Rows, train: Counter[str]) -> Iterator[Finding]:
    ordered = train.most_common()
    (large, most), (small, least) = ordered[0], ordered[-1]
    share = most / sum(train.values())
    if most < _UNEVEN * least and share < _MOSTLY:
        return
    yield Finding(
        "classes",
        "warning" if share >= _MOSTLY else "note",
        "train",
        f"'{large}' has {most / least:.0f} times as many rows as '{small}'"
        f" ({most:,} and {least:,}; {share:.0%} of all)",
        most,
        sum(train.values()),
        hint="judge by macro_f1; task.class_weights or train.oversample: balanced help rare ones",
    )


def _counts(rows: Rows, split: SplitName) -> Counter[str]:
    """Rows of each class; of each type, words."""
    found: Counter[str] = Counter()
    for name in rows.answers:
        kind = rows.task.columns[name].kind
        if kind in ("labels", "tags") or (kind == "label" and rows.labels):
            for part in in_batches(rows.tables[split]):
                found.update(_of_values(part[name], kind))
    return found


def _of_values(values: pa.ChunkedArray, kind: ColumnKind) -> dict[str, int]:
    if kind != "label":
        values = pc.list_flatten(values)
    if kind == "tags":
        values = pc.replace_substring_regex(values, _MARK, "")
    counts: pa.StructArray = pc.value_counts(values)
    found = {item["values"]: item["counts"] for item in counts.to_pylist()}
    if kind == "tags":
        found.pop(_OUTSIDE, None)
    return found


def _named(names: list[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown
