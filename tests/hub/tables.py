"""Small tables as the files of a data set repository: Parquet with its features, or CSV."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

Rows = Sequence[Mapping[str, Any]]

PARQUET = "{config}/{split}-00000-of-00001.parquet"
"""Where a repository that was pushed from the datasets library keeps a configuration's splits."""
UNNAMED = "data/{split}-00000-of-00001.parquet"
"""Where it keeps those of its only configuration."""
CONVERTED = "{config}/{split}/0000.parquet"
"""Where the Hub puts what it converts itself, on the branch `CONVERTED_BRANCH`."""
CONVERTED_BRANCH = "refs/convert/parquet"
CSV = "{split}.csv"


@dataclass(frozen=True)
class Table:
    """One configuration of a data set.

    Attributes:
        features: type of each column, in the words of the datasets library: a name such as
            ``string``, or one of its features.
        splits: rows by split, in the split names that the data set has.
        needed: columns without which a row is of no use.
    """

    features: Mapping[str, Any]
    splits: Mapping[str, Rows]
    needed: tuple[str, ...] = ()

    def usable(self, split: str) -> int:
        """Rows of a split in which nothing that is needed is blank."""
        rows = self.splits[split]
        return sum(all(row[name].strip() for name in self.needed) for row in rows)


def numbered(rows: Iterable[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """The same rows with a column of numbers behind the others, as GLUE has them."""
    return [{**row, name: number} for number, row in enumerate(rows)]


def divided(
    rows: Rows, *, held_out: int, names: Sequence[str] = ("validation", "test")
) -> dict[str, Rows]:
    """The last rows as further splits of this size, the others as ``train``."""
    whole, splits = list(rows), {}
    for name in reversed(names):
        whole, splits[name] = whole[:-held_out], whole[-held_out:]
    return {"train": whole, **{name: splits[name] for name in names}}


@dataclass(frozen=True)
class DataSet:
    """A data set repository.

    Attributes:
        tables: by configuration.
        path: where a split lies: `PARQUET`, `UNNAMED`, `CONVERTED` or `CSV`.
        card: with a card that names configurations and files; without one the datasets
            library finds them by their names.
    """

    tables: Mapping[str, Table]
    path: str = PARQUET
    card: bool = True

    def table(self, config: str | None) -> Table:
        """A configuration, or the only one."""
        return self.tables[config] if config else next(iter(self.tables.values()))

    def files(self) -> dict[str, bytes]:
        """Contents by path, for `LoopbackHub.add_dataset`."""
        files, configs = {}, []
        for config, table in self.tables.items():
            places = {split: self.path.format(config=config, split=split) for split in table.splits}
            for split, place in places.items():
                files[place] = _written(table, split, place)
            data_files = [{"split": split, "path": place} for split, place in places.items()]
            configs.append({"config_name": config, "data_files": data_files})
        if self.card:
            header = yaml.safe_dump({"configs": configs}, sort_keys=False)
            files["README.md"] = f"---\n{header}---\n# Cut down to a few rows\n".encode()
        return files


def _written(table: Table, split: str, place: str) -> bytes:
    import datasets

    features = datasets.Features(
        {
            name: datasets.Value(kind) if isinstance(kind, str) else kind
            for name, kind in table.features.items()
        }
    )
    rows = datasets.Dataset.from_list([dict(row) for row in table.splits[split]], features=features)
    buffer = io.BytesIO()
    if place.endswith(".csv"):
        rows.to_csv(buffer, index=False)
    else:
        rows.to_parquet(buffer)
    return buffer.getvalue()
