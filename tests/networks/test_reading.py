"""Small readers: what they make of a text does not depend on the texts beside it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipeline.networks.descent import Descent
from pipeline.networks.fitting import Training, outputs_of, train
from pipeline.networks.reading import Kind, Reader, Sizes
from pipeline.ragged import Ragged


def sizes(kind: Kind, *, sides: int = 1, outputs: int = 2) -> Sizes:
    return Sizes(
        kind=kind,
        vocabulary=20,
        outputs=outputs,
        sides=sides,
        embedding=8,
        hidden=6,
        widths=(2, 3),
        layers=2,
        dropout=0.3,
    )


TRAINING = Training(
    learning_rate=0.02,
    epochs=1,
    min_steps=120,
    max_steps=400,
    batch_size=8,
    validations=4,
    patience=4,
    seed=0,
)
KINDS = pytest.mark.parametrize("kind", ["cnn", "lstm"])


@KINDS
@pytest.mark.parametrize("sides", [1, 2])
def test_padding_changes_nothing(kind: Kind, sides: int) -> None:
    torch.manual_seed(0)
    network = Reader(sizes(kind, sides=sides)).double().eval()
    texts = Ragged.of([[3, 4], [5, 6, 7, 8, 9, 10, 11], [], [12]])

    together = outputs_of(network, [texts] * sides)
    alone = [outputs_of(network, [texts.take(np.array([n]))] * sides)[0] for n in range(4)]

    np.testing.assert_allclose(together, alone, atol=1e-12)
    assert len(np.unique(together[:, 0])) == 4


@KINDS
def test_a_word_that_is_not_known_is_a_vector_of_zeros_that_stays(kind: Kind) -> None:
    texts, targets = Ragged.of([[0, 3], [0, 4]] * 8), np.arange(16) % 2
    network, _, _ = train(
        sizes(kind), [texts], targets, lambda found: 0, TRAINING, advance=lambda done: None
    )

    assert (network.embedding.weight[0] == 0).all()


@KINDS
def test_order_is_learned(kind: Kind) -> None:
    texts = Ragged.of([[3, 4, 5], [5, 4, 3]] * 16)
    targets = np.arange(32) % 2

    def right(network: Reader) -> float:
        return float((outputs_of(network, [texts]).argmax(axis=1) == targets).mean())

    _, found, _ = train(sizes(kind), [texts], targets, right, TRAINING, advance=lambda done: None)

    assert found == 1


@pytest.mark.parametrize(
    ("targets", "outputs"),
    [
        (np.linspace(-1, 1, 16), 1),
        (np.eye(3, dtype=np.int64)[np.arange(16) % 3], 3),
    ],
)
def test_numbers_and_sets_of_labels_are_learned(targets: np.ndarray, outputs: int) -> None:
    texts = Ragged.of([[3 + n] for n in range(16)])

    def less(network: Reader) -> float:
        seen = outputs_of(network, [texts])
        if targets.ndim == 1:
            return -float(((seen[:, 0] - targets) ** 2).mean())
        return float(((seen > 0) == targets).mean())

    _, found, _ = train(
        sizes("cnn", outputs=outputs), [texts], targets, less, TRAINING, advance=lambda done: None
    )

    assert found > (-0.15 if targets.ndim == 1 else 0.9)


def test_it_stops_when_nothing_is_gained_and_keeps_the_best() -> None:
    texts, targets = Ragged.of([[3], [4]] * 8), np.arange(16) % 2
    looks = iter([1, 3, 2, 2])
    patient = Training(**{**TRAINING.__dict__, "validations": 8, "patience": 2})
    steps: list[int] = []

    _, found, step = train(
        sizes("cnn"), [texts], targets, lambda network: next(looks), patient, advance=steps.append
    )

    assert found == 3
    assert step == 2 * 120 / 8
    # What is not done any more counts as done, for the progress bar.
    assert sum(steps) == patient.planned(16)
    assert steps[-1] == 120 - 4 * 15


def test_few_rows_get_more_epochs_and_many_rows_fewer() -> None:
    assert TRAINING.planned(16) == 120
    assert TRAINING.planned(1600) == 200
    assert TRAINING.planned(100_000) == 400


def test_a_descent_ends_at_a_rate_of_zero() -> None:
    weight = torch.nn.Parameter(torch.ones(1))
    descent = Descent(iter([weight]), learning_rate=0.1, steps=2)
    places = []
    for _ in range(2):
        descent.step((weight**2).sum())
        places.append(weight.item())

    assert descent.done
    assert 1 - places[0] > places[0] - places[1] > 0
