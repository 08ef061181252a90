"""Rows of a Hub data set as they are fetched: a batch at a time, and no more than is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.contracts import Column, Reporter
from pipeline.data import hub
from pipeline.data.columns import Asked
from pipeline.data.hub_rows import converted
from pipeline.data.spec import DataSpec
from pipeline.data.streamed import Opened, Sources
from pipeline.data.streams import ROWS
from pipeline.errors import DataError, HubError, UserError

if TYPE_CHECKING:
    import datasets


def opened(spec: DataSpec, columns: Mapping[str, Column], report: Reporter) -> Opened:
    """The splits that ``hub.load`` would give, each a batch at a time; nothing is fetched yet.

    Returns:
        The rows, with id, configuration and commit for the lock file.

    Raises:
        HubError: the Hub could not be reached, or has no such data set, or guards it.
        DataError: no such configuration or split.
    """
    import datasets

    name = hub.data_set_name(spec)
    commit, unreachable = hub.commit_of(name, spec.revision)
    if unreachable is not None:
        raise HubError(
            f"{unreachable}, and with streaming '{name}' is read from there",
            place="data.hub",
            hint="run again when it can be reached, or drop streaming where the data set was"
            " loaded before",
        )
    try:
        loaded = datasets.load_dataset(name, spec.config, revision=commit, streaming=True)
    except Exception as error:
        raise hub.explain(error, name, spec.config, None) from error
    splits = hub.choose_splits(spec, list(loaded))

    def rows(advance: Callable[[int], None]) -> Sources:
        return {
            ours: _batches(
                loaded[theirs],
                Asked(columns, spec.mapping(ours), report=report, marks={}),
                theirs,
                spec,
                advance=advance,
            )
            for ours, theirs in splits.items()
        }

    source = {"hub": {"id": spec.hub, "config": spec.config, "revision": commit}}
    total = count([loaded[theirs] for theirs in splits.values()])
    return Opened(source, f"reading rows of {name}", total, rows)


def count(splits: Iterable[datasets.IterableDataset]) -> int | None:
    """Rows of all splits, where the data set's card says them."""
    said = [(one.info.splits or {}).get(str(one.split)) for one in splits]
    counts = [one.num_examples for one in said if one is not None and one.num_examples]
    return sum(counts) if len(counts) == len(said) else None


def _batches(
    rows: datasets.IterableDataset,
    asked: Asked,
    split: str,
    spec: DataSpec,
    *,
    advance: Callable[[int], None],
) -> Iterator[pa.Table]:
    """All rows of a split.

    Args:
        advance: told how many rows were read since.

    Raises:
        HubError: the Hub went away, or refuses.
        DataError: missing columns, values that are not of their column's kind, no rows.
    """
    count = 0
    try:
        for table in rows.with_format("arrow").iter(batch_size=ROWS):
            found = converted(table, rows.features or {}, asked, split=split, before=count)
            yield found
            count += found.num_rows
            advance(found.num_rows)
    except UserError:
        raise
    except Exception as error:
        raise hub.explain(error, str(spec.hub), spec.config, None) from error
    if not count:
        raise DataError("it has no rows", place=f"split '{split}'")
