"""Llama (Touvron et al. 2023, arXiv:2302.13971); SmolLM and SmolLM2 are of this family."""

from __future__ import annotations

from pipeline.models._llama_shaped import LlamaShaped


class Llama(LlamaShaped):
    """Decoder with rotary positions and gated feed-forward layers."""
