"""Files without a name: what is kept on the disk as long as somebody holds it, and not longer."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from pipeline.storage import told

_IN_MEMORY = 1 << 26
"""Bytes of an array up to which it is not worth a file."""


def folder() -> Path:
    """Where there is room: what ``TMPDIR`` says, else the user's cache, which is on a disk.

    ``/tmp`` often is not, but in memory.
    """
    chosen = os.environ.get("TMPDIR")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(base) / "graft"


def file() -> IO[bytes]:
    """An empty file that is gone when it and all that is mapped of it are, even after a crash.

    Raises:
        StorageError: the folder cannot be written.
    """
    where = folder()
    with told(where):
        where.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=where)


class Growing:
    """An array that is made part by part; a large one lies on the disk and is mapped.

    Letters: T items.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: list[np.ndarray] = []
        self._size = 0
        self._file: IO[bytes] | None = None

    def add(self, part: np.ndarray) -> None:
        """The next items; all parts agree in type, and in shape but for the first axis.

        Raises:
            StorageError: the disk is full.
        """
        self._parts.append(part)
        self._size += part.nbytes
        if self._size > _IN_MEMORY:
            self._file = self._file or file()
            with told(folder()):
                for one in self._parts:
                    self._file.write(np.ascontiguousarray(one).data)
            self._parts = [part[:0]]

    def whole(self) -> np.ndarray:
        """(T, ...) all parts, read only where they are on the disk; nothing can be added then."""
        if self._file is None:
            return np.concatenate(self._parts)
        shape: Any = (-1, *self._parts[0].shape[1:])
        with self._file, told(folder()):
            self._file.flush()
            mapped = np.memmap(self._file, dtype=self._parts[0].dtype, mode="r")
        return np.asarray(mapped).reshape(shape)
