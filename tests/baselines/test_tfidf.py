"""TF-IDF: scikit-learn's numbers, chosen on validation rows, folded into one linear model."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.sparse import csr_array

from pipeline.baselines import _linear
from pipeline.baselines._choosing import calibrate_labels
from pipeline.baselines._features import Counted
from pipeline.baselines._linear import Classifier, naive_bayes_weights
from pipeline.baselines._tokens import Cutter, Tokens
from pipeline.baselines.tfidf import Tfidf
from pipeline.contracts import Silent
from pipeline.errors import DataError
from pipeline.evaluation import scoring
from tests.baselines.reviews import HELD_OUT, reviews, table, work
from tests.baselines.situations import SITUATIONS

TWO = ("positive", "negative")
TEXTS = [text for text, _ in reviews(TWO)]
NEW = [text for text, _ in HELD_OUT]


@pytest.mark.parametrize("min_df", [1, 2])
def test_features_are_those_of_scikit_learn(min_df: int) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    theirs = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=min_df
    ).fit(TEXTS)

    counted = Counted.count("characters", (2, 4), train=TEXTS, validation=NEW)
    terms, train, validation = counted.features(min_df)

    assert list(terms.terms) == theirs.get_feature_names_out().tolist()
    np.testing.assert_allclose(train.toarray(), theirs.transform(TEXTS).toarray(), atol=1e-6)
    np.testing.assert_allclose(validation.toarray(), theirs.transform(NEW).toarray(), atol=1e-6)
    np.testing.assert_array_equal(validation.toarray(), terms.transform(NEW).toarray())


def test_one_letter_words_and_question_marks_are_features() -> None:
    terms, _, _ = Counted.count("words", (1, 1), train=["굳 a?"], validation=[]).features(1)

    assert set(terms.terms) == {"굳", "a", "?"}


def test_all_terms_are_kept_where_none_is_frequent_enough() -> None:
    terms, _, _ = Counted.count("words", (1, 1), train=["a b", "c"], validation=[]).features(2)

    assert set(terms.terms) == {"a", "b", "c"}


def test_blank_training_texts_are_refused() -> None:
    with pytest.raises(DataError, match="blank"):
        Tfidf().fit(work(TWO, train=[(" ", "positive"), ("\t", "negative")]))


@pytest.mark.parametrize("classifier", ["svm", "logistic"])
@pytest.mark.parametrize("classes", [2, 3])
def test_weights_are_folded_into_the_coefficients(classifier: Classifier, classes: int) -> None:
    rng = np.random.default_rng(0)
    features = csr_array(rng.random((30, 5)))
    targets = np.arange(30) % classes
    weights = np.array([0.0, -2.0, 1.0, 0.5, 3.0])

    how = {"classifier": classifier, "c": 1.0, "seed": 0}
    folded = _linear._fit(features, targets, **how, weights=weights)  # type: ignore[arg-type]
    plain = _linear._fit(features * weights, targets, **how, weights=None)  # type: ignore[arg-type]

    np.testing.assert_allclose(
        folded.outputs(features), plain.outputs(features * weights), atol=1e-4
    )
    assert folded.outputs(features).shape == (30, classes)


def test_naive_bayes_weights_are_log_ratios_of_shares() -> None:
    features = csr_array(np.array([[3.0, 0.0], [0.0, 1.0], [0.0, 2.0]]))

    found = naive_bayes_weights(features, np.array([1, 0, 0]))

    np.testing.assert_allclose(found, [np.log((4 / 5) / (1 / 5)), np.log((1 / 5) / (4 / 5))])


@pytest.mark.parametrize("c", [(1e-6, 10.0), (10.0, 1e-6)])
def test_the_candidate_that_is_best_on_the_validation_rows_is_kept(c: tuple[float, ...]) -> None:
    """So strong a penalty as 1e-6 leaves the intercept alone: the larger class for every row."""
    train = reviews(TWO)[:8] + [row for row in reviews(TWO)[8:] if row[1] == "positive"]
    validation = table(reviews(TWO))

    fitted = Tfidf(svm_c=(), logistic_c=c, naive_bayes=False).fit(
        work(TWO, train=train, validation=validation)
    )

    assert fitted.notes["c"] == 10.0
    assert len(set(fitted.predict(validation, Silent()).answers)) == 2


def test_characters_are_used_where_no_word_was_seen_before() -> None:
    train = [(f"{stem}{n}xq", "b") for n, stem in enumerate("klmnop")]
    train += [(f"{stem}{n}zv", "a") for n, stem in enumerate("klmnop")]
    validation = table([("rrxq", "b"), ("ttzv", "a"), ("uuxq", "b"), ("yyzv", "a")])

    fitted = Tfidf().fit(work(train=train, validation=validation))

    assert "characters" in fitted.notes["features"]
    assert fitted.predict(validation, Silent()).answers.tolist() == [1, 0, 1, 0]


def test_naive_bayes_of_many_classes_weighs_each_against_the_rest() -> None:
    rng = np.random.default_rng(0)
    targets = np.arange(30) % 3
    features = csr_array(rng.random((30, 5)) + np.eye(5)[targets])

    three = _linear.fit(
        features, targets, classifier="logistic", c=1.0, seed=0, naive_bayes=True
    ).outputs(features)
    second = _linear.fit(
        features, targets == 1, classifier="logistic", c=1.0, seed=0, naive_bayes=True
    ).outputs(features)

    assert three.shape == (30, 3)
    np.testing.assert_allclose(three[:, 1], second[:, 1], atol=1e-5)
    assert (three.argmax(axis=1) == targets).mean() > 0.8


def test_many_classes_leave_out_what_costs_a_fit_a_class() -> None:
    assert Tfidf().fit(work()).notes["candidates"] == 3 + 1 + 2 + 6
    assert Tfidf(many_classes=2).fit(work()).notes["candidates"] == 3 + 1 + 3
    assert Tfidf(many_classes=2, svm_c=()).fit(work()).notes["classifier"] == "logistic"


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("words", ["the", "film", ",", "the", "end"]),
        ("whitespace", ["the", "film,", "the", "end"]),
        ("characters", list("the film, the end")),
    ],
)
def test_n_grams_are_those_of_the_tokens_asked_for(tokens: Tokens, expected: list[str]) -> None:
    cutter = Cutter(tokens)
    counted = Counted.count(
        "words", (1, 1), train=["The film,  the End"], validation=[], cutter=cutter
    )

    assert set(counted.terms) == set(expected)
    assert counted.train.sum() == len(expected)


def test_options_that_leave_nothing_to_try_are_refused() -> None:
    with pytest.raises(ValidationError, match="cannot both be null"):
        Tfidf(word_ngrams=None, char_ngrams=None)
    with pytest.raises(ValidationError, match="cannot both be empty"):
        Tfidf(svm_c=(), logistic_c=())
    with pytest.raises(ValidationError, match="lowest order 3 is above 2"):
        Tfidf(word_ngrams=(3, 2))


def test_it_reads_the_reviews_it_has_not_seen() -> None:
    here = work()

    answers = Tfidf().fit(here).predict(here.validation, Silent()).answers

    assert (answers == here.task.references(here.validation, here.labels)).mean() >= 5 / 6


def test_labels_are_classifiers_of_their_own_with_tuned_thresholds() -> None:
    several = next(one for one in SITUATIONS if one.name == "several labels").work()

    fitted = Tfidf(svm_c=(), logistic_c=(10.0,)).fit(several)

    assert fitted.decision.thresholds is not None
    assert len(fitted.decision.thresholds) == len(several.labels)
    found = fitted.predict(several.validation, Silent())
    gold = several.task.references(several.validation, several.labels)
    assert scoring.score("micro_f1", gold, found, several.labels) > 0.8


def test_a_label_that_all_rows_have_or_lack_is_constant() -> None:
    features = Counted.count("words", (1, 1), train=TEXTS, validation=[]).features(1)[1]
    rows = len(TEXTS)
    targets = np.stack([np.ones(rows, int), np.zeros(rows, int), np.arange(rows) % 2], axis=1)

    found = _linear.fit(features, targets, classifier="svm", c=1.0, seed=0).outputs(features)

    assert (found[:, 0] == 1).all()
    assert (found[:, 1] == -1).all()
    assert len(set(found[:, 2])) > 2


def test_one_scale_makes_the_gold_labels_likeliest() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2000, 3))
    gold = (rng.random((2000, 3)) < 1 / (1 + np.exp(-4 * logits))).astype(int)

    scale, likelihood = calibrate_labels(logits, gold)

    assert scale == pytest.approx(4, rel=0.5)
    assert likelihood > calibrate_labels(logits, gold[:, ::-1])[1]
