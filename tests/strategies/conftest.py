from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def poolerless(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT as BertForMaskedLM saves it: the pooler is not in the file."""
    from transformers import AutoTokenizer, BertForMaskedLM

    folder = tmp_path_factory.mktemp("poolerless") / "bert"
    BertForMaskedLM.from_pretrained(tiny_base).save_pretrained(folder)
    AutoTokenizer.from_pretrained(tiny_base).save_pretrained(folder)
    return folder
