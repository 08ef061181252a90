"""Masked language modelling: what is masked, what is asked, and that no token is lost."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import transformers

from pipeline.data.collating import collate
from pipeline.errors import ModelError
from pipeline.examples import IGNORED, Codec, Examples, Purpose
from pipeline.language.masking import word_begins
from pipeline.tasks.masked_lm import MaskedLm
from tests.baselines.languages import TRAIN, subwords, texts
from tests.training.families import BUILDERS

LONG = " ".join(TRAIN)
WHOLE_ROW = 6
ROWS = texts([*TRAIN[:6], LONG, "\u200b", "a"])


@pytest.fixture(scope="module", params=["bert", "roberta"])
def codec(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Codec:
    folder = BUILDERS[request.param](tmp_path_factory.mktemp(request.param) / "base")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return Codec(tokenizer, max_length=24, shape="encoder", vocabulary=len(tokenizer))


def encode(codec: Codec, purpose: Purpose, task: MaskedLm | None = None) -> Examples:
    return (task or MaskedLm()).encode(ROWS, (), codec, purpose=purpose)


def blocks_of(examples: Examples, row: int) -> list[int]:
    found: list[int] = np.flatnonzero(examples.rows == row).tolist()
    return found


def asked_of(examples: Examples) -> np.ndarray:
    """(T,) bool which tokens are asked."""
    assert examples.tokens is not None
    found: np.ndarray = examples.tokens != IGNORED
    return found


def test_long_texts_are_cut_into_framed_blocks_and_no_token_is_lost(codec: Codec) -> None:
    examples = encode(codec, "learn")

    for row, text in enumerate(ROWS["text"].to_pylist()):
        whole = codec.tokenizer(text)["input_ids"]
        blocks = [examples.ids[n].tolist() for n in blocks_of(examples, row)]
        assert all(len(block) <= 24 for block in blocks)
        assert all((block[0], block[-1]) == (whole[0], whole[-1]) for block in blocks)
        assert [id_ for block in blocks for id_ in block[1:-1]] == whole[1:-1]
    assert len(blocks_of(examples, WHOLE_ROW)) > 2
    assert not examples.items.any()


def test_every_epoch_draws_other_masks_of_the_same_share(codec: Codec) -> None:
    task = MaskedLm(probability=0.3)
    plain = encode(codec, "learn", task)
    first, again, second = (task.draw(plain, codec, seed=seed) for seed in ((0, 0), (0, 0), (0, 1)))

    assert len(first) == len(plain)
    np.testing.assert_array_equal(first.ids.values, again.ids.values)
    assert (first.ids.values != second.ids.values).any()
    asked = asked_of(first)
    assert first.tokens is not None
    np.testing.assert_array_equal(first.tokens[asked], plain.ids.values[asked])
    np.testing.assert_array_equal(first.ids.values[~asked], plain.ids.values[~asked])
    inner = plain.ids.lengths - 2
    np.testing.assert_array_equal(first.items, np.maximum(1, np.rint(inner * 0.3)))


def test_of_the_chosen_tokens_most_become_the_mask_and_some_stay(codec: Codec) -> None:
    task = MaskedLm(probability=0.5)
    plain = encode(codec, "learn", task).take(np.zeros(400, np.int64))
    drawn = task.draw(plain, codec, seed=(3,))
    asked = asked_of(drawn)
    assert drawn.tokens is not None
    ids, gold = drawn.ids.values[asked], drawn.tokens[asked]

    assert (ids == codec.tokenizer.mask_token_id).mean() == pytest.approx(0.8, abs=0.03)
    assert (ids == gold).mean() == pytest.approx(0.1, abs=0.03)


def test_what_is_asked_depends_on_the_text_alone(codec: Codec) -> None:
    whole = encode(codec, "answer")
    turned = MaskedLm().encode(
        ROWS.take(list(range(ROWS.num_rows))[::-1]), (), codec, purpose="answer"
    )
    last = ROWS.num_rows - 1

    for row in range(ROWS.num_rows):
        one = [whole.ids[n].tolist() for n in blocks_of(whole, row)]
        other = [turned.ids[n].tolist() for n in blocks_of(turned, last - row)]
        assert one == other
    asked = asked_of(whole)
    assert (whole.ids.values[asked] == codec.tokenizer.mask_token_id).all()
    assert (whole.ids.values != codec.tokenizer.mask_token_id)[~asked].all()


def test_whole_words_are_masked_together(tiny_base: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_base)
    codec = Codec(tokenizer, max_length=64, shape="encoder", vocabulary=len(tokenizer))
    task = MaskedLm(whole_word=True, probability=0.3)
    plain = encode(codec, "learn", task)
    drawn = task.draw(plain, codec, seed=(0,))

    pieces = tokenizer.convert_ids_to_tokens(plain.ids.values.tolist())
    asked = asked_of(drawn)
    continued = [n for n, piece in enumerate(pieces) if piece.startswith("##")]
    assert len(continued) > 20
    assert all(asked[n] == asked[n - 1] for n in continued)
    assert 0.2 < asked.mean() < 0.5


def test_sub_words_that_continue_a_word_are_told_from_those_that_begin_one(
    tiny_base: Path,
) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_base)
    begins = word_begins(subwords(tiny_base))
    for piece, id_ in tokenizer.get_vocab().items():
        if piece.strip("#").isalpha():
            assert begins[id_] == (not piece.startswith("##")), piece


def test_loss_and_answers_are_those_of_plain_arithmetic(codec: Codec) -> None:
    task = MaskedLm()
    examples = encode(codec, "answer")
    batch = collate(examples, np.arange(len(examples)), codec, device=torch.device("cpu"))
    assert batch.targets is not None
    logits = torch.randn(
        (*batch.targets.shape, codec.vocabulary), generator=torch.Generator().manual_seed(0)
    )
    first = int(torch.nonzero(batch.targets[0] != IGNORED)[0])
    logits[0, first, batch.targets[0, first]] = 50.0
    outputs = SimpleNamespace(logits=logits)

    answers = task.decode(task.pieces(outputs, batch), examples, ROWS, (), codec).answers

    asked = batch.targets != IGNORED
    nats = -logits.log_softmax(-1)[asked, batch.targets[asked]]
    assert task.loss(outputs, batch.targets).item() == pytest.approx(nats.sum().item(), rel=1e-5)
    assert answers.sum(axis=0)[1] == pytest.approx(nats.sum().item(), rel=1e-5)
    assert answers[:, 2].sum() == examples.items.sum()
    assert answers[0, 0] >= 1
    assert task.readable(answers, ())[0].endswith(f"of {answers[0, 2]:.0f} hidden tokens")


def test_a_base_without_a_mask_is_refused(tmp_path: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(BUILDERS["gpt2"](tmp_path / "base"))
    tokenizer.pad_token = tokenizer.eos_token
    codec = Codec(tokenizer, max_length=24, shape="decoder", vocabulary=len(tokenizer))
    with pytest.raises(ModelError, match="no mask token"):
        encode(codec, "answer")
