"""Spans of contexts: found in tokens, in windows, read back exactly, and learnt by heart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from pipeline.contracts import Silent, Splits, Work
from pipeline.data.batches import Cutting
from pipeline.data.collating import collate
from pipeline.errors import DataError
from pipeline.examples import Codec, Examples
from pipeline.tasks._context_windows import best_span
from pipeline.tasks.question_answering import QuestionAnswering
from pipeline.training.inference import Answering
from tests.tasks.questions import CITY, FILM, LACKING, ROWS, Row, questions
from tests.tasks.sentences import prepared
from tests.training import tiny
from tests.training.families import BUILDERS

TASK = QuestionAnswering()
MAY_LACK = QuestionAnswering(unanswerable="yes")
NEVER = QuestionAnswering(unanswerable="no")
CPU = torch.device("cpu")


@pytest.fixture(scope="module", params=["bert", "roberta", "gpt2", "t5", "bart"])
def codec(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Codec:
    base = BUILDERS[request.param](tmp_path_factory.mktemp("base") / request.param)
    return prepared(base, TASK, ()).codec


@pytest.fixture(scope="module")
def bert(tiny_base: Path) -> Codec:
    return prepared(tiny_base, TASK, ()).codec


def shorter(codec: Codec, length: int) -> Codec:
    return Codec(codec.tokenizer, length, codec.shape, codec.decoder_start, codec.vocabulary)


def encoded(
    rows: Sequence[Row], codec: Codec, *, task: QuestionAnswering = TASK, learn: bool = True
) -> Examples:
    purpose: Any = "learn" if learn else "answer"
    return task.encode(questions(rows), (), codec, purpose=purpose)


def sure(examples: Examples) -> list[np.ndarray]:
    """Logits of a model that is sure of each window's target."""
    assert examples.values is not None
    pieces = []
    for ids, (start, end, length) in zip(examples.ids, examples.values, strict=True):
        assert length == len(ids)
        piece = np.zeros((len(ids), 2), np.float32)
        piece[start, 0] = piece[end, 1] = 9.0
        pieces.append(piece)
    return pieces


def contexts(examples: Examples) -> list[list[int]]:
    """Tokens of the context in each window."""
    firsts: Any = examples.side["first"]
    lengths = examples.side["spans"].lengths  # type: ignore[union-attr]
    rows = zip(examples.ids, firsts, lengths, strict=True)
    return [ids[first : first + length].tolist() for ids, first, length in rows]


def answers(
    pieces: Sequence[np.ndarray],
    examples: Examples,
    rows: Sequence[Row],
    task: QuestionAnswering = MAY_LACK,
) -> list[str]:
    found: list[str] = task.decode(pieces, examples, questions(rows), (), None).answers.tolist()  # type: ignore[arg-type]
    return found


# ------------------------------------------------------------------------ the targets


def test_the_target_of_each_question_is_its_first_answer(codec: Codec) -> None:
    rows = [*ROWS, *LACKING]
    examples = encoded(rows, codec)
    assert examples.rows.tolist() == list(range(10))
    assert answers(sure(examples), examples, rows) == [
        str(row[2][0]) if row[2] else "" for row in rows
    ]


def test_the_second_place_of_a_text_is_told_from_the_first(bert: Codec) -> None:
    second = CITY.index("in oslo")
    rows: list[Row] = [("where", CITY, [("in", 0)]), ("where", CITY, [("in", second)])]
    examples = encoded(rows, bert)
    assert examples.values is not None
    spans: Any = examples.side["spans"]
    for n, start in ((0, 0), (1, second)):
        place = examples.values[n, 0] - examples.side["first"][n]
        assert spans[n][place].tolist() == [start, start + 2]


def test_answers_inside_a_word_become_the_whole_of_its_pieces(bert: Codec) -> None:
    rows: list[Row] = [("who", "the dullest film", [("dull", 4)])]
    examples = encoded(rows, bert)
    (found,) = answers(sure(examples), examples, rows)
    assert found.startswith("dull")
    assert found in "dullest"


