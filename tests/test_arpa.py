"""``graft arpa``, and what can be done with the file: score and generate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import contest
from pipeline.baselines.ngram_lm import NgramLm
from pipeline.cli import main
from pipeline.contracts import Silent
from pipeline.language.alphabets import Alphabet
from pipeline.opening import open_model
from tests.baselines.languages import VALIDATION, texts, work
from tests.language.lmplz import make


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder that keeps an n-gram model of characters, with a cache."""
    here = work("causal-lm")
    fitted = NgramLm(alphabets=("characters",), orders=(4,), cache=(0.1,)).fit(here)
    folder = tmp_path_factory.mktemp("run")
    contest.weigh(fitted, here, name="ngram-lm", keep=folder / contest.BASELINES / "ngram-lm")
    return folder


def test_a_runs_model_is_written_and_scores_as_it_did(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "model.arpa"

    assert main(["arpa", f"{run}:ngram-lm", str(output)]) == 0

    told = capsys.readouterr()
    assert "n-grams of order 1 to 4, of characters" in told.out
    assert "the cache, 10% of each probability, is left out" in told.err
    kept: Any = open_model(f"{run}:ngram-lm", Silent())
    known = kept.model.log_probabilities(kept.model.prepare(kept.alphabet.encode(VALIDATION)))
    rows = [" ".join(_spelled(text, kept.alphabet)) for text in VALIDATION]
    answers = open_model(str(output), Silent()).predict(texts(rows), Silent()).answers
    np.testing.assert_allclose(answers[:, 0], -known[:, 0], rtol=1e-5)
    assert answers[:, 1].tolist() == [len(text) + 1 for text in VALIDATION]


def _spelled(text: str, alphabet: Alphabet) -> list[str]:
    words = alphabet.words()
    return [words[id_] for id_ in alphabet.encode([text]).ids[1:-1]]


def test_an_arpa_file_scores_and_generates(capsys: pytest.CaptureFixture[str]) -> None:
    name = str(make.SHORT_ARPA)
    seen = make.SHORT.read_text("utf-8").splitlines()[0]
    shuffled = " ".join(sorted(seen.split()))

    assert main(["score", name, shuffled, seen, "--rank"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert (first.endswith(seen), second.endswith(shuffled)) == (True, True)

    start = " ".join(seen.split()[:2])
    assert main(["generate", name, start, "--max-tokens", "9"]) == 0
    assert seen.startswith(start + capsys.readouterr().out.rstrip("\n")[:6])


def test_mistakes_are_told(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lacking = tmp_path / "lacking.arpa"
    lacking.write_text("nothing\n", "utf-8")
    for arguments, message in (
        (["arpa", f"{run}:ngram-lm", str(tmp_path / "model.txt")], "end the name in .arpa"),
        (["arpa", f"{run}:ngram", str(tmp_path / "x.arpa")], "did you mean 'ngram-lm'"),
        (["score", str(tmp_path / "none.arpa"), "a"], "there is no such file"),
        (["score", str(lacking), "a"], "lacking.arpa:1: no line says"),
    ):
        assert main(arguments) == 2
        assert message in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.glob("*.txt"))
