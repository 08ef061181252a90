"""Rows from a data set on the Hugging Face Hub. No code from the Hub is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline import hub
from pipeline.contracts import SPLITS, Column, Json, Reporter, SplitName
from pipeline.data.hub_rows import convert
from pipeline.data.spec import DataSpec
from pipeline.errors import DataError, HubError, UserError, first_line, suggestion
from pipeline.hub import replies

if TYPE_CHECKING:
    import datasets

_OFFLINE = (
    "try again when it can be reached; until then these work: data: {builtin: docs-topics}, "
    "files of your own, and Hub data sets that were loaded before"
)


def load(
    spec: DataSpec, columns: Mapping[str, Column], report: Reporter
) -> tuple[dict[SplitName, pa.Table], Json]:
    """The splits that a recipe names, or those called train, validation and test.

    Returns:
        The splits that there are, and id, configuration and commit for the lock file.

    Raises:
        HubError: the Hub could not be reached, or has no such data set, or guards it.
        DataError: no such configuration, split or column, or rows without labels.
    """
    loaded, commit = fetch(spec, report)
    tables = {
        split: convert(loaded[theirs], columns, spec.mapping(split), split=theirs, report=report)
        for split, theirs in choose_splits(spec, list(loaded)).items()
    }
    return tables, {"hub": {"id": spec.hub, "config": spec.config, "revision": commit}}


def fetch(spec: DataSpec, report: Reporter) -> tuple[datasets.DatasetDict, str | None]:
    """All splits of a data set, and its commit.

    The branch or tag is resolved to a commit first, and that commit is what is loaded.

    Raises:
        HubError: the Hub could not be reached, or has no such data set, or guards it.
        DataError: no such configuration.
    """
    import datasets

    name = data_set_name(spec)
    with report.progress(f"downloading and reading {name}", 2) as advance:
        commit, unreachable = commit_of(name, spec.revision)
        advance(1)
        try:
            with _cache_only(unreachable is not None):
                loaded = datasets.load_dataset(name, spec.config, revision=commit or spec.revision)
        except Exception as error:
            raise explain(error, name, spec.config, unreachable) from error
        advance(1)
    if unreachable is not None:
        commit = _commit_of_copy(loaded, spec)
        report.warn(f"{unreachable}: using the copy of {name} on this disk, {(commit or '')[:7]}")
    return loaded, commit


def explain(error: Exception, name: str, config: str | None, unreachable: str | None) -> UserError:
    """An error of the datasets library in the words of a recipe.

    Args:
        error: what ``load_dataset`` raised.
        name: id of the data set.
        config: configuration that was asked for.
        unreachable: why the Hub gave no answer of use, or None where it did.
    """
    import datasets

    said = str(error)
    if unreachable is not None:
        return HubError(
            f"{unreachable}, and there is no copy of '{name}' on this disk",
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
        # The library drops the Hub's own error, and with it the status.
        return replies.gated(name, kind="data set")
    if replies.is_final(error):
        return replies.refusal(error, kind="data set", name=name, revision=None)
    if isinstance(error, ValueError) and "onfig" in said:
        configs = _configs(name)
        found = f"has no configuration '{config}'" if config else "has several configurations"
        return DataError(
            f"'{name}' {found}",
            place="data.config",
            hint=suggestion(config or "", configs) if configs else first_line(error),
        )
    if isinstance(error, FileNotFoundError | datasets.exceptions.DatasetsError | ValueError):
        return DataError(f"'{name}' cannot be read: {first_line(error)}", place="data.hub")
    why = replies.trouble(error) if replies.is_trouble(error) else first_line(error)
    return HubError(
        f"'{name}' could not be loaded: {why}",
        place="data.hub",
        hint="try again; what was loaded already is kept",
    )


def data_set_name(spec: DataSpec) -> str:
    """The id of the data set.

    Raises:
        DataError: a folder here is called so.
    """
    name = str(spec.hub)
    if Path(name).is_dir():
        # The datasets library would read the folder without a word.
        raise DataError(
            f"'{name}' is also a folder here, and would be read instead of the Hub",
            place="data.hub",
            hint=f"for the folder write train: {name}; for the Hub run from another folder",
        )
    return name


def commit_of(name: str, revision: str | None) -> tuple[str | None, str | None]:
    """The commit behind a branch or tag, or None and why the Hub gave no answer."""
    from huggingface_hub import HfApi

    try:
        info = HfApi().dataset_info(name, revision=revision, timeout=hub.TIMEOUT_S)
    except Exception as error:
        if replies.is_final(error):
            raise replies.refusal(error, kind="data set", name=name, revision=revision) from error
        if not replies.is_trouble(error):
            raise
        return None, replies.trouble(error)
    return info.sha, None


def _commit_of_copy(loaded: datasets.DatasetDict, spec: DataSpec) -> str | None:
    """The commit of what came from this disk: the library takes the newest, whatever is asked.

    Raises:
        HubError: the recipe names another commit.
    """
    files = [file for rows in loaded.values() for file in rows.cache_files]
    commit = Path(files[0]["filename"]).parent.name if files else ""
    found = commit if hub.is_commit(commit) else None
    if spec.revision and hub.is_commit(spec.revision) and spec.revision != found:
        raise HubError(
            f"the Hub cannot be asked for '{spec.hub}' at {spec.revision[:7]}, and the copy on"
            f" this disk is of {commit[:7]}",
            place="data.revision",
            hint="run again when the Hub can be reached, or leave the revision out",
        )
    return found


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


def choose_splits(spec: DataSpec, there: list[str]) -> dict[SplitName, str]:
    """Ours -> theirs, of the splits that a recipe names and those that bear our names.

    Raises:
        DataError: one that is named is not there, or there is none to learn from.
    """
    chosen: dict[SplitName, str] = {}
    # With test: validation, the rows to validate on must be others.
    spoken_for = {spec.train, spec.validation, spec.test}
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
        elif asked is None and name in there and name not in spoken_for:
            chosen[name] = name
    if "train" not in chosen:
        raise DataError(
            f"'{spec.hub}' has no split 'train'",
            place="data.train",
            hint=f"name the one to learn from; {suggestion('train', there)}",
        )
    return chosen


def _configs(name: str) -> list[str]:
    import datasets

    try:
        return list(datasets.get_dataset_config_names(name))
    except Exception:  # only the hint would be better for it
        return []
