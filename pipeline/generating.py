"""``graft generate``: what a model writes on from a prompt, or answers to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline import opening
from pipeline.contracts import ROW_ID, Fitted, Json, Reporter, Task
from pipeline.errors import ModelError, Problem, UserError

if TYPE_CHECKING:
    import pyarrow as pa
    import torch

    from pipeline.training.inference import Answering


@dataclass(frozen=True)
class _Wanted:
    """How to write; ``temperature`` and ``top_p`` are None where nothing is drawn."""

    max_tokens: int
    temperature: float | None
    top_p: float | None
    seed: int
    beams: int

    @property
    def draws(self) -> bool:
        return self.temperature is not None or self.top_p is not None

    def check(self) -> None:
        """Refuse numbers out of range.

        Raises:
            UserError: all of them.
        """
        rules = (
            (self.max_tokens >= 1, f"--max-tokens {self.max_tokens}: one token at least"),
            (self.beams >= 1, f"--beams {self.beams}: one beam at least"),
            (
                self.temperature is None or self.temperature > 0,
                f"--temperature {self.temperature}: above 0; leave it out to draw nothing",
            ),
            (self.top_p is None or 0 < self.top_p <= 1, f"--top-p {self.top_p}: above 0, up to 1"),
            (self.beams == 1 or not self.draws, "--beams searches and draws nothing"),
        )
        problems = [Problem(message) for fine, message in rules if not fine]
        if problems:
            raise UserError(problems)


def generate(
    name: str,
    prompt: str,
    *,
    max_tokens: int,
    temperature: float | None,
    top_p: float | None,
    seed: int,
    beams: int,
    report: Reporter,
    show: Callable[[str], None],
) -> None:
    """Write on from a prompt, or answer it, token by token.

    Args:
        name: a run, an export, a baseline of a run, or a base model.
        prompt: the beginning of a text, or what a seq2seq or instruction model answers.
        temperature: draw tokens with their probabilities to the power of its inverse.
        top_p: draw among the likeliest tokens that have this much together.
        seed: the same seed draws the same text.
        beams: search for a likely whole; it is shown at its end.
        report: for what is worth knowing.
        show: told each piece of text as it is written.

    Raises:
        UserError: a number out of range.
        ModelError: the model is not there, or cannot write.
    """
    wanted = _Wanted(max_tokens, temperature, top_p, seed, beams)
    wanted.check()
    model = opening.open_model(name, report)
    from pipeline.training.inference import Answering

    if isinstance(model, Answering):
        _by_network(model, name, prompt, wanted, report, show)
    else:
        for piece in _by_baseline(model, name, prompt, wanted):
            show(piece)


def _by_baseline(model: Fitted, name: str, prompt: str, wanted: _Wanted) -> Iterator[str]:
    from pipeline.language.writing import Sampling, write

    writer: Any = model
    if not hasattr(writer, "following"):
        raise _cannot_write(name)
    if wanted.beams > 1:
        raise UserError("a baseline searches no beams", hint="leave --beams out")
    sampling = Sampling()
    if wanted.draws:
        sampling = Sampling(wanted.temperature or 1.0, wanted.top_p or 1.0, wanted.seed)
    return write(writer, prompt, max_tokens=wanted.max_tokens, sampling=sampling)


def _by_network(
    model: Answering,
    name: str,
    prompt: str,
    wanted: _Wanted,
    report: Reporter,
    show: Callable[[str], None],
) -> None:
    import torch

    from pipeline.training.streaming import Pieces

    task, codec = model.task, model.codec
    if not hasattr(model.model, "generate"):  # an ONNX file: one forward pass
        raise _cannot_write(name)
    own: Json = {}
    if task.generates:
        inputs, own = _asked(model, prompt), task.generation(codec)
    elif codec.shape == "decoder" and task.auto_class(codec.shape) == "AutoModelForCausalLM":
        inputs = _begun(model, prompt, wanted, report)
    else:
        raise _cannot_write(name)
    streamer = Pieces(codec, inputs["input_ids"], show)
    options: Json = {"do_sample": wanted.draws, "num_beams": wanted.beams}
    if wanted.draws:
        # Unless told otherwise, transformers draws among the fifty likeliest.
        drawing = {"temperature": wanted.temperature or 1.0, "top_p": wanted.top_p or 1.0}
        options |= {**drawing, "top_k": 0}
    if wanted.beams == 1:
        options["streamer"] = streamer
    room = codec.max_length - inputs["input_ids"].shape[1]
    most = wanted.max_tokens if codec.shape == "encoder-decoder" else min(wanted.max_tokens, room)
    fixed = {"max_new_tokens": most, "eos_token_id": codec.end, "pad_token_id": codec.pad}
    network: Any = model.model
    devices = [model.device] if model.device.type == "cuda" else []
    with torch.random.fork_rng(devices), torch.inference_mode():
        torch.manual_seed(wanted.seed)
        written = network.generate(**inputs, **{"use_cache": True} | own | options | fixed)
    if wanted.beams > 1:
        streamer.put(inputs["input_ids"])
        streamer.put(written[:, streamer.skipped :])
        streamer.end()


def _asked(model: Answering, prompt: str) -> dict[str, torch.Tensor]:
    """The prompt as the task's own input."""
    import numpy as np

    from pipeline.data.collating import collate

    table = _one_row(model.task, prompt)
    examples = model.task.encode(table, model.labels, model.codec, purpose="answer")
    batch = collate(examples, np.asarray([0]), model.codec, device=model.device)
    inputs = {name: value for name, value in batch.inputs.items() if name != "use_cache"}
    inputs.pop("decoder_input_ids", None)
    return inputs


def _one_row(task: Task, prompt: str) -> pa.Table:
    """The prompt in the one column that the task reads.

    Raises:
        UserError: it reads several.
    """
    import pyarrow as pa

    needed = [(n, c) for n, c in task.columns.items() if c.required and c.is_input]
    if len(needed) != 1:
        names = ", ".join(name for name, _ in needed)
        raise UserError(f"{task.name} reads more than one text: {names}", hint="graft predict")
    column, kind = needed[0][0], needed[0][1].kind
    if not prompt.strip():
        raise UserError("there is nothing to answer", hint='graft generate MODEL "a prompt"')
    value: Any = [{"role": "user", "content": prompt}] if kind == "messages" else prompt
    return pa.table({ROW_ID: ["1"], column: [value]})


def _begun(
    model: Answering, prompt: str, wanted: _Wanted, report: Reporter
) -> dict[str, torch.Tensor]:
    """The prompt after an end token, as texts were learnt; its end where it is too long."""
    import torch

    from pipeline.data.tokens import bare

    codec = model.codec
    ids = bare([prompt], codec)[0].tolist()
    room = codec.max_length - 1 - min(wanted.max_tokens, codec.max_length // 2)
    if len(ids) > room:
        report.warn(
            f"the prompt has {len(ids)} tokens, and the model reads {codec.max_length} with what"
            f" it writes: the last {room} are read"
        )
        ids = ids[-room:] if room else []
    found = torch.tensor([[codec.end, *ids]], device=model.device)
    return {"input_ids": found, "attention_mask": torch.ones_like(found)}


def _cannot_write(name: str) -> ModelError:
    return ModelError(
        "this model cannot write",
        place=name,
        hint="write with a run or export of causal-lm, seq2seq or instruction, a base such as"
        " GPT-2, or the baseline ngram-lm or lstm-lm of a causal-lm run:"
        " runs/NAME/latest:ngram-lm",
    )
