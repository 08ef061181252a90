"""What a model writes, shown while it writes.

Letters: L tokens of a prompt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.examples import Codec

if TYPE_CHECKING:
    import torch

_NEAR = 8
"""Tokens of a prompt that are spelled again with what follows."""

_HALF = "\ufffd"
"""What a character is shown as while some of its bytes are still to come."""


class Pieces:
    """Shows what ``generate`` writes, as the streamer that it tells every token.

    The first ids that it is told are the prompt's, or a decoder's start token.
    """

    def __init__(self, codec: Codec, prompt: torch.Tensor, show: Callable[[str], None]) -> None:
        """Take the ids (1, L) that are given, and who is told each piece."""
        self._codec = codec
        self._show = show
        sides = codec.shape == "encoder-decoder"
        # How a sub-word is spelled can depend on the one before it.
        self._ids: list[int] = [] if sides else prompt[0, -_NEAR:].tolist()
        self._shown = self._text()
        self._begun = False
        self.skipped = 1 if sides else prompt.shape[1]

    def put(self, ids: torch.Tensor) -> None:
        """Some more ids."""
        if not self._begun:
            self._begun = True
            return
        self._ids += ids.flatten().tolist()
        text = self._text()
        if not text.endswith(_HALF):
            self._tell(text)

    def end(self) -> None:
        """There are no more."""
        self._tell(self._text())

    def _tell(self, text: str) -> None:
        if len(text) > len(self._shown):
            self._show(text[len(self._shown) :])
            self._shown = text

    def _text(self) -> str:
        text: str = self._codec.tokenizer.decode(self._ids, skip_special_tokens=True)
        return text
