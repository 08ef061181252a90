"""A model as one ONNX file: what can be, how it is written, how it is loaded.

torch's exporter by tracing writes it. The newer one (``dynamo=True``) fails on T5, and takes ten
times as long. What tracing could get wrong, a branch that is taken for one shape and not for
another, the proof would see: it runs the file on other shapes than it was traced with.
"""

from __future__ import annotations

import importlib.util
import inspect
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.contracts import Export, Task
from pipeline.errors import ExportError, first_line
from pipeline.exporters._folded import folded, why_not_folded
from pipeline.exporters._folder import example, head, write_facts

if TYPE_CHECKING:
    import torch

FILE = "model.onnx"
OPSET = 17
"""Of ONNX; what onnxruntime 1.15 and later read."""

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
"""What a file can take; the last one where the base tells segments apart."""

_ROWS = {0: "batch"}
_AXES = {0: "batch", 1: "tokens"}
_MOST_BYTES = 2_000_000_000
"""What one file of protocol buffers holds."""

_WRITES = (
    "it answers by writing token by token: a file would hold one forward pass, without the search"
    " and the memory of what was written; use export: [merged]"
)
WHY_NOT: Mapping[str, str] = {
    "seq2seq": _WRITES,
    "instruction": _WRITES,
    "span-corruption": "it makes a base to go on training from; use export: [merged]",
}
"""Task -> why its models are not exported. All other tasks are, of every family that has a head
for them: encoders, decoders, and both sides of T5 and BART."""

_TEXTS = ["a text", "a second text, which is longer than the first one"]
"""The file is traced on these, so that it is told of padding."""

_EXAMPLE_OF_CAUSAL_LM = """\
inputs = tokenizer("Compute the", return_tensors="pt")
for _ in range(20):  # the likeliest token, again and again
    likeliest = model(**inputs).logits[:, -1:].argmax(-1)
    inputs = {"input_ids": torch.cat([inputs["input_ids"], likeliest], dim=1)}
print(tokenizer.decode(inputs["input_ids"][0]))
"""


def problems(model: torch.nn.Module, task: Task) -> list[str]:
    """Why a model could not be exported so, in words."""
    found = [WHY_NOT[task.name]] if task.name in WHY_NOT else why_not_folded(model)
    missing = [name for name in ("onnx", "onnxruntime") if importlib.util.find_spec(name) is None]
    if missing:
        found.append(f"{' and '.join(missing)} is not installed: pip install 'graft[onnx]'")
    size = sum(4 * p.numel() for name, p in model.named_parameters() if ".lora_" not in name)
    if size > _MOST_BYTES:
        found.append(
            f"{size / 1e9:.1f} GB of weights are more than one ONNX file holds (2 GB);"
            " use export: [merged]"
        )
    return found


def write(export: Export, folder: Path, *, exporter: str) -> None:
    """The file, and beside it configuration, tokenizer and labels."""
    model = folded(export.model)
    model.config.use_cache = False
    trace(model, export.codec.tokenizer, folder / FILE)
    model.config._name_or_path = ""  # a path of this machine
    model.config.save_pretrained(folder)
    export.codec.tokenizer.save_pretrained(folder)
    write_facts(export, folder, exporter=exporter)


def trace(model: Any, tokenizer: Any, file: Path) -> None:
    """Write a model's forward pass; the axes of its inputs are ``batch`` and ``tokens``.

    Raises:
        ExportError: torch cannot.
    """
    import torch

    encoded = tokenizer(_TEXTS, padding=True, return_tensors="pt")
    # Segments only where the model and its tokenizer both know of them.
    known = inspect.signature(model.forward).parameters
    names = [name for name in INPUTS if name in encoded and name in known]
    given = tuple(encoded[name] for name in names)
    with torch.no_grad():
        found = model(**dict(zip(names, given, strict=True)))
    logits = {name: each for name, each in found.items() if name.endswith("logits")}

    class Traced(torch.nn.Module):
        """Positional in, a tuple of logits out."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
            outputs = self.model(**dict(zip(names, inputs, strict=True)))
            return tuple(outputs[name] for name in logits)

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # that it traces, and that one day it will not be there
        try:
            torch.onnx.export(
                Traced().eval(),
                given,
                str(file),
                input_names=names,
                output_names=list(logits),
                dynamic_axes=dict.fromkeys(names, _AXES)
                | {
                    # Where there are two axes, the second is of classes, unless a span is told.
                    name: _ROWS if name == "logits" and each.ndim == 2 else _AXES
                    for name, each in logits.items()
                },
                opset_version=OPSET,
                dynamo=False,
            )
        except Exception as error:
            raise ExportError(
                f"torch cannot write this model as ONNX: {first_line(error)}"
            ) from error


def snippet(export: Export) -> str:
    """Load the file with onnxruntime and the tokenizer with transformers."""
    libraries = (
        "import onnxruntime\nfrom transformers import AutoTokenizer\n"
        "from transformers.utils import ModelOutput"
    )
    said = _EXAMPLE_OF_CAUSAL_LM if export.task.name == "causal-lm" else example(export)
    return f"""\
{head(export, libraries=libraries, kind="model")}\
session = onnxruntime.InferenceSession(
    str(folder / "{FILE}"), providers=["CPUExecutionProvider"]
)
tokenizer = AutoTokenizer.from_pretrained(folder)


def model(input_ids, attention_mask=None, token_type_ids=None):
    every = torch.ones_like(input_ids) if attention_mask is None else attention_mask
    first = torch.zeros_like(input_ids) if token_type_ids is None else token_type_ids
    given = {{"input_ids": input_ids, "attention_mask": every, "token_type_ids": first}}
    wanted = {{each.name: given[each.name].numpy() for each in session.get_inputs()}}
    names = [each.name for each in session.get_outputs()]
    found = map(torch.from_numpy, session.run(names, wanted))
    return ModelOutput(zip(names, found))


{said}"""
