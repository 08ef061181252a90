"""Which part of SciPy is a one-line description about? Real text that is installed already."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.contracts import ROW_ID, Json, Reporter, Silent
from pipeline.data.builtin._cache import keep, kept
from pipeline.data.builtin._data_set import BuiltinData, Given
from pipeline.data.builtin._docstrings import Documented, documented, sources
from pipeline.data.builtin._sentences import summary

if TYPE_CHECKING:
    import pyarrow as pa

TOPICS = (
    "cluster", "fft", "integrate", "interpolate", "io", "linalg", "ndimage", "optimize",
    "signal", "sparse", "spatial", "special", "stats",
)  # fmt: skip
EXPECTED_VERSION = "1.17.1"
EXPECTED_FINGERPRINT = "8f5d728b7fb1d7089521d99f93b25b14de72976da43d33a4e8a64e4973d950ed"

_RULE = 1  # of choosing and cleaning summaries; raise it when the rule changes, for the cache
_LEFT_OUT = {"_lib", "_precompute"}
_SHORTEST = 3


class DocsTopics(BuiltinData):
    """SciPy's one-line summaries by subpackage: 13 topics, English, no network.

    A row is the first sentence of a docstring; its label is the subpackage. Taken are all
    functions and classes at the top of a module, and the public methods of public classes;
    left out are tests, generators of tables, and subpackages that are too small or repeat
    another (constants, datasets, differentiate, fftpack, odr). Documentation markup goes,
    words stay. Summaries shorter than three words go; of equal ones (but for case) the
    first stays, and none where they are under two labels.

    The sources are parsed, not imported.
    """

    @property
    def version(self) -> str:
        """The version of SciPy that is installed."""
        return version("scipy")

    @property
    def fingerprint(self) -> str:
        """sha256 over texts and labels in order."""
        from pipeline.data.fingerprint import fingerprint

        return fingerprint(self.read())

    def splits(self, report: Reporter) -> Given:
        """All rows, to be carved."""
        return {"train": self.read(report)}

    def source(self, given: Given) -> Json:
        """What the lock file keeps: package, its version, and the hash of the rows."""
        from pipeline.data.fingerprint import fingerprint

        rows = fingerprint(given["train"])
        return {"package": "scipy", "version": self.version, "fingerprint": rows}

    def read(self, report: Reporter | None = None) -> pa.Table:
        """Columns ``row_id`` (such as ``scipy.fft._basic:ifft``), ``text`` and ``label``.

        Kept in the user's cache folder after the first time. Another version of SciPy has
        other rows: that is said as a warning.
        """
        from pipeline.data.fingerprint import fingerprint

        name = f"docs-topics-{_RULE}-scipy-{self.version}"
        table = kept(name, (ROW_ID, "text", "label"))
        if table is None:
            table = _build()
            keep(table, name)
        if fingerprint(table) != EXPECTED_FINGERPRINT:
            (report or Silent()).warn(
                f"docs-topics is made of SciPy {self.version} here; published results are of "
                f"SciPy {EXPECTED_VERSION}, and other versions have other rows"
            )
        return table


def _build() -> pa.Table:
    import pyarrow as pa

    found = [(row, label, text) for label in TOPICS for row, text in _summaries(label)]
    labels: dict[str, set[str]] = {}
    for _, label, text in found:
        labels.setdefault(text.casefold(), set()).add(label)
    rows: dict[str, tuple[str, str, str]] = {}
    for row, label, text in found:
        key = text.casefold()
        if len(labels[key]) == 1 and len(text.split()) >= _SHORTEST:
            rows.setdefault(key, (row, text, label))
    columns = zip(*rows.values(), strict=True)
    return pa.table(
        {
            name: pa.array(values, pa.string())
            for name, values in zip((ROW_ID, "text", "label"), columns, strict=True)
        }
    )


def _summaries(label: str) -> Iterator[tuple[str, str]]:
    """Row id and summary of everything documented in one subpackage, by file and line."""
    for module, path in sources("scipy", under=label):
        if not _LEFT_OUT.isdisjoint(module.split(".")) or "test" in path.stem:
            continue
        docs: dict[str, str] = {}
        for found in documented(path):
            if _counts(found):
                docs.setdefault(found.name, found.doc)  # a property's getter, not its setter
        for name, doc in docs.items():
            yield f"{module}:{name}", summary(doc)


def _counts(found: Documented) -> bool:
    """At the top of a module, or a public method of a public class."""
    owner, _, name = found.name.rpartition(".")
    if not owner:
        return found.kind != "module"
    return found.kind == "function" and "." not in owner and owner[0] != "_" != name[0]
