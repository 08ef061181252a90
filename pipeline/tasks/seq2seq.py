"""From a text to a text: summaries, translations, answers, descriptions of data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from pipeline.contracts import Column
from pipeline.tasks._exchanges import Exchanges, closed
from pipeline.tasks._responses import Responding

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.examples import Codec, Shape


class Seq2seq(Responding):
    """One text is read, another is written; several answers may be right.

    An encoder-decoder reads the text on one side and writes on the other. A base that only has
    a decoder reads text and separator and goes on with the answer; nothing but the answer is
    learnt. Rows with the same text are scored against the answers of all of them, and written
    to once.
    """

    columns: ClassVar[Mapping[str, Column]] = {
        "text": Column("text", "what is read"),
        "target": Column(
            "texts", "what is to be written; several where any is right", source=False
        ),
    }
    group_by: ClassVar[tuple[str, ...]] = ("text",)

    prefix: str = Field(
        "", description="Stands before every text, such as 'summarize: ' for the T5 models."
    )
    separator: str = Field(
        "\n",
        description="Stands between text and answer where the base only has a decoder. A blank at"
        " its end may be a token that such a base never saw before a word.",
    )

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """The beginning, a neighbour's answer, and the text itself."""
        del columns
        return ("lead", "nearest", "copy")

    def texts(self, table: pa.Table) -> list[str]:
        """The texts without the prefix."""
        found: list[str] = table["text"].to_pylist()
        return found

    def prompts(self, table: pa.Table) -> list[Any]:
        """The texts: the prefix is the same for all."""
        return self.texts(table)

    def targets(self, table: pa.Table) -> list[tuple[str, ...]]:
        """What is right for each row, blank texts left out."""
        return [
            tuple(text for text in texts if text.strip()) for texts in table["target"].to_pylist()
        ]

    def questions(self, table: pa.Table, codec: Codec) -> Exchanges:
        """Prefix, text and separator; the first and the last are not cut off."""
        import numpy as np

        from pipeline.data.tokens import bare
        from pipeline.ragged import Ragged

        behind = "" if codec.shape == "encoder-decoder" else self.separator
        # A blank at the end of the prefix may be part of the text's first token.
        ends = bare([self.prefix.rstrip(), behind], codec)
        texts = [f"{self.prefix}{text}" for text in self.texts(table)]
        prompts = bare(texts, codec)
        return Exchanges(
            np.arange(table.num_rows),
            prompts.followed_by(Ragged.repeated(ends[1], table.num_rows)),
            first=len(ends[0]),
            last=len(ends[1]),
        )

    def lessons(self, table: pa.Table, codec: Codec) -> Exchanges:
        """Each text with its first answer, or with each of its answers."""
        import numpy as np

        from pipeline.data.tokens import bare

        targets = self.targets(table)
        if self.learn_from == "first":
            targets = [texts[:1] for texts in targets]
        rows = np.repeat(np.arange(len(targets)), [len(texts) for texts in targets])
        found = self.questions(table, codec)
        answers = bare([text for texts in targets for text in texts], codec)
        return replace(
            found, rows=rows, prompts=found.prompts.take(rows), responses=closed(answers, codec)
        )

    def question(self, shape: Shape) -> str:
        """Prefix, a text, and separator."""
        behind = "" if shape == "encoder-decoder" else self.separator
        return repr(f"{self.prefix}a text{behind}")