def test_texts_of_many_bytes_a_character_come_back_whole(codec: Codec) -> None:
    context = "배우 김철수는 서울에서 café를 열었다"
    rows: list[Row] = [("어디", context, ["서울"]), ("무엇", context, ["café를 열었다"])]
    examples = encoded(rows, codec)
    found = answers(sure(examples), examples, rows)
    # Some of these tiny vocabularies know a word of Hangul as unknown, and as one token.
    assert found[0] in ("서울", "서울에서")
    assert found[1] == "café를 열었다"


def test_pairs_are_what_the_tokenizer_makes_of_them(codec: Codec) -> None:
    examples = encoded(ROWS, codec)
    ending = "\n" if codec.shape == "decoder" else ""
    for n, (question, context, _) in enumerate(ROWS):
        expected = codec.tokenizer(question + ending, context)
        assert examples.ids[n].tolist() == expected["input_ids"]
        if "token_type_ids" in codec.tokenizer.model_input_names:
            assert examples.types is not None
            start, end = examples.ids.offsets[n : n + 2]
            assert examples.types[start:end].tolist() == expected["token_type_ids"]


# ------------------------------------------------------------------------- windows


@pytest.mark.parametrize("length", [24, 32])
def test_long_contexts_come_in_windows_that_cover_and_overlap(length: int, codec: Codec) -> None:
    context = f"{FILM} {CITY} {FILM}"
    rows: list[Row] = [("who", context, ["eve"]), ("who", "a film", ["a film"])]
    task = QuestionAnswering(stride=4)
    short = shorter(codec, length)
    examples = task.encode(questions(rows), (), short, purpose="learn")
    assert examples.lengths.max() <= length
    own = np.flatnonzero(examples.rows == 0)
    assert len(own) > 3
    assert examples.rows.tolist().count(1) == 1
    pieces = contexts(examples)
    joined = [id_ for n in own for id_ in (pieces[n] if n == own[0] else pieces[n][4:])]
    assert joined == contexts(encoded(rows[:1], shorter(codec, 512)))[0]
    for one, other in pairwise(own):
        assert pieces[one][-4:] == pieces[other][:4]
    assert task.remarks(examples, short, rows=2) == [
        f"1 of 2 contexts are longer than {length} tokens with their question,"
        " and are read in windows that share 4 tokens"
    ]
    assert examples.values is not None
    held = [n for n in own if examples.values[n, 0] > 0]
    assert 0 < len(held) < len(own)
    assert answers(sure(examples), examples, rows, NEVER) == ["eve", "a film"]


def test_an_answer_that_a_window_cuts_is_no_answer_there(bert: Codec) -> None:
    rows: list[Row] = [("who", FILM, ["was made by anna lee in new york and bob"])]
    examples = encoded(rows, shorter(bert, 14), task=QuestionAnswering(stride=2))
    assert len(examples) > 1
    assert examples.values is not None
    assert not examples.values[:, :2].any()


def test_long_questions_are_cut_and_counted(bert: Codec) -> None:
    rows: list[Row] = [("who was it " * 30, FILM, ["bob"]), ("who", FILM, ["bob"])]
    task = QuestionAnswering(max_query_length=5)
    examples = task.encode(questions(rows), (), bert, purpose="learn")
    assert task.remarks(examples, bert, rows=2) == [
        "1 questions are longer than 5 tokens and are cut"
    ]
    assert examples.side["first"].tolist() == [7, 5]  # type: ignore[union-attr]
    assert answers(sure(examples), examples, rows) == ["bob", "bob"]


def test_no_question_leaves_no_room_for_its_context(codec: Codec) -> None:
    rows: list[Row] = [("who was it " * 30, FILM, ["bob"])]
    examples = encoded(rows, shorter(codec, 20))
    assert examples.lengths.max() <= 20
    assert answers(sure(examples), examples, rows, NEVER) == ["bob"]


