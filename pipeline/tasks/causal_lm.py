"""What comes next? A language model that reads from left to right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from pipeline.contracts import Predictions
from pipeline.tasks._language import LanguageTask, cut_to_blocks, sizes, summed

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.examples import Batch, Codec, Examples, Purpose, Shape


class CausalLm(LanguageTask):
    """Language modelling: the next token, given those before it in the same text.

    Every text is a world of its own: its first token is predicted from the end token of
    nothing, its last one is the end token. A text that is longer than the base can take is
    scored in windows that overlap, so that every token has been given at least
    ``context`` tokens before it, and is counted once.

    Whatever the tokenizer, the score is of the same characters: bits per byte of UTF-8, and
    perplexity per word, a word being what stands between blanks, and the end one more.
    """

    pipeline_tag: ClassVar[str] = "text-generation"
    metrics: ClassVar[tuple[str, ...]] = ("bits_per_byte", "perplexity")

    packing: bool = Field(
        False,
        description="Let short training texts share an example, each for itself: full passes"
        " for a GPU. Cutting steps by length, as is done anyway, costs a CPU less.",
    )
    context: int | None = Field(
        None,
        ge=1,
        description="Tokens that a window repeats of the one before, when texts longer than the"
        " base can take are scored; unset: half of what it can take.",
    )

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """Counts of what follows what."""
        del columns
        return ("ngram-lm",)

    def auto_class(self, shape: Shape) -> str:
        """A decoder with its language head."""
        del shape
        return "AutoModelForCausalLM"

    def peft_type(self, shape: Shape) -> str | None:
        """A causal language model."""
        del shape
        return "CAUSAL_LM"

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N, 2) bytes, and words with the end, of each text."""
        del labels
        return sizes(self.texts(table))

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """How surprising a text is, in bits."""
        import math

        del labels
        return [f"{nats / math.log(2):.1f} bits in {tokens:.0f} tokens" for nats, tokens in answers]

    def reported(self, found: Predictions, table: pa.Table, labels: Sequence[str]) -> pa.Table:
        """The text's log-probability in nats, perplexity a token, and bits a byte of UTF-8."""
        import numpy as np
        import pyarrow as pa

        nats, tokens = found.answers.T
        size = self.references(table, labels)[:, 0]
        perplexity = np.exp(np.minimum(nats / np.maximum(tokens, 1), 700))
        bits = nats / np.log(2) / np.maximum(size, 1)
        named = {"log_probability": -nats, "perplexity": perplexity, "bits_per_byte": bits}
        return pa.table({name: column.round(4) for name, column in named.items()})

    def gold(self, references: np.ndarray, labels: Sequence[str]) -> list[str]:
        """How long a text is."""
        del labels
        return [f"{size:.0f} bytes" for size, _ in references]

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """Texts between end tokens, in examples of at most ``max_length`` tokens.

        To learn, a long text is cut into pieces that follow each other; to be scored, into
        windows that overlap.
        """
        import numpy as np

        from pipeline.data.tokens import bare
        from pipeline.examples import IGNORED, Examples
        from pipeline.ragged import Ragged

        del labels
        ids = bare(self.texts(table), codec)
        ends = Ragged.repeated([codec.end], len(ids))
        framed = ends.followed_by(ids, ends)
        answering = purpose == "answer"
        repeated = min(self.context or codec.max_length // 2, codec.max_length - 1)
        blocks = cut_to_blocks(
            framed.lengths - 1, codec.max_length, repeated=repeated if answering else 0
        )
        starts = framed.offsets[:-1][blocks.rows] + blocks.starts
        offsets = np.concatenate([[0], np.cumsum(blocks.lengths)])
        source = np.repeat(starts - offsets[:-1], blocks.lengths) + np.arange(offsets[-1])
        targets = framed.values[source + 1].astype(np.int32)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], blocks.lengths)
        targets[within < np.repeat(blocks.seen, blocks.lengths)] = IGNORED
        examples = Examples(
            ids=Ragged(framed.values[source], offsets),
            rows=blocks.rows,
            tokens=targets,
            looks_back=True,
            uncut_tokens=int(offsets[-1]),
        )
        return _packed(examples, codec.max_length) if self.packing and not answering else examples

    def shown(self, examples: Examples, codec: Codec, number: int) -> str:
        """A text as the model sees it; what it is to foretell is in brackets."""
        from pipeline.examples import shown

        return shown(examples, codec, number, ahead=1)

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """(2,) summed negative log-likelihood in nats, and how many tokens, of each window."""
        import torch
        from torch.nn.functional import cross_entropy

        from pipeline.examples import IGNORED

        assert batch.targets is not None  # noqa: S101
        asked = batch.targets != IGNORED
        losses = torch.zeros(asked.shape, device=asked.device)
        logits = outputs.logits[asked].float()
        losses[asked] = cross_entropy(logits, batch.targets[asked], reduction="none")
        both = torch.stack([losses.double().sum(1), asked.double().sum(1)], dim=1)
        return list(both.cpu().numpy())

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """(N, 2) negative log-likelihood in nats and tokens, summed over a row's windows."""
        del labels, codec
        return summed(pieces, examples, table, width=2)

    def example(self, shape: Shape, *, max_length: int) -> str:
        """A few tokens that go on from a text."""
        del shape, max_length
        return """\
inputs = tokenizer("Compute the", return_tensors="pt")
with torch.no_grad():
    written = model.generate(
        **inputs, max_new_tokens=20, do_sample=False, pad_token_id=tokenizer.pad_token_id
    )
print(tokenizer.decode(written[0]))
"""


def _packed(examples: Examples, longest: int) -> Examples:
    """Short examples joined, first to fit in order of length, each counting from 0."""
    import numpy as np

    from pipeline.examples import Examples
    from pipeline.ragged import Ragged

    lengths = examples.ids.lengths
    # bins[k]: packs with k tokens of room; a text goes where it leaves the least.
    bins: list[list[int]] = [[] for _ in range(longest + 1)]
    packs: list[list[int]] = []
    for number in np.argsort(-lengths, kind="stable").tolist():
        length = int(lengths[number])
        room = next((k for k in range(length, longest + 1) if bins[k]), None)
        if room is None:
            packs.append([])
            pack, room = len(packs) - 1, longest
        else:
            pack = bins[room].pop()
        packs[pack].append(number)
        bins[room - length].append(pack)
    order = np.asarray([number for pack in packs for number in pack], np.int64)
    taken = examples.take(order)
    counts = np.cumsum([0, *map(len, packs)])
    inner = taken.ids.lengths
    positions = np.arange(len(taken.ids.values)) - np.repeat(taken.ids.offsets[:-1], inner)
    return Examples(
        ids=Ragged(taken.ids.values, taken.ids.offsets[counts]),
        rows=taken.rows[counts[:-1]],
        tokens=taken.tokens,
        positions=positions.astype(np.int32),
        looks_back=True,
        uncut_tokens=len(taken.ids.values),
    )
