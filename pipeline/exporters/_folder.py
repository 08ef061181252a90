"""What all exports have in common: the facts file, the example, a base that travels along."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from pipeline.contracts import Export

FACTS = "graft.json"
_TEXTS = (".json", ".txt", ".model", ".jinja")


def write_facts(export: Export, folder: Path, *, exporter: str) -> None:
    """What plain libraries do not keep: labels in order, task, base, longest input."""
    facts = {
        "exporter": exporter,
        "task": {"name": export.task.name, **export.task.options()},
        "labels": list(export.labels),
        "max_length": export.max_length,
        "base": export.base,
    }
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    (folder / FACTS).write_text(text, encoding="utf-8")


def copy_base(export: Export, folder: Path) -> None:
    """Copy configuration and weights of the base."""
    folder.mkdir()
    for file in export.base_folder.iterdir():
        if file.name in export.base["sha256"] or file.suffix in _TEXTS:
            shutil.copyfile(file, folder / file.name)


def example(export: Export) -> str:
    """The end of a snippet: one answer."""
    return f"""\
inputs = tokenizer(
    ["a text to classify"],
    padding=True,
    truncation=True,
    max_length={export.max_length},
    return_tensors="pt",
)
with torch.no_grad():
    probabilities = model(**inputs).logits.softmax(-1)
print(labels[int(probabilities[0].argmax())])
"""