def test_a_stride_that_is_longer_than_the_window_is_cut_down(codec: Codec) -> None:
    examples = encoded(ROWS, shorter(codec, 16), task=QuestionAnswering(stride=500))
    assert examples.lengths.max() <= 16


def test_no_rows_are_no_examples(bert: Codec) -> None:
    examples = encoded([], bert)
    assert len(examples) == 0
    assert examples.values is not None
    assert examples.values.shape == (0, 3)
    assert answers([], examples, []) == []


# -------------------------------------------------------------------- best of all spans


@pytest.mark.parametrize("seed", range(10))
def test_the_best_span_is_the_best_of_all(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    logits = drawn.normal(size=(int(drawn.integers(1, 40)), 2)).astype(np.float32)
    longest = int(drawn.integers(1, 12))
    expected = max(
        (float(logits[s, 0] + logits[e, 1]), s, e)
        for s in range(len(logits))
        for e in range(s, min(s + longest, len(logits)))
    )
    score, start, end = best_span(logits, longest)
    assert (start, end) == expected[1:]
    assert score == pytest.approx(expected[0])


PLAIN = "the film and cast in it"
"""Each of these words is one token of the tiny BERT."""


Said = dict[str, tuple[float, float]]


def by_hand(examples: Examples, said: Sequence[Said]) -> list[Any]:
    """Start and end logits of words of PLAIN, window by window; the rest is -5."""
    pieces = []
    spans: Any = examples.side["spans"]
    for n, words in enumerate(said):
        piece = np.full((len(examples.ids[n]), 2), -5.0, np.float32)
        first = int(examples.side["first"][n])
        for word, logits in words.items():
            if word == "":
                piece[0] = logits
                continue
            begin = PLAIN.index(word)
            places = spans[n].tolist()
            piece[first + places.index([begin, begin + len(word)])] = logits
        pieces.append(piece)
    return pieces


def test_spans_are_read_from_logits_exactly(bert: Codec) -> None:
    rows: list[Row] = [("who", PLAIN, [])] * 4
    examples = encoded(rows, bert, learn=False)
    pieces = by_hand(
        examples,
        [
            {"film": (4, 0), "cast": (0, 3)},
            # An end before its start is no span, however likely.
            {"film": (-5, 9), "and": (8, -5), "in": (-5, 1)},
            # The question and what frames it is no answer.
            {"": (50, 50), "it": (1, 1)},
            {"film": (3, 3), "in": (3.5, 3)},
        ],
    )
    assert answers(pieces, examples, rows, NEVER) == ["film and cast", "and cast in", "it", "in"]
    narrow = QuestionAnswering(unanswerable="no", max_answer_length=2)
    assert answers(pieces, examples, rows, narrow) == ["film", "the film", "it", "in"]


def test_no_answer_needs_to_be_likelier_than_the_best_by_the_threshold(bert: Codec) -> None:
    rows: list[Row] = [("who", PLAIN, [])] * 3
    examples = encoded(rows, bert, learn=False)
    logits = [{"": (2.0, 2.0), "cast": (1.0, score)} for score in (2.0, 3.0, 4.0)]
    pieces = by_hand(examples, logits)
    assert answers(pieces, examples, rows) == ["", "cast", "cast"]
    eager = QuestionAnswering(unanswerable="yes", null_threshold=-0.5)
    assert answers(pieces, examples, rows, eager) == ["", "", "cast"]
    assert answers(pieces, examples, rows, NEVER) == ["cast"] * 3


def test_the_best_window_answers_and_the_least_null_decides(bert: Codec) -> None:
    rows: list[Row] = [("it", " ".join([PLAIN] * 4), [])]
    task = QuestionAnswering(stride=2)
    examples = encoded(rows, shorter(bert, 12), task=task, learn=False)
    assert len(examples) >= 3
    rest: list[Said] = [{"": (3, 3)}] * (len(examples) - 3)
    windows: list[Said] = [{"": (9, 9), "film": (2, 2)}, {"": (0, 1)}, {"": (9, 9)}, *rest]
    assert answers(by_hand(examples, windows), examples, rows) == ["film"]
    windows[1] = {"": (2, 3)}
    assert answers(by_hand(examples, windows), examples, rows) == [""]


# --------------------------------------------------------------------------- the loss


def test_the_loss_is_the_mean_of_both_ends_summed_and_knows_no_padding() -> None:
    drawn = torch.Generator().manual_seed(0)
    starts, ends = torch.randn(2, 2, 6, generator=drawn).bfloat16()
    targets = torch.tensor([[1, 2, 4], [0, 0, 6]])
    loss = TASK.loss(SimpleNamespace(start_logits=starts, end_logits=ends), targets)
    expected = 0.0
    for logits, column in ((starts, 0), (ends, 1)):
        for n, row in enumerate(targets.tolist()):
            log = logits[n, : row[2]].float().log_softmax(-1)
            expected -= float(log[row[column]]) / 2
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(expected, rel=1e-6)


def test_pieces_are_each_windows_own_tokens_in_full_precision(bert: Codec) -> None:
    examples = encoded(ROWS, bert, learn=False)
    batch = collate(examples, np.asarray([3, 0]), bert, device=CPU)
    shape = batch.inputs["input_ids"].shape
    logits = torch.arange(shape[0] * shape[1]).reshape(shape) / 10
    outputs = SimpleNamespace(start_logits=logits.bfloat16(), end_logits=-logits.bfloat16())
    pieces = TASK.pieces(outputs, batch)
    assert [len(piece) for piece in pieces] == batch.lengths.tolist()
    assert all(piece.dtype == np.float32 for piece in pieces)
    assert np.array_equal(pieces[1][:, 0], logits[1, : len(pieces[1])].bfloat16().float().numpy())
    assert np.array_equal(pieces[1][:, 1], -pieces[1][:, 0])


@pytest.mark.parametrize("family", ["bert", "gpt2", "t5"])
def test_a_tiny_base_learns_rows_by_heart_in_windows_too(family: str, tmp_path: Path) -> None:
    base = BUILDERS[family](tmp_path / family)
    task = QuestionAnswering(stride=8)
    # A decoder's first token has read nothing: it cannot tell what has no answer.
    rows = ROWS if family == "gpt2" else [*ROWS, *LACKING]
    table = questions(rows)
    settled = task.settled(table)
    on = Work(task=settled, labels=(), train=table, validation=table, metric="exact_match", seed=0)
    ready = prepared(base, settled, (), max_length=26)
    fit = tiny.fit(
        ready, tmp_path / "run", on=on, learning_rate=1e-2, epochs=80, batch_size=16, validations=4
    )
    assert fit.model.tokens["train"]["examples"] > len(rows)
    found = fit.model.predict(table, Silent()).answers.tolist()
    assert found == [str(row[2][0]) if row[2] else "" for row in rows]


# ------------------------------------------------------------------- words for people


def test_references_are_the_acceptable_answers_and_none_is_said_so() -> None:
    table = questions([*ROWS[:1], *LACKING[:1], ("who", "a b a", ["a", ("a", 4)])])
    gold = TASK.references(table, ())
    assert gold.tolist() == [("anna lee", "anna"), (), ("a",)]
    assert TASK.gold(gold, ()) == ["anna lee / anna", "(no answer)", "a"]
    found = np.asarray(["", "bob"], object)
    assert TASK.readable(found, ()) == ["(no answer)", "bob"]
    assert TASK.texts(table)[0] == f"who made the film\n{FILM}"


def test_questions_about_one_context_belong_together() -> None:
    found = TASK.groups(questions([*ROWS, *LACKING]))
    assert found is not None
    assert found.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 1, 0]
    assert set(TASK.group_by) <= set(TASK.columns)


