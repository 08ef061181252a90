"""What tasks that are answered with a text share.

Letters: N rows, B examples of a forward pass, L tokens of one, V vocabulary.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline.contracts import Json, Predictions, Splits, Task
from pipeline.tasks._decoding import Decoding, example, up_to_end
from pipeline.tasks._exchanges import Exchanges, Side, in_one_sequence, on_two_sides
from pipeline.tasks._language import loss_of_tokens, refuse_no_rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

    from pipeline.examples import Codec, Examples, Purpose, Shape


class Responding(Task):
    """A task whose answers are texts, written token by token."""

    pipeline_tag: ClassVar[str] = "text2text-generation"
    exact: ClassVar[bool] = False
    metrics: ClassVar[tuple[str, ...]] = ("rouge_l", "rouge_1", "rouge_2", "bleu", "chrf")
    generates: ClassVar[bool] = True
    selects_by: ClassVar[Literal["metric", "loss"]] = "loss"

    max_target_length: int = Field(
        128,
        ge=2,
        description="Longest answer in tokens, its end included; of a base that only has a"
        " decoder at most half of what it can take. The rest is left to the prompt.",
    )
    cut: Side = Field("right", description="Which side of a prompt is lost where it is too long.")
    learn_from: Literal["first", "all"] = Field(
        "first", description="Where a row has several answers: which of them are learnt."
    )
    decoding: Decoding = Field(Decoding(), description="How answers are written.")

    @model_validator(mode="after")
    def _leaves_room(self) -> Responding:
        asked = self.decoding.max_new_tokens
        if asked is not None and asked > self.max_target_length:
            raise ValueError(
                f"decoding.max_new_tokens: {asked} is more than"
                f" max_target_length: {self.max_target_length}"
            )
        return self

    @abstractmethod
    def prompts(self, table: pa.Table) -> list[Any]:
        """(N,) what is read of each row; equal ones are the same input."""

    @abstractmethod
    def questions(self, table: pa.Table, codec: Codec) -> Exchanges:
        """Rows as prompts alone, as they are read to answer."""

    @abstractmethod
    def lessons(self, table: pa.Table, codec: Codec) -> Exchanges:
        """Rows as prompts with responses, as they are learnt."""

    @abstractmethod
    def targets(self, table: pa.Table) -> list[tuple[str, ...]]:
        """(N,) a row's own answers."""

    def auto_class(self, shape: Shape) -> str:
        """A language head, on both sides where the base has them."""
        return "AutoModelForSeq2SeqLM" if shape == "encoder-decoder" else "AutoModelForCausalLM"

    def peft_type(self, shape: Shape) -> str | None:
        """From sequences to sequences, or one sequence that goes on."""
        return "SEQ_2_SEQ_LM" if shape == "encoder-decoder" else "CAUSAL_LM"

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N,) tuples of texts: a row's own answers, then those of rows with the same prompt."""
        from pipeline.ragged import objects

        del labels
        own = self.targets(table)
        prompts: list[Hashable] = self.prompts(table)
        known: dict[Hashable, dict[str, None]] = {}
        for prompt, texts in zip(prompts, own, strict=True):
            known.setdefault(prompt, {}).update(dict.fromkeys(texts))
        return objects(
            tuple(dict.fromkeys((*texts, *known[prompt])))
            for prompt, texts in zip(prompts, own, strict=True)
        )

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Answers as they are, or the first of several references."""
        del labels
        return [answer if isinstance(answer, str) else answer[0] for answer in answers]

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """Prompts and responses on the two sides of the base, or one behind the other.

        Where prompt and response share a sequence, a prompt is cut to what is left beside the
        longest answer, whatever its own answer's length: learning and answering see the same.
        Of rows with the same prompt the first alone is answered.
        """
        import numpy as np

        del labels
        if purpose == "answer":
            prompts: list[Hashable] = self.prompts(table)
            number = {prompt: n for n, prompt in reversed(list(enumerate(prompts)))}
            rows = np.asarray([number[prompt] for prompt in dict.fromkeys(prompts)], np.int64)
            found = self.questions(table.take(rows), codec)
            found = replace(found, rows=rows)
        else:
            found = self.lessons(table, codec)
        room = self.room(codec.shape, codec.max_length)
        if codec.shape == "encoder-decoder":
            return on_two_sides(found, codec, room=room, cut=self.cut)
        return in_one_sequence(found, codec, room=room, cut=self.cut)

    def room(self, shape: Shape, max_length: int) -> int:
        """Tokens there are for an answer."""
        whole = max_length if shape == "encoder-decoder" else max_length // 2
        return min(self.max_target_length, whole)

    def ends(self, codec: Codec) -> tuple[int, ...]:
        """Any of these tokens ends an answer."""
        return (codec.end,)

    def shown(self, examples: Examples, codec: Codec, number: int) -> str:
        """Prompt and response as the model sees them; what is learnt is in brackets."""
        from pipeline.examples import shown

        return shown(examples, codec, number, ahead=1)

    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Summed cross-entropy of the responses; logits (B, L, V), targets (B, L)."""
        return loss_of_tokens(outputs.logits, targets)

    def generation(self, codec: Codec) -> Json:
        """As ``decoding`` says, up to the end of an answer or of the room."""
        room = self.room(codec.shape, codec.max_length)
        return self.decoding.arguments(codec, room=room, ends=self.ends(codec))

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """(N,) texts; rows with the same prompt have the same one."""
        from pipeline.ragged import objects

        del labels
        ends = self.ends(codec)
        written = codec.tokenizer.backend_tokenizer.decode_batch(
            [up_to_end(piece, ends) for piece in pieces], skip_special_tokens=True
        )
        prompts: list[Hashable] = self.prompts(table)
        number = {prompts[row]: n for n, row in enumerate(examples.rows)}
        return Predictions(answers=objects(written[number[prompt]].strip() for prompt in prompts))

    def check(self, splits: Splits) -> None:
        """There is something to learn from."""
        refuse_no_rows(splits)

    @abstractmethod
    def question(self, shape: Shape) -> str:
        """Python that gives a made-up prompt as a base of this shape reads it."""

    def example(self, shape: Shape, *, max_length: int) -> str:
        """The answer to one prompt."""
        room = self.room(shape, max_length)
        return example(
            self.question(shape),
            shape,
            max_length=max_length,
            room=min(self.decoding.max_new_tokens or room, room),
            beams=self.decoding.beams,
        )
