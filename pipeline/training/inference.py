"""Logits for many rows, in order, with little padding.

Letters: N rows, C classes, B rows of a forward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch

from pipeline.data.batches import Cutting, collate, micro_batches
from pipeline.data.tokens import TokenStore

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_WINDOW = 1024
"""Rows that are sorted by length together; bounds the cost of finding the best cut."""


def passes(store: TokenStore, cutting: Cutting) -> Iterator[np.ndarray]:
    """Row numbers of each forward pass over all rows, sorted by length."""
    order = np.argsort(-store.lengths, kind="stable")
    for start in range(0, len(order), _WINDOW):
        yield from micro_batches(order[start : start + _WINDOW], store.lengths, cutting)


def to_model(
    store: TokenStore,
    rows: np.ndarray,
    tokenizer: PreTrainedTokenizerBase,
    device: torch.device,
) -> dict[str, torch.Tensor]:
    """Model inputs for some rows, padded to the longest of them, on the device."""
    block = collate(store, rows, pad_id=tokenizer.pad_token_id, padding_side=tokenizer.padding_side)
    return {
        name: torch.from_numpy(array).to(device, non_blocking=True) for name, array in block.items()
    }


@torch.inference_mode()
def logits(
    model: torch.nn.Module,
    store: TokenStore,
    tokenizer: PreTrainedTokenizerBase,
    *,
    cutting: Cutting,
    device: torch.device,
    share: tuple[int, int] = (0, 1),
    advance: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """The model's logits, row for row.

    Args:
        share: (rank, processes): only every n-th pass is computed, the other rows stay zero.
        advance: called with the number of rows done.

    Returns:
        (N, C) float32.
    """
    was_training = model.training
    model.eval()
    rank, processes = share
    out: np.ndarray | None = None
    for number, rows in enumerate(passes(store, cutting)):
        if number % processes != rank and out is not None:
            continue
        answer = model(**to_model(store, rows, tokenizer, device)).logits
        if out is None:
            out = np.zeros((len(store), answer.shape[1]), dtype=np.float32)
        if number % processes == rank:
            out[rows] = answer.float().cpu().numpy()
            advance(len(rows))
    model.train(was_training)
    return out if out is not None else np.zeros((0, 0), dtype=np.float32)
