"""Tables that are slow to make, kept in the user's cache folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    import pyarrow as pa


def kept(name: str, columns: Sequence[str]) -> pa.Table | None:
    """The table as it was kept under this name, or None where there is none or it is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.data.fingerprint import fingerprint

    try:
        table = pq.ParquetFile(_file(name)).read()
        mark = (table.schema.metadata or {}).get(b"fingerprint", b"").decode()
        sound = table.column_names == list(columns) and fingerprint(table) == mark
    except (OSError, RuntimeError, pa.ArrowException):
        return None
    return table.replace_schema_metadata(None) if sound else None


def keep(table: pa.Table, name: str) -> None:
    """Write a table aside and rename it; a folder that cannot be written costs only time."""
    import pyarrow.parquet as pq

    from pipeline.data.fingerprint import fingerprint

    file = _file(name)
    aside = file.with_name(f"{file.name}.{uuid4().hex}")
    with contextlib.suppress(OSError, RuntimeError):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            marked = table.replace_schema_metadata({"fingerprint": fingerprint(table)})
            pq.write_table(marked, aside, compression="zstd")
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)


def _file(name: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "graft" / f"{name}.parquet"
