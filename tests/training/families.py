"""A tiny base of each family, random but for its tokenizer; two blocks, or two and two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.hub.fixtures import HIDDEN, POSITIONS, tiny_bert, tiny_roberta

_HEADS = 2
_SENTINELS = 20


def _save(folder: Path, model_class: str, config: Any, tokenizer: Any) -> Path:
    import torch
    import transformers

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = getattr(transformers, model_class)(config)
    model.save_pretrained(folder)
    tokenizer.model_max_length = POSITIONS
    tokenizer.save_pretrained(folder)
    return folder


def _wordpiece(folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_bert(folder.with_name("wordpiece")))


def _byte_level(folder: Path, **special: str) -> Any:
    """The trained byte-level BPE without RoBERTa's frame of special tokens."""
    from tokenizers import Tokenizer
    from tokenizers.processors import ByteLevel
    from transformers import PreTrainedTokenizerFast

    file = tiny_roberta(folder.with_name("byte-level")) / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.post_processor = ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)


def _sizes(tokenizer: Any, **more: Any) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": HIDDEN,
        "num_hidden_layers": 2,
        "num_attention_heads": _HEADS,
        "intermediate_size": 2 * HIDDEN,
        "max_position_embeddings": POSITIONS,
        "pad_token_id": tokenizer.pad_token_id,
    } | more


def _distilbert(folder: Path) -> Path:
    from transformers import DistilBertConfig

    tokenizer = _wordpiece(folder)
    config = DistilBertConfig(
        vocab_size=len(tokenizer),
        dim=HIDDEN,
        n_layers=2,
        n_heads=_HEADS,
        hidden_dim=2 * HIDDEN,
        max_position_embeddings=POSITIONS,
    )
    return _save(folder, "DistilBertForMaskedLM", config, tokenizer)


def _electra(folder: Path) -> Path:
    from transformers import ElectraConfig

    tokenizer = _wordpiece(folder)
    config = ElectraConfig(**_sizes(tokenizer, embedding_size=HIDDEN // 2))
    return _save(folder, "ElectraForPreTraining", config, tokenizer)


def _modernbert(folder: Path) -> Path:
    from transformers import ModernBertConfig

    tokenizer = _wordpiece(folder)
    config = ModernBertConfig(
        **_sizes(
            tokenizer,
            cls_token_id=tokenizer.cls_token_id,
            sep_token_id=tokenizer.sep_token_id,
            bos_token_id=tokenizer.cls_token_id,
            eos_token_id=tokenizer.sep_token_id,
        )
    )
    return _save(folder, "ModernBertForMaskedLM", config, tokenizer)


def _gpt2(folder: Path) -> Path:
    from transformers import GPT2Config

    tokenizer = _byte_level(folder, eos_token="</s>")  # like GPT-2, no padding token
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=HIDDEN,
        n_layer=2,
        n_head=_HEADS,
        n_positions=POSITIONS,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=tokenizer.eos_token_id,
    )
    return _save(folder, "GPT2LMHeadModel", config, tokenizer)


def _decoder(config_class: str, model_class: str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        import transformers

        tokenizer = _byte_level(folder, eos_token="</s>", bos_token="<s>")
        config = getattr(transformers, config_class)(
            **_sizes(
                tokenizer,
                # As published: the vocabulary is padded, and class defaults add tokens of theirs.
                vocab_size=len(tokenizer) + 16,
                num_key_value_heads=_HEADS,
                eos_token_id=tokenizer.eos_token_id,
                bos_token_id=tokenizer.bos_token_id,
            )
        )
        return _save(folder, model_class, config, tokenizer)

    return build


def _t5(folder: Path) -> Path:
    from tokenizers.processors import TemplateProcessing
    from transformers import T5Config

    tokenizer = _byte_level(folder, eos_token="</s>", pad_token="<pad>", unk_token="<unk>")
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="$A </s>",
        pair="$A </s> $B </s>",
        special_tokens=[("</s>", tokenizer.eos_token_id)],
    )
    sentinels = [f"<extra_id_{n}>" for n in range(_SENTINELS)]
    tokenizer.add_tokens(sentinels[::-1], special_tokens=True)  # as published: 0 is the last id
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=HIDDEN,
        d_kv=HIDDEN // _HEADS,
        d_ff=2 * HIDDEN,
        num_layers=2,
        num_heads=_HEADS,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    return _save(folder, "T5ForConditionalGeneration", config, tokenizer)


def _bart(folder: Path) -> Path:
    from transformers import AutoTokenizer, BartConfig

    tokenizer = AutoTokenizer.from_pretrained(tiny_roberta(folder.with_name("byte-level")))
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=HIDDEN,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=_HEADS,
        decoder_attention_heads=_HEADS,
        encoder_ffn_dim=2 * HIDDEN,
        decoder_ffn_dim=2 * HIDDEN,
        max_position_embeddings=POSITIONS,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.eos_token_id,
        forced_eos_token_id=None,
    )
    return _save(folder, "BartForConditionalGeneration", config, tokenizer)


BUILDERS: Mapping[str, Callable[[Path], Path]] = {
    "bart": _bart,
    "bert": tiny_bert,
    "distilbert": _distilbert,
    "electra": _electra,
    "gpt2": _gpt2,
    "llama": _decoder("LlamaConfig", "LlamaForCausalLM"),
    "modernbert": _modernbert,
    "qwen2": _decoder("Qwen2Config", "Qwen2ForCausalLM"),
    "qwen3": _decoder("Qwen3Config", "Qwen3ForCausalLM"),
    "roberta": tiny_roberta,
    "t5": _t5,
}
"""Who builds a tiny base of each family; a new file in pipeline/models needs a line here."""
