"""What is answered to an instruction, or in a conversation?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from pipeline.contracts import ROW_ID, SPLITS, Column, Splits
from pipeline.errors import DataError, Problem
from pipeline.tasks._exchanges import Exchanges, Side, closed
from pipeline.tasks._responses import Responding
from pipeline.tasks._templates import ASSISTANT, Chat, Message, Part, Plain, Template

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.examples import Codec, Shape

_SHOWN = 5


class Instruction(Responding):
    """Instructions with their responses, or whole conversations; responses alone are learnt.

    A conversation is written by the tokenizer's chat template where it has one, else under
    headings of our own: ``### System``, ``### User``, ``### Assistant``. Its last response is
    what is answered and scored; the earlier ones are read, and learnt too where the base has
    them in the same sequence. A conversation that ends with another message can be answered,
    but not learnt from.
    """

    columns: ClassVar[Mapping[str, Column]] = {
        "prompt": Column("text", "what is asked for", required=False),
        "input": Column("text", "what the prompt is about, if it is apart", required=False),
        "system": Column("text", "what holds for the whole conversation", required=False),
        "response": Column(
            "texts",
            "what is to be answered; several if any is right",
            required=False,
            source=False,
        ),
        "messages": Column(
            "messages", "whole conversations, in place of all others", required=False
        ),
    }

    max_target_length: int = Field(
        512,
        ge=2,
        description="Longest response in tokens, its end included; of a base that only has a"
        " decoder at most half of what it can take. The rest is left to the prompt.",
    )
    cut: Side = Field("left", description="Which side of a prompt is lost where it is too long.")
    template: Literal["auto", "plain"] = Field(
        "auto", description="auto: the tokenizer's chat template where it has one; plain: ours."
    )
    turns: Literal["all", "last"] = Field(
        "all", description="Which responses of a conversation are learnt."
    )

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """A neighbour's answer."""
        del columns
        return ("nearest",)

    def texts(self, table: pa.Table) -> list[str]:
        """What is asked, without roles and templates."""
        return ["\n".join(content for _, content in prompt) for prompt in self.prompts(table)]

    def prompts(self, table: pa.Table) -> list[Any]:
        """(N,) role and content of each message before the last response."""
        return [
            tuple((message["role"], message["content"]) for message in history)
            for history in self._histories(table)
        ]

    def targets(self, table: pa.Table) -> list[tuple[str, ...]]:
        """The responses of a row, or the last one of its conversation."""
        if "messages" in table.column_names:
            conversations = table["messages"].to_pylist()
            return [
                tuple(message["content"] for message in messages[_end(messages) :][:1])
                for messages in conversations
            ]
        return [
            tuple(text for text in texts if text.strip()) for texts in table["response"].to_pylist()
        ]

    def questions(self, table: pa.Table, codec: Codec) -> Exchanges:
        """Conversations up to where the last response begins."""
        import numpy as np

        template = self._template(codec)
        prompts = [self._prompt(template, history, codec) for history in self._histories(table)]
        return self._exchanges(np.arange(len(prompts)), prompts, template, codec)

    def lessons(self, table: pa.Table, codec: Codec) -> Exchanges:
        """Conversations with their last response; on two sides, one more for each earlier one."""
        from dataclasses import replace

        import numpy as np

        from pipeline.data.tokens import bare

        template = self._template(codec)
        rows: list[int] = []
        prompts: list[list[Part]] = []
        responses: list[str] = []
        targets = self.targets(table)
        for row, history in enumerate(self._histories(table)):
            last = targets[row] if self.learn_from == "all" else targets[row][:1]
            for known in [*self._earlier(history, codec), *(_answered(history, t) for t in last)]:
                rows.append(row)
                prompts.append(self._prompt(template, known[:-1], codec))
                responses.append(template.response(known))
        found = self._exchanges(np.asarray(rows, np.int64), prompts, template, codec)
        ids = bare(responses, codec)
        return replace(found, responses=closed(ids, codec) if template.end is None else ids)

    def ends(self, codec: Codec) -> tuple[int, ...]:
        """The base's end token, and what its chat template ends a turn with."""
        end = self._template(codec).end
        return (codec.end,) if end in (None, codec.end) else (codec.end, int(end or 0))

    def question(self, shape: Shape) -> str:
        """A prompt in the tokenizer's template where it has one."""
        del shape
        plain = repr("### User\nWhat is a mode?\n\n### Assistant\n")
        if self.template == "plain":
            return plain
        return f"""\
tokenizer.apply_chat_template(
        [{{"role": "user", "content": "What is a mode?"}}],
        tokenize=False,
        add_generation_prompt=True,
    )
    if tokenizer.chat_template
    else {plain}"""

    def check(self, splits: Splits) -> None:
        """Every row has a prompt and a response, whichever of the columns they are in.

        Raises:
            DataError: columns that are missing, and rows that lack something.
        """
        super().check(splits)
        names = set(splits.train.column_names)
        if "messages" not in names and not {"prompt", "response"} <= names:
            raise DataError(
                "there are neither conversations nor prompts with responses",
                place="data.columns",
                hint="name your columns: {prompt: ..., response: ...} or {messages: ...}",
            )
        problems = [
            problem for split in SPLITS for problem in self._lacking(split, getattr(splits, split))
        ]
        if problems:
            raise DataError(problems)

    def _lacking(self, split: str, table: pa.Table) -> list[Problem]:
        """Rows without a prompt, and rows without a response."""
        from pipeline.data.hashing import in_batches

        silent: list[str] = []
        unanswered: list[str] = []
        for part in in_batches(table):
            found = part[ROW_ID].to_pylist(), self._histories(part), self.targets(part)
            for row, history, texts in zip(*found, strict=True):
                if not any(message["content"].strip() for message in history):
                    silent.append(row)
                if not any(text.strip() for text in texts):
                    unanswered.append(row)
        return [
            Problem(
                f"{len(lack)} row{'s have' if len(lack) > 1 else ' has'} no {what}:"
                f" {', '.join(lack[:_SHOWN])}{', ...' * (len(lack) > _SHOWN)}",
                split,
                "fill or remove them in the file",
            )
            for what, lack in (("prompt", silent), ("response", unanswered))
            if lack
        ]

    # ---------------------------------------------------------------- conversations

    def _histories(self, table: pa.Table) -> list[list[Message]]:
        """(N,) what stands before the last response."""
        if "messages" in table.column_names:
            return [messages[: _end(messages)] for messages in table["messages"].to_pylist()]
        names = [name for name in ("system", "prompt", "input") if name in table.column_names]
        found = []
        for row in table.select(names).to_pylist():
            asked = [row.get(name) or "" for name in ("prompt", "input")]
            text = "\n\n".join(part for part in asked if part.strip())
            system = row.get("system") or ""
            history = [{"role": "system", "content": system}] if system.strip() else []
            found.append([*history, {"role": "user", "content": text}])
        return found

    def _template(self, codec: Codec) -> Template:
        own = self.template == "auto" and codec.tokenizer.chat_template
        return Chat(codec) if own else Plain(codec)

    def _prompt(self, template: Template, history: Sequence[Message], codec: Codec) -> list[Part]:
        parted = self.turns == "all" and codec.shape != "encoder-decoder"
        return template.prompt(history, parted=parted)

    def _earlier(self, history: Sequence[Message], codec: Codec) -> list[Sequence[Message]]:
        """Conversations up to each earlier response, where they need examples of their own."""
        if self.turns == "last" or codec.shape != "encoder-decoder":
            return []
        return [
            history[: number + 1]
            for number, message in enumerate(history)
            if message["role"] == ASSISTANT and number
        ]

    def _exchanges(
        self,
        rows: Any,
        prompts: Sequence[Sequence[Part]],
        template: Template,
        codec: Codec,
    ) -> Exchanges:
        import numpy as np

        from pipeline.data.tokens import bare
        from pipeline.ragged import Ragged

        parts = [part for prompt in prompts for part in prompt]
        ids = bare([part.text for part in parts], codec)
        counts = np.cumsum([0, *map(len, prompts)])
        return Exchanges(
            rows,
            Ragged(ids.values, ids.offsets[counts]),
            asked=np.repeat(np.asarray([part.asked for part in parts], bool), ids.lengths),
            last=int(bare([template.last()], codec).lengths[0]),
            framed=template.framed,
        )


def _end(messages: Sequence[Message]) -> int:
    """The place of the response that ends a conversation; behind all where it is still to come."""
    return len(messages) - (messages[-1]["role"] == ASSISTANT)


def _answered(history: Sequence[Message], text: str) -> list[Message]:
    return [*history, {"role": ASSISTANT, "content": text}]
