"""What all exports have in common: the facts file, the example, a base that travels along."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from pipeline.contracts import FACTS, HERE, Export

_CONFIG = "config.json"
_INDEX = "model.safetensors.index.json"


def write_facts(export: Export, folder: Path, *, exporter: str) -> None:
    """What plain libraries do not keep: labels in order, task, columns, base, longest input."""
    facts = {
        "exporter": exporter,
        "task": {"name": export.task.name, **export.task.options()},
        "labels": list(export.labels),
        "max_length": export.codec.max_length,
        "columns": dict(export.columns),
        "base": export.base,
    }
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    (folder / FACTS).write_text(text, encoding="utf-8")


def copy_base(export: Export, folder: Path) -> None:
    """Copy configuration and weights of the base, and nothing else that lies beside them."""
    folder.mkdir()
    config = json.loads((export.base_folder / _CONFIG).read_text(encoding="utf-8"))
    config.pop("_name_or_path", None)  # older versions of transformers kept a path there
    (folder / _CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    for name in (*export.base["sha256"], _INDEX):
        if (export.base_folder / name).is_file():
            shutil.copyfile(export.base_folder / name, folder / name)


def example(export: Export) -> str:
    """The end of a snippet: one answer."""
    return export.task.example(export.codec.shape, max_length=export.codec.max_length)


def head(export: Export, *, libraries: str, kind: str) -> str:
    """The beginning of a snippet: imports, the folder, and the labels where there are any.

    Args:
        libraries: lines that import what loads the export.
        kind: what lies in the folder, such as ``adapter``.
    """
    imports = "import json\n" if export.labels else ""
    labels = (
        'labels = json.loads((folder / "graft.json").read_text(encoding="utf-8"))["labels"]\n'
        if export.labels
        else ""
    )
    return f"""\
{imports}from pathlib import Path

import torch
{libraries}

{HERE}  # where this {kind} lies
{labels}"""


def label_options(export: Export) -> str:
    """Arguments of ``from_pretrained`` that say how many outputs there are, and their names."""
    if not export.labels:
        outputs = export.task.model_options(()).get("num_labels")
        return f"    num_labels={outputs},\n" if outputs else ""
    return "    num_labels=len(labels),\n    id2label=dict(enumerate(labels)),\n"
