"""A convolution over words: which short phrases are in the text?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from pipeline.baselines._small_network import SmallNetwork

if TYPE_CHECKING:
    from pipeline.networks.reading import Sizes

Width = Annotated[int, Field(ge=1, le=50)]


class Cnn(SmallNetwork):
    """A convolutional network over word vectors that it learns from the training rows alone.

    Each filter looks for a phrase of a few words, wherever it stands; the largest answer of
    each goes into a linear classifier. It is n-grams with vectors that may be alike.

    Source: Kim 2014 (arXiv:1408.5882), the model CNN-rand.
    """

    widths: tuple[Width, ...] = Field(
        (3, 4, 5), min_length=1, description="tokens that filters look at"
    )
    filters: int = Field(100, ge=1, le=4096, description="filters of each width")

    def sizes(self, *, vocabulary: int, outputs: int, sides: int) -> Sizes:
        """The network that the options ask for."""
        from pipeline.networks.reading import Sizes

        return Sizes(
            kind="cnn",
            vocabulary=vocabulary,
            outputs=outputs,
            sides=sides,
            embedding=self.embedding,
            hidden=self.filters,
            widths=self.widths,
            layers=1,
            dropout=self.dropout,
        )
