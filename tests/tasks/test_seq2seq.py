"""What is read, what is learnt of it, and what is written, by bases of both shapes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from pydantic import ValidationError

from pipeline.contracts import ROW_ID, Silent, Work
from pipeline.examples import IGNORED, Codec
from pipeline.tasks._decoding import Decoding
from pipeline.tasks.seq2seq import Seq2seq
from pipeline.training.contender import FittedModel
from pipeline.training.inference import Answering
from tests.hub.reviews import reviews
from tests.tasks.responding import BASES, DECODERS, answering, encoded, learnt, ready
from tests.training import tiny
from tests.training.families import BUILDERS

TASK = Seq2seq(prefix="turn : ", max_target_length=16)


def rows(count: int, *, times: int = 1) -> pa.Table:
    """Reviews, and their first words backwards; longer ones among them."""
    texts = [" ".join([text] * times) for text, _ in reviews(count)]
    targets = [" ".join(text.split()[:4][::-1]) for text in texts]
    ids = [f"a.csv:{n}" for n in range(count)]
    return pa.table({ROW_ID: ids, "text": texts, "target": [[target] for target in targets]})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in made:
            made[name] = BUILDERS[name](tmp_path_factory.mktemp("bases") / name)
        return made[name]

    return of


@pytest.fixture(scope="module", params=BASES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def codec(name: str, base: Callable[[str], Path]) -> Codec:
    return ready(base(name), TASK).codec


# ------------------------------------------------------------------ what is read


def test_a_prompt_is_framed_and_its_answer_ends(name: str, codec: Codec) -> None:
    table = rows(5)
    examples = encoded(TASK, table, codec)
    tokenizer = codec.tokenizer
    for n, (text, (target,)) in enumerate(
        zip(table["text"].to_pylist(), table["target"].to_pylist(), strict=True)
    ):
        bare = tokenizer(target, add_special_tokens=False)["input_ids"]
        if name in DECODERS:
            prompt = tokenizer(f"turn : {text}\n")["input_ids"]
            assert learnt(examples, n) == [*bare, codec.end]
            assert examples.ids[n].tolist() == [*prompt, *bare, codec.end]
        else:
            assert examples.ids[n].tolist() == tokenizer(f"turn : {text}")["input_ids"]
            assert learnt(examples, n) == tokenizer(target)["input_ids"]
            assert learnt(examples, n)[-1] == codec.end
    assert examples.cut == ()
    assert examples.uncut_tokens == len(examples.ids.values)


def test_the_loss_is_the_models_own(name: str, base: Callable[[str], Path]) -> None:
    prepared, table = ready(base(name), TASK), rows(4)
    examples = encoded(TASK, table, prepared.codec)
    found = answering(prepared, TASK).measure(examples, pieces=False).loss
    total, count = 0.0, 0
    prepared.model.eval()
    for n in range(4):
        ids, response = examples.ids[n].tolist(), learnt(examples, n)
        labels = [*[IGNORED] * (len(ids) - len(response)), *response]
        given = torch.tensor([labels if name in DECODERS else response])
        with torch.no_grad():
            loss = prepared.model(input_ids=torch.tensor([ids]), labels=given).loss
        total, count = total + loss.item() * len(response), count + len(response)
    assert found == pytest.approx(total / count, rel=1e-4)


@pytest.mark.parametrize("cut", ["left", "right"])
def test_long_prompts_leave_room_for_the_answer(cut: Any, name: str, codec: Codec) -> None:
    task, table = TASK.model_copy(update={"cut": cut}), rows(5, times=20)
    learn, answer = (encoded(task, table, codec, purpose) for purpose in ("learn", "answer"))
    room = 16 if name in DECODERS else 0
    assert (answer.ids.lengths == codec.max_length - room).all()
    assert learn.ids.lengths.max() <= codec.max_length
    tokenizer = codec.tokenizer
    behind = tokenizer("\n", add_special_tokens=False)["input_ids"] if name in DECODERS else []
    prefix = tokenizer("turn :", add_special_tokens=False)["input_ids"]
    framed = tokenizer("")["input_ids"]
    for n, text in enumerate(table["text"].to_pylist()):
        prompt = [token for token in answer.ids[n].tolist() if token not in framed]
        whole = tokenizer(f"turn : {text}", add_special_tokens=False)["input_ids"]
        kept = codec.max_length - room - len(framed) - len(behind)
        part = whole[:kept] if cut == "right" else prefix + whole[len(prefix) - kept :]
        assert prompt == part + behind  # prefix and separator stay
        assert learn.ids[n].tolist()[: len(answer.ids[n])] == answer.ids[n].tolist()
        assert learnt(learn, n)[-1] == codec.end
    assert len(learn.cut) == len(answer.cut) == 5
    assert answer.uncut_tokens > 5 * codec.max_length


def test_an_answer_that_is_cut_does_not_learn_an_end(codec: Codec) -> None:
    table = rows(3)
    task = TASK.model_copy(update={"max_target_length": 4})
    examples = encoded(task, table, codec)
    whole = encoded(TASK, table, codec)
    for n in range(3):
        assert learnt(examples, n) == learnt(whole, n)[:4]
        assert codec.end not in learnt(examples, n)
    assert len(examples.cut) == 3
    assert examples.uncut_tokens - len(examples.ids.values) == sum(
        len(learnt(whole, n)) - 4 for n in range(3)
    )


def test_an_answer_has_at_most_half_of_a_decoders_room(name: str, codec: Codec) -> None:
    task = Seq2seq(max_target_length=1000)
    room = task.generation(codec)["max_new_tokens"]
    assert room == (codec.max_length // 2 if name in DECODERS else codec.max_length)


def test_several_answers_are_learnt_where_asked_and_scored_always(codec: Codec) -> None:
    table = pa.table(
        {
            ROW_ID: ["1", "2", "3"],
            "text": ["a", "b", "a"],
            "target": [["x", " ", "y"], ["z"], ["w"]],
        }
    )
    first = encoded(Seq2seq(), table, codec)
    each = encoded(Seq2seq(learn_from="all"), table, codec)
    assert first.rows.tolist() == [0, 1, 2]
    assert each.rows.tolist() == [0, 0, 1, 2]
    texts = [codec.tokenizer.decode(learnt(each, n), skip_special_tokens=True) for n in range(4)]
    assert [text.strip() for text in texts] == ["x", "y", "z", "w"]
    gold = Seq2seq().references(table, ())
    assert gold.tolist() == [("x", "y", "w"), ("z",), ("w", "x", "y")]
    assert Seq2seq().readable(gold, ()) == ["x", "z", "w"]


def test_rows_with_the_same_text_are_answered_once(name: str, base: Callable[[str], Path]) -> None:
    prepared, table = ready(base(name), TASK), rows(3)
    again = pa.concat_tables([table, table.take([2, 0])])
    model = answering(prepared, TASK)
    assert len(model.examples(again)) == 3
    found = model.predict(again).answers.tolist()
    assert found == [*model.predict(table).answers, found[2], found[0]]


def test_what_is_learnt_is_shown_in_brackets(name: str, codec: Codec) -> None:
    table = pa.table({ROW_ID: ["1"], "text": ["the film"], "target": [["the plot"]]})
    examples = encoded(TASK, table, codec)
    shown = TASK.shown(examples, codec, 0)
    end = codec.tokenizer.eos_token
    start = {"bart": "<s>", "llama": ""}.get(name, "")
    answer = "⟦<s>the plot</s>⟧" if name == "bart" else f"⟦the plot{end}⟧"
    question = "turn : the film" + ("\n" if name in DECODERS else f"{end} ")
    assert shown == f"{start}{question}{answer}"


# --------------------------------------------------------------- what is written


@pytest.fixture(scope="module")
def memorised(
    name: str, base: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> FittedModel:
    """A base that has learnt eight answers by heart."""
    table = rows(8)
    on = Work(task=TASK, labels=(), train=table, validation=table, metric="rouge_l", seed=0)
    return tiny.fit(
        ready(base(name), TASK),
        tmp_path_factory.mktemp("runs") / name,
        on=on,
        learning_rate=1e-2,
        epochs=100,
        batch_size=8,
        validations=4,
    ).model


def test_what_was_learnt_is_written_and_ends(memorised: FittedModel, name: str) -> None:
    table = rows(8)
    answers = memorised.predict(table, Silent()).answers
    assert answers.dtype == object
    assert answers.tolist() == [texts[0] for texts in table["target"].to_pylist()]
    model = memorised.answering
    pieces = model.pieces(model.examples(table))
    longest = max(len(piece) for piece in pieces)
    assert longest < TASK.max_target_length  # they end by themselves
    if name == "gpt2":
        assert model.codec.pad == model.codec.end


def test_answers_side_by_side_are_those_of_each_row_alone(memorised: FittedModel) -> None:
    # Texts that it never saw, of different lengths: what it writes is not settled.
    table = pa.concat_tables([rows(12).slice(8), rows(4, times=2)])
    assert len(set(memorised.answering.examples(table).ids.lengths)) > 2
    together = memorised.answering
    alone = replace(together, cutting=replace(together.cutting, max_rows=1))
    found = together.predict(table).answers
    assert found.tolist() == alone.predict(table).answers.tolist()
    assert len(set(found)) > 3
    assert together.predict(table.slice(0, 0)).answers.shape == (0,)


def test_the_task_and_not_the_base_says_how_answers_are_written(
    memorised: FittedModel, caplog: pytest.LogCaptureFixture
) -> None:
    table = rows(8)
    model: Any = memorised.model
    before = memorised.predict(table, Silent()).answers.tolist()
    kept = model.generation_config
    odd = type(kept)(**kept.to_dict())
    odd.update(do_sample=True, num_beams=3, early_stopping=True, min_length=12, top_k=3)
    odd.update(no_repeat_ngram_size=1, repetition_penalty=9.0, length_penalty=2.0, temperature=9.0)
    model.generation_config = odd
    with caplog.at_level(logging.WARNING, logger="transformers"):
        try:
            assert memorised.predict(table, Silent()).answers.tolist() == before
        finally:
            model.generation_config = kept
    assert not caplog.records


def test_options_of_decoding_are_heeded(memorised: FittedModel) -> None:
    table = rows(12)

    def told(**options: Any) -> Answering:
        task = TASK.model_copy(update={"decoding": Decoding(**options)})
        return replace(memorised.answering, task=task)

    plain = told().predict(table).answers.tolist()
    short = told(max_new_tokens=3)
    assert max(map(len, short.pieces(short.examples(table)))) <= 3
    torch.manual_seed(0)
    assert told(temperature=3.0).predict(table).answers.tolist() != plain
    torch.manual_seed(0)
    assert told(temperature=3.0, top_p=1e-6).predict(table).answers.tolist() == plain
    assert len(told(beams=3, length_penalty=2.0).predict(table).answers) == 12


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"decoding": {"top_p": 0.9}}, "top_p needs a temperature above 0"),
        ({"max_target_length": 8, "decoding": {"max_new_tokens": 9}}, "is more than"),
        ({"decoding": {"beam": 2}}, "beam"),
    ],
)
def test_options_that_cannot_be_are_refused(options: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Seq2seq(**options)


@pytest.mark.parametrize("shape", ["decoder", "encoder-decoder"])
def test_the_cards_example_runs(shape: Any, base: Callable[[str], Path]) -> None:
    prepared = ready(base("gpt2" if shape == "decoder" else "t5"), TASK)
    code = TASK.example(shape, max_length=64)
    names: dict[str, Any] = {
        "torch": torch,
        "model": prepared.model,
        "tokenizer": prepared.codec.tokenizer,
    }
    exec(code, names)  # noqa: S102
    assert names["written"].shape[0] == 1
    assert np.asarray(names["inputs"]["input_ids"]).size
