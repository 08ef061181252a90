"""What is each word: the name of a place, a verb, nothing of interest?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field

from pipeline.contracts import Column, Json, Predictions, Splits, Task
from pipeline.tasks._labelling import numbered

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

    from pipeline.examples import Batch, Codec, Examples, Purpose, Shape


class TokenClassification(Task):
    """One tag a word: named entities and other spans as IOB2, or plain classes.

    The model's answer to a word is its answer to the word's first sub-word; of a decoder, which
    has not read on by then, it is the answer to the last one.
    """

    columns: ClassVar[Mapping[str, Column]] = {
        "words": Column("words", "the words of a sentence"),
        "tags": Column("tags", "a tag a word, such as B-LOC or VERB", source=False),
    }
    scheme: Literal["auto", "iob", "plain"] = Field(
        "auto",
        description="what tags are: spans, written as IOB1, IOB2, IOBES or BILOU (iob), or plain"
        " classes such as parts of speech; auto finds out",
    )
    long: Literal["cut", "window"] = Field(
        "window",
        description="rows that are longer than the model takes: in overlapping windows, or cut,"
        " which leaves the words that are cut off to be answered with O",
    )
    label_all: bool = Field(
        False, description="ask for the tag at every sub-word when training, not at one alone"
    )

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """Each word's own usual tag."""
        del columns
        return ("most-frequent-tag",)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Plain classes have no spans to count."""
        return ("token_accuracy",) if self.scheme == "plain" else ("span_f1", "token_accuracy")

    def settled(self, train: pa.Table) -> Self:
        """The scheme is seen in the training rows."""
        scheme = "iob" if self._spans_of(train) else "plain"
        return self.model_copy(update={"scheme": scheme})

    pipeline_tag: ClassVar[str] = "token-classification"

    def auto_class(self, shape: Shape) -> str:
        """Most families have a head for it."""
        del shape
        return "AutoModelForTokenClassification"

    def peft_type(self, shape: Shape) -> str | None:
        """A token classifier."""
        del shape
        return "TOKEN_CLS"

    def labels(self, train: pa.Table) -> tuple[str, ...]:
        """Tags in alphabetical order, ``O`` first; a type of spans has both ``B-`` and ``I-``."""
        from pipeline.data import tags
        from pipeline.data.hashing import each

        spans = self._spans_of(train)
        rows = each(train, "tags")
        return tags.names((tags.iob2(row).tags for row in rows) if spans else rows, spans=spans)

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N,) tuples of tags, spans as IOB2."""
        from pipeline.data import tags
        from pipeline.ragged import objects

        rows = table["tags"].to_pylist()
        if self._are_spans(labels):
            return objects([tags.iob2(row).tags for row in rows])
        return objects([tuple(row) for row in rows])

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """The tags of each row, one blank between two."""
        del labels
        return [" ".join(answer) for answer in answers]

    def reported(self, found: Predictions, table: pa.Table, labels: Sequence[str]) -> pa.Table:
        """``tags``, one a word; and ``spans``, with the numbers of their words from 0."""
        import pyarrow as pa

        from pipeline.data import tags

        text = pa.string()
        answers = [list(answer) for answer in found.answers]
        columns = {"tags": pa.array(answers, pa.list_(text))}
        if self._are_spans(labels):
            # ``end`` is the number of the word behind the last one, as in a slice.
            fields = [("type", text), ("text", text), ("start", pa.int64()), ("end", pa.int64())]
            rows = zip(table["words"].to_pylist(), answers, strict=True)
            spans = [
                [
                    {"type": kind, "text": " ".join(words[start:end]), "start": start, "end": end}
                    for kind, start, end in tags.spans(tags.iob2(answer).tags)
                ]
                for words, answer in rows
            ]
            columns["spans"] = pa.array(spans, pa.list_(pa.struct(fields)))
        return pa.table(columns)

    def in_context(
        self, answers: np.ndarray, table: pa.Table, labels: Sequence[str], *, gold: bool = False
    ) -> list[str]:
        """Words with what they are: ``[New York LOC] is big``, or ``it/PRON rains/VERB``."""
        del gold
        rows = zip(table["words"].to_pylist(), answers, strict=True)
        if self._are_spans(labels):
            return [_bracketed(words, answer) for words, answer in rows]
        return [
            " ".join(f"{word}/{tag}" for word, tag in zip(words, answer, strict=True))
            for words, answer in rows
        ]

    def texts(self, table: pa.Table) -> list[str]:
        """Words, a blank between two."""
        return [" ".join(words) for words in table["words"].to_pylist()]

    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
    ) -> Examples:
        """An example a row, or a window of it; rows without any token have none."""
        from pipeline.tasks._word_examples import Asked, word_examples

        return word_examples(
            table,
            self.references(table, labels) if purpose == "learn" else None,
            Asked(
                ids={label: number for number, label in enumerate(labels)},
                long=self.long,
                every_piece=self.label_all,
            ),
            codec,
        )

    def remarks(self, examples: Examples, codec: Codec, *, rows: int) -> list[str]:
        """How many rows are read in windows, and how many words are not seen."""
        from pipeline.tasks._word_examples import remarks

        return remarks(examples.counts, codec, rows=rows)

    def model_options(self, labels: Sequence[str]) -> Json:
        """Number and names of the tags, for the model's configuration."""
        return numbered(labels)

    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Summed cross-entropy in fp32; logits (B, L, C) and tag ids (B, L) -> scalar."""
        from torch.nn.functional import cross_entropy

        from pipeline.examples import IGNORED

        logits = outputs.logits.float().flatten(0, 1)
        return cross_entropy(logits, targets.flatten(), ignore_index=IGNORED, reduction="sum")

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """(L,) the likeliest tag of each token."""
        best = outputs.logits.float().argmax(-1).cpu().numpy()
        return [row[:length] for row, length in zip(best, batch.lengths, strict=True)]

    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """Each word's tag, read as IOB2; a word that the model did not see is ``O``.

        Where tags are plain and none of them is ``O``, such a word gets the first one.
        """
        from pipeline.data import tags
        from pipeline.ragged import objects
        from pipeline.tasks._word_examples import tag_ids

        del codec
        answers = [
            tuple(labels[tag] for tag in row) for row in tag_ids(pieces, examples, table["words"])
        ]
        if self._are_spans(labels):
            answers = [tags.iob2(answer).tags for answer in answers]
        return Predictions(answers=objects(answers))

    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """Type by type, where tags write spans."""
        from pipeline.evaluation import mistakes, tables

        if not self._are_spans(labels):
            return {}
        return {
            "per_class": tables.per_entity_report(references, answers),
            "mistakes": mistakes.of_spans(references, answers),
        }

    def example(self, shape: Shape, *, max_length: int) -> str:
        """The tag of each word of one sentence."""
        nth, place = "first", "places.index(number)"
        if shape == "decoder":
            nth, place = "last", "len(places) - 1 - places[::-1].index(number)"
        return f"""\
