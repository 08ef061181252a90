"""Forms of answers: what fits, and what is refused with its row."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.contracts import Predictions
from pipeline.errors import DataError, TrainingError
from pipeline.evaluation import scoring
from pipeline.evaluation.forms import Form
from pipeline.ragged import objects
from tests.evaluation.examples import each_form, named, rows


def score(metric: str, references: object, answers: object, labels: tuple[str, ...] = ()) -> float:
    gold, found = (
        side if isinstance(side, np.ndarray) else np.asarray(side) for side in (references, answers)
    )
    return scoring.score(metric, gold, Predictions(found), labels)


def test_objects_keep_tuples_of_the_same_length_apart() -> None:
    made = objects([("B-PER", "O"), ("O", "O")])
    assert made.shape == (2,)
    assert made[0] == ("B-PER", "O")


@pytest.mark.parametrize("metric", scoring.available_metrics())
def test_no_row_is_refused(metric: str) -> None:
    with pytest.raises(DataError, match="no row to score"):
        score(metric, [], [])


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
def test_answers_to_fewer_rows_are_refused(metric: str, form: Form) -> None:
    some = rows(form)
    with pytest.raises(ValueError, match=r"do not fit|should be"):
        scoring.statistics(metric, some.references, some.good[:-1], some.labels)


@pytest.mark.parametrize(
    ("metric", "references", "answers", "what"),
    [
        ("mse", [1.0, 2.0, 3.0], [1.0, np.nan, np.inf], "answers of 2 of 3 rows"),
        ("perplexity", [[5, 2], [5, 2]], [[1, 1], [np.nan, 1]], "answers of 1 of 2 rows"),
    ],
)
def test_answers_that_are_no_numbers_are_refused_with_their_row(
    metric: str, references: list[object], answers: list[object], what: str
) -> None:
    with pytest.raises(TrainingError, match=rf"{what} are not numbers, first in row 1 \(counted"):
        score(metric, references, answers)


def test_references_that_are_no_numbers_are_the_persons_to_mend() -> None:
    with pytest.raises(DataError, match="references of 1 of 2 rows are not numbers"):
        score("mae", [np.nan, 1.0], [1.0, 1.0])


@pytest.mark.parametrize(
    ("metric", "references", "answers", "what"),
    [
        ("accuracy", [0.0, 1.0], [0, 1], "references are float64, not class ids"),
        ("accuracy", [0, 1], [0, 2], "answers hold an id outside of the 2 labels"),
        ("accuracy", [[0, 1]], [[0, 1]], "or are not class ids"),
        ("micro_f1", [0, 1], [0, 1], "or are not sets of labels"),
        ("micro_f1", [[0, 1, 1]], [[0, 1, 1]], "references have 3 columns, not 2"),
        ("micro_f1", [[0, 2]], [[0, 1]], "references are not 0 and 1 alone"),
        ("macro_f1", [[0, 1]], [[0.0, 0.7]], "answers are not 0 and 1 alone"),
        ("mse", ["1", "2"], ["1", "2"], "references are <U1, not numbers"),
        ("perplexity", [[5.0, 1.0]], [[1.0]], r"should be \(1, 2\): nats, predicted tokens"),
        ("perplexity", [[5.0, -1.0]], [[1.0, 1.0]], "words are below zero in row 0"),
        (
            "span_f1",
            [("O",)],
            [("O", "O")],
            "row 0 .* has 1 tags in the reference, 2 in the answer",
        ),
        ("span_f1", [["O"]], [("O",)], "row 0 .* is not a tuple of tags on both sides"),
        ("token_accuracy", [(1,)], [(1,)], "row 0 .* is not a tuple of tags on both sides"),
        ("exact_match", [(), "yes"], ["", "yes"], "row 1 .* is not a tuple of any number of texts"),
        ("exact_match", [()], [None], "the answer to row 0 .* is not a text"),
        ("bleu", [("a",), ()], ["a", "b"], "row 1 .* is not a tuple of one or more texts"),
    ],
)
def test_what_is_of_another_form_is_refused(
    metric: str, references: list[object], answers: list[object], what: str
) -> None:
    plain = metric in ("accuracy", "micro_f1", "macro_f1", "mse", "perplexity")
    gold, found = (np.asarray(x) if plain else objects(x) for x in (references, answers))
    with pytest.raises(ValueError, match=what):
        score(metric, gold, found, ("no", "yes"))


def test_nothing_masked_is_refused() -> None:
    with pytest.raises(DataError, match="none of the 2 rows has any masked tokens"):
        score("masked_accuracy", np.ones((2, 1)), np.zeros((2, 3)))


@pytest.mark.parametrize("tag", ["NOUN", "B-", "X-PER", "S-PER", "", "b-PER", "O-PER"])
def test_a_tag_that_is_not_iob2_has_no_entities_but_counts_as_a_tag(tag: str) -> None:
    gold = objects([("O",), ("O", tag)])
    with pytest.raises(DataError, match=f"row 1 .*: the tag '{tag}' is not O, B-type or I-type"):
        score("span_f1", gold, gold)
    assert score("token_accuracy", gold, gold) == 1


def test_rows_are_scored_where_the_first_has_no_answer_at_all() -> None:
    # evaluate reads the type of all rows off the first one.
    assert score("exact_match", objects([(), ("yes",)]), objects(["", "no"])) == 0.5
    assert score("token_accuracy", objects([(), ("O",)]), objects([(), ("O",)])) == 1
