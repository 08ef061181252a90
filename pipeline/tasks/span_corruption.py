"""Which words are missing? T5's pretraining: fill the gaps of a text."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from pipeline.contracts import Predictions
from pipeline.errors import ModelError
from pipeline.tasks import _spans
from pipeline.tasks._language import HiddenTokens, cut_to_blocks

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.examples import Batch, Codec, Examples, Purpose, Shape
    from pipeline.ragged import Ragged


class SpanCorruption(HiddenTokens):
    """Spans of a text are hidden, each behind a sentinel token; the answer names them in turn.

    Every text is a world of its own, cut into blocks that fit with their sentinels. Which spans
    are hidden is drawn anew in every epoch. When a model is scored, what is hidden follows from
    the text alone, so that all contenders fill the same gaps. The loss counts sentinels and
    end tokens too; the metrics count the hidden tokens alone, each given those before it.

    Source: Raffel et al. 2020 (arXiv:1910.10683), section 3.1.4, where ``noise`` 0.15 and
    ``mean_span`` 3 are what they settle on.
    """

    pipeline_tag: ClassVar[str] = "text2text-generation"

    noise: float = Field(0.15, gt=0, le=0.8, description="Share of the tokens that is hidden.")
    mean_span: float = Field(
        3.0, ge=1, le=100, description="Tokens that are hidden together, on average."
    )

    def auto_class(self, shape: Shape) -> str:
        """Both sides, with the language head."""
        del shape
        return "AutoModelForSeq2SeqLM"

    def peft_type(self, shape: Shape) -> str | None:
        """A model from sequences to sequences."""
        del shape
        return "SEQ_2_SEQ_LM"

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """Blocks of the texts: whole, for ``draw``, or to be answered with their spans hidden."""
        import numpy as np

        from pipeline.data.tokens import bare
        from pipeline.examples import Examples
        from pipeline.ragged import Ragged

        del labels
        longest = self._longest_block(codec)
        ids = bare(self.texts(table), codec)
        blocks = cut_to_blocks(ids.lengths, longest, repeated=0)
        offsets = np.concatenate([[0], np.cumsum(blocks.lengths)]).astype(np.int64)
        # Blocks follow each other as the texts do, and leave out no token.
        whole = Examples(
            ids=Ragged(ids.values, offsets), rows=blocks.rows, uncut_tokens=len(ids.values)
        )
        return self._fixed(whole, codec) if purpose == "answer" else whole

    def draw(self, examples: Examples, codec: Codec, *, seed: Sequence[int]) -> Examples:
        """Hide other spans of every block."""
        import numpy as np

        found = self._counts(examples.ids)
        hidden = _spans.draw(examples.ids, found, np.random.default_rng(seed))
        return self._corrupted(examples, hidden, codec)

    def _fixed(self, examples: Examples, codec: Codec) -> Examples:
        """Hide what follows from a block alone, whichever rows stand beside it."""
        import numpy as np

        from pipeline.ragged import Ragged

        hidden = [np.zeros(0, bool)]
        for block in examples.ids:
            alone = Ragged(block, np.asarray([0, len(block)], np.int64))
            generator = np.random.default_rng(zlib.crc32(block.tobytes()))
            hidden.append(_spans.draw(alone, self._counts(alone), generator))
        return self._corrupted(examples, np.concatenate(hidden), codec)

    def _corrupted(self, examples: Examples, hidden: np.ndarray, codec: Codec) -> Examples:
        sentinels = _sentinels(codec)
        ids = _spans.read(examples.ids, hidden, sentinels, codec.end)
        responses = _spans.written(examples.ids, hidden, sentinels, codec.end)
        return replace(examples, ids=ids, responses=responses, uncut_tokens=len(ids.values))

    def _counts(self, blocks: Ragged) -> _spans.Counts:
        return _spans.counts(blocks.lengths, noise=self.noise, mean_span=self.mean_span)

    def _longest_block(self, codec: Codec) -> int:
        found = _spans.longest_block(
            codec.max_length,
            noise=self.noise,
            mean_span=self.mean_span,
            sentinels=len(_sentinels(codec)),
        )
        if not found:
            raise ModelError(
                f"no text fits into {codec.max_length} tokens with its sentinels and end token",
                place="train.max_length",
                hint="choose 8 or more",
            )
        return found

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """(L, 2) of each answer's tokens: whether it is the likeliest, and its nats."""
        import torch
        from torch.nn.functional import cross_entropy

        from pipeline.examples import IGNORED

        assert batch.targets is not None  # noqa: S101
        asked = batch.targets != IGNORED
        logits, targets = outputs.logits[asked].float(), batch.targets[asked]
        nats = cross_entropy(logits, targets, reduction="none")
        both = torch.stack([logits.argmax(-1) == targets, nats], dim=1).cpu()
        return [part.numpy() for part in both.split(asked.sum(1).tolist())]

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """(N, 3) right tokens, nats, and tokens, of what was hidden of each row."""
        import numpy as np

        del labels
        answers = np.zeros((table.num_rows, 3))
        if not len(pieces) or examples.responses is None:
            return Predictions(answers=answers)
        responses = examples.responses
        hidden = ~np.isin(responses.values, [*_sentinels(codec), codec.end])
        found = np.concatenate(pieces)[hidden]
        rows = np.repeat(examples.rows, responses.lengths)[hidden]
        np.add.at(answers, rows, np.column_stack([found, np.ones(len(found))]))
        return Predictions(answers=answers)

    def example(self, shape: Shape, *, max_length: int) -> str:
        """What the model writes into two gaps."""
        del shape, max_length
        return """\
inputs = tokenizer("Compute the <extra_id_0> of an <extra_id_1>.", return_tensors="pt")
with torch.no_grad():
    written = model.generate(**inputs, max_new_tokens=20, do_sample=False)
print(tokenizer.decode(written[0]))
"""


def _sentinels(codec: Codec) -> np.ndarray:
    """Ids of ``<extra_id_0>``, ``<extra_id_1>``, ... as far as the base has them.

    Raises:
        ModelError: it has fewer than two: one stands for a span, and one ends the answer.
    """
    import numpy as np

    vocabulary = codec.tokenizer.get_vocab()
    found: list[int] = []
    while (token := vocabulary.get(f"<extra_id_{len(found)}>")) is not None:
        found.append(token)
    if len(found) < 2:
        raise ModelError(
            "the tokenizer has no sentinel tokens: <extra_id_0>, <extra_id_1>, ...",
            place="model",
            hint="span-corruption needs a base such as T5, whose tokenizer has them",
        )
    return np.asarray(found, np.int32)
