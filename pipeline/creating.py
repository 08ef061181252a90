"""A model that knows nothing yet: a family's network of any size, with a tokenizer of its own.

It ends as a folder like any other base: configuration, tokenizer, safetensors. What trains,
compares and exports it needs not know that its weights were drawn at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import bases, components, tokenisers
from pipeline.bases import Base
from pipeline.contracts import Family, Json, Reporter
from pipeline.errors import RecipeError
from pipeline.recipe.blocks import ModelSpec
from pipeline.storage import new_folder

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_LANGUAGE_MODEL = {
    "encoder": "AutoModelForMaskedLM",
    "decoder": "AutoModelForCausalLM",
    "encoder-decoder": "AutoModelForSeq2SeqLM",
}


def create(
    spec: ModelSpec, texts: Sequence[str], *, seed: int, run: Path, report: Reporter
) -> Base:
    """Train a tokenizer on the texts, draw the weights, and write both into a run's folder.

    A folder that is there already is taken as it is: a run goes on with what it began with.

    Args:
        spec: with ``new``.
        texts: training texts.
        run: the run's folder.

    Raises:
        RecipeError: sizes that the family has no use for, or that do not fit each other.
        DataError: the texts are too few for such a tokenizer.
    """
    folder = run / bases.MADE
    family: Family = components.load("models", str(spec.new))()
    if not folder.is_dir():
        with report.progress("tokenizer and new weights", 2) as advance:
            tokenizer = _tokenizer(spec, texts, family)
            advance(1)
            model = _model(spec, tokenizer, family, seed)
            with new_folder(folder) as part:
                model.save_pretrained(part)
                tokenizer.save_pretrained(part)
            advance(1)
    found = bases.resolve(str(folder))
    name = f"new:{family.name}"
    return Base(name, found.origin, found.folder, None, None, found.sha256)


def _tokenizer(spec: ModelSpec, texts: Sequence[str], family: Family) -> PreTrainedTokenizerBase:
    if isinstance(spec.tokenizer, str):
        from pipeline.training.tokenizer import load_tokenizer

        return load_tokenizer(bases.resolve(spec.tokenizer))
    return tokenisers.train(
        spec.tokenizer,
        texts,
        shape=family.shape,
        sentinels="span-corruption" in family.heads,
        longest=spec.positions,
    )


def _model(spec: ModelSpec, tokenizer: PreTrainedTokenizerBase, family: Family, seed: int) -> Any:
    import torch
    import transformers

    torch.manual_seed(seed)
    sizes = {
        name: value
        for name in ("layers", "hidden", "heads", "inner", "positions")
        if (value := getattr(spec, name)) is not None
    }
    sizes["decoder_layers"] = spec.layers
    options = {family.sizes[name]: value for name, value in sizes.items() if name in family.sizes}
    options |= family.new_options(hidden=spec.hidden, heads=spec.heads, inner=spec.inner)
    model_type = family.name.replace("-", "_")
    try:
        config = transformers.AutoConfig.for_model(
            model_type, vocab_size=len(tokenizer), **options, **_tokens(tokenizer, family)
        )
        auto = getattr(transformers, _LANGUAGE_MODEL[family.shape])
        return auto.from_config(config, dtype=torch.float32)
    except (ValueError, RuntimeError, AssertionError) as error:
        raise RecipeError(
            f"model: no {family.name} can be made of these sizes: {error}",
            hint="hidden is to be a multiple of heads",
        ) from error


def _tokens(tokenizer: PreTrainedTokenizerBase, family: Family) -> Json:
    """Ids of the special tokens, as the configuration calls them."""
    found = {
        f"{name}_token_id": getattr(tokenizer, f"{name}_token_id", None)
        for name in ("pad", "bos", "eos", "cls", "sep")
    }
    tokens = {name: value for name, value in found.items() if value is not None}
    if family.shape == "encoder":
        return {name: value for name, value in tokens.items() if name == "pad_token_id"}
    tokens.setdefault("bos_token_id", tokens["eos_token_id"])
    if family.shape == "encoder-decoder":
        tokens["decoder_start_token_id"] = tokens["pad_token_id"]
    return {n: v for n, v in tokens.items() if not n.startswith(("cls", "sep"))}
