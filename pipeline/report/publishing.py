"""What a run says of itself: result, report and cards, written from the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from pipeline import storage
from pipeline.contracts import RunResult


def publish(folder: Path, result: RunResult, snippets: Mapping[str, str]) -> None:
    """Result first, then what is read from it; each file appears whole or not at all.

    Args:
        folder: the run's.
        snippets: name of an export that is there -> Python that loads it.
    """
    from pipeline.report import card, page

    storage.write_json(folder / "result.json", asdict(result))
    page.write(folder)
    there = [export for export in result.exports if export.proved]
    for export in there:
        text = card.render(folder, snippet=snippets[export.name])
        storage.write_text(folder / export.path / "README.md", text)
        if export is there[0]:  # the run's own card is that of its first export
            storage.write_text(folder / "README.md", text)
