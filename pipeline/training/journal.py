"""``log.jsonl``: what happened during training, one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.storage import told


class Journal:
    """Appends to a run's log; only the main process writes."""

    def __init__(self, path: Path, *, enabled: bool = True) -> None:
        self._path = path
        self._enabled = enabled

    def write(self, event: str, **facts: Any) -> None:
        """Append one event."""
        if not self._enabled:
            return
        line = json.dumps({"event": event, **facts}, ensure_ascii=False)
        with told(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def length(self) -> int:
        """Bytes written so far."""
        return self._path.stat().st_size if self._path.is_file() else 0

    def cut(self, length: int) -> None:
        """Forget what was written after a checkpoint that had this length."""
        if self._enabled and self._path.is_file():
            with told(self._path), self._path.open("r+b") as file:
                file.truncate(length)