words = ["Seoul", "is", "the", "capital", "of", "Korea"]
inputs = tokenizer(
    [words[0], *(f" {{word}}" for word in words[1:])],
    is_split_into_words=True,
    truncation=True,
    max_length={max_length},
    return_tensors="pt",
)
with torch.no_grad():
    found = model(**inputs).logits[0].argmax(-1).tolist()
places = inputs.word_ids()
for number, word in enumerate(words):  # the model answers at a word's {nth} sub-word
    print(word, labels[found[{place}]])
"""

    def check(self, splits: Splits) -> None:
        """A tag a word, something to learn, and no tag in validation or test that training lacks.

        Raises:
            DataError: all of it that is not so.
        """
        from pipeline.tasks import _tag_checks

        _tag_checks.check(splits, self.labels(splits.train), spans=self._spans_of(splits.train))

    def notes(self, splits: Splits) -> list[str]:
        """How tags were read, and which ones could not stay as they are."""
        from pipeline.tasks import _tag_checks

        return _tag_checks.notes(splits, spans=self._spans_of(splits.train))

    def _spans_of(self, train: pa.Table) -> bool:
        from pipeline.data.hashing import each

        return self._are_spans({tag for row in each(train, "tags") for tag in row})

    def _are_spans(self, found: Sequence[str] | set[str]) -> bool:
        from pipeline.data.tags import write_spans

        return self.scheme == "iob" or (self.scheme == "auto" and write_spans(found))


def _bracketed(words: Sequence[str], answer: Sequence[str]) -> str:
    """Spans of IOB2 in brackets, each with its type."""
    said: list[str] = []
    open_type = ""
    for word, tag in zip(words, answer, strict=True):
        mark, _, type_ = tag.partition("-")
        if open_type and mark != "I":
            said[-1] += f" {open_type}]"
            open_type = ""
        said.append(f"[{word}" if mark == "B" else word)
        open_type = type_ or open_type
    if open_type:
        said[-1] += f" {open_type}]"
    return " ".join(said)
