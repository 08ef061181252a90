"""A small GPT-2 that has read documentation, made by gpt-docs and gpt-docs-2 in recipes/pretrain.

GPT-2's shape, 6 blocks and 256 hidden units, 6.97M parameters in bf16; its tokenizer is a
byte-level BPE of 8,192 tokens. What it reached stands in its card, gpt_docs/README.md.
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.contracts import BuiltinModel


class GptDocs(BuiltinModel):
    """A small English decoder, 14 MB, that has read the docstrings of scientific packages."""

    package: ClassVar[str] = "pipeline"
    folder: ClassVar[str] = "models/builtin/gpt_docs"
    distribution: ClassVar[str] = "graft"
    sha256: ClassVar[str] = "f432771d06aff483ff8b1e61ab70d97e675a7dc41b2026fac65e2548de9bc86d"
    license: ClassVar[str] = "apache-2.0"
