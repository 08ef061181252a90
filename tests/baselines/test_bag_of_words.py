"""Naive Bayes is scikit-learn's, in the form of a linear model, and chosen on validation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from pipeline.baselines import _naive_bayes
from pipeline.baselines._naive_bayes import Bayes
from pipeline.baselines.bag_of_words import BagOfWords
from pipeline.contracts import Silent
from tests.baselines.reviews import table, work


@pytest.mark.parametrize("model", ["multinomial", "complement"])
@pytest.mark.parametrize("classes", [2, 3])
def test_answers_are_those_of_scikit_learn(model: Bayes, classes: int) -> None:
    from sklearn.naive_bayes import ComplementNB, MultinomialNB

    rng = np.random.default_rng(0)
    counts, targets = rng.integers(0, 4, (40, 6)), np.arange(40) % classes
    theirs = (MultinomialNB if model == "multinomial" else ComplementNB)(alpha=0.3)
    theirs.fit(counts, targets)

    found = _naive_bayes.fit(csr_array(counts), targets, model=model, alpha=0.3)
    outputs = found.outputs(csr_array(counts))

    expected = theirs.predict_joint_log_proba(counts)
    np.testing.assert_allclose(
        outputs - outputs[:, :1], expected - expected[:, :1], rtol=1e-4, atol=1e-4
    )


def test_a_word_counts_once_or_as_often_as_it_is_there() -> None:
    """Only how often a word is said tells the classes apart; presence says nothing."""
    rows = [("so so so so good", "b"), ("so good", "a")] * 4
    fitted = BagOfWords(orders=(1,)).fit(work(train=rows, validation=table(rows)))

    assert fitted.notes["weighting"] == "counts"
    assert fitted.predict(table(rows[:2]), Silent()).answers.tolist() == [1, 0]


def test_order_is_seen_by_pairs_of_words_alone() -> None:
    rows = [("dog bites man", "a"), ("man bites dog", "b")] * 4
    fitted = BagOfWords().fit(work(train=rows, validation=table(rows)))

    assert fitted.notes["order"] == 2
    assert fitted.predict(table(rows[:2]), Silent()).answers.tolist() == [0, 1]
