"""A PEFT adapter: what was learnt, and the name of the base it belongs to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import BASE_FOLDER, Export, Exporter, Family, Task
from pipeline.exporters._folder import copy_base, example, head, label_options, write_facts
from pipeline.hub import repositories

if TYPE_CHECKING:
    import torch


class Adapter(Exporter):
    """PEFT's files, the tokenizer and the labels; the base is named by its Hub id."""

    needs_adapter: ClassVar[bool] = True
    answers_with: ClassVar[str | None] = repositories.ADAPTER

    def problems(self, model: torch.nn.Module, *, family: Family, task: Task) -> list[str]:
        """Every adapter can be exported."""
        del model, family, task
        return []

    def write(self, export: Export, folder: Path) -> None:
        """PEFT's files with the base's public name; a base without one travels along."""
        export.model.save_pretrained(folder, safe_serialization=True)
        (folder / "README.md").unlink(missing_ok=True)  # PEFT's empty card names a local path
        config_file = folder / repositories.ADAPTER_CONFIG
        config = json.loads(config_file.read_text(encoding="utf-8"))
        config["base_model_name_or_path"] = export.base["hub_id"] or BASE_FOLDER
        config["revision"] = export.base["revision"] if export.base["hub_id"] else None
        config_file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf-8")
        if not export.base["hub_id"]:
            copy_base(export, folder / BASE_FOLDER)
        export.codec.tokenizer.save_pretrained(folder)
        write_facts(export, folder, exporter=self.name)

    def snippet(self, export: Export) -> str:
        """Load the base by name, then the adapter, with transformers and PEFT."""
        auto = export.task.auto_class(export.codec.shape)
        if export.base["hub_id"]:
            revision = export.base["revision"]
            source = f'"{export.base["hub_id"]}"'
            pinned = f'    revision="{revision}",\n' if revision else ""
        else:
            source, pinned = f'folder / "{BASE_FOLDER}"', ""
        libraries = f"from peft import PeftModel\nfrom transformers import {auto}, AutoTokenizer"
        return f"""\
{head(export, libraries=libraries, kind="adapter")}\
tokenizer = AutoTokenizer.from_pretrained(folder)
base = {auto}.from_pretrained(
    {source},
{pinned}{label_options(export)}    pad_token_id=tokenizer.pad_token_id,
    dtype=torch.float32,
)
model = PeftModel.from_pretrained(base, folder).eval()

{example(export)}"""
