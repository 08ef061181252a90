"""The bases that recipes name, tiny, with the kind of tokenizer and the files of the real ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.hub import korean
from tests.training.families import BUILDERS

TOKENS = 512
"""What encoders and T5 can read, the tiny ones as the real ones."""
MORE_TOKENS = 1024
"""What the others can."""

_GPT_ORDER = ("<s>", "</s>", "<usr>", "<pad>", "<sys>", "<unk>", "<mask>")
"""First tokens of KoGPT2 and KoBART, by their ids."""


def _english(folder: Path, *, family: str, template: str | None = None, **options: Any) -> Path:
    """The base of the family's own tests, with room for more tokens, and other options."""
    from transformers import AutoTokenizer

    small = _small(folder, family)
    tokenizer = AutoTokenizer.from_pretrained(small)
    tokenizer.chat_template = template
    tokenizer.model_max_length = _tokens(family)
    tokenizer.save_pretrained(folder)
    return _weights(folder, small, options)


def _tokens(family: str) -> int:
    return MORE_TOKENS if family in ("bart", "gpt2", "llama") else TOKENS


def _small(folder: Path, family: str) -> Path:
    return BUILDERS[family](folder.with_name(f"{folder.name}-small") / family)


def _weights(folder: Path, small: Path, options: Mapping[str, Any]) -> Path:
    """A network as in the other folder, but for some options, behind the tokenizer's files."""
    import torch
    import transformers

    config = transformers.AutoConfig.from_pretrained(small)
    if hasattr(config, "max_position_embeddings"):
        reserved = config.max_position_embeddings % 8  # RoBERTa's, behind the padding
        name = config.attribute_map.get("max_position_embeddings", "max_position_embeddings")
        setattr(config, name, _tokens(config.model_type) + reserved)
    for name, value in options.items():
        setattr(config, name, value)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = getattr(transformers, config.architectures[0])(config)
    model.save_pretrained(folder)
    return folder


# ------------------------------------------------------------------------- Korean


