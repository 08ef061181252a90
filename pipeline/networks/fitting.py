"""Training of a small reader, stopped early on the validation rows.

Letters: N rows, B rows of a pass, C outputs.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from torch.nn import functional

from pipeline.data.sampling import Sampler
from pipeline.networks.descent import Descent
from pipeline.networks.reading import Reader, Side, Sizes
from pipeline.ragged import Ragged

_ANSWERED = 256
"""Rows of a pass without gradients."""


class _Ordered(Protocol):
    def __gt__(self, other: Any) -> bool: ...


Q = TypeVar("Q", bound=_Ordered)


@dataclass(frozen=True)
class Training:
    """How to train.

    Attributes:
        epochs: passes over the rows, at most; rows so few that this is less than
            ``min_steps`` get more of them.
        max_steps: steps of the optimiser in all.
        validations: how often the validation rows are looked at, evenly over all steps.
        patience: how many looks without a gain end the training.
    """

    learning_rate: float
    epochs: int
    min_steps: int
    max_steps: int
    batch_size: int
    validations: int
    patience: int
    seed: int

    def planned(self, rows: int) -> int:
        """Steps in the whole training, at most."""
        steps = math.ceil(rows / self.batch_size) * self.epochs
        return min(max(steps, self.min_steps), self.max_steps)


def train(
    sizes: Sizes,
    sides: Sequence[Ragged],
    targets: np.ndarray,
    judge: Callable[[Reader], Q],
    training: Training,
    *,
    advance: Callable[[int], None],
) -> tuple[Reader, Q, int]:
    """Train, and keep the weights that are best on the validation rows.

    Args:
        sides: the texts of the rows as ids, one of them or two.
        targets: (N,) class ids, (N, C) zeros and ones, or (N,) float numbers.
        judge: how good the network is on the validation rows; the greater the better.
        advance: told the number of steps done since.

    Returns:
        The network, how good it is, and after how many steps it was.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sampler = Sampler(len(targets), training.batch_size, training.seed)
    total = training.planned(len(targets))
    due = {math.ceil(total * (n + 1) / training.validations) for n in range(training.validations)}
    with torch.random.fork_rng():
        torch.manual_seed(training.seed)
        network = Reader(sizes).to(device)
        descent = Descent(network.parameters(), learning_rate=training.learning_rate, steps=total)
        best: tuple[Q, int, dict[str, torch.Tensor]] | None = None
        step, since = 0, 0
        while step < total and since < training.patience:
            rows = sampler.step(*divmod(step, sampler.steps_an_epoch))
            network.train()
            outputs = network(gathered(sides, rows, device))
            descent.step(_loss(outputs, torch.from_numpy(targets[rows]).to(device)))
            step += 1
            advance(1)
            if step in due:
                found = judge(network)
                since += 1
                if best is None or found > best[0]:
                    best, since = (found, step, copy.deepcopy(network.state_dict())), 0
        advance(total - step)
    assert best is not None  # noqa: S101
    network.load_state_dict(best[2])
    return network.eval(), best[0], best[1]


@torch.inference_mode()
def outputs_of(
    network: Reader,
    sides: Sequence[Ragged],
    *,
    advance: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """(N, C) what a network says of each row, in order; rows of about a length go together."""
    network.eval()
    weight = network.output.weight
    lengths = np.sum([side.lengths for side in sides], axis=0)
    order = np.argsort(lengths, kind="stable")
    found = np.zeros((len(order), len(weight)))
    for start in range(0, len(order), _ANSWERED):
        rows = order[start : start + _ANSWERED]
        found[rows] = network(gathered(sides, rows, weight.device)).double().cpu().numpy()
        advance(len(rows))
    return found


def gathered(sides: Sequence[Ragged], rows: np.ndarray, device: torch.device) -> list[Side]:
    """Some rows of each side as a network reads them; an empty text is one padding."""
    return [_padded(side.take(rows), device) for side in sides]


def _padded(texts: Ragged, device: torch.device) -> Side:
    lengths = texts.lengths
    ids = np.zeros((len(texts), max(int(lengths.max(initial=1)), 1)), dtype=np.int64)
    ids[np.arange(ids.shape[1]) < lengths[:, None]] = texts.values
    at_least = np.maximum(lengths, 1)
    return torch.from_numpy(ids).to(device), torch.from_numpy(at_least).to(device)


def _loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean over rows."""
    if targets.dtype.is_floating_point:
        return functional.mse_loss(outputs[:, 0], targets.float())
    if targets.ndim == 2:
        each = functional.binary_cross_entropy_with_logits(
            outputs, targets.float(), reduction="none"
        )
        return each.sum(dim=1).mean()
    return functional.cross_entropy(outputs, targets)
