"""Which words of a text answer a question about it?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field

from pipeline.contracts import Column, Json, Predictions, Splits, Task

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

    from pipeline.examples import Batch, Codec, Examples, Purpose, Shape
    from pipeline.tasks._context_windows import Sizes

NO_ANSWER = "(no answer)"
"""What a person reads where a question has none; a contender answers it with ""."""


class QuestionAnswering(Task):
    """A span of the context, or none; long contexts are read in overlapping windows.

    Source: Devlin et al. 2019 (arXiv:1810.04805), sections 4.2 and 4.3: a start and an end score
    each token, and the first token as the span of a question that has no answer.
    """

    columns: ClassVar[Mapping[str, Column]] = {
        "question": Column("text", "the question"),
        "context": Column("text", "the text that holds the answer"),
        "answers": Column(
            "answers", "acceptable answers with their place in the context", source=False
        ),
    }
    pipeline_tag: ClassVar[str] = "question-answering"
    exact: ClassVar[bool] = False
    metrics: ClassVar[tuple[str, ...]] = ("answer_f1", "exact_match")
    group_by: ClassVar[tuple[str, ...]] = ("context",)

    max_query_length: int = Field(
        64, ge=1, description="tokens of a question that are read, at the most; half of the input"
    )
    stride: int = Field(
        128, ge=0, description="tokens that neighbouring windows of a context share"
    )
    max_answer_length: int = Field(30, ge=1, description="tokens of an answer, at the most")
    unanswerable: Literal["auto", "yes", "no"] = Field(
        "auto",
        description="whether a question may have no answer; auto: if one in training has none",
    )
    null_threshold: float = Field(
        0.0,
        description="how much more likely, in logits, no answer must be than the best one to be"
        " given",
    )

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """The sentence that is most like the question."""
        del columns
        return ("sentence-span",)

    def auto_class(self, shape: Shape) -> str:
        """Every family has a head for it."""
        del shape
        return "AutoModelForQuestionAnswering"

    def peft_type(self, shape: Shape) -> str | None:
        """None: PEFT's own class (0.21) drops ``token_type_ids``, which a merged model is given."""
        del shape
        return None

    def settled(self, train: pa.Table) -> Self:
        """Whether questions may have no answer is seen in the training rows."""
        import pyarrow.compute as pc

        if self.unanswerable != "auto":
            return self
        lengths = pc.list_value_length(train["answers"])
        some = bool(pc.any(pc.equal(lengths, 0)).as_py())
        return self.model_copy(update={"unanswerable": "yes" if some else "no"})

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N,) tuples of acceptable answers, empty where the question has none."""
        from pipeline.ragged import objects

        del labels
        rows = table["answers"].to_pylist()
        return objects([tuple(dict.fromkeys(item["text"] for item in row)) for row in rows])

    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """How questions were answered, and how well by the length of what was asked for."""
        from pipeline.evaluation import mistakes

        del labels
        return {
            "mistakes": mistakes.of_answers(references, answers),
            "by_length": mistakes.by_length(references, answers),
        }

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Answers as they are."""
        del labels
        return [answer or NO_ANSWER for answer in answers]

    def reported(self, found: Predictions, table: pa.Table, labels: Sequence[str]) -> pa.Table:
        """``answer``, and where it stands: ``context[start:end]``; nothing where there is none."""
        import pyarrow as pa

        del table, labels
        said = {"answer": pa.array([answer or None for answer in found.answers], pa.string())}
        if found.places is not None:
            for number, name in enumerate(("start", "end")):
                column = found.places[:, number]
                said[name] = pa.array(column, pa.int64(), mask=column < 0)
        return pa.table(said)

    def gold(self, references: np.ndarray, labels: Sequence[str]) -> list[str]:
        """All acceptable answers, a stroke between two."""
        del labels
        return [" / ".join(acceptable) or NO_ANSWER for acceptable in references]

    def texts(self, table: pa.Table) -> list[str]:
        """The question, and the context in the next line."""
        rows = zip(table["question"].to_pylist(), table["context"].to_pylist(), strict=True)
        return [f"{question}\n{context}" for question, context in rows]

    def groups(self, table: pa.Table) -> np.ndarray | None:
        """(N,) int64: questions about the same context belong together."""
        import numpy as np
        import pyarrow.compute as pc

        contexts = table["context"]
        return np.asarray(pc.index_in(contexts, value_set=contexts.unique()), np.int64)

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """An example a window: question and a part of the context.

        Its value is (start, end, length) in tokens: the first token where the answer, the first
        of several, is not whole in the window; the length sets padding apart in the loss.
        """
        from pipeline.tasks._context_windows import context_examples

        del labels
        return context_examples(table, codec, self._sizes(codec), with_targets=purpose == "learn")

    def remarks(self, examples: Examples, codec: Codec, *, rows: int) -> list[str]:
        """How many contexts are read in windows, and how many questions are cut."""
        from pipeline.tasks._context_windows import remarks

        return remarks(examples.counts, codec, self._sizes(codec), rows=rows)

    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Summed over windows: the mean of the cross-entropies of start and end, in fp32.

        Args:
            outputs: start and end logits (B, L).
            targets: (B, 3) start, end and length of each window.
        """
        import torch
        from torch.nn.functional import cross_entropy

        starts, ends = outputs.start_logits.float(), outputs.end_logits.float()
        places = torch.arange(starts.shape[1], device=starts.device)
        padding = places[None] >= targets[:, 2:]
        total = starts.new_zeros(())
        for logits, wanted in ((starts, targets[:, 0]), (ends, targets[:, 1])):
            # Padding is no candidate: the loss is not to depend on how long the pass is.
            masked = logits.masked_fill(padding, float("-inf"))
            total = total + cross_entropy(masked, wanted, reduction="sum") / 2
        return total

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """(L, 2) start and end logits of each token, fp32."""
        import torch

        both = torch.stack([outputs.start_logits, outputs.end_logits], dim=-1)
        rows = both.float().cpu().numpy()
        return [row[:length] for row, length in zip(rows, batch.lengths, strict=True)]

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """The likeliest span over all windows of each row, as it stands in the context."""
        from pipeline.ragged import objects
        from pipeline.tasks._context_windows import best_places

        del labels, codec
        threshold = float("inf") if self.unanswerable == "no" else self.null_threshold
        places = best_places(
            pieces, examples, table, longest=self.max_answer_length, null_threshold=threshold
        )
        contexts = table["context"].to_pylist()
        answers = [
            context[start:end] if start >= 0 else ""
            for context, (start, end) in zip(contexts, places.tolist(), strict=True)
        ]
        return Predictions(answers=objects(answers), places=places)

    def check(self, splits: Splits) -> None:
        """Answers stand where they are said to, and questions without one are expected.

        Raises:
            DataError: all of it that is not so.
        """
        from pipeline.tasks import _answer_checks

        _answer_checks.check(splits, may_lack=self.unanswerable != "no")

    def notes(self, splits: Splits) -> list[str]:
        """How many questions have no answer."""
        from pipeline.tasks import _answer_checks

        may_lack = self.settled(splits.train).unanswerable == "yes"
        return _answer_checks.notes(splits, may_lack=may_lack)

    def _sizes(self, codec: Codec) -> Sizes:
        from pipeline.tasks._context_windows import Sizes

        return Sizes.within(codec, question=self.max_query_length, shared=self.stride)

    def example(self, shape: Shape, *, max_length: int) -> str:
        """The best answer to one question about a short text."""
        # A decoder has no token that sets the two texts apart: a line break does.
        question = "Where is the tower?" + ("\\n" if shape == "decoder" else "")
        return f"""\
question = "{question}"
context = "The tower stands on a hill in Seoul, and is 236 metres high."
inputs = tokenizer(
    question,
    context,
    truncation="only_second",
    max_length={max_length},
    return_offsets_mapping=True,
    return_tensors="pt",
)
offsets = inputs.pop("offset_mapping")[0].tolist()
with torch.no_grad():
    outputs = model(**inputs)
starts, ends = outputs.start_logits[0], outputs.end_logits[0]
places = [n for n, part in enumerate(inputs.sequence_ids(0)) if part == 1]
spans = [(s, e) for s in places for e in places if 0 <= e - s < {self.max_answer_length}]
start, end = max(spans, key=lambda span: float(starts[span[0]] + ends[span[1]]))
print(context[offsets[start][0] : offsets[end][1]].strip())
"""