def _word_pieces(order: Sequence[str]) -> Any:
    """As KLUE's and KoELECTRA's: letters keep their case, and syllables are not taken apart."""
    from tokenizers import BertWordPieceTokenizer
    from tokenizers.processors import TemplateProcessing

    trained = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    trained.train_from_iterator(
        korean.corpus(), vocab_size=600, min_frequency=1, special_tokens=list(order)
    )
    ends = [(token, trained.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    # KLUE's RoBERTa knows one type of text; BERT's second is the class's own doing.
    second = 1 if order[0] == "[PAD]" else 0
    trained._tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair=f"[CLS] $A [SEP] $B:{second} [SEP]:{second}",
        special_tokens=ends,
    )
    return trained


def _klue(folder: Path, *, family: str) -> Path:
    """KLUE's BERT, or its RoBERTa, whose tokenizer is BERT's with ids of another order."""
    bert = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    order = bert if family == "bert" else ("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]")
    trained = _word_pieces(order)
    folder.mkdir(parents=True)
    trained.save(str(folder / "tokenizer.json"))
    _vocabulary(folder, trained)
    named = {f"{token.strip('[]').lower()}_token": token for token in order}
    ends = {} if family == "bert" else {"bos_token": "[CLS]", "eos_token": "[SEP]"}
    said = {"do_lower_case": False, "tokenizer_class": "BertTokenizer", "model_max_length": TOKENS}
    _write(folder / "special_tokens_map.json", named | ends)
    _write(folder / "tokenizer_config.json", said | named | ends)
    ids = {"pad_token_id": order.index("[PAD]")}
    if family == "roberta":
        ids |= {"bos_token_id": 0, "eos_token_id": 2}
    options = {"vocab_size": trained.get_vocab_size(), "tokenizer_class": "BertTokenizer"}
    return _weights(folder, _small(folder, family), options | ids)


def _koelectra(folder: Path) -> Path:
    """KoELECTRA has a list of its tokens, and no tokenizer.json."""
    trained = _word_pieces(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"))
    folder.mkdir(parents=True)
    _vocabulary(folder, trained)
    said = {"do_lower_case": False, "model_max_length": TOKENS}
    _write(folder / "tokenizer_config.json", said)
    return _weights(folder, _small(folder, "electra"), {"vocab_size": trained.get_vocab_size()})


def _sentence_pieces(folder: Path, *, family: str) -> Path:
    """KoGPT2 and KoBART: BPE of syllables in a tokenizer.json, with no configuration beside it."""
    from tokenizers import SentencePieceBPETokenizer

    trained = SentencePieceBPETokenizer()
    trained.train_from_iterator(
        korean.corpus(), vocab_size=700, min_frequency=1, special_tokens=list(_GPT_ORDER)
    )
    folder.mkdir(parents=True)
    trained.save(str(folder / "tokenizer.json"))
    options = {"vocab_size": trained.get_vocab_size(), "eos_token_id": 1, "pad_token_id": 3}
    if family == "gpt2":
        options |= {"bos_token_id": 0}
    else:
        special = {"bos_token": "</s>", "eos_token": "</s>", "unk_token": "<unk>"}
        _write(folder / "special_tokens_map.json", special | {"pad_token": "<pad>"})
        options |= {"bos_token_id": 1, "decoder_start_token_id": 1, "forced_eos_token_id": 1}
        options |= {"tokenizer_class": "PreTrainedTokenizerFast"}
    return _weights(folder, _small(folder, family), options)


def _pko_t5(folder: Path) -> Path:
    """A T5 whose tokenizer is BPE of bytes, without names for gaps."""
    from tokenizers import ByteLevelBPETokenizer
    from tokenizers.processors import TemplateProcessing

    trained = ByteLevelBPETokenizer()
    special = ["<pad>", "</s>", "<unk>"]
    trained.train_from_iterator(korean.corpus(), vocab_size=600, special_tokens=special)
    trained._tokenizer.post_processor = TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    folder.mkdir(parents=True)
    trained.save(str(folder / "tokenizer.json"))
    named = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    _write(folder / "special_tokens_map.json", named)
    _write(
        folder / "tokenizer_config.json",
        named | {"tokenizer_class": "T5Tokenizer", "extra_ids": 0, "additional_special_tokens": []},
    )
    options = {"vocab_size": trained.get_vocab_size() + 8, "decoder_start_token_id": 0}
    return _weights(folder, _small(folder, "t5"), options | {"eos_token_id": 1, "pad_token_id": 0})


def _vocabulary(folder: Path, trained: Any) -> None:
    tokens = sorted(trained.get_vocab().items(), key=lambda item: item[1])
    lines = "\n".join(token for token, _ in tokens) + "\n"
    (folder / "vocab.txt").write_text(lines, encoding="utf-8")


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


_CHAT_ML = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

MODELS: Mapping[str, Callable[[Path], Path]] = {
    "google-bert/bert-base-uncased": partial(_english, family="bert", num_hidden_layers=12),
    "google-bert/bert-base-cased": partial(_english, family="bert"),
    "FacebookAI/roberta-base": partial(_english, family="roberta"),
    "openai-community/gpt2": partial(_english, family="gpt2"),
    "HuggingFaceTB/SmolLM2-135M": partial(_english, family="llama", template=_CHAT_ML),
    "google-t5/t5-small": partial(_english, family="t5"),
    "facebook/bart-base": partial(_english, family="bart", encoder_layers=6, decoder_layers=6),
    "klue/bert-base": partial(_klue, family="bert"),
    "klue/roberta-base": partial(_klue, family="roberta"),
    "monologg/koelectra-base-v3-discriminator": _koelectra,
    "skt/kogpt2-base-v2": partial(_sentence_pieces, family="gpt2"),
    "gogamza/kobart-base-v2": partial(_sentence_pieces, family="bart"),
    "paust/pko-t5-base": _pko_t5,
}
"""Hub id -> who makes its twin in a folder; a recipe with another base needs a line here.

Those of which a recipe freezes some blocks have as many as the real ones.
"""
