"""Which tokens were masked? A language model that reads both sides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from pipeline.contracts import Predictions
from pipeline.errors import ModelError
from pipeline.tasks._language import HiddenTokens, cut_to_blocks, summed

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.examples import Batch, Codec, Examples, Purpose, Shape

_SPECIAL, _BEGINS, _CONTINUES = 0, 1, 2
"""What a token of an example is: not of the text, a word's first, one that follows."""


class MaskedLm(HiddenTokens):
    """Masked language modelling: some tokens are hidden, and told from those around them.

    To learn, masks are drawn anew in every epoch; of the chosen tokens 80% become the mask, 10%
    any token and 10% stay. To be scored, a text's masks depend on the text alone, all chosen
    tokens become the mask, and every contender is asked the same ones. A text that is longer
    than the base can take is cut into blocks that follow each other.

    Source: Devlin et al. 2019 (arXiv:1810.04805), section 3.1.
    """

    pipeline_tag: ClassVar[str] = "fill-mask"

    probability: float = Field(0.15, gt=0, lt=1, description="share of the tokens to mask")
    whole_word: bool = Field(
        False, description="mask all tokens of a word, what stands between blanks, at once"
    )

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """Counts of what stands between what."""
        del columns
        return ("ngram-fill",)

    def auto_class(self, shape: Shape) -> str:
        """An encoder with its language head."""
        del shape
        return "AutoModelForMaskedLM"

    def peft_type(self, shape: Shape) -> str | None:
        """PEFT has no kind for it."""
        del shape
        return None

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """Texts in blocks, each in the base's frame; masked where they are to be answered.

        To learn, nothing is masked yet: ``draw`` does that.

        Raises:
            ModelError: the base's tokenizer has no mask.
        """
        import numpy as np

        from pipeline.data.tokens import BaseSubwords, bare, frame
        from pipeline.examples import IGNORED, Examples
        from pipeline.language.masking import asked, word_begins
        from pipeline.ragged import Ragged

        del labels
        texts = self.texts(table)
        ids = bare(texts, codec)
        before, after = frame(codec)
        begins = word_begins(BaseSubwords(codec)) if self.whole_word else None
        kinds = np.full(len(ids.values), _BEGINS, np.uint8)
        if begins is not None:
            kinds[~begins[ids.values]] = _CONTINUES
        inputs, targets = ids.values, np.full(len(ids.values), IGNORED, np.int32)
        if purpose == "answer":
            chosen = asked(texts, ids, begins, probability=self.probability)
            targets[chosen] = inputs[chosen]
            inputs = np.where(chosen, np.int32(_mask(codec)), inputs)

        room = codec.max_length - len(before) - len(after)
        blocks = cut_to_blocks(ids.lengths, room, repeated=0)
        # Blocks follow each other as the texts do, and leave out no token.
        offsets = np.concatenate([[0], np.cumsum(blocks.lengths)]).astype(np.int64)

        def framed(values: np.ndarray, first: Sequence[int], last: Sequence[int]) -> Ragged:
            front, behind = (
                Ragged.repeated(side, len(blocks.rows), dtype=values.dtype)
                for side in (first, last)
            )
            return front.followed_by(Ragged(values, offsets), behind)

        def alone(values: np.ndarray, outside: int) -> Ragged:
            return framed(values, [outside] * len(before), [outside] * len(after))

        whole = framed(inputs, before, after)
        return Examples(
            ids=whole,
            rows=blocks.rows,
            tokens=alone(targets, IGNORED).values,
            side={"kinds": alone(kinds, _SPECIAL)},
            uncut_tokens=len(whole.values),
        )

    def draw(self, examples: Examples, codec: Codec, *, seed: Sequence[int]) -> Examples:
        """The same examples with other masks."""
        import numpy as np

        from pipeline.examples import IGNORED
        from pipeline.language.masking import choose, word_starts
        from pipeline.ragged import Ragged

        kinds = examples.side["kinds"]
        assert isinstance(kinds, Ragged)  # noqa: S101
        random = np.random.default_rng(list(seed))
        own = np.flatnonzero(kinds.values != _SPECIAL)
        owner = np.repeat(np.arange(len(examples)), examples.ids.lengths)[own]
        starts = word_starts(owner, kinds.values[own] == _BEGINS)
        uniform = random.random(int(starts.sum()))
        chosen = own[choose(owner, starts, uniform, self.probability)]
        ids = examples.ids.values.copy()
        targets = np.full(len(ids), IGNORED, np.int32)
        targets[chosen] = ids[chosen]
        fate = random.random(len(chosen))
        other = random.integers(len(codec.tokenizer), size=len(chosen), dtype=np.int32)
        ids[chosen] = np.where(fate < 0.8, _mask(codec), np.where(fate < 0.9, other, ids[chosen]))
        return replace(examples, ids=Ragged(ids, examples.ids.offsets), tokens=targets)

    def one_by_one(self, examples: Examples, codec: Codec) -> Examples:
        """Each token of the text masked alone: an example a token, of the same rows.

        Args:
            examples: nothing of them masked yet.

        Source: Salazar et al. 2020 (arXiv:1910.14659), section 2.1.
        """
        import numpy as np

        from pipeline.examples import IGNORED
        from pipeline.ragged import Ragged

        kinds = examples.side["kinds"]
        assert isinstance(kinds, Ragged)  # noqa: S101
        own = np.flatnonzero(kinds.values != _SPECIAL)
        owner = np.repeat(np.arange(len(examples)), examples.ids.lengths)[own]
        copies = examples.take(owner)
        place = copies.ids.offsets[:-1] + own - examples.ids.offsets[owner]
        ids = copies.ids.values.copy()
        targets = np.full(len(ids), IGNORED, np.int32)
        targets[place] = ids[place]
        ids[place] = _mask(codec)
        return replace(copies, ids=Ragged(ids, copies.ids.offsets), tokens=targets)

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """(3,) right tokens, summed nats and masked tokens of each block."""
        import torch
        from torch.nn.functional import cross_entropy

        from pipeline.examples import IGNORED

        assert batch.targets is not None  # noqa: S101
        masked = batch.targets != IGNORED
        logits, targets = outputs.logits[masked].float(), batch.targets[masked]
        found = torch.zeros((*masked.shape, 3), dtype=torch.float64, device=masked.device)
        found[masked] = torch.stack(
            [
                (logits.argmax(-1) == targets).double(),
                cross_entropy(logits, targets, reduction="none").double(),
                torch.ones(len(targets), dtype=torch.float64, device=masked.device),
            ],
            dim=-1,
        )
        return list(found.sum(1).cpu().numpy())

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """(N, 3) right tokens, nats and masked tokens, summed over a row's blocks."""
        del labels, codec
        return summed(pieces, examples, table, width=3)

    def example(self, shape: Shape, *, max_length: int) -> str:
        """The likeliest tokens in the place of a mask."""
        del shape
        return f"""\
inputs = tokenizer(
    f"Compute the {{tokenizer.mask_token}} of a number.",
    truncation=True,
    max_length={max_length},
    return_tensors="pt",
)
with torch.no_grad():
    logits = model(**inputs).logits
likeliest = logits[inputs["input_ids"] == tokenizer.mask_token_id].topk(5).indices[0]
print(tokenizer.convert_ids_to_tokens(likeliest.tolist()))
"""


def _mask(codec: Codec) -> int:
    found = codec.tokenizer.mask_token_id
    if found is None:
        raise ModelError(
            "the base's tokenizer has no mask token",
            hint="masked-lm needs a base that was trained with one, such as BERT or RoBERTa",
        )
    return int(found)
