"""Rows from a data set on the Hugging Face Hub. No code from the Hub is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import SPLITS, Column, Json, SplitName
from pipeline.data.columns import as_text, choose
from pipeline.data.files import with_row_ids
from pipeline.data.spec import DataSpec
from pipeline.errors import DataError, HubError, UserError, suggestion

if TYPE_CHECKING:
    import datasets

_TIMEOUT = 10
"""Seconds to wait for the Hub's first answer."""
_OFFLINE = (
    "check the network or a proxy; without it these work: data: {builtin: docs-topics}, "
    "files of your own, and Hub data sets that were loaded before"
)


def load(spec: DataSpec, columns: Mapping[str, Column]) -> tuple[dict[SplitName, pa.Table], Json]:
    """The splits that a recipe names, or those called train, validation and test.

    The branch or tag is resolved to a commit first, and that commit is what is loaded.

    Returns:
        The splits that there are, and id, configuration and commit for the lock file; the
        commit is None where only a copy on this disk could be used.

    Raises:
        HubError: the Hub could not be reached, or has no such data set, or guards it.
        DataError: no such configuration, split or column, or rows without labels.
    """
    import datasets

    name = str(spec.hub)
    if Path(name).is_dir():
        # The datasets library would read the folder without a word.
        raise DataError(
            f"'{name}' is also a folder here, and would be read instead of the Hub",
            place="data.hub",
            hint=f"for the folder write train: {name}; for the Hub run from another folder",
        )
    commit, unreachable = _commit(name, spec.revision)
    try:
        with _cache_only(unreachable is not None):
            loaded = datasets.load_dataset(name, spec.config, revision=commit or spec.revision)
    except Exception as error:
        raise explain(error, name, spec.config, unreachable) from error
    tables = {
        split: convert(loaded[theirs], columns, spec.columns, split=theirs)
        for split, theirs in _choose_splits(spec, list(loaded)).items()
    }
    return tables, {"hub": {"id": name, "config": spec.config, "revision": commit}}


def convert(
    rows: datasets.Dataset,
    columns: Mapping[str, Column],
    mapping: Mapping[str, str | int],
    *,
    split: str,
) -> pa.Table:
    """One split as a table of strings; class ids become class names.

    Row ids are the split's name and the row counted from 1.

    Raises:
        DataError: missing columns, nested values, or rows without a label (-1).
    """
    chosen = choose(columns, mapping, rows.column_names, place=f"split '{split}'")
    table = rows.with_format("arrow")[:]
    found = {}
    for ours, theirs in chosen.items():
        names = getattr(rows.features[theirs], "names", None)
        values = table[theirs]
        if names is not None:
            values = _class_names(values, names, column=theirs, split=split)
        found[ours] = as_text(values, place=split, column=theirs)
    return with_row_ids(found, np.arange(1, table.num_rows + 1), name=split)


def explain(error: Exception, name: str, config: str | None, unreachable: str | None) -> UserError:
    """An error of the datasets library in the words of a recipe.

    Args:
        error: what ``load_dataset`` raised.
        name: id of the data set.
        config: configuration that was asked for.
        unreachable: why the Hub did not answer, or None where it did.
    """
    import datasets

    said = str(error)
    if unreachable is not None:
        return HubError(
            f"'{name}' could not be loaded: the Hub could not be reached ({unreachable}), "
            "and there is no copy on this disk",
            place="data.hub",
            hint=_OFFLINE,
        )
    if "scripts are no longer supported" in said:
        return DataError(
            f"'{name}' is built by a Python script, and code from the Hub is not run",
            place="data.hub",
            hint="look for a copy as Parquet, such as revision: refs/convert/parquet",
        )
    if "gated" in said:
        return _gated(name)
    if isinstance(error, ValueError) and "onfig" in said:
        configs = _configs(name)
        found = f"has no configuration '{config}'" if config else "has several configurations"
        return DataError(
            f"'{name}' {found}",
            place="data.config",
            hint=suggestion(config or "", configs) if configs else _first_line(said),
        )
    if isinstance(error, datasets.exceptions.DatasetNotFoundError):
        return _not_found(name)
    if isinstance(error, FileNotFoundError | datasets.exceptions.DatasetsError | ValueError):
        return DataError(f"'{name}' cannot be read: {_first_line(said)}", place="data.hub")
    return HubError(
        f"'{name}' could not be loaded: {type(error).__name__}: {_first_line(said)}",
        place="data.hub",
        hint="try again; what was loaded already is kept",
    )


def _commit(name: str, revision: str | None) -> tuple[str | None, str | None]:
    """The commit behind a branch or tag, or None and why the Hub could not be asked."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        return HfApi().dataset_info(name, revision=revision, timeout=_TIMEOUT).sha, None
    except GatedRepoError as error:
        raise _gated(name) from error
    except RepositoryNotFoundError as error:
        raise _not_found(name) from error
    except RevisionNotFoundError as error:
        raise HubError(
            f"'{name}' has no revision '{revision}'",
            place="data.revision",
            hint="give a branch, a tag or a commit; without it the newest is taken",
        ) from error
    except HFValidationError as error:
        raise DataError(
            f"'{name}' is no id of a data set: {_first_line(str(error))}",
            place="data.hub",
            hint="an id looks like owner/name",
        ) from error
    except Exception as error:  # whatever the network, a proxy or a broken server throws
        return None, _first_line(str(error)) or type(error).__name__


@contextmanager
def _cache_only(wanted: bool) -> Iterator[None]:
    """Keep the libraries from asking an absent Hub again and again for half a minute."""
    import datasets
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    if wanted:
        constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE = before


def _choose_splits(spec: DataSpec, there: list[str]) -> dict[SplitName, str]:
    chosen: dict[SplitName, str] = {}
    for name in SPLITS:
        asked: Any = getattr(spec, name)
        named = isinstance(asked, str) and not (name == "validation" and asked == "rest")
        if named and asked not in there:
            raise DataError(
                f"'{spec.hub}' has no split '{asked}'",
                place=f"data.{name}",
                hint=suggestion(asked, there),
            )
        if named:
            chosen[name] = asked
        elif asked is None and name in there:
            chosen[name] = name
    if "train" not in chosen:
        raise DataError(
            f"'{spec.hub}' has no split 'train'",
            place="data.train",
            hint=f"name the one to learn from; {suggestion('train', there)}",
        )
    return chosen


def _class_names(
    ids: pa.ChunkedArray, names: list[str], *, column: str, split: str
) -> pa.ChunkedArray:
    unlabelled = pc.fill_null(pc.less(ids, 0), True)
    count = pc.sum(unlabelled).as_py() or 0
    if count:
        raise DataError(
            f"{count} of {len(ids)} rows of split '{split}' have no label in '{column}' (-1)",
            place=f"split '{split}'",
            hint="labels of a test split are often kept secret: carve one, such as test: 0.2, "
            "or use another split, such as test: validation",
        )
    return pc.take(pa.array(names, pa.string()), ids)


def _configs(name: str) -> list[str]:
    import datasets

    try:
        return list(datasets.get_dataset_config_names(name))
    except Exception:  # only the hint would be better for it
        return []


def _not_found(name: str) -> HubError:
    return HubError(
        f"there is no data set '{name}' on the Hub, or it is private",
        place="data.hub",
        hint="look at the spelling (owner/name); for a private one log in: hf auth login",
    )


def _gated(name: str) -> HubError:
    return HubError(
        f"'{name}' is gated: its owner lets in only those who asked",
        place="data.hub",
        hint=f"ask on https://huggingface.co/datasets/{name}, then log in: hf auth login",
    )


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
