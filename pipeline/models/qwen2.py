"""Qwen2 (Yang et al. 2024, arXiv:2407.10671)."""

from __future__ import annotations

from pipeline.models._llama_shaped import LlamaShaped


class Qwen2(LlamaShaped):
    """Llama with biases in attention."""
