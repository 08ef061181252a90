"""An export's snippet, run in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def loaded(snippet: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a snippet defines when it runs from the export's folder."""
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(snippet, folder.name, "exec"), names)  # noqa: S102
    return names
