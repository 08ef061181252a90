"""Two small readers of texts: a convolution over words, and a recurrent network.

Both make one vector of each text, whatever it is padded to, and a linear layer answers by it.
Of a pair, both texts are read by the same reader.

Letters: B texts of a pass, L longest of them, E embedding, H what a reader makes of a text, C
outputs, V ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

PADDING = 0
"""Id of what fills short texts, and of unknown words: a vector of zeros that never learns."""

Kind = Literal["cnn", "lstm"]
Side = tuple[torch.Tensor, torch.Tensor]
"""(B, L) int64 ids, and (B,) int64 how many of each row are its text; at least 1."""


@dataclass(frozen=True)
class Sizes:
    """How large a network is.

    Attributes:
        vocabulary: V.
        sides: texts of a row, 1 or 2.
        hidden: filters of each width, or units of each direction.
        widths: words that a filter looks at; of a convolution.
        layers: of a recurrent network.
    """

    kind: Kind
    vocabulary: int
    outputs: int
    sides: int
    embedding: int
    hidden: int
    widths: tuple[int, ...]
    layers: int
    dropout: float


class Reader(nn.Module):
    """Embedding, a convolution or a recurrent network, the largest value over time, linear."""

    def __init__(self, sizes: Sizes) -> None:
        """Weights at random, as torch's seed has them."""
        super().__init__()
        self.sizes = sizes
        self.embedding = nn.Embedding(sizes.vocabulary, sizes.embedding, padding_idx=PADDING)
        self.encoder = (_Convolution if sizes.kind == "cnn" else _Recurrence)(sizes)
        self.dropout = nn.Dropout(sizes.dropout)
        joined = self.encoder.size * (1 if sizes.sides == 1 else 4)
        self.output = nn.Linear(joined, sizes.outputs)

    @property
    def size(self) -> int:
        """How many weights there are."""
        return sum(parameter.numel() for parameter in self.parameters())

    def forward(self, sides: Sequence[Side]) -> torch.Tensor:
        """(B, C) outputs.

        Source, of pairs: Conneau et al. 2017 (arXiv:1705.02364), section 3.1: both vectors,
        the distance of each value and the product of each.
        """
        read = [self._vector(ids, lengths) for ids, lengths in sides]
        if len(read) == 2:
            first, second = read
            read += [(first - second).abs(), first * second]
        found: torch.Tensor = self.output(self.dropout(torch.cat(read, dim=1)))
        return found

    def _vector(self, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """(B, H)."""
        states = self.encoder(self.dropout(self.embedding(ids)), lengths)
        beyond = torch.arange(ids.shape[1], device=ids.device) >= lengths[:, None]
        found: torch.Tensor = states.masked_fill(beyond[:, :, None], -torch.inf).amax(dim=1)
        return found


class _Convolution(nn.Module):
    """Filters of several widths over the words.

    Source: Kim 2014 (arXiv:1408.5882), section 2, the model CNN-rand.
    """

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.size = sizes.hidden * len(sizes.widths)
        self.filters = nn.ModuleList(
            nn.Conv1d(sizes.embedding, sizes.hidden, width) for width in sizes.widths
        )

    def forward(self, words: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """(B, L, E) to (B, L, H); past a text's end there are zeros, as if it stood alone."""
        beyond = torch.arange(words.shape[1], device=words.device) >= lengths[:, None]
        columns = words.masked_fill(beyond[:, :, None], 0).transpose(1, 2)
        widths = self.sizes.widths
        padded = (functional.pad(columns, ((width - 1) // 2, width // 2)) for width in widths)
        seen = [look(part) for look, part in zip(self.filters, padded, strict=True)]
        found = torch.cat(seen, dim=1)
        return torch.relu(found).transpose(1, 2)


class _Recurrence(nn.Module):
    """A bidirectional LSTM.

    Source: Conneau et al. 2017 (arXiv:1705.02364), section 3.2.3, BiLSTM with max pooling.
    """

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.size = 2 * sizes.hidden
        self.lstm = nn.LSTM(
            sizes.embedding,
            sizes.hidden,
            sizes.layers,
            dropout=sizes.dropout if sizes.layers > 1 else 0.0,
            bidirectional=True,
            batch_first=True,
        )

    def forward(self, words: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """(B, L, E) to (B, L, 2H)."""
        packed = pack_padded_sequence(words, lengths.cpu(), batch_first=True, enforce_sorted=False)
        states, _ = self.lstm(packed)
        found, _ = pad_packed_sequence(states, batch_first=True, total_length=words.shape[1])
        return found
