"""A recurrent language model over the ids of an alphabet.

Tokens are numbered anew by how often training texts have them, for the output: it looks at the
frequent ones first and at the rest in clusters with fewer dimensions, which is what makes a
vocabulary of tens of thousands affordable on a CPU.

Sources: Zaremba et al. 2014 (arXiv:1409.2329), the small LSTM; Grave et al. 2017
(arXiv:1609.04309), section 4, for the output.

Letters: N texts, B texts of a pass, L longest of them, T tokens with boundaries, H hidden, V ids.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from pipeline.examples import IGNORED
from pipeline.language.vocabulary import BEGIN, Encoded

FILE = "rnn.safetensors"

State = tuple[torch.Tensor, torch.Tensor]

_CUTOFFS = (1000, 8000)
_PASS_TOKENS = 8192


class Rnn(nn.Module):
    """Embedding, LSTM, adaptive softmax."""

    ranks: torch.Tensor

    def __init__(self, ranks: torch.Tensor, *, hidden: int, layers: int, dropout: float) -> None:
        """Weights at random, as torch's seed has them.

        Args:
            ranks: (V,) int64 place of each id among all, the most frequent first.
        """
        super().__init__()
        size = len(ranks)
        self.register_buffer("ranks", ranks)
        self.embedding = nn.Embedding(size, hidden)
        between = dropout if layers > 1 else 0.0
        self.lstm = nn.LSTM(hidden, hidden, layers, dropout=between, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        cutoffs = [cut for cut in _CUTOFFS if cut < size - 1] or [size // 2]
        self.output = nn.AdaptiveLogSoftmaxWithLoss(hidden, size, cutoffs)

    @property
    def size(self) -> int:
        """How many weights there are."""
        return sum(parameter.numel() for parameter in self.parameters())

    def nats(
        self, ids: torch.Tensor, targets: torch.Tensor, state: State | None
    ) -> tuple[torch.Tensor, State]:
        """What the targets cost.

        Args:
            ids: (B, L) int64.
            targets: (B, L) int64 the tokens after them, ``IGNORED`` past a text's end.
            state: after the tokens before these; None at the beginning.

        Returns:
            (B, L) nats, 0 where ignored, and the state after these tokens.
        """
        states, state = self.lstm(self.dropout(self.embedding(ids)), state)
        asked = targets != IGNORED
        found = torch.zeros(targets.shape, device=ids.device)
        found[asked] = -self.output(self.dropout(states[asked]), self.ranks[targets[asked]]).output
        return found, state

    @torch.inference_mode()
    def token_nats(self, text: Encoded) -> np.ndarray:
        """(T,) nats of each token given those before it in its text; 0 for ``<s>``."""
        self.eval()
        found = np.zeros(len(text.ids))
        for rows in passes(np.argsort(-text.lengths, kind="stable")):
            state = None
            for ids, targets, places in chunks(text, rows, length=_PASS_TOKENS // len(rows) or 1):
                nats, state = self.nats(self._moved(ids), self._moved(targets), state)
                asked = targets != IGNORED
                found[places[asked]] = nats.cpu().numpy()[asked]
        return found

    @torch.inference_mode()
    def following(self, context: Sequence[int]) -> Generator[np.ndarray, int, None]:
        """See ``pipeline.language.writing.Writer``."""
        self.eval()
        ids, state = [BEGIN, *context], None
        while True:
            states, state = self.lstm(self.embedding(self._moved(np.array([ids]))), state)
            p = self.output.log_prob(states[0, -1:]).exp()[0, self.ranks]
            ids = [(yield p.double().cpu().numpy())]

    def save(self, folder: Path) -> None:
        """Write weights and sizes."""
        facts = {"layers": str(self.lstm.num_layers), "dropout": str(self.dropout.p)}
        tensors = {name: value.contiguous().cpu() for name, value in self.state_dict().items()}
        save_file(tensors, folder / FILE, metadata=facts)

    @classmethod
    def load(cls, folder: Path) -> Rnn:
        """Read what ``save`` wrote."""
        with safe_open(folder / FILE, framework="pt") as file:
            facts: dict[str, str] = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        model = cls(
            tensors["ranks"],
            hidden=tensors["embedding.weight"].shape[1],
            layers=int(facts["layers"]),
            dropout=float(facts["dropout"]),
        )
        model.load_state_dict(tensors)
        return model.eval()

    def _moved(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array).to(self.ranks.device)


def passes(order: np.ndarray, *, most: int = 64) -> Iterator[np.ndarray]:
    """Texts that are read together, in the order given, ``most`` of them at a time."""
    for start in range(0, len(order), most):
        yield order[start : start + most]


def chunks(
    text: Encoded, rows: np.ndarray, *, length: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Some texts side by side, so many tokens at a time.

    Returns:
        Of each chunk (B, length) int64: ids, the tokens after them (``IGNORED`` past a text's
        end), and the places of the latter among all tokens.
    """
    starts, lengths = text.starts[rows, None], text.lengths[rows, None]
    for first in range(0, int(lengths.max(initial=1)) - 1, length):
        column = np.arange(first, min(first + length, int(lengths.max()) - 1))[None]
        places = np.minimum(starts + column + 1, len(text.ids) - 1)
        targets = np.where(column + 1 < lengths, text.ids[places], IGNORED)
        yield text.ids[places - 1].astype(np.int64), targets.astype(np.int64), places


def ranks(text: Encoded, *, vocabulary_size: int) -> torch.Tensor:
    """(V,) int64 place of each id among all, the most frequent first; ``<s>`` is last."""
    seen = np.bincount(text.ids, minlength=vocabulary_size)
    seen[BEGIN] = -1
    found = np.empty(vocabulary_size, dtype=np.int64)
    found[np.argsort(-seen, kind="stable")] = np.arange(vocabulary_size)
    return torch.from_numpy(found)
