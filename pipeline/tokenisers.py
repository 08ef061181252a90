"""From words to numbers: tokenizers that are trained on a recipe's own texts.

The plain ways split a text as it stands; the statistical ones learn from the texts which
pieces are worth a number of their own.

- ``whitespace``: every word between blanks; the most frequent ones get a number, the others
  share one for the unknown, and so does every inflection that was not seen.
- ``characters``: every character; nothing is unknown but characters never seen, and texts
  are long.
- ``bpe``: pairs of pieces that occur most are joined, beginning with bytes, so that nothing
  is ever unknown (Sennrich et al. 2016, P16-1162; bytes: Radford et al. 2019).
- ``wordpiece``: pieces are joined where that makes the texts likeliest, and continue a word
  with ``##`` (Schuster and Nakajima 2012; Devlin et al. 2019).
- ``unigram``: begins with many pieces and drops those that the texts can best do without
  (Kudo 2018, P18-1007); unknown characters fall back to bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import DataError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    from pipeline.examples import Shape

Kind = Literal["whitespace", "characters", "bpe", "wordpiece", "unigram"]

SENTINELS = tuple(f"<extra_id_{number}>" for number in range(100))
"""What T5 writes in the place of a span that was cut out."""

_BYTES = 256


class TokeniserSpec(BaseModel):
    """A tokenizer to train on the training texts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = Field("bpe", description="How words become numbers.")
    vocabulary: int = Field(
        8192, ge=_BYTES + 64, le=1_000_000, description="Different tokens, at the most."
    )
    lowercase: bool = Field(False, description="Read upper case letters as lower case.")


def train(
    spec: TokeniserSpec, texts: Iterable[str], *, shape: Shape, sentinels: bool, longest: int
) -> PreTrainedTokenizerFast:
    """Train a tokenizer with the special tokens that a shape of model needs.

    Args:
        texts: training texts.
        shape: an encoder frames texts with [CLS] and [SEP], an encoder-decoder ends them.
        sentinels: add T5's.
        longest: what the model can take, for the tokenizer's own limit.

    Raises:
        DataError: the texts are too few for such a tokenizer.
    """
    from transformers import PreTrainedTokenizerFast

    named = _special(shape)
    special = [*named.values(), *(SENTINELS if sentinels else ())]
    tokenizer = _untrained(spec, named["unk_token"])
    tokenizer.train_from_iterator(texts, trainer=_trainer(spec, special, named["unk_token"]))
    given = len(special) + (_BYTES if spec.kind in ("bpe", "unigram") else 0)
    if tokenizer.get_vocab_size() <= given:
        raise DataError(
            f"no {spec.kind} tokenizer can be trained on these texts: they have too few words",
            place="model.tokenizer",
            hint="give more text, or take a base's tokenizer: model: {tokenizer: builtin:minilm}",
        )
    if spec.kind == "unigram":
        tokenizer = _falling_back(tokenizer)
    _frame(tokenizer, shape, named)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=longest,
        extra_special_tokens=list(SENTINELS) if sentinels else None,
        **named,
    )


def _special(shape: Shape) -> dict[str, str]:
    if shape == "encoder":
        return {
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "mask_token": "[MASK]",
        }
    if shape == "decoder":
        return {"pad_token": "<pad>", "eos_token": "<end>", "unk_token": "<unk>"}
    return {
        "pad_token": "<pad>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "bos_token": "<s>",
        "mask_token": "<mask>",
    }


def _untrained(spec: TokeniserSpec, unknown: str) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

    made: dict[Kind, tuple[Any, Any, Any]] = {
        "whitespace": (
            models.WordLevel(unk_token=unknown),
            pre_tokenizers.WhitespaceSplit(),
            None,
        ),
        "characters": (
            models.WordLevel(unk_token=unknown),
            pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated"),
            decoders.Fuse(),
        ),
        "bpe": (
            models.BPE(),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
            decoders.ByteLevel(),
        ),
        "wordpiece": (
            models.WordPiece(unk_token=unknown),
            pre_tokenizers.BertPreTokenizer(),
            decoders.WordPiece(),
        ),
        "unigram": (
            models.Unigram(),
            pre_tokenizers.Metaspace(),
            decoders.Sequence(
                [
                    decoders.Replace("\u2581", " "),
                    decoders.ByteFallback(),
                    decoders.Fuse(),
                    decoders.Strip(" ", 1, 0),
                ]
            ),
        ),
    }
    model, splitter, decoder = made[spec.kind]
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = splitter
    if decoder is not None:
        tokenizer.decoder = decoder
    if spec.lowercase:
        tokenizer.normalizer = normalizers.Lowercase()
    return tokenizer


def _trainer(spec: TokeniserSpec, special: list[str], unknown: str) -> Any:
    from tokenizers import pre_tokenizers, trainers

    options: dict[str, Any] = {
        "vocab_size": spec.vocabulary,
        "special_tokens": special,
        "show_progress": False,
    }
    if spec.kind == "bpe":
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        return trainers.BpeTrainer(initial_alphabet=sorted(alphabet), **options)
    if spec.kind == "wordpiece":
        return trainers.WordPieceTrainer(**options)
    if spec.kind == "unigram":
        fallback = [f"<0x{byte:02X}>" for byte in range(_BYTES)]
        options["special_tokens"] = [*special, *fallback]
        return trainers.UnigramTrainer(unk_token=unknown, **options)
    return trainers.WordLevelTrainer(**options)


def _falling_back(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer, which spells what it does not know in bytes.

    A trained model does not say so by itself, and takes its bytes for special tokens.
    """
    from tokenizers import Tokenizer

    state = json.loads(tokenizer.to_str())
    state["model"]["byte_fallback"] = True
    state["added_tokens"] = [
        token for token in state["added_tokens"] if not token["content"].startswith("<0x")
    ]
    return Tokenizer.from_str(json.dumps(state))


def _frame(tokenizer: Tokenizer, shape: Shape, named: dict[str, str]) -> None:
    """What stands around a text: an encoder's frame, or an encoder-decoder's end."""
    from tokenizers.processors import TemplateProcessing

    if shape == "encoder":
        first, last = named["cls_token"], named["sep_token"]
        tokenizer.post_processor = TemplateProcessing(
            single=f"{first} $A {last}",
            pair=f"{first} $A {last} $B:1 {last}:1",
            special_tokens=[(token, tokenizer.token_to_id(token)) for token in (first, last)],
        )
    elif shape == "encoder-decoder":
        last = named["eos_token"]
        tokenizer.post_processor = TemplateProcessing(
            single=f"$A {last}",
            pair=f"$A {last} $B {last}",
            special_tokens=[(last, tokenizer.token_to_id(last))],
        )
