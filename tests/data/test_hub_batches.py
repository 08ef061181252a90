"""How many rows of the Hub there are to read, where its data sets say so."""

from __future__ import annotations

import datasets

from pipeline.data.hub_batches import count


def rows(name: str, said: int | None) -> datasets.IterableDataset:
    """Three rows of a split, of which a data set's card says how many there are."""
    splits = datasets.SplitDict()
    if said is not None:
        splits.add(datasets.SplitInfo(name, num_examples=said))
    info = datasets.DatasetInfo(splits=splits)
    made = datasets.Dataset.from_list([{"text": "a"}] * 3).to_iterable_dataset()
    return datasets.IterableDataset(made._ex_iterable, info=info, split=datasets.NamedSplit(name))


def test_rows_are_counted_where_every_split_says_them() -> None:
    assert count([rows("train", 3), rows("test", 4)]) == 7
    assert count([rows("train", 3), rows("test", None)]) is None
    assert count([rows("train", 0)]) is None
