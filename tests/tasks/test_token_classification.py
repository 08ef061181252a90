"""Tags of words: aligned to sub-words, in windows, mended, and learnt by heart."""

from __future__ import annotations

from collections.abc import Sequence
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
from pipeline.examples import IGNORED, Codec, Examples
from pipeline.tasks._word_windows import split
from pipeline.tasks.token_classification import TokenClassification
from pipeline.training.inference import Answering
from tests.tasks.sentences import ROWS, Row, prepared, sentences
from tests.training import tiny
from tests.training.families import BUILDERS

TASK = TokenClassification()
TABLE = sentences(ROWS)
LABELS = TASK.labels(TABLE)
CPU = torch.device("cpu")


@pytest.fixture(scope="module", params=["bert", "gpt2", "roberta", "t5", "llama"])
def codec(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Codec:
    base = BUILDERS[request.param](tmp_path_factory.mktemp("base") / request.param)
    return prepared(base, TASK, LABELS).codec


@pytest.fixture(scope="module")
def bert(tiny_base: Path) -> Codec:
    return prepared(tiny_base, TASK, LABELS).codec


def shorter(codec: Codec, length: int) -> Codec:
    return Codec(codec.tokenizer, length, codec.shape, codec.decoder_start, codec.vocabulary)


def encoded(
    rows: Sequence[Row], codec: Codec, *, task: TokenClassification = TASK, learn: bool = True
) -> Examples:
    return task.encode(sentences(rows), LABELS, codec, purpose="learn" if learn else "answer")


def answered(examples: Examples, tags: Sequence[Sequence[str]], rows: Sequence[Row]) -> list[Any]:
    """What ``decode`` makes of a model that tags each word as told, its other tokens at random."""
    drawn = np.random.default_rng(0)
    pieces = []
    for n, ids in enumerate(examples.ids):
        piece = drawn.integers(0, len(LABELS), len(ids))
        words: Any = examples.side["words"]
        places: Any = examples.side["places"]
        for word, place in zip(words[n], places[n], strict=True):
            piece[place] = LABELS.index(tags[examples.rows[n]][word])
        pieces.append(piece)
    return TASK.decode(pieces, examples, sentences(rows), LABELS, None).answers.tolist()  # type: ignore[arg-type]


# --------------------------------------------------------------------------- tags


def test_labels_are_tags_with_o_first_and_both_marks_of_each_type() -> None:
    assert LABELS == ("O", "B-LOC", "B-PER", "I-LOC", "I-PER")


def test_references_are_iob2_whatever_was_written() -> None:
    table = sentences(
        [(["a", "b", "c"], ["I-LOC", "E-LOC", "I-PER"]), (["d", "e"], ["O", "U-PER"])]
    )
    assert TASK.references(table, LABELS).tolist() == [
        ("B-LOC", "I-LOC", "B-PER"),
        ("O", "B-PER"),
    ]


def test_rows_of_one_length_stay_tuples() -> None:
    found = TASK.references(sentences(ROWS[4:5] * 2), LABELS)
    assert found.shape == (2,)
    assert found[0] == ("B-PER", "O", "O")


@pytest.mark.parametrize(
    ("scheme", "tags", "labels", "metrics"),
    [
        ("auto", ["B-LOC", "O"], ("O", "B-LOC", "I-LOC"), ("span_f1", "token_accuracy")),
        ("auto", ["NOUN", "VERB"], ("NOUN", "VERB"), ("token_accuracy",)),
        ("plain", ["B-LOC", "O"], ("O", "B-LOC"), ("token_accuracy",)),
        ("iob", ["B-LOC", "O"], ("O", "B-LOC", "I-LOC"), ("span_f1", "token_accuracy")),
    ],
)
def test_the_metric_follows_the_scheme(
    scheme: Any, tags: list[str], labels: tuple[str, ...], metrics: tuple[str, ...]
) -> None:
    task = TokenClassification(scheme=scheme)
    table = sentences([(["a", "b"], tags)])
    assert task.labels(table) == labels
    assert task.settled(table).metrics == metrics
    assert task.settled(table).labels(table) == labels


def test_plain_tags_are_left_alone() -> None:
    rows: list[Row] = [(["a", "b"], ["I-LOC", "O"])]
    found = TokenClassification(scheme="plain").references(sentences(rows), ("O", "I-LOC"))
    assert found.tolist() == [("I-LOC", "O")]


def test_a_person_reads_spans_in_brackets_and_classes_behind_a_stroke() -> None:
    table = sentences([*ROWS[:1], (["a", "b", "c"], ["B-LOC", "B-LOC", "I-PER"])])
    gold = TASK.references(table, LABELS)
    assert TASK.in_context(gold, table, LABELS) == [
        "the film opens in [new york LOC]",
        "[a LOC] [b LOC] [c PER]",
    ]
    assert TASK.readable(gold, LABELS)[1] == "B-LOC B-LOC B-PER"
    plain = sentences([(["it", "rains"], ["PRON", "VERB"])])
    gold = TASK.references(plain, ("PRON", "VERB"))
    assert TASK.in_context(gold, plain, ("PRON", "VERB")) == ["it/PRON rains/VERB"]
    assert TASK.texts(plain) == ["it rains"]


# ----------------------------------------------------------------------- alignment


def test_each_word_is_asked_where_the_model_knows_it(codec: Codec) -> None:
    """At its first sub-word; a decoder has read all of it at the last one."""
    examples = encoded(ROWS, codec)
    assert examples.tokens is not None
    spaced = [words[0], *(f" {word}" for word in words[1:])] if (words := ROWS[0][0]) else []
    of_words = codec.tokenizer(spaced, is_split_into_words=True).word_ids()
    assert len(of_words) > len(words) + 2
    places = examples.side["places"][0].tolist()
    if codec.shape == "decoder":
        of_words.reverse()
        places = [len(of_words) - 1 - place for place in places]
    assert places == [of_words.index(word) for word in range(len(words))]
    for n, (words, tags) in enumerate(ROWS):
        start, end = examples.ids.offsets[n : n + 2]
        targets = examples.tokens[start:end]
        places = examples.side["places"][n]
        assert [LABELS[target] for target in targets[places]] == list(tags)
        assert (targets != IGNORED).sum() == len(words)
    assert examples.items.tolist() == [len(words) for words, _ in ROWS]


def test_tokens_are_those_of_the_running_text(codec: Codec) -> None:
    """The blank before a word belongs to it where a tokenizer keeps blanks."""
    examples = encoded(ROWS, codec)
    for n, (words, _) in enumerate(ROWS):
        text = codec.tokenizer.backend_tokenizer.encode(" ".join(words))
        assert examples.ids[n].tolist() == text.ids


def test_tokens_are_those_of_the_cards_example(codec: Codec) -> None:
    words = ROWS[0][0]
    spaced = [words[0], *(f" {word}" for word in words[1:])]
    found = codec.tokenizer(spaced, is_split_into_words=True)
    assert encoded(ROWS[:1], codec).ids[0].tolist() == found["input_ids"]


def test_asked_at_all_sub_words_a_word_repeats_its_tag(bert: Codec) -> None:
    rows: list[Row] = [(["zq9xk", "is"], ["B-PER", "O"])]
    found = encoded(rows, bert, task=TokenClassification(label_all=True))
    pieces = len(found.ids[0]) - 3
    assert pieces > 1
    assert found.tokens is not None
    person = LABELS.index("B-PER")
    assert found.tokens.tolist() == [IGNORED, *[person] * pieces, 0, IGNORED]


def test_words_without_a_token_are_answered_o(bert: Codec) -> None:
    odd = "\u200b"
    rows: list[Row] = [
        ([odd, "anna", odd, "lee", odd], ["O", "B-PER", "O", "B-PER", "O"]),
        ([odd, odd], ["O", "O"]),
        (["oslo"], ["B-LOC"]),
    ]
    examples = TASK.encode(sentences(rows), LABELS, bert, purpose="learn")
    assert examples.rows.tolist() == [0, 2]
    (said,) = TASK.remarks(examples, bert, rows=3)
    assert said.startswith("5 words")
    tags = [tags for _, tags in rows]
    assert answered(examples, tags, rows) == [tuple(row) for row in tags]


def test_no_rows_are_no_examples(bert: Codec) -> None:
    examples = encoded([], bert, learn=False)
    assert len(examples) == 0
    assert answered(examples, [], []) == []


# ------------------------------------------------------------------------- windows

LONG: list[Row] = [
    (
        [f"w{n % 10}" for n in range(50)],
        [("B-LOC", "I-LOC", "O", "B-PER")[n % 4] for n in range(50)],
    ),
    *ROWS[:2],
]


def test_every_word_of_a_long_row_is_answered_once(codec: Codec) -> None:
    examples = encoded(LONG, shorter(codec, 16))
    assert examples.lengths.max() <= 16
    assert (examples.rows == 0).sum() > 4
    words: Any = examples.side["words"]
    held = [word for n, row in enumerate(examples.rows) if row == 0 for word in words[n]]
    assert sorted(held) == list(range(50))
    tags = [tags for _, tags in LONG]
    assert answered(examples, tags, LONG) == [tuple(row) for row in tags]
    assert examples.cut == ()
    assert examples.facts()["cut_share"] == 0


def test_long_rows_are_counted_aloud(bert: Codec) -> None:
    codec = shorter(bert, 16)
    examples = TASK.encode(sentences(LONG), LABELS, codec, purpose="learn")
    windows = int((examples.rows == 0).sum())
    assert TASK.remarks(examples, codec, rows=3) == [
        f"1 of 3 rows are longer than 16 tokens and are read in {windows} windows"
    ]


def test_cut_off_words_are_answered_o_and_counted(bert: Codec) -> None:
    examples = encoded(LONG, shorter(bert, 16), task=TokenClassification(long="cut"))
    assert examples.rows.tolist() == [0, 1, 2]
    assert examples.cut == (0,)
    assert examples.uncut_tokens == sum(encoded(LONG, shorter(bert, 512)).lengths)
    found = answered(examples, [tags for _, tags in LONG], LONG)
    seen = len(examples.side["words"][0])
    assert 0 < seen < 50
    assert found[0] == (*LONG[0][1][:seen], *["O"] * (50 - seen))


def test_a_word_that_is_longer_than_the_model_is_cut(bert: Codec) -> None:
    rows: list[Row] = [(["a", "zq9xk" * 20, "b"], ["O", "B-PER", "O"])]
    examples = encoded(rows, shorter(bert, 8))
    assert examples.lengths.max() <= 8
    assert answered(examples, [rows[0][1]], rows) == [("O", "B-PER", "O")]


@pytest.mark.parametrize("seed", range(20))
def test_windows_hold_what_fits_and_answer_where_context_is_widest(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    room = int(drawn.integers(3, 20))
    lengths = drawn.integers(0, room + 1, int(drawn.integers(1, 60)))
    before = np.concatenate([[0], np.cumsum(lengths)])
    windows = split(lengths, room)

    def context(window: Any, word: int) -> int:
        left = before[word] - before[window.start]
        right = before[window.end] - before[word + 1]
        return int(min(left, right))

    answers = [word for window in windows for word in window.answers]
    assert sorted(answers) == list(range(len(lengths)))
    for window in windows:
        assert lengths[window.start : window.end].sum() <= room
        for word in window.answers:
            assert window.start <= word < window.end
            others = [other for other in windows if other.start <= word < other.end]
            assert context(window, word) == max(context(other, word) for other in others)


# ------------------------------------------------------------------ loss and answers


def test_the_loss_is_the_sum_over_what_is_asked_and_padding_does_not_count() -> None:
    drawn = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 4, 3, generator=drawn).bfloat16()
    targets = torch.tensor([[IGNORED, 2, 0, IGNORED], [1, IGNORED, IGNORED, IGNORED]])
    loss = TASK.loss(SimpleNamespace(logits=logits), targets)
    log = logits.float().log_softmax(-1)
    expected = -(log[0, 1, 2] + log[0, 2, 0] + log[1, 0, 1])
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(expected.item())


def test_answers_follow_the_logits_and_are_mended(bert: Codec) -> None:
    rows = ROWS[:2]
    examples = encoded(rows, bert, learn=False)
    batch = collate(examples, np.asarray([1, 0]), bert, device=CPU)
    logits = torch.zeros(*batch.inputs["input_ids"].shape, len(LABELS))
    wanted = {
        0: ["I-PER", "I-PER", "I-LOC", "B-LOC", "O", "I-PER"],
        1: ["O", "I-LOC", "I-LOC", "O"],
    }
    for position, number in enumerate(batch.numbers):
        for place, tag in zip(examples.side["places"][number], wanted[number], strict=True):
            logits[position, place, LABELS.index(tag)] = 5.0
    pieces = TASK.pieces(SimpleNamespace(logits=logits), batch)
    assert [len(piece) for piece in pieces] == batch.lengths.tolist()
    found = TASK.decode(pieces[::-1], examples, sentences(rows), LABELS, bert)
    assert found.scores is None
    assert found.answers.tolist() == [
        ("B-PER", "I-PER", "B-LOC", "B-LOC", "O", "B-PER"),
        ("O", "B-LOC", "I-LOC", "O"),
    ]


@pytest.mark.parametrize("family", ["bert", "gpt2", "t5", "qwen3"])
def test_a_tiny_base_learns_rows_by_heart_in_windows_too(family: str, tmp_path: Path) -> None:
    base = BUILDERS[family](tmp_path / family)
    rows = [*ROWS, (["see", *["the", "film"] * 8, "eve"], ["O"] * 17 + ["B-PER"])]
    table = sentences(rows)
    on = Work(
        task=TASK, labels=LABELS, train=table, validation=table, metric="token_accuracy", seed=0
    )
    ready = prepared(base, TASK, LABELS, max_length=14)
    fit = tiny.fit(
        ready, tmp_path / "run", on=on, learning_rate=1e-2, epochs=60, batch_size=9, validations=2
    )
    found = fit.model.predict(table, Silent()).answers
    assert found.tolist() == [tuple(tags) for _, tags in rows]
    assert ready.model.config.id2label[1] == "B-LOC"


# ------------------------------------------------------------------------ refusals


def splits(train: Sequence[Row], validation: Sequence[Row], test: Sequence[Row]) -> Splits:
    return Splits(
        sentences(train),
        sentences(validation, name="dev.conll"),
        sentences(test, name="test.conll"),
        fingerprints={},
    )


def said(found: Splits, task: TokenClassification = TASK) -> list[str]:
    with pytest.raises(DataError) as caught:
        task.check(found)
    return [str(problem) for problem in caught.value.problems]


def test_good_rows_pass_without_a_note() -> None:
    found = splits(ROWS, ROWS[:2], ROWS[2:])
    TASK.check(found)
    assert TASK.notes(found) == []


def test_all_that_is_wrong_is_told_at_once() -> None:
    problems = said(
        splits(
            [*ROWS, (["a", "b"], ["O"])],
            [(["a"], ["B-LOK"])],
            [(["a", "b"], ["I-ORG", "O"]), (["c"], ["B-ORG"])],
        )
    )
    assert len(problems) == 3
    assert "train: 1 row with more or fewer tags than words: train.conll:9" in problems[0]
    assert "2 words and 1 tags" in problems[0]
    assert "validation: the type 'LOK' (1 row)" in problems[1]
    assert "did you mean 'LOC'?" in problems[1]
    assert "test: the type 'ORG' (2 rows)" in problems[2]
    assert "test.conll:1, test.conll:2" in problems[2]


def test_training_rows_without_an_entity_are_refused() -> None:
    assert "every word has the tag 'O'" in said(splits(ROWS[2:3], ROWS[2:3], ROWS[2:3]))[0]


def test_a_plain_tag_that_training_lacks_is_refused() -> None:
    nouns: list[Row] = [(["a", "b"], ["DET", "NOUN"])]
    problems = said(splits(nouns, nouns, [(["a"], ["VERB"])]))
    assert problems[0].startswith("test: the tag 'VERB' (1 row)")


def test_a_tag_that_is_no_span_is_refused_where_spans_are_asked_for() -> None:
    odd: list[Row] = [*ROWS, (["a"], ["LOC"])]
    problems = said(splits(odd, ROWS, ROWS), TokenClassification(scheme="iob"))
    assert "train: the tag 'LOC' (1 row)" in problems[0]
    assert "train.conll:9" in problems[0]
    assert "scheme: plain" in problems[0]


def test_one_slip_among_spans_is_told_where_nobody_asked_for_spans() -> None:
    odd: list[Row] = [*ROWS, (["a"], ["LOC"])]
    (note,) = TASK.notes(splits(odd, ROWS, ROWS))
    assert "plain classes" in note
    assert "'LOC' does not (train.conll:9)" in note


def test_what_was_mended_is_told_with_its_rows() -> None:
    odd: list[Row] = [*ROWS, (["a", "b", "c"], ["I-LOC", "O", "I-PER"])]
    (note,) = TASK.notes(splits(odd, ROWS, ROWS))
    assert note.startswith("train: 2 tags went on with a span where none was")
    assert note.endswith("train.conll:9")


def test_iob1_is_told_and_not_called_wrong() -> None:
    iob1: list[Row] = [(words, [tag.replace("B-", "I-") for tag in tags]) for words, tags in ROWS]
    assert TASK.notes(splits(iob1, ROWS, ROWS)) == ["train: tags are IOB1 and are read as IOB2"]


@pytest.mark.parametrize("family", ["bert", "gpt2"])
def test_the_cards_example_answers_as_the_task_does(
    family: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = prepared(BUILDERS[family](tmp_path / family), TASK, LABELS)
    words = ["Seoul", "is", "the", "capital", "of", "Korea"]
    table = sentences([(words, ["O"] * len(words))])
    answering = Answering(
        model=ready.model,
        codec=ready.codec,
        task=TokenClassification(scheme="plain"),
        labels=LABELS,
        cutting=Cutting(max_tokens=512),
        device=CPU,
    )
    (expected,) = answering.predict(table).answers
    names = {
        "torch": torch, "model": ready.model.eval(), "labels": LABELS,
        "tokenizer": ready.codec.tokenizer,
    }  # fmt: skip
    capsys.readouterr()
    exec(TASK.example(ready.codec.shape, max_length=64), names)  # noqa: S102
    lines = capsys.readouterr().out.splitlines()
    assert [tuple(line.split()) for line in lines] == list(zip(words, expected, strict=True))
