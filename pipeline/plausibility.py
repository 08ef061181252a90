"""``graft score``: how plausible sentences are to a language model."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pipeline import components, opening, storage
from pipeline.contracts import ROW_ID, Fitted, Json, Reporter, Silent
from pipeline.errors import ModelError, UserError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.training.inference import Answering

OUTPUTS = (".csv", ".jsonl", ".tsv")

_KEYS = ("log_probability", "perplexity", "bits_per_byte", "text")

Nats = Callable[["pa.Table"], "np.ndarray"]
"""Rows with a ``text`` -> (N, 2) negative log-likelihood in nats, and tokens, of each."""

_TOGETHER = 64
"""Sentences that are read and scored at a time: memory does not grow with their number."""


@dataclass(frozen=True)
class Plausibility:
    """What a model makes of one sentence.

    Attributes:
        nats: negative log-likelihood, the sentence's end included where the model has one.
        tokens: what the nats are of.
    """

    text: str
    nats: float
    tokens: float

    @property
    def perplexity(self) -> float:
        """Among how many tokens the model hesitates."""
        return math.exp(min(self.nats / max(self.tokens, 1), 700.0))

    @property
    def bits_per_byte(self) -> float:
        """Whatever the tokens: bits for each byte of UTF-8."""
        return self.nats / math.log(2) / max(len(self.text.encode("utf-8")), 1)

    def row(self) -> Json:
        """As it is written to a file."""
        numbers = (-self.nats, self.perplexity, self.bits_per_byte)
        return dict(zip(_KEYS, [*(round(n, 4) for n in numbers), self.text], strict=True))


def score(
    name: str,
    *,
    sentences: Iterable[str],
    ranked: bool,
    output: Path | None,
    interactive: bool,
    report: Reporter,
    show: Callable[[str], None],
) -> None:
    """Score sentences, in order or the most plausible first.

    Args:
        name: a run, an export, a baseline of a run, or a base model.
        sentences: a line each; blank ones are left out.
        ranked: the highest log-probability first; all of them are then held in memory.
        output: a file for them; None shows them.
        interactive: somebody types them and waits for each.
        report: for progress and what is worth knowing.
        show: prints a line.

    Raises:
        UserError: an unknown ending.
        ModelError: the model is not there, or is none of language.
    """
    if output is not None and output.suffix.lower() not in OUTPUTS:
        raise UserError(
            f"cannot write '{output.suffix or output.name}' files",
            place=str(output),
            hint=f"end the name in one of: {', '.join(OUTPUTS)}",
        )
    nats = _reader(opening.open_model(name, report), name, report)
    found = _scored(sentences, nats, together=1 if interactive else _TOGETHER)
    if ranked:
        found = iter(sorted(found, key=lambda item: item.nats))
    if output is None:
        report.note(f"columns: {', '.join(_KEYS)}")
        for item in found:
            *numbers, text = item.row().values()
            show("\t".join([*(f"{number:.4f}" for number in numbers), text]))
        return
    with storage.new_text(output) as file:
        count = _write(found, file, output.suffix.lower())
    show(f"{count:,} sentences: {output}")


def pseudo_nats(model: Answering, table: pa.Table) -> np.ndarray:
    """(N, 2) what a masked model makes of texts: each token hidden alone, all the rest seen.

    Source: Salazar et al. 2020 (arXiv:1910.14659), section 2.1, equation 1.
    """
    task: Any = model.task
    plain = task.encode(table, (), model.codec, purpose="learn")
    examples = task.one_by_one(plain, model.codec)
    answers = task.decode(model.pieces(examples), examples, table, (), model.codec).answers
    found: np.ndarray = answers[:, 1:]
    return found


def _reader(model: Answering | Fitted, name: str, report: Reporter) -> Nats:
    """What gives the nats of rows.

    Raises:
        ModelError: it is no language model.
    """
    from pipeline.training.inference import Answering

    if not isinstance(model, Answering):
        task = getattr(model, "task", None)
        if task is not None and task.name == "causal-lm":
            return lambda table: model.predict(table, Silent()).answers
        raise _no_language_model(name)
    head = model.task.auto_class(model.codec.shape)
    if model.codec.shape == "decoder" and head == "AutoModelForCausalLM":
        causal = replace(model, task=_as("causal-lm", model))
        return lambda table: causal.predict(table).answers
    if head == "AutoModelForMaskedLM":
        report.note("pseudo-log-likelihood: each token is hidden alone, and all the rest is seen")
        masked = replace(model, task=_as("masked-lm", model))
        return lambda table: pseudo_nats(masked, table)
    raise _no_language_model(name)


def _as(task: str, model: Answering) -> Any:
    """The model's own task where it is that one, with its options; else that task."""
    return model.task if model.task.name == task else components.load("tasks", task)()


def _no_language_model(name: str) -> ModelError:
    return ModelError(
        "this is no language model: it has no probability for a text",
        place=name,
        hint="score with a run or export of causal-lm, masked-lm or instruction on a decoder, a"
        " base of such a family, or the baseline ngram-lm or lstm-lm of a causal-lm run:"
        " runs/NAME/latest:ngram-lm",
    )


def _scored(sentences: Iterable[str], nats: Nats, *, together: int) -> Iterator[Plausibility]:
    import pyarrow as pa

    whole = (text for line in sentences if (text := line.rstrip("\r\n")).strip())
    while texts := list(islice(whole, together)):
        answers = nats(pa.table({ROW_ID: [str(n) for n in range(len(texts))], "text": texts}))
        for text, (cost, tokens) in zip(texts, answers.tolist(), strict=True):
            yield Plausibility(text, cost, tokens)


def _write(found: Iterable[Plausibility], file: TextIO, ending: str) -> int:
    """Write a line each as they come; returns how many."""
    written = 0
    table = csv.DictWriter(file, _KEYS, delimiter="\t" if ending == ".tsv" else ",")
    if ending != ".jsonl":
        table.writeheader()
    for item in found:
        if ending == ".jsonl":
            file.write(json.dumps(item.row(), ensure_ascii=False) + "\n")
        else:
            table.writerow(item.row())
        written += 1
    return written
