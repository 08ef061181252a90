"""How answers are written, token by token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.contracts import Json

if TYPE_CHECKING:
    import numpy as np

    from pipeline.examples import Codec, Shape


class Decoding(BaseModel):
    """How answers are written. What a base's own files say of it is left aside."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_new_tokens: int | None = Field(
        None, ge=1, description="Longest answer in tokens; unset: max_target_length."
    )
    beams: int = Field(1, ge=1, le=32, description="Candidates that are written side by side.")
    temperature: float = Field(
        0.0, ge=0, le=10, description="0 takes the likeliest token; above it, tokens are drawn."
    )
    top_p: float = Field(
        1.0, gt=0, le=1, description="Tokens are drawn from the likeliest that have this share."
    )
    no_repeat_ngram_size: int = Field(
        0, ge=0, description="No run of so many tokens is written twice; 0: any may be."
    )
    length_penalty: float = Field(
        1.0, ge=-5, le=5, description="With beams: above 0 favours long answers, below it short."
    )

    @model_validator(mode="after")
    def _fits(self) -> Decoding:
        if self.top_p < 1 and not self.temperature:
            raise ValueError("top_p needs a temperature above 0: else nothing is drawn")
        return self

    def arguments(self, codec: Codec, *, room: int, ends: Sequence[int]) -> Json:
        """Arguments of ``model.generate``.

        Args:
            room: tokens there are for an answer.
            ends: any of these tokens ends one.
        """
        drawn = self.temperature > 0
        found: Json = {
            "max_new_tokens": min(self.max_new_tokens or room, room),
            "min_length": 0,
            "num_beams": self.beams,
            "early_stopping": False,
            "do_sample": drawn,
            "repetition_penalty": 1.0,
            "no_repeat_ngram_size": self.no_repeat_ngram_size,
            "eos_token_id": list(ends),
            "temperature": self.temperature if drawn else 1.0,
            "top_p": self.top_p,
            "top_k": 0 if drawn else 50,  # 50 is what transformers takes for unset
            "length_penalty": self.length_penalty if self.beams > 1 else 1.0,
        }
        if codec.decoder_start is not None:
            found["decoder_start_token_id"] = codec.decoder_start
        return found


def up_to_end(ids: np.ndarray, ends: Sequence[int]) -> list[int]:
    """The tokens before the first that ends an answer."""
    import numpy as np

    found = np.flatnonzero(np.isin(ids, ends))
    kept: list[int] = (ids[: found[0]] if len(found) else ids).tolist()
    return kept


def example(prompt: str, shape: Shape, *, max_length: int, room: int, beams: int) -> str:
    """Python that writes the answer to a prompt, for the model card.

    Args:
        prompt: Python that gives the prompt.
    """
    start = "" if shape == "encoder-decoder" else "[:, inputs['input_ids'].shape[1] :]"
    return f"""\
prompt = (
    {prompt}
)
framed = not (tokenizer.bos_token and prompt.startswith(tokenizer.bos_token))
inputs = tokenizer(
    prompt,
    add_special_tokens=framed,
    truncation=True,
    max_length={max_length},
    return_tensors="pt",
)
with torch.no_grad():
    written = model.generate(
        **inputs,
        max_new_tokens={room},
        num_beams={beams},
        do_sample=False,
        pad_token_id=tokenizer.pad_token_id,
    )
print(tokenizer.batch_decode(written{start}, skip_special_tokens=True)[0])
"""
