"""What every baseline of a language task promises, over every file found in the folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline import components
from pipeline.contracts import Baseline, Fitted, Silent, Work
from tests.baselines.languages import VALIDATION, subwords, task, texts, work

OWN = {"from-scratch"}
"""Baselines that need a run around them."""


def language_baselines() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in components.available("baselines"):
        kind: type[Baseline] = components.load("baselines", name)
        pairs = [(name, of) for of in ("causal-lm", "masked-lm") if of in kind.tasks]
        found += pairs if name not in OWN else []
    return found


PAIRS = language_baselines()
TEST = texts(VALIDATION)
ODD = texts(["", "a", "\U0001f600 ᚠᛇᚻ", "\u200b\t\n", "Z" * 300])


@pytest.fixture(scope="module", params=PAIRS, ids=":".join)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    found: tuple[str, str] = request.param
    return found


@pytest.fixture(scope="module")
def here(pair: tuple[str, str], tiny_base: Path) -> Work:
    return work(pair[1], subwords=subwords(tiny_base))


@pytest.fixture(scope="module")
def fitted(pair: tuple[str, str], here: Work) -> Fitted:
    return fit(pair[0], here)


def fit(name: str, here: Work) -> Fitted:
    found: Fitted = components.load("baselines", name)().fit(here)
    return found


def test_the_classics_are_found() -> None:
    assert {("ngram-lm", "causal-lm"), ("ngram-fill", "masked-lm")} <= set(PAIRS)


def test_answers_are_sums_that_the_metrics_take(fitted: Fitted, here: Work) -> None:
    answers = fitted.predict(TEST, Silent()).answers

    assert answers.shape == (len(VALIDATION), 2 if here.task.name == "causal-lm" else 3)
    assert answers.dtype == np.float64
    assert (answers[:, -2:] > 0).all()
    assert here.task.readable(answers, ())


def test_each_row_is_answered_in_its_place_and_for_itself(fitted: Fitted) -> None:
    order = [4, 0, 5, 3, 1, 2]

    whole = fitted.predict(TEST, Silent()).answers
    moved = fitted.predict(TEST.take(order), Silent()).answers
    alone = fitted.predict(TEST.slice(3, 1), Silent()).answers

    np.testing.assert_allclose(moved, whole[order], rtol=1e-5)
    np.testing.assert_allclose(alone, whole[3:4], rtol=1e-5)


def test_what_nobody_has_seen_is_answered_and_no_rows_give_no_answers(fitted: Fitted) -> None:
    found = fitted.predict(ODD, Silent()).answers

    assert np.isfinite(found).all()
    assert fitted.predict(TEST.slice(0, 0), Silent()).answers.shape == (0, found.shape[1])


def test_the_same_seed_gives_the_same_answers(
    pair: tuple[str, str], fitted: Fitted, here: Work
) -> None:
    again = fit(pair[0], here)

    assert again.notes == fitted.notes
    np.testing.assert_array_equal(
        again.predict(TEST, Silent()).answers, fitted.predict(TEST, Silent()).answers
    )


def test_it_answers_the_same_after_saving_and_loading_without_pickle(
    pair: tuple[str, str], fitted: Fitted, tmp_path: Path
) -> None:
    fitted.save(tmp_path)

    loaded = components.load("baselines", pair[0]).load(tmp_path, task(pair[1]))

    for rows in (TEST, ODD):
        np.testing.assert_array_equal(
            loaded.predict(rows, Silent()).answers, fitted.predict(rows, Silent()).answers
        )
    assert loaded.notes == fitted.notes
    assert loaded.trainable_parameters == fitted.trainable_parameters
    assert loaded.total_parameters == fitted.total_parameters
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} <= {".json", ".npz", ".safetensors"}


def test_it_likes_what_it_has_read_better_than_noise(fitted: Fitted) -> None:
    noise = texts(["".join(reversed(text)) for text in VALIDATION])

    read = fitted.predict(TEST, Silent()).answers.sum(axis=0)
    other = fitted.predict(noise, Silent()).answers.sum(axis=0)

    assert read[-2] / read[-1] < other[-2] / other[-1]
