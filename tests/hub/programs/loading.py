"""Steps with transformers and datasets: load what a recipe would pin."""

from __future__ import annotations

import os
from typing import Any

from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from tests.hub.programs import report

BERT = "google-bert/bert-base-uncased"
ROBERTA = "FacebookAI/roberta-base"
GLUE = "nyu-mll/glue"
REVISION = os.environ["TESTED_REVISION"]


def _load(model_id: str, **options: Any) -> dict[str, Any]:
    tokenizer = AutoTokenizer.from_pretrained(model_id, **options)
    model, loading = AutoModelForSequenceClassification.from_pretrained(
        model_id, output_loading_info=True, **options
    )
    longest = tokenizer("film " * 200, truncation=True, return_tensors="pt")
    return {
        "missing": sorted(loading["missing_keys"]),
        "logits": list(model(**longest).logits.shape),
        "tokens": longest["input_ids"].shape[1],
    }


def load_bert() -> dict[str, Any]:
    return _load(BERT, revision=REVISION)


def load_roberta() -> dict[str, Any]:
    return _load(ROBERTA)


def load_missing_model() -> None:
    AutoTokenizer.from_pretrained("google-bert/no-such-model")


def load_pinned_data() -> dict[str, Any]:
    splits = load_dataset(GLUE, "sst2", revision=REVISION)
    return {
        "rows": {name: split.num_rows for name, split in splits.items()},
        "columns": splits["train"].column_names,
        "labels": splits["train"].features["label"].names,
        "withheld": sorted(set(splits["test"]["label"])),
    }


def load_unpinned_data() -> int:
    return load_dataset(GLUE, "sst2", split="validation").num_rows


def load_missing_configuration() -> None:
    load_dataset(GLUE, "sst3", revision=REVISION)


def load_missing_data() -> None:
    load_dataset("nyu-mll/no-such-data")


def push_and_load_again() -> list[str]:
    model = AutoModelForSequenceClassification.from_pretrained(BERT, revision=REVISION)
    model.push_to_hub("tester/fine-tuned", private=True)
    _, loading = AutoModelForSequenceClassification.from_pretrained(
        "tester/fine-tuned", output_loading_info=True
    )
    return sorted(loading["missing_keys"])


STEPS = (
    load_bert,
    load_roberta,
    load_missing_model,
    load_pinned_data,
    load_unpinned_data,
    load_missing_configuration,
    load_missing_data,
    push_and_load_again,
)

if __name__ == "__main__":
    report({step.__name__: step for step in STEPS})
