from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.report import example


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a finished run."""
    example.build(tmp_path)
    return tmp_path


@pytest.fixture
def result(tmp_path: Path, run: Path) -> dict[str, Any]:
    """What ``result.json`` of that run says."""
    import json

    found: dict[str, Any] = json.loads((run / "result.json").read_text(encoding="utf-8"))
    return found
