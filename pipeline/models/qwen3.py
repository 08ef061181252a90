"""Qwen3 (Yang et al. 2025, arXiv:2505.09388)."""

from __future__ import annotations

from pipeline.models._llama_shaped import LlamaShaped


class Qwen3(LlamaShaped):
    """Llama with normalised queries and keys."""
