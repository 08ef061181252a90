"""Small real things to put on the Hub: models with trained tokenizers, and a data set."""

from __future__ import annotations

import io
import json
import string
from pathlib import Path
from typing import Any

import yaml

from tests.hub.reviews import reviews

POSITIONS = 64
"""Tokens that the tiny models can read."""
HIDDEN = 32
LAYERS = 2
VOCABULARY = 512
CHARACTERS = string.ascii_lowercase + string.digits


def tiny_bert(folder: Path, *, seed: int = 0) -> Path:
    """A BERT with two layers, as the real checkpoints are published.

    The weights are those of pretraining, pooler included; the configuration names
    ``BertForMaskedLM``. A classifier is therefore missing, and made when loaded.

    Args: folder: made if need be.
    Returns: the folder.
    """
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForPreTraining, BertTokenizer

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    # Given these, the trainer does not number them in the order of a hash table, which would
    # settle ties between merges differently each time.
    endings = [f"##{character}" for character in CHARACTERS]
    trained = BertWordPieceTokenizer()
    trained.train_from_iterator(_corpus(), VOCABULARY, special_tokens=special + endings)
    tokenizer = BertTokenizer(vocab=trained.get_vocab())
    config = BertConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=POSITIONS,
        pad_token_id=tokenizer.pad_token_id,
        hidden_size=HIDDEN,
        intermediate_size=2 * HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
    )
    return _publish(folder, BertForPreTraining, config, tokenizer, "BertForMaskedLM", seed)


def tiny_roberta(folder: Path, *, seed: int = 0) -> Path:
    """A RoBERTa with two layers; its positions start behind the padding index.

    ``max_position_embeddings`` is therefore larger by two than what the model can read, as
    514 is for the real 512.

    Args: folder: made if need be.
    Returns: the folder.
    """
    from tokenizers import ByteLevelBPETokenizer
    from transformers import RobertaConfig, RobertaForMaskedLM, RobertaTokenizer

    trained = ByteLevelBPETokenizer()
    # The mask comes last, and the padding has the index 1, as in the published vocabulary.
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trained.train_from_iterator(_corpus(), VOCABULARY - 1, special_tokens=special)
    learned = json.loads(trained.to_str())["model"]
    vocabulary = learned["vocab"] | {"<mask>": len(learned["vocab"])}
    merges = [tuple(pair) for pair in learned["merges"]]
    tokenizer = RobertaTokenizer(vocab=vocabulary, merges=merges)
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=POSITIONS + tokenizer.pad_token_id + 1,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        hidden_size=HIDDEN,
        intermediate_size=2 * HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
    )
    return _publish(folder, RobertaForMaskedLM, config, tokenizer, "RobertaForMaskedLM", seed)


def _corpus() -> list[str]:
    # Every character both ahead of others and behind one, so that few words are unknown.
    alphabet = [CHARACTERS, CHARACTERS[::-1], " ".join(CHARACTERS + string.punctuation)]
    return alphabet + [sentence for sentence, _ in reviews(400, seed=1)]


def _publish(
    folder: Path, model_class: Any, config: Any, tokenizer: Any, architecture: str, seed: int
) -> Path:
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = model_class(config)
    model.save_pretrained(folder)
    tokenizer.model_max_length = POSITIONS
    tokenizer.save_pretrained(folder)
    path = folder / "config.json"
    published = json.loads(path.read_text()) | {"architectures": [architecture]}
    path.write_text(json.dumps(published, indent=2, sort_keys=True) + "\n")
    return folder


def glue_sst2(
    rows: int = 200, *, validation: int = 40, test: int = 20, seed: int = 0
) -> dict[str, bytes]:
    """A small data set in the shape of nyu-mll/glue with its configuration ``sst2``.

    No sentence is in two splits. The labels of the test split are withheld (-1), as there.

    Args: rows: sentences of the training split.
    Returns: contents by path, for `LoopbackHub.add_dataset`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ["negative", "positive"]
    features = {
        "sentence": {"dtype": "string", "_type": "Value"},
        "label": {"names": names, "_type": "ClassLabel"},
        "idx": {"dtype": "int32", "_type": "Value"},
    }
    schema = pa.schema(
        [("sentence", pa.string()), ("label", pa.int64()), ("idx", pa.int32())],
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )
    found = reviews(rows + validation + test, seed=seed)
    parts = {
        "train": found[:rows],
        "validation": found[rows : rows + validation],
        "test": [(sentence, -1) for sentence, _ in found[rows + validation :]],
    }
    files: dict[str, bytes] = {}
    splits = []
    for split, pairs in parts.items():
        columns = {
            "sentence": [sentence for sentence, _ in pairs],
            "label": [label for _, label in pairs],
            "idx": range(len(pairs)),
        }
        table = pa.table(columns, schema=schema)
        buffer = io.BytesIO()
        pq.write_table(table, buffer)
        files[f"sst2/{split}-00000-of-00001.parquet"] = buffer.getvalue()
        splits.append({"name": split, "num_bytes": table.nbytes, "num_examples": len(pairs)})
    header = {
        "language": ["en"],
        "license": "other",
        "dataset_info": [
            {
                "config_name": "sst2",
                "features": [
                    {"name": "sentence", "dtype": "string"},
                    {
                        "name": "label",
                        "dtype": {"class_label": {"names": {"0": names[0], "1": names[1]}}},
                    },
                    {"name": "idx", "dtype": "int32"},
                ],
                "splits": splits,
                "download_size": sum(map(len, files.values())),
                "dataset_size": sum(split["num_bytes"] for split in splits),
            }
        ],
        "configs": [
            {
                "config_name": "sst2",
                "data_files": [
                    {"split": split, "path": f"sst2/{split}-*"}
                    for split in ("train", "validation", "test")
                ],
            }
        ],
    }
    card = f"---\n{yaml.safe_dump(header, sort_keys=False)}---\n# GLUE, cut down to a few rows\n"
    return {"README.md": card.encode(), **files}
