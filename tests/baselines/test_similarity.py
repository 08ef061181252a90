"""The similarity baseline sees what two texts share, and which terms a text holds."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from pipeline.baselines._features import Counted
from pipeline.baselines._pairs import contrast, sides, similarities, transformed
from pipeline.baselines.similarity import Similarity
from pipeline.contracts import Silent
from pipeline.evaluation import scoring
from tests.baselines.situations import SITUATIONS, Situation

CLASSES, PAIRS, TEXTS = (
    next(one for one in SITUATIONS if one.name == name)
    for name in ("classes of pairs", "numbers of pairs", "numbers of texts")
)
SAME, OTHER, HALF = ("a red car", "a red car"), ("a red car", "3 dogs"), ("a red car", "a red dog")


def seen(*pairs: tuple[str, str]) -> np.ndarray:
    texts = [list(side) for side in zip(*pairs, strict=True)]
    terms = [
        Counted.count("words", (1, 1), train=[*texts[0], *texts[1]], validation=[]).features(1)[0]
    ]
    return similarities(transformed(terms, texts), texts)


def test_what_is_alike_is_one_and_what_shares_nothing_is_zero() -> None:
    same, other, half = seen(SAME, OTHER, HALF)
    # Differences in length; the cosine with its square and root, and the shares of weight; of
    # words: shared of all, of the left and of the right, any at all, and how many.
    assert same[:4] == pytest.approx([0, 0, 0, 0])
    assert same[4:13] == pytest.approx(1)
    assert other[4:14] == pytest.approx(0)
    assert ((half[4:12] > 0) & (half[4:12] < 1)).all()
    assert half[12:14] == pytest.approx([1, np.log(3)])


def test_how_much_of_each_side_is_shared_is_told_apart() -> None:
    whole, part = seen(("a b c d", "a b"), ("a b", "a b c d"))
    assert whole[10:12] == pytest.approx([0.5, 1])
    assert part[10:12] == pytest.approx([1, 0.5])


def test_pieces_of_identifiers_are_shared_with_words() -> None:
    found = seen(("parseHTMLTable_v2", "parsing a html table"), ("x", "parsing a html table"))
    # Five features of words, then five of pieces.
    assert found[0, 9:14] == pytest.approx(0)
    assert found[0, 16] == pytest.approx(2 / 4)
    assert found[0, 15] == pytest.approx(2 / 5)
    assert found[1, 14:19] == pytest.approx(0)


def test_contrast_holds_what_one_side_has_and_what_both_have() -> None:
    terms = [Counted.count("words", (1, 1), train=["x y", "y z"], validation=[]).features(1)[0]]
    (left,), (right,) = transformed(terms, [["x y"], ["y z"]])
    found = contrast(left, right).toarray()[0]
    # Terms are x, y, z: y weighs the same on both sides.
    assert (found[:3] > 0).tolist() == [True, False, True]
    assert (found[3:] > 0).tolist() == [False, True, False]


def test_single_texts_have_one_side() -> None:
    assert len(sides(TEXTS.table(TEXTS.train))) == 1
    assert len(sides(PAIRS.table(PAIRS.train))) == 2


@pytest.mark.parametrize("situation", [PAIRS, TEXTS], ids=lambda one: one.name)
def test_it_beats_the_mean(situation: Situation) -> None:
    work = situation.work(metric="mse")
    fitted = Similarity(min_df=1).fit(work)
    gold = work.task.references(work.validation, ())
    found = scoring.score("mse", gold, fitted.predict(work.validation, Silent()), ())
    assert found < 0.7 * np.var(gold)


def test_it_tells_pairs_that_share_words_where_tfidf_cannot() -> None:
    """Every word is in both classes: only what a row shares with itself tells them apart."""
    words = [f"word{n}" for n in range(40)]
    rows = [
        (f"{one} here", f"the {words[n if label == 'same' else (n + 7) % 40]}", label)
        for n, one in enumerate(words)
        for label in ("same", "different")
    ]
    train, held_out = CLASSES.table(rows[:60]), CLASSES.table(rows[60:])
    work = CLASSES.work(train=train, validation=held_out)
    found = Similarity(min_df=1).fit(work).predict(held_out, Silent())
    assert (found.answers == work.task.references(held_out, work.labels)).all()


def test_answers_stay_within_the_training_numbers() -> None:
    rows = [(f"word {'good ' * n}", "", float(n)) for n in range(4)]
    fitted = Similarity(min_df=1, penalties=(0.01,)).fit(TEXTS.work(train=TEXTS.table(rows)))
    found = fitted.predict(TEXTS.saying(["good " * 90, ""]), Silent()).answers
    assert found.min() >= 0
    assert found.max() <= 3


def test_without_a_penalty_there_is_nothing_to_choose_from() -> None:
    with pytest.raises(ValidationError, match="penalties"):
        Similarity(penalties=())
