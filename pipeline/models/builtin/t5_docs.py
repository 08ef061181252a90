"""A small T5 that has filled gaps in documentation, made by recipes/pretrain/t5-docs.yaml.

T5's shape, version 1.1, 3 blocks a side and 256 hidden units, 7.6M parameters in bf16; its
tokenizer is a byte-level BPE of 8,192 tokens. What it reached stands in its card,
t5_docs/README.md.
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.contracts import BuiltinModel


class T5Docs(BuiltinModel):
    """A small English encoder-decoder, 15 MB, that has filled gaps in the same docstrings."""

    package: ClassVar[str] = "pipeline"
    folder: ClassVar[str] = "models/builtin/t5_docs"
    distribution: ClassVar[str] = "graft"
    sha256: ClassVar[str] = "d68607ab48b136d530065486d66e7d9bb3a48fdd0f345c34f8654498bbf2e4f6"
    license: ClassVar[str] = "apache-2.0"
