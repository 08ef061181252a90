"""A base's own tokenizer, as its files say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import transformers
from tokenizers import Tokenizer

from pipeline.bases import Base
from pipeline.errors import ModelError
from pipeline.storage import read_json

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_FILE = "tokenizer.json"
_VOCABULARIES = (_FILE, "vocab.txt", "vocab.json", "*.model")
"""Any of these holds what a tokenizer learnt; without one, transformers makes an empty one."""
_SPECIAL = ("bos_token", "eos_token", "pad_token")


def load_tokenizer(base: Base) -> PreTrainedTokenizerBase:
    """The base's own tokenizer; one without padding pads with its end token.

    That is harmless where nothing is generated: padding is masked, and no loss falls on it.

    transformers makes the tokenizer of the class that a configuration names anew out of the
    vocabulary, which is another one where the file holds one of another kind: KoGPT2's would
    know no word of Korean, and that of KLUE's RoBERTa would number the second of two texts with
    a type that the model lacks. The file is then taken as it is, and special tokens that no
    file of the tokenizer names are those of the model's configuration.

    Raises:
        ModelError: there is none, it cannot be read, or it has neither a padding nor an end token.
    """
    if not any(any(base.folder.glob(name)) for name in _VOCABULARIES):
        raise ModelError(
            f"there is no tokenizer: none of {', '.join(_VOCABULARIES)}",
            place=base.name,
            hint="save the tokenizer beside the model with its save_pretrained",
        )
    tokenizer = _as_written(base)
    if not tokenizer.is_fast:
        raise ModelError(f"the tokenizer has no {_FILE}", place=base.name)
    if tokenizer.pad_token is None:
        if tokenizer.eos_token is None:
            raise ModelError(
                "the tokenizer has neither a padding nor an end token", place=base.name
            )
        tokenizer.pad_token = tokenizer.eos_token
    for key in ("is_local", "local_files_only"):  # how it was loaded here is no business of exports
        tokenizer.init_kwargs.pop(key, None)
    return tokenizer


def _as_written(base: Base) -> PreTrainedTokenizerBase:
    options = {"local_files_only": True, "trust_remote_code": False}
    written = base.folder / _FILE
    try:
        made = transformers.AutoTokenizer.from_pretrained(base.folder, **options)
    except (TypeError, ValueError, KeyError) as error:
        # So fails a class that is given a vocabulary of another kind than its own.
        if not written.is_file():
            raise ModelError(
                f"there is no {_FILE}, and transformers cannot make one of the other files:"
                f" {str(error).strip().splitlines()[0]}",
                place=base.name,
                hint="pip install sentencepiece, if there is a *.model; or choose another base",
            ) from error
    else:
        if not written.is_file():
            return made
        if made.is_fast and _ways(made.backend_tokenizer) == _ways(
            Tokenizer.from_file(str(written))
        ):
            return made
    found = transformers.PreTrainedTokenizerFast.from_pretrained(base.folder, **options)
    config = read_json(base.folder / "config.json")
    for name in _SPECIAL:
        number = config.get(f"{name}_id")
        if getattr(found, name) is None and isinstance(number, int):
            setattr(found, name, found.convert_ids_to_tokens(number))
    return found


def _ways(backend: Tokenizer) -> tuple[object, ...]:
    """Which kind of model there is, what cuts texts before it, and how a pair is framed."""
    parts = json.loads(backend.to_str())
    pair = backend.encode("a", "b")
    kinds = ((parts[key] or {}).get("type") for key in ("model", "pre_tokenizer"))
    return (*kinds, pair.special_tokens_mask, pair.type_ids)
