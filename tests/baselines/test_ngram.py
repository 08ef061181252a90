"""The n-gram baseline: Bayes' rule over one language model a class."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from pipeline.baselines.ngram import Ngram
from pipeline.contracts import Silent
from pipeline.language.units import split
from tests.baselines.reviews import HELD_OUT, reviews, table, work

TWO = ("positive", "negative")


def test_single_words_with_add_k_are_multinomial_naive_bayes() -> None:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    rows = reviews(TWO)[:-3]
    here = work(TWO, train=rows)
    ours = Ngram(word_orders=(1,), character_orders=(), smoothings=("add-k",), k=(1.0,))
    # Words that training lacks are spelled <unk> and sentences end with </s>, as in the model.
    known = {word for text, _ in rows for word in split(text.lower(), "words")}

    def words(text: str) -> list[str]:
        found = split(text.lower(), "words")
        return [*(word if word in known else "<unk>" for word in found), "</s>"]

    counter = CountVectorizer(analyzer=words, vocabulary=[*sorted(known), "<unk>", "</s>"])
    theirs = MultinomialNB(alpha=1.0).fit(
        counter.transform([text for text, _ in rows]),
        here.task.references(here.train, here.labels),
    )

    fitted = ours.fit(here)
    rows_to_answer = table([row for row in HELD_OUT if row[1] in TWO])
    scores = fitted.predict(rows_to_answer, Silent()).scores
    logits = theirs.predict_joint_log_proba(counter.transform(rows_to_answer["text"].to_pylist()))

    assert scores is not None
    difference = (logits[:, 1] - logits[:, 0]) * fitted.decision.scale
    np.testing.assert_allclose(np.log(scores[:, 1] / scores[:, 0]), difference, atol=1e-3)


def test_every_option_is_tried_once() -> None:
    done = []

    class Counting(Silent):
        def progress(self, title: str, total: int | None):  # type: ignore[no-untyped-def]
            from contextlib import nullcontext

            assert total is not None
            done.append(total)
            return nullcontext(lambda n: done.append(-n))

    Ngram(word_orders=(1, 2), character_orders=(3,), k=(0.1, 1.0)).fit(work(TWO, report=Counting()))

    assert done[0] == 3 * (2 + 2)
    assert sum(done) == 0


def test_characters_are_chosen_where_words_say_nothing() -> None:
    train = [(f"{stem}{n}xq", "b") for n, stem in enumerate("klmnop")]
    train += [(f"{stem}{n}zv", "a") for n, stem in enumerate("klmnop")]
    validation = table([("rrxq", "b"), ("ttzv", "a"), ("uuxq", "b"), ("yyzv", "a")])

    fitted = Ngram().fit(work(train=train, validation=validation))

    assert fitted.notes["unit"] == "characters"
    assert fitted.predict(validation, Silent()).answers.tolist() == [1, 0, 1, 0]


def test_the_prior_is_the_share_of_the_class() -> None:
    rows = [("x", "a"), ("x", "a"), ("x", "a"), ("x", "b")]
    fitted = Ngram().fit(work(train=rows, validation=table([("x", "a"), ("x", "b")])))

    np.testing.assert_allclose(np.exp(fitted.log_prior), [0.75, 0.25])


@pytest.mark.parametrize("lowercase", [True, False])
def test_upper_case_is_read_as_the_option_says(lowercase: bool) -> None:
    fitted = Ngram(lowercase=lowercase).fit(work(TWO))

    small, capital = (
        fitted.predict(table([(text, "positive")]), Silent()).scores
        for text in ("wonderful", "WONDERFUL")
    )

    assert small is not None
    assert capital is not None
    assert np.array_equal(small, capital) is lowercase


def test_options_that_leave_nothing_to_try_are_refused() -> None:
    with pytest.raises(ValidationError, match="cannot both be empty"):
        Ngram(word_orders=(), character_orders=())
    with pytest.raises(ValidationError, match="less than or equal to 10"):
        Ngram(word_orders=(11,))


def test_it_reads_the_reviews_it_has_not_seen() -> None:
    here = work()

    answers = Ngram().fit(here).predict(here.validation, Silent()).answers

    assert (answers == here.task.references(here.validation, here.labels)).mean() >= 5 / 6
