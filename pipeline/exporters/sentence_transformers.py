"""Features of texts for sentence-transformers, and the head that answers to them beside."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline import components
from pipeline.contracts import Export, Exporter, Family, Pooled, Task
from pipeline.exporters._folded import folded, why_not_folded
from pipeline.exporters._folder import example, head, write_facts

if TYPE_CHECKING:
    import torch

_HEAD = "head.safetensors"


class SentenceTransformers(Exporter):
    """An encoder of texts that sentence-transformers loads; its vectors are what the head reads."""

    answers_with: ClassVar[str | None] = None

    def problems(self, model: torch.nn.Module, *, family: Family, task: Task) -> list[str]:
        """Heads that read more than one pooled vector, and a missing package."""
        plain: Any = model
        if not task.head_fits:
            return [f"the head of {task.name} is no linear layer on one vector of a text"]
        if family.pooled(plain.config) is None:
            return [f"{family.name} makes its vector of a text by reading it again, in a decoder"]
        found = why_not_folded(model)
        if importlib.util.find_spec("sentence_transformers") is None:
            found.append(
                "sentence-transformers is not installed: pip install 'graft[sentence-transformers]'"
            )
        return found

    def write(self, export: Export, folder: Path) -> None:
        """The library's own files; ``head.safetensors``: weight (C, H) and bias (C,)."""
        from safetensors.torch import save_file
        from sentence_transformers import SentenceTransformer

        model = folded(export.model)
        family: Family = components.load("models", model.config.model_type)()
        pooled, place = family.pooled(model.config), family.heads[export.task.name]
        assert pooled is not None  # noqa: S101
        base = model.get_submodule(place.base)
        base.config._name_or_path = ""  # a path of this machine
        with tempfile.TemporaryDirectory() as aside:
            base.save_pretrained(aside)
            export.codec.tokenizer.save_pretrained(aside)
            encoder = SentenceTransformer(
                modules=_modules(aside, model, pooled, longest=export.codec.max_length),
                device="cpu",
            )
            encoder.save(str(folder), create_model_card=False)
        output: Any = model.get_submodule(place.output)
        weights = {name: value.detach().clone() for name, value in output.named_parameters()}
        save_file(weights, folder / _HEAD)
        export.codec.tokenizer.save_pretrained(folder)
        write_facts(export, folder, exporter=self.name)

    def snippet(self, export: Export) -> str:
        """Load the encoder with sentence-transformers, and put the head on it."""
        libraries = (
            "from safetensors.torch import load_file\n"
            "from sentence_transformers import SentenceTransformer\n"
            "from transformers import AutoTokenizer\n"
            "from transformers.utils import ModelOutput"
        )
        return f"""\
{head(export, libraries=libraries, kind="model")}\
encoder = SentenceTransformer(str(folder), device="cpu").eval()  # encoder.encode(texts): vectors
answers = load_file(folder / "{_HEAD}")
tokenizer = AutoTokenizer.from_pretrained(folder)


def model(**inputs):
    vectors = encoder(dict(inputs))["sentence_embedding"]
    logits = torch.nn.functional.linear(vectors, answers["weight"], answers.get("bias"))
    return ModelOutput(logits=logits)


{example(export)}"""


def _modules(base: str, model: Any, pooled: Pooled, *, longest: int) -> list[Any]:
    """What a text goes through, in order, up to the vector."""
    import torch
    from sentence_transformers.sentence_transformer.modules import (
        Dense,
        LayerNorm,
        Pooling,
        Transformer,
    )

    transformer = Transformer(base, max_seq_length=longest)
    width = transformer.get_embedding_dimension()
    modules: list[Any] = [transformer, Pooling(width, pooling_mode=pooled.mode)]
    if pooled.layer:
        layer = model.get_submodule(pooled.layer)
        dense = Dense(
            layer.in_features,
            layer.out_features,
            bias=layer.bias is not None,
            activation_function=getattr(torch.nn, pooled.activation)(),
        )
        dense.linear.load_state_dict(layer.state_dict())
        modules.append(dense)
        width = layer.out_features
    if pooled.norm:
        norm = LayerNorm(width)
        weights = model.get_submodule(pooled.norm).state_dict()
        # The library's layer has a bias in any case.
        norm.norm.load_state_dict({"bias": torch.zeros(width), **weights})
        modules.append(norm)
    return modules
