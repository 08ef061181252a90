"""A recurrent network: it reads words in order, from both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from pipeline.baselines._small_network import SmallNetwork

if TYPE_CHECKING:
    from pipeline.networks.reading import Sizes


class Lstm(SmallNetwork):
    """A bidirectional LSTM over word vectors that it learns from the training rows alone.

    What it has read at each word depends on all words before it, or after it; the largest
    value over all words goes into a linear classifier.

    Source: Conneau et al. 2017 (arXiv:1705.02364), BiLSTM with max pooling.
    """

    hidden: int = Field(128, ge=4, le=4096, description="units of a layer in each direction")
    layers: int = Field(1, ge=1, le=8, description="layers")

    def sizes(self, *, vocabulary: int, outputs: int, sides: int) -> Sizes:
        """The network that the options ask for."""
        from pipeline.networks.reading import Sizes

        return Sizes(
            kind="lstm",
            vocabulary=vocabulary,
            outputs=outputs,
            sides=sides,
            embedding=self.embedding,
            hidden=self.hidden,
            widths=(),
            layers=self.layers,
            dropout=self.dropout,
        )
