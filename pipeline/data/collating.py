"""Examples of one forward pass as padded blocks.

Letters: B examples, L longest input, D longest response.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from pipeline.examples import IGNORED, Batch, Codec, Examples
from pipeline.ragged import Ragged


def collate(
    examples: Examples, numbers: np.ndarray, codec: Codec, *, device: torch.device
) -> Batch:
    """One padded block of the given examples, on the device.

    Args:
        numbers: (B,) which examples.

    Returns:
        A batch whose inputs are ``input_ids`` (B, L), and what of these applies:
        ``attention_mask``, ``token_type_ids``, ``position_ids`` (B, L) and
        ``decoder_input_ids`` (B, D), all int64. Where several texts share an example,
        positions that start anew tell the model where one ends (transformers builds the mask
        from them when it gets no other and keeps no cache).
    """
    side = "right" if examples.looks_back else examples.padding or codec.tokenizer.padding_side
    block = _Block(examples.ids, numbers, side=side)
    inputs: dict[str, Any] = {"input_ids": block.fill(examples.ids.values, codec.pad)}
    if examples.positions is not None:
        # Padding counts on by itself, from 0: a text that nobody asks about.
        inputs["position_ids"] = block.fill(examples.positions, 0)
        inputs["use_cache"] = False
    elif not examples.looks_back:
        inputs["attention_mask"] = block.mask.astype(np.int64)
    if examples.types is not None:
        inputs["token_type_ids"] = block.fill(examples.types, 0)
    targets: np.ndarray | None = None
    if examples.values is not None:
        targets = examples.values[numbers]
    elif examples.tokens is not None:
        targets = block.fill(examples.tokens, IGNORED)
    elif examples.responses is not None:
        answer = _Block(examples.responses, numbers, side="right")
        targets = answer.fill(examples.responses.values, IGNORED)
        shifted = np.where(targets == IGNORED, codec.pad, targets)[:, :-1]
        start = np.full((len(numbers), 1), codec.decoder_start, np.int64)
        inputs["decoder_input_ids"] = np.concatenate([start, shifted], axis=1)

    def moved(array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array).to(device, non_blocking=True)

    return Batch(
        numbers=numbers,
        lengths=examples.ids.lengths[numbers],
        inputs={
            name: moved(value) if isinstance(value, np.ndarray) else value
            for name, value in inputs.items()
        },
        targets=None if targets is None else moved(targets),
    )


class _Block:
    """Where the items of some sequences stand in a padded block."""

    def __init__(self, sequences: Ragged, numbers: np.ndarray, *, side: str) -> None:
        lengths = sequences.lengths[numbers]
        longest = int(lengths.max(initial=0))
        position = np.arange(longest)[None]
        if side == "left":
            position = position - (longest - lengths)[:, None]
        self.mask = (position >= 0) & (position < lengths[:, None])
        self._source = np.where(self.mask, sequences.offsets[numbers][:, None] + position, 0)

    def fill(self, values: np.ndarray, padding: int) -> np.ndarray:
        """(B, L) int64: the values in their places, padding in the others."""
        if not len(values):
            return np.full(self.mask.shape, padding, np.int64)
        return np.where(self.mask, values[self._source], padding).astype(np.int64)
