"""Conversations as text, and which parts of it are responses.

A conversation ends with a response, or with the prompt that is to be answered.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import DataError, ModelError

if TYPE_CHECKING:
    from pipeline.examples import Codec

Message = dict[str, str]
"""``role`` and ``content``."""

ASSISTANT = "assistant"


@dataclass(frozen=True)
class Part:
    """A piece of a conversation's text; ``asked`` where it is a response."""

    text: str
    asked: bool


class Template(ABC):
    """How a conversation is written for a base.

    Attributes:
        framed: what is written has the base's special tokens in it.
        end: the token that ends a response, written with it; None where the base's own end token
            has to be put behind it.
    """

    framed: bool
    end: int | None

    @abstractmethod
    def prompt(self, history: Sequence[Message], *, parted: bool) -> list[Part]:
        """What is read before the next response.

        Args:
            parted: earlier responses are parts of their own.
        """

    @abstractmethod
    def response(self, conversation: Sequence[Message]) -> str:
        """What is written by the last message, with ``end`` where there is one."""

    @abstractmethod
    def last(self) -> str:
        """What stands between the last message of a prompt and a response."""


class Plain(Template):
    """Our own, for bases without one.

    ```
    ### System
    what the system says

    ### User
    what the user says

    ### Assistant
    what is answered, and the base's end token
    ```
    """

    framed = False
    end = None

    def __init__(self, codec: Codec) -> None:
        self._end = codec.tokenizer.convert_ids_to_tokens(codec.end)

    def prompt(self, history: Sequence[Message], *, parted: bool) -> list[Part]:
        """Each message under a heading, and the heading of the response."""
        parts = [Part("", asked=False)]
        for message in history:
            parts[-1] = Part(parts[-1].text + _heading(message["role"]), asked=False)
            if message["role"] == ASSISTANT:
                parts += [
                    Part(message["content"] + self._end, asked=True),
                    Part("\n\n", asked=False),
                ]
            else:
                parts[-1] = Part(f"{parts[-1].text}{message['content']}\n\n", asked=False)
        parts[-1] = Part(parts[-1].text + _heading(ASSISTANT), asked=False)
        return parts if parted else [Part("".join(part.text for part in parts), asked=False)]

    def response(self, conversation: Sequence[Message]) -> str:
        """The last message."""
        return conversation[-1]["content"]

    def last(self) -> str:
        """A blank line and the heading of the response."""
        return f"\n\n{_heading(ASSISTANT)}"


class Chat(Template):
    """The tokenizer's own chat template.

    What a response is, is found by comparing texts: what the template writes up to and with a
    response begins with what it writes before it. A template for which this does not hold is
    refused, since it would teach other text than it asks for.
    """

    framed = True

    def __init__(self, codec: Codec) -> None:
        self._tokenizer = codec.tokenizer
        ask, answer = {"role": "user", "content": "x"}, {"role": ASSISTANT, "content": "y"}
        self._last = self._render([ask], asks=True).rpartition("x")[2]
        closing = self.response([ask, answer], whole=True).rpartition("y")[2]
        marks = codec.tokenizer.added_tokens_encoder
        places = {mark: closing.find(mark) for mark in marks if mark in closing}
        self._mark = min(places, key=lambda mark: places[mark], default="")
        self.end = marks.get(self._mark)

    def prompt(self, history: Sequence[Message], *, parted: bool) -> list[Part]:
        """What the template writes up to where the response begins."""
        whole = self._render(history, asks=True)
        parts: list[Part] = []
        done = 0
        for number, message in enumerate(history) if parted else ():
            if message["role"] == ASSISTANT:
                before, response = self._parted(history[: number + 1], within=whole)
                parts += [Part(whole[done : len(before)], asked=False), Part(response, asked=True)]
                done = len(before) + len(response)
        return [*parts, Part(whole[done:], asked=False)]

    def response(self, conversation: Sequence[Message], *, whole: bool = False) -> str:
        """What the template writes with the last message, up to the first mark behind it."""
        return self._parted(conversation, within=None, whole=whole)[1]

    def last(self) -> str:
        """What the template writes behind a user's message to ask for a response."""
        return self._last

    def _parted(
        self, conversation: Sequence[Message], *, within: str | None, whole: bool = False
    ) -> tuple[str, str]:
        """The text before the last message, and its own; ``within`` what goes on from there."""
        before = self._render(conversation[:-1], asks=True)
        after = self._render(conversation, asks=False)
        response = after.removeprefix(before)
        if not whole and self._mark:
            inside, mark, _ = response.rpartition(self._mark)
            response = inside + mark
        text = before + response
        holds = after.startswith(before) and (within is None or within.startswith(text))
        if not holds or not response.strip():
            raise ModelError(
                "the tokenizer's chat template does not say where a response begins: what it"
                " writes before a response is not how the whole conversation begins",
                place="model",
                hint="set task.turns: last, or task.template: plain",
            )
        return before, response

    def _render(self, conversation: Sequence[Message], *, asks: bool) -> str:
        from jinja2 import TemplateError

        try:
            text: str = self._tokenizer.apply_chat_template(
                list(conversation), tokenize=False, add_generation_prompt=asks
            )
        except TemplateError as error:
            roles = ", ".join(message["role"] for message in conversation)
            raise DataError(
                f"the tokenizer's chat template refuses a conversation of {roles}: {error}",
                hint="mend such rows, or set task.template: plain",
            ) from error
        return text


def _heading(role: str) -> str:
    return f"### {role.capitalize()}\n"
