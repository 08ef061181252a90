"""Which part of SciPy is a one-line description about? Real text that is installed already."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import inspect
import os
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from pipeline.components import Component
from pipeline.contracts import ROW_ID, Json, Reporter, Silent

if TYPE_CHECKING:
    import pyarrow as pa

TOPICS = (
    "cluster", "fft", "integrate", "interpolate", "io", "linalg", "ndimage", "optimize",
    "signal", "sparse", "spatial", "special", "stats",
)  # fmt: skip
EXPECTED_VERSION = "1.17.1"
EXPECTED_FINGERPRINT = "8f5d728b7fb1d7089521d99f93b25b14de72976da43d33a4e8a64e4973d950ed"

_RULE = 1  # of choosing and cleaning summaries; raise it when the rule changes, for the cache
_LEFT_OUT = {"tests", "_lib", "_precompute"}
_SHORTEST = 3
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\]`'\"]{2}[.!?])\s+(?=[A-Z])")
_ROLE = re.compile(r":[a-z:]+:`~?([^`<]+?)(?:\s*<[^`>]*>)?`")
_SIGNATURE = re.compile(r"^[\w, ]*=?\s*[\w.]+\(.*\)$", re.DOTALL)
_SECTION = re.compile(r"^-{3,}$", re.MULTILINE)


class DocsTopics(Component):
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

    def source(self, table: pa.Table) -> Json:
        """What the lock file keeps: package, its version, and the hash of the rows."""
        from pipeline.data.fingerprint import fingerprint

        return {"package": "scipy", "version": self.version, "fingerprint": fingerprint(table)}

    def read(self, report: Reporter | None = None) -> pa.Table:
        """Columns ``row_id`` (such as ``scipy.fft._basic:ifft``), ``text`` and ``label``.

        Kept in the user's cache folder after the first time. Another version of SciPy has
        other rows: that is said as a warning.
        """
        from pipeline.data.fingerprint import fingerprint

        table = _cached(self.version)
        if table is None:
            table = _build()
            _keep(table, self.version)
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
    spec = importlib.util.find_spec("scipy")
    root = Path(str(spec and spec.origin)).parent
    for path in sorted((root / label).rglob("*.py"), key=lambda path: path.relative_to(root).parts):
        parts = path.relative_to(root).with_suffix("").parts
        if _LEFT_OUT.intersection(parts) or "test" in path.stem:
            continue
        module = ".".join(part for part in ("scipy", *parts) if part != "__init__")
        docs: dict[str, str] = {}
        for name, doc in _documented(ast.parse(path.read_bytes())):
            docs.setdefault(name, doc)  # a property's getter comes before its setter
        for name, doc in docs.items():
            yield f"{module}:{name}", _summary(doc)


def _documented(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name):
                yield name, ast.get_docstring(node) or ""
            case ast.ClassDef(name=name):
                yield name, ast.get_docstring(node) or ""
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and name[0] != "_" != method.name[0]:
                        yield f"{name}.{method.name}", ast.get_docstring(method) or ""
            case ast.Expr(
                value=ast.Call(
                    func=ast.Name(id="add_newdoc"),
                    args=[ast.Constant(value=str(name)), ast.Constant(value=str(doc))],
                )
            ):  # compiled functions of scipy.special are documented apart
                yield name, inspect.cleandoc(doc)


def _summary(doc: str) -> str:
    """The first sentence, on one line and without markup; signatures are passed over.

    Empty where the docstring starts with a section such as Parameters.
    """
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", doc.strip())]
    first = next((part for part in paragraphs if part and not _SIGNATURE.match(part)), "")
    if _SECTION.search(first):
        return ""
    plain = _ROLE.sub(r"\1", " ".join(first.split())).replace("`", "")
    return _SENTENCE_END.split(plain, maxsplit=1)[0].removesuffix("::").removesuffix(":").strip()


def _cache_file(scipy_version: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "graft" / f"docs-topics-{_RULE}-scipy-{scipy_version}.parquet"


def _cached(scipy_version: str) -> pa.Table | None:
    """The rows as they were kept, or None where there are none or they are damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.data.fingerprint import fingerprint

    try:
        table = pq.ParquetFile(_cache_file(scipy_version)).read()
        kept = (table.schema.metadata or {}).get(b"fingerprint", b"").decode()
        sound = table.column_names == [ROW_ID, "text", "label"] and fingerprint(table) == kept
    except (OSError, RuntimeError, pa.ArrowException):
        return None
    return table.replace_schema_metadata(None) if sound else None


def _keep(table: pa.Table, scipy_version: str) -> None:
    """Write the rows aside and rename; a folder that cannot be written costs a second a run."""
    import pyarrow.parquet as pq

    from pipeline.data.fingerprint import fingerprint

    file = _cache_file(scipy_version)
    aside = file.with_name(f"{file.name}.{uuid4().hex}")
    with contextlib.suppress(OSError, RuntimeError):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            marked = table.replace_schema_metadata({"fingerprint": fingerprint(table)})
            pq.write_table(marked, aside)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
