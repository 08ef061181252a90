"""A base model with a head for the task, as the strategy lets it learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import transformers
from safetensors import SafetensorError

from pipeline.bases import Base, family_of
from pipeline.contracts import Family, Json, Strategy, Task
from pipeline.errors import ModelError
from pipeline.examples import Codec
from pipeline.training.tokenizer import load_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

_NO_LIMIT = 100_000
"""A tokenizer without a limit claims 1e30 tokens."""


@dataclass(frozen=True)
class Prepared:
    """A base with its head, and what of it learns.

    Attributes:
        model: fp32, on the CPU; wrapped by PEFT where the strategy does so.
        fresh: parameters that the base's files lacked.
    """

    model: torch.nn.Module
    codec: Codec
    family: Family
    fresh: tuple[str, ...]


def prepare(
    base: Base,
    *,
    task: Task,
    labels: Sequence[str],
    strategy: Strategy,
    dropout: float | None,
    max_length: int | None,
    seed: int,
    pretrained: bool = True,
) -> Prepared:
    """Load the base in fp32, add the head, and let the strategy say what learns.

    The seed is set before the head is made, so that the head is the same every time.

    Args:
        pretrained: with the base's weights; else the same network, all of it at random.

    Raises:
        ModelError: the family has no head for the task; the weights cannot be loaded, or are
            not all there.
    """
    family = family_of(base, task)
    tokenizer = load_tokenizer(base)
    torch.manual_seed(seed)
    # A model that reads its answer off the last token must know which tokens are padding.
    options = {**task.model_options(labels), "pad_token_id": tokenizer.pad_token_id}
    if dropout is not None:
        options |= dict.fromkeys(family.dropout, dropout)
    auto = getattr(transformers, task.auto_class(family.shape))
    if pretrained:
        model, fresh = _load(auto, base, options)
        _refuse_random_base(fresh, family=family, task=task, base=base)
    else:
        config = transformers.AutoConfig.from_pretrained(
            base.folder, local_files_only=True, trust_remote_code=False, **options
        )
        model = auto.from_config(config, dtype=torch.float32)
        fresh = ()
    longest = _longest(model.config, tokenizer, family=family, asked=max_length, base=base)
    return Prepared(
        model=strategy.apply(model, family=family, task=task, fresh=fresh),
        codec=codec_of(model.config, tokenizer, family=family, max_length=longest),
        family=family,
        fresh=fresh,
    )


def _load(auto: Any, base: Base, options: Json) -> tuple[PreTrainedModel, tuple[str, ...]]:
    """The model, and the parameters that the base's files lacked."""
    try:
        model, loading = auto.from_pretrained(
            base.folder,
            dtype=torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            **options,
        )
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"the weights cannot be loaded: {str(error).strip().partition(chr(10))[0]}",
            place=base.name,
            hint="the files are damaged or do not belong together; fetch or save them again",
        ) from error
    return model, tuple(sorted(loading["missing_keys"]))


def _refuse_random_base(fresh: Sequence[str], *, family: Family, task: Task, base: Base) -> None:
    """What transformers finds no weights for it draws at random, which is right for a head only."""
    paths = family.within(task.name, (*family.embeddings, *family.blocks))
    lost = [name for name in fresh if name.startswith(tuple(f"{path}." for path in paths))]
    if lost:
        raise ModelError(
            f"{len(lost)} weights of the base itself are not in its files, such as {lost[0]}",
            place=base.name,
            hint="the files are incomplete, or name their weights otherwise; fetch or save them"
            " again",
        )


def read_codec(base: Base, *, family: Family, max_length: int | None) -> Codec:
    """What decides how rows become tokens, from a base's files; its weights are not read.

    Raises:
        ModelError: ``max_length`` is more than the base takes; its tokenizer cannot be used.
    """
    tokenizer = load_tokenizer(base)
    config = transformers.AutoConfig.from_pretrained(
        base.folder, local_files_only=True, trust_remote_code=False
    )
    longest = _longest(config, tokenizer, family=family, asked=max_length, base=base)
    return codec_of(config, tokenizer, family=family, max_length=longest)


def codec_of(
    config: PreTrainedConfig,
    tokenizer: PreTrainedTokenizerBase,
    *,
    family: Family,
    max_length: int,
) -> Codec:
    """What decides how rows become tokens, from a model's configuration."""
    start = getattr(config, "decoder_start_token_id", None)
    return Codec(
        tokenizer=tokenizer,
        max_length=max_length,
        shape=family.shape,
        decoder_start=start if family.shape == "encoder-decoder" else None,
        vocabulary=int(config.vocab_size),
    )


def _longest(
    config: PreTrainedConfig,
    tokenizer: PreTrainedTokenizerBase,
    *,
    family: Family,
    asked: int | None,
    base: Base,
) -> int:
    positions = getattr(config, "max_position_embeddings", _NO_LIMIT)
    positions -= family.reserved_positions(config)
    limit = int(min(positions, tokenizer.model_max_length, _NO_LIMIT))
    if asked is not None and asked > limit:
        raise ModelError(
            f"train.max_length: {asked} tokens are more than this base can take ({limit})",
            place=base.name,
            hint=f"choose {limit} or fewer",
        )
    return asked or limit


def head_output(model: torch.nn.Module, path: str) -> torch.nn.Linear:
    """The layer that gives the logits; of PEFT's two copies of a head, the one that learns."""
    module: Any = unwrapped(model)
    for name in path.split("."):
        module = module.get_submodule(name)
        copies = getattr(module, "modules_to_save", None)
        module = copies["default"] if copies is not None else module
    assert isinstance(module, torch.nn.Linear)  # noqa: S101
    return module


def unwrapped(model: torch.nn.Module) -> PreTrainedModel:
    """The transformers model inside a PEFT wrapper, or the model itself."""
    inner: Any = getattr(model, "base_model", None)
    is_peft = hasattr(model, "peft_config")
    return inner.model if is_peft else model
