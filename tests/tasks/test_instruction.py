"""Instructions and conversations: how they are written, what is learnt, what is answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import torch

from pipeline.contracts import ROW_ID, Silent, Splits, Work
from pipeline.data.kinds import TYPES
from pipeline.errors import DataError, ModelError
from pipeline.examples import Codec
from pipeline.tasks.instruction import Instruction
from tests.hub.reviews import reviews
from tests.tasks.responding import BASES, DECODERS, encoded, learnt, ready
from tests.training import tiny
from tests.training.families import BUILDERS

TASK = Instruction(max_target_length=20)
CHAT = (
    "{{ bos_token }}{% for m in messages %}{{ '<|open|>' + m['role'] + '\n' + m['content'] +"
    " '<|close|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|open|>assistant\n' }}{% endif %}"
)
"""In the manner of ChatML."""
FORGETFUL = (
    "{% for m in messages[-2:] %}{{ m['role'] + ': ' + m['content'] + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)
"""What it writes of a conversation does not begin as what it writes of its beginning."""


def single(**columns: Any) -> pa.Table:
    rows = len(next(iter(columns.values())))
    return pa.table({ROW_ID: [f"a.jsonl:{n}" for n in range(rows)], **columns})


def talk(*contents: str) -> list[dict[str, str]]:
    roles = ("user", "assistant")
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(contents)]


def talks(*conversations: list[dict[str, str]]) -> pa.Table:
    return single(messages=pa.array(list(conversations), TYPES["messages"]))


def rows(count: int) -> pa.Table:
    texts = [text for text, _ in reviews(count)]
    return single(prompt=texts, response=[[" ".join(text.split()[:4][::-1])] for text in texts])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp("bases") / name
            family, _, chat = name.partition("-")
            made[name] = BUILDERS[family](folder)
            if chat:
                _with_chat_template(folder)
        return made[name]

    return of


def _with_chat_template(folder: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_tokens(["<|open|>", "<|close|>"], special_tokens=True)
    tokenizer.chat_template = CHAT
    tokenizer.save_pretrained(folder)


@pytest.fixture(scope="module")
def codec(base: Callable[[str], Path]) -> Callable[[str], Codec]:
    return lambda name: ready(base(name), TASK).codec


def words(codec: Codec, ids: list[int]) -> str:
    text: str = codec.tokenizer.backend_tokenizer.decode(ids, skip_special_tokens=False)
    return text


# ----------------------------------------------------------------------- templates


@pytest.mark.parametrize("name", BASES)
def test_without_a_chat_template_each_message_has_a_heading(
    name: str, codec: Callable[[str], Codec]
) -> None:
    table = single(
        prompt=["the film"], input=["a plot"], system=["warm"], response=[["dull", "bland"]]
    )
    of = codec(name)
    examples = encoded(TASK, table, of)
    end = of.tokenizer.eos_token
    start = {"bart": "<s>", "llama": "", "gpt2": ""}.get(name, "")
    prompt = f"{start}### System\nwarm\n\n### User\nthe film\n\na plot\n\n### Assistant\n"
    if name in DECODERS:
        assert TASK.shown(examples, of, 0) == f"{prompt}⟦dull{end}⟧"
    else:
        assert TASK.shown(examples, of, 0) == f"{prompt}{end} ⟦{start}dull{end}⟧"
    each = encoded(Instruction(learn_from="all"), table, of)
    assert each.rows.tolist() == [0, 0]
    assert words(of, learnt(each, 1)) == f"{start}bland{end}"
    gold = TASK.references(table, ())
    assert gold.tolist() == [("dull", "bland")]


def test_all_responses_of_a_conversation_are_learnt_or_the_last(
    codec: Callable[[str], Codec],
) -> None:
    table = talks(talk("the film", "dull", "the plot", "bland"))
    of = codec("gpt2")
    every = Instruction(max_target_length=8)
    shown = every.shown(encoded(every, table, of), of, 0)
    assert shown == (
        "### User\nthe film\n\n### Assistant\n⟦dull</s>⟧\n\n"
        "### User\nthe plot\n\n### Assistant\n⟦bland</s>⟧"
    )
    last = Instruction(turns="last", max_target_length=8)
    assert last.shown(encoded(last, table, of), of, 0) == shown.replace("⟦dull</s>⟧", "dull</s>")


def test_on_two_sides_each_response_is_an_example(codec: Callable[[str], Codec]) -> None:
    table = talks(talk("a", "b", "c", "d"), talk("e", "f"))
    of = codec("t5")
    examples = encoded(TASK, table, of)
    assert examples.rows.tolist() == [0, 0, 1]
    assert [words(of, learnt(examples, n)) for n in range(3)] == ["b</s>", "d</s>", "f</s>"]
    assert "### Assistant\nb</s>\n\n### User\nc" in words(of, examples.ids[1].tolist())
    assert len(encoded(Instruction(turns="last"), table, of)) == 2


@pytest.mark.parametrize("turns", ["all", "last"])
def test_a_chat_template_is_followed_and_learnt_up_to_its_mark(
    turns: Any, codec: Callable[[str], Codec]
) -> None:
    task, of = Instruction(turns=turns, max_target_length=8), codec("llama-chat")
    table = talks(talk("a", "dull", "b", "bland"))
    examples = encoded(task, table, of)
    conversation = table["messages"].to_pylist()[0]
    whole = of.tokenizer.apply_chat_template(conversation)["input_ids"]
    assert examples.ids[0].tolist() == whole[:-1]  # no line break, and one start token alone
    assert whole.count(of.tokenizer.bos_token_id) == 1
    close = of.tokenizer.convert_tokens_to_ids("<|close|>")
    learns = words(of, learnt(examples, 0))
    assert learns == ("dull<|close|>" if turns == "all" else "") + "bland<|close|>"
    assert task.generation(of)["eos_token_id"] == [of.end, close]
    asked = encoded(task, table, of, "answer").ids[0].tolist()
    assert whole[: len(asked)] == asked
    assert words(of, asked).endswith("<|close|>\n<|open|>assistant\n")
    plain = Instruction(template="plain", max_target_length=8)
    assert plain.generation(of)["eos_token_id"] == [of.end]
    assert "### User\nb\n" in words(of, encoded(plain, table, of).ids[0].tolist())


def test_a_template_that_does_not_tell_responses_apart_is_refused(
    codec: Callable[[str], Codec],
) -> None:
    of = codec("llama-chat")
    table = talks(talk("a", "b", "c", "d"))
    kept = of.tokenizer.chat_template
    try:
        of.tokenizer.chat_template = FORGETFUL
        with pytest.raises(ModelError, match=r"does not say where a response begins.*\n.*plain"):
            encoded(Instruction(turns="last"), table, of)
        of.tokenizer.chat_template = "{{ raise_exception('no system') }}"
        with pytest.raises(DataError, match="refuses a conversation of user: no system"):
            encoded(Instruction(), table, of)
    finally:
        of.tokenizer.chat_template = kept


@pytest.mark.parametrize("cut", ["left", "right"])
@pytest.mark.parametrize("name", ["gpt2", "llama-chat", "t5"])
def test_a_prompt_that_is_cut_still_asks_for_a_response(
    cut: Any, name: str, codec: Callable[[str], Codec]
) -> None:
    task, of = Instruction(cut=cut, max_target_length=8), codec(name)
    table = talks(
        talk("bad " + "the film " * 50 + "end", "dull"),
        talk("bad", "dull " * 80, "the plot", "bland"),
    )
    examples = encoded(task, table, of, "answer")
    asks = "<|close|>\n<|open|>assistant\n" if name == "llama-chat" else "\n\n### Assistant\n"
    for n, begins in enumerate(("bad the film", "bad")):
        text = words(of, examples.ids[n].tolist()).removesuffix(of.tokenizer.eos_token)
        assert text.endswith(asks)
        assert (begins in text) == (cut == "right")
    learn = encoded(task, table, of)
    assert learn.ids.lengths.max() <= of.max_length
    assert len(examples.cut) == len(learn.cut) == 2
    if name != "t5":  # of the earlier response, what was not cut off is learnt
        text = words(of, learnt(learn, 1))
        assert text.split()[:3] == ["dull"] * 3
        assert text.endswith("bland<|close|>" if name == "llama-chat" else "bland</s>")


# ------------------------------------------------------------------------- answers


@pytest.mark.parametrize("name", ["gpt2", "llama-chat", "t5"])
def test_what_was_learnt_is_answered(
    name: str, base: Callable[[str], Path], tmp_path: Path
) -> None:
    table = rows(8)
    on = Work(task=TASK, labels=(), train=table, validation=table, metric="rouge_l", seed=0)
    fitted = tiny.fit(
        ready(base(name), TASK),
        tmp_path / "run",
        on=on,
        learning_rate=1e-2,
        epochs=100,
        batch_size=8,
        validations=4,
    ).model
    answers = fitted.predict(table, Silent()).answers.tolist()
    assert answers == [texts[0] for texts in table["response"].to_pylist()]
    as_talk = talks(*(talk(prompt) for prompt in table["prompt"].to_pylist()))
    assert fitted.predict(as_talk, Silent()).answers.tolist() == answers
    names: dict[str, Any] = {
        "torch": torch,
        "model": fitted.model,
        "tokenizer": fitted.answering.codec.tokenizer,
    }
    exec(TASK.example(fitted.answering.codec.shape, max_length=64), names)  # noqa: S102
    assert ("<|open|>" in names["prompt"]) == (name == "llama-chat")


def test_a_conversation_that_still_waits_is_answered_to_its_end(
    codec: Callable[[str], Codec],
) -> None:
    of = codec("gpt2")
    table = talks(talk("a", "b", "c"), talk("a", "b", "c", "d"))
    examples = encoded(TASK, table, of, "answer")
    assert len(examples) == 1  # both wait for the same
    assert words(of, examples.ids[0].tolist()).endswith("### User\nc\n\n### Assistant\n")
    assert TASK.texts(table) == ["a\nb\nc"] * 2


# ------------------------------------------------------------------------ refusals


def refused(table: pa.Table) -> str:
    with pytest.raises(DataError) as caught:
        TASK.check(Splits(table, table, table, fingerprints={}))
    return str(caught.value)


def test_columns_that_are_missing_are_named() -> None:
    said = refused(single(prompt=["a"]))
    assert "data.columns: there are neither conversations nor prompts with responses" in said


def test_rows_that_lack_something_are_named() -> None:
    said = refused(single(prompt=["a", " ", "c"], response=[["x"], ["y"], [" "]]))
    assert "train: 1 row has no prompt: a.jsonl:1" in said
    assert "test: 1 row has no response: a.jsonl:2" in said
    said = refused(talks(talk("a"), talk("a", "b"), talk("a", "b", "c")))
    assert "validation: 2 rows have no response: a.jsonl:0, a.jsonl:2" in said
