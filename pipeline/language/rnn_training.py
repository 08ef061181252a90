"""Training of the recurrent language model: truncated backpropagation through time.

Letters: N texts, B texts of a pass.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from pipeline.examples import IGNORED
from pipeline.language.rnn import Rnn, chunks, passes, ranks
from pipeline.language.vocabulary import Encoded
from pipeline.networks.descent import Descent

_WINDOW = 32
"""Batches whose texts are sorted by length together: little padding, and still random."""


@dataclass(frozen=True)
class Training:
    """How to train.

    Attributes:
        span: tokens that a gradient reaches back, at most.
        max_steps: steps of the optimiser in all.
    """

    hidden: int
    layers: int
    dropout: float
    epochs: int
    max_steps: int
    learning_rate: float
    batch_size: int
    span: int
    seed: int


def train(
    text: Encoded,
    validation: Encoded,
    training: Training,
    *,
    vocabulary_size: int,
    advance: Callable[[int], None],
) -> tuple[Rnn, int]:
    """Train, and keep the epoch that is best on the validation texts.

    Args:
        advance: told the number of steps done since.

    Returns:
        The model, and its epoch, from 1.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with torch.random.fork_rng():
        torch.manual_seed(training.seed)
        model = Rnn(
            ranks(text, vocabulary_size=vocabulary_size),
            hidden=training.hidden,
            layers=training.layers,
            dropout=training.dropout,
        ).to(device)
        descent = Descent(
            model.parameters(),
            learning_rate=training.learning_rate,
            steps=planned(text, training),
        )
        best: tuple[float, int, dict[str, torch.Tensor]] | None = None
        for epoch in range(1, training.epochs + 1):
            for nats in _epoch(model, text, training, epoch):
                descent.step(nats)
                advance(1)
                if descent.done:
                    break
            cost = float(model.token_nats(validation).sum())
            if best is None or cost < best[0]:
                best = cost, epoch, copy.deepcopy(model.state_dict())
            if descent.done:
                break
    if best is None:
        raise ValueError("there was no epoch")
    model.load_state_dict(best[2])
    return model.eval(), best[1]


def planned(text: Encoded, training: Training) -> int:
    """Steps of the optimiser in the whole training, at most."""
    epoch = sum(
        math.ceil((int(text.lengths[rows].max()) - 1) / training.span)
        for rows in _batches(text, training, epoch=1)
    )
    return min(epoch * training.epochs, training.max_steps)


def _epoch(model: Rnn, text: Encoded, training: Training, epoch: int) -> Iterator[torch.Tensor]:
    """The mean nats of a token, chunk by chunk; the state goes on, the gradient does not."""
    for rows in _batches(text, training, epoch=epoch):
        state = None
        for ids, targets, _ in chunks(text, rows, length=training.span):
            model.train()
            if state is not None:
                state = state[0].detach(), state[1].detach()
            nats, state = model.nats(
                torch.from_numpy(ids).to(model.ranks.device),
                torch.from_numpy(targets).to(model.ranks.device),
                state,
            )
            yield nats.sum() / max(int((targets != IGNORED).sum()), 1)


def _batches(text: Encoded, training: Training, *, epoch: int) -> Iterator[np.ndarray]:
    """Texts of about the same length together; which, and in which order, is random."""
    random = np.random.default_rng([training.seed, epoch])
    order = random.permutation(len(text.starts))
    window = _WINDOW * training.batch_size
    found: list[np.ndarray] = []
    for start in range(0, len(order), window):
        part = order[start : start + window]
        part = part[np.argsort(-text.lengths[part], kind="stable")]
        found += passes(part, most=training.batch_size)
    yield from (found[number] for number in random.permutation(len(found)))
