"""The docstrings of the installed packages as one table a package.

What one package gives depends on that package alone, so that it is kept in the cache by
itself, and a warning can name the packages whose version makes a difference.
"""

from __future__ import annotations

import contextlib
import gc
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.contracts import ROW_ID, Json, Reporter
from pipeline.data.builtin._cache import keep, kept
from pipeline.data.builtin._docstrings import STANDARD_LIBRARY, documented, sources
from pipeline.data.builtin._prose import clean, is_prose, without_repeats

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (ROW_ID, "text")
HELD_OUT = "networkx"
"""The package that no general row comes from: another domain, in the same kind of text."""


class Tried(NamedTuple):
    """What published results were made of: a version, and the first digits of its rows' hash."""

    version: str
    fingerprint: str


TRIED: Mapping[str, Tried] = {
    "python": Tried("3.11.7", "a795f690fb8830a8"),
    "numpy": Tried("2.4.6", "5fa618528a55d527"),
    "scipy": Tried("1.17.1", "3973af0eaa6d0012"),
    "sklearn": Tried("1.9.1", "8e89221740aa24bc"),
    "pandas": Tried("3.1.1", "e6d058452aeb5c65"),
    "sympy": Tried("1.14.0", "c7db9fec4db60777"),
    "mpmath": Tried("1.3.0", "bc3073115d5e037c"),
    "torch": Tried("2.13.0", "25dc311e13cf143d"),
    "transformers": Tried("5.23.0", "d06fac95e721abcd"),
    "accelerate": Tried("1.15.0", "a022bdb03d2eb700"),
    "peft": Tried("0.21.2", "47c74be69123cf48"),
    "datasets": Tried("5.2.0", "37fefb9f05c618e5"),
    "evaluate": Tried("0.4.6", "e727348af7cb63fd"),
    "huggingface_hub": Tried("2.4.0", "7fc40def677e6ff5"),
    "pyarrow": Tried("26.0.1", "7ff3b0f352ba8e38"),
    "narwhals": Tried("2.29.0", "2bbb3aa6d132bbae"),
    "pydantic": Tried("2.14.3", "225c255433cd664a"),
    "fsspec": Tried("2026.9.0", "78794d05d36ce86b"),
    "joblib": Tried("1.6.0", "ea052fa5b660bb70"),
    "jinja2": Tried("3.1.6", "246b500bc00062b4"),
    "networkx": Tried("3.6.1", "673dc7984fdc0c62"),
}
"""Every package that is read, by its import name; the standard library is ``python``."""

PACKAGES = tuple(TRIED)

_RULE = 1  # of choosing and cleaning docstrings; raise it when the rule changes, for the cache
_DIGITS = 16
_ABSENT = "not installed"


def tables(packages: Sequence[str], *, name: str, report: Reporter) -> dict[str, pa.Table]:
    """Columns ``row_id`` (such as ``scipy.fft._basic:ifft``) and ``text``, a table a package.

    Read from the cache, or from the sources where it has none. Versions that give other rows
    than published results were made of are said as one warning.

    Args:
        packages: import names.
        name: of the data set, for messages.
        report: is shown the progress, which takes half a minute for all packages.
    """
    found = {package: kept(_cached_as(package), COLUMNS) for package in packages}
    missing = {package: sources(package) for package, table in found.items() if table is None}
    if missing:
        total = sum(map(len, missing.values()))
        title = "Reading docstrings of installed packages"
        with report.progress(title, total) as step, _no_collector():
            for package, files in missing.items():
                found[package] = _build(files, step)
                keep(found[package], _cached_as(package))
    _warn_of_others(found, name, report)
    return found


def versions(packages: Iterable[str]) -> Json:
    """Import name -> version that is installed."""
    return {package: _version(package) for package in packages}


def digits(table: pa.Table) -> str:
    """The first digits of the hash of a table."""
    from pipeline.data.fingerprint import fingerprint

    return fingerprint(table)[:_DIGITS]


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Syntax trees are many objects in no cycles: looking for cycles is a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _build(files: Sequence[tuple[str, Path]], step: Callable[[int], None]) -> pa.Table:
    import pyarrow as pa

    rows = list(without_repeats(_rows(files, step)))
    columns = list(zip(*rows, strict=True)) or [(), ()]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=COLUMNS)


def _rows(
    files: Sequence[tuple[str, Path]], step: Callable[[int], None]
) -> Iterator[tuple[str, str]]:
    """Row id and text of every docstring that is prose; the first of each name."""
    seen: set[str] = set()
    for module, path in files:
        for found in documented(path):
            row = f"{module}:{found.name}" if found.name else module
            text = clean(found.doc)
            if row not in seen and is_prose(text):
                seen.add(row)
                yield row, text
        step(1)


def _version(package: str) -> str:
    if package == STANDARD_LIBRARY:
        return platform.python_version()
    try:
        return version("scikit-learn" if package == "sklearn" else package)
    except PackageNotFoundError:
        return _ABSENT


def _cached_as(package: str) -> str:
    return f"docs-{_RULE}-{package}-{_version(package)}".replace(" ", "-")


def _warn_of_others(found: Mapping[str, pa.Table], name: str, report: Reporter) -> None:
    others = [
        f"{package} {_version(package)} ({TRIED[package].version})"
        for package, table in found.items()
        if digits(table) != TRIED[package].fingerprint
    ]
    if others:
        report.warn(
            f"{name} has other rows here than published results, which are of the versions in"
            f" brackets: {', '.join(others)}"
        )