@pytest.mark.parametrize(("rows", "settled"), [(ROWS, "no"), ([*ROWS, *LACKING], "yes")])
def test_training_rows_settle_whether_an_answer_may_be_lacking(
    rows: list[Row], settled: str
) -> None:
    found = TASK.settled(questions(rows))
    assert found.options() == {**TASK.options(), "unanswerable": settled}
    assert NEVER.settled(questions(LACKING)) is NEVER


@pytest.mark.parametrize("family", ["bert", "gpt2", "bart"])
def test_the_cards_example_answers_as_the_task_does(
    family: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = prepared(BUILDERS[family](tmp_path / family), NEVER, ())
    names: dict[str, Any] = {
        "torch": torch,
        "model": ready.model.eval(),
        "tokenizer": ready.codec.tokenizer,
    }
    capsys.readouterr()
    exec(NEVER.example(ready.codec.shape, max_length=64), names)  # noqa: S102
    said = capsys.readouterr().out.rstrip("\n")
    table = questions([("Where is the tower?", names["context"], [])])
    answering = Answering(
        model=ready.model, codec=ready.codec, task=NEVER, labels=(),
        cutting=Cutting(max_tokens=512), device=CPU,
    )  # fmt: skip
    assert answering.predict(table).answers.tolist() == [said]


# ------------------------------------------------------------------------ refusals


def splits(train: Sequence[Row], validation: Sequence[Row], test: Sequence[Row]) -> Splits:
    return Splits(
        questions(train),
        questions(validation, name="dev.json"),
        questions(test, name="test.json"),
        fingerprints={},
    )


def said(found: Splits, task: QuestionAnswering = TASK) -> list[str]:
    with pytest.raises(DataError) as caught:
        task.check(found)
    return [str(problem) for problem in caught.value.problems]


def test_good_rows_pass_and_questions_without_an_answer_are_counted() -> None:
    found = splits([*ROWS, *LACKING], ROWS, LACKING)
    TASK.check(found)
    assert TASK.notes(found) == [
        "train: 2 of 10 questions have no answer",
        "test: 2 of 2 questions have no answer",
    ]
    (note,) = TASK.notes(splits(ROWS, ROWS, LACKING))
    assert note.startswith("test: 2 of 2 questions have no answer; as all in training have one")


def test_answers_in_wrong_places_are_told_with_what_stands_there() -> None:
    at = FILM.index("anna lee")
    rows: list[Row] = [
        *ROWS,
        ("who", FILM, [("anna lee", at - 1)]),
        ("who", FILM, ["bob", ("anna lee", 0)]),
        ("who", FILM, [("nobody", 3)]),
        ("who", FILM, [("bob", -1)]),
        ("who", FILM, [("bob", 999)]),
        ("who", FILM, [(" ", 3)]),
    ]
    first, second = said(splits(rows, ROWS, [("who", FILM, [("bob", 0)])]))
    assert first.startswith("train: 6 answers are not where they are said to be: train.json:9: ")
    assert (
        f"'anna lee' is said to begin at character {at - 1}, but there stands ' anna le';" in first
    )
    assert f"it begins at {at} (off by one?); train.json:10: 'anna lee'" in first
    assert f"it begins at {at}; train.json:11: 'nobody'" in first
    assert "the context does not hold it; train.json:12: 'bob'" in first
    assert "begin at character -1, but that is outside of the context" in first
    assert "begin at character 999, but that is outside of the context" in first
    assert "1 more" in first
    assert second.startswith("test: 1 answer is not where it is said to be: test.json:1: 'bob'")


def test_questions_without_an_answer_are_refused_where_none_may_be() -> None:
    first, second = said(splits([*ROWS, *LACKING], ROWS, LACKING[:1]), NEVER)
    assert first.startswith("train: 2 questions have no answer: train.json:9, train.json:10")
    assert "unanswerable: yes" in first
    assert second.startswith("test: 1 question has no answer")


def test_training_rows_without_any_answer_are_refused() -> None:
    assert said(splits(LACKING, ROWS, ROWS)) == [
        "train: no training row has an answer\n    look at data.columns.answers"
    ]
