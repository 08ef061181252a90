"""Words that every part uses."""

from __future__ import annotations

from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["fine-tuned", "baseline"]
SplitName = Literal["train", "validation", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")

ROW_ID = "row_id"
"""Name of the column that every table carries: where a row came from, such as ``train.csv:7``."""
