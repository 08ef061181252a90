"""What most configurations of transformers call the sizes of a model."""

from __future__ import annotations

from collections.abc import Mapping

USUAL: Mapping[str, str] = {
    "layers": "num_hidden_layers",
    "hidden": "hidden_size",
    "heads": "num_attention_heads",
    "inner": "intermediate_size",
    "positions": "max_position_embeddings",
}
"""As ``Family.sizes``."""
