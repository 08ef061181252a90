"""ARPA files: what is written reads as the same model; what is wrong is told with its line."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path

import numpy as np
import pytest

from pipeline.contracts import Silent
from pipeline.errors import ModelError
from pipeline.language import arpa, arpa_lines, arpa_reading
from pipeline.language.alphabets import Alphabet, Characters, SubwordAlphabet
from pipeline.language.ngram import NgramModel
from pipeline.language.smoothing import AddK, KneserNey, Smoothing, WittenBell
from pipeline.language.vocabulary import BEGIN, UNKNOWN, Vocabulary
from tests.baselines.languages import subwords

ROWS = [row.split() for row in ("a b a c", "b a b", "고양이 b a", "a b a b a", "c")]
ASKED = [*ROWS, ["never", "a", "b"], ["고양이", "고양이"], [], ["a"] * 9]
SMALL = """\

anything may stand before
\\data\\
ngram 1=5
ngram 2=3

\\1-grams:
-1.0\t<unk>
-99\t<s>\t-0.3
-0.5\t</s>
-0.4\ta\t-0.2
-0.6\tb\t0.1

\\2-grams:
-0.2\t<s> a
-0.3\ta b
-0.1\tb </s>

\\end\\
"""


def written(model: NgramModel, words: list[str], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        arpa.write(model, words, file, report=Silent())
    return path


def read(path: Path) -> tuple[Vocabulary, NgramModel]:
    return arpa_reading.read(path, report=Silent())


def small(folder: Path, before: str = "", after: str = "") -> Path:
    """The small file, with one of its parts exchanged."""
    assert before in SMALL
    path = folder / "small.arpa"
    path.write_text(SMALL.replace(before, after, 1) if before else SMALL, "utf-8")
    return path


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize(
    "method", [KneserNey(), WittenBell(), AddK(0.2)], ids=lambda m: type(m).__name__
)
def test_a_written_model_reads_as_it_was(tmp_path: Path, method: Smoothing, order: int) -> None:
    vocabulary = Vocabulary([*Vocabulary.build(ROWS).tokens[3:], "unseen"])
    size = len(vocabulary)
    model = NgramModel.fit(
        vocabulary.encode(ROWS), vocabulary_size=size, order=order, smoothing=method
    )

    words, found = read(written(model, list(vocabulary.tokens), tmp_path / "model.arpa"))

    assert words.tokens == vocabulary.tokens
    assert found.order == order
    text = model.prepare(vocabulary.encode(ASKED))
    np.testing.assert_allclose(
        found.token_log_probabilities(text), model.token_log_probabilities(text), atol=2e-6
    )
    for context in ([], ["a"], ["a", "b"], ["unseen"], ["never", "a", "b"]):
        ids = vocabulary.lookup(context)
        np.testing.assert_allclose(found.distribution(ids), model.distribution(ids), atol=1e-6)


def test_what_was_read_is_written_alike(tmp_path: Path) -> None:
    vocabulary = Vocabulary.build(ROWS)
    model = NgramModel.fit(vocabulary.encode(ROWS), vocabulary_size=len(vocabulary), order=3)
    first = written(model, list(vocabulary.tokens), tmp_path / "first.arpa")

    words, found = read(first)
    second = written(found, list(words.tokens), tmp_path / "second.arpa")

    ours, theirs = (re.split(r"[\t\n]", path.read_text("utf-8")) for path in (first, second))
    for one, other in zip(ours, theirs, strict=True):
        # The last digit of a logarithm in single precision may differ.
        assert one == other or float(one) == pytest.approx(float(other), abs=2e-6)


def test_many_ngrams_are_written_and_read_portion_by_portion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vocabulary = Vocabulary.build(ROWS)
    model = NgramModel.fit(vocabulary.encode(ROWS), vocabulary_size=len(vocabulary), order=3)
    whole = written(model, list(vocabulary.tokens), tmp_path / "whole.arpa").read_bytes()
    monkeypatch.setattr(arpa, "_ROWS", 2)
    monkeypatch.setattr(arpa_reading, "_ROWS", 3)

    parts = written(model, list(vocabulary.tokens), tmp_path / "parts.arpa")

    assert parts.read_bytes() == whole
    text = model.prepare(vocabulary.encode(ASKED))
    np.testing.assert_allclose(
        read(parts)[1].log_probabilities(text), model.log_probabilities(text), atol=1e-5
    )


def test_a_file_means_what_its_numbers_say(tmp_path: Path) -> None:
    vocabulary, model = read(small(tmp_path))
    text = model.prepare(vocabulary.encode([["a", "b"], ["b", "a"], ["x"]]))

    found = model.token_log_probabilities(text) / np.log(10)

    expected = [0, -0.2, -0.3, -0.1]  # <s> a b </s>, each as it stands there
    expected += [0, -0.3 - 0.6, 0.1 - 0.4, -0.2 - 0.5]  # none does: weight and lower order
    expected += [0, -0.3 - 1.0, 0 - 0.5]  # after <unk>, which has no weight: 1
    assert found.tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("form", ["gzip", "windows", "<UNK>"])
def test_other_forms_of_the_same_file_read_alike(tmp_path: Path, form: str) -> None:
    vocabulary, model = read(small(tmp_path))
    path = tmp_path / ("other.arpa.gz" if form == "gzip" else "other.arpa")
    if form == "gzip":
        path.write_bytes(gzip.compress(SMALL.encode()))
    elif form == "windows":
        path.write_bytes(SMALL.replace("\n", "\r\n").encode())
    else:
        path.write_text(SMALL.replace("<unk>", "<UNK>"), "utf-8")

    words, found = read(path)

    assert words.tokens == vocabulary.tokens
    text = model.prepare(vocabulary.encode([["a", "b", "x"], ["b"]]))
    np.testing.assert_array_equal(found.log_probabilities(text), model.log_probabilities(text))


def test_without_unk_an_unknown_word_is_next_to_impossible(tmp_path: Path) -> None:
    path = small(tmp_path, "-1.0\t<unk>\n")
    path.write_text(path.read_text("utf-8").replace("1=5", "1=4"), "utf-8")

    _, model = read(path)

    assert model.alone[UNKNOWN] == pytest.approx(arpa_lines.SMALLEST)
    assert model.distribution()[BEGIN] == 0


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("\\data\\", "data", 1, r"no line says \\data\\"),
        ("ngram 1=5", "ngram 2=5", 4, "expected 'ngram 1='"),
        ("ngram 1=5", "ngram 1=6", 7, "5 1-grams follow, and the head of the file says 6"),
        ("\\1-grams:", "\\3-grams:", 7, r"expected '\\\\1-grams:'"),
        ("-0.4\ta\t-0.2", "-0.4 a -0.2", 11, "with tabs between"),
        ("-0.4\ta\t-0.2", "-0.4\ta\t-0.2\t1", 11, "with tabs between"),
        ("-0.4\ta", "-0,4\ta", 11, "expected a logarithm, found '-0,4'"),
        ("-0.4\ta", "0.4\ta", 11, "the logarithm 0.4 is out of range"),
        ("-0.4\ta", "nan\ta", 11, "the logarithm nan is out of range"),
        ("a\t-0.2", "a\t99", 11, "the logarithm 99 is out of range"),
        ("-0.5\t</s>\n", "-0.5\tc\n", 7, "no 1-gram is </s>"),
        ("-0.6\tb\t0.1", "-0.6\ta\t0.1", 12, "this n-gram is there twice"),
        ("-0.3\ta b", "-0.3\ta b a", 16, "expected 2 words with single spaces between, found 3"),
        ("-0.3\ta b", "-0.3\ta z", 16, "no 1-gram is 'z'"),
        ("-0.3\ta b", "-0.3\t<s> a", 16, "this n-gram is there twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, message: str
) -> None:
    with pytest.raises(ModelError, match=f":{line}: .*{message}"):
        read(small(tmp_path, before, after))


def test_wrong_lines_are_told_together_and_not_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small(tmp_path)
    path.write_text(re.sub(r"\t(-?0\.\d)\n", r"\tx\n", SMALL), "utf-8")
    with pytest.raises(ModelError) as told:
        read(path)
    lines = [problem.place.rpartition(":")[2] for problem in told.value.problems]
    assert lines == ["9", "11", "12"]

    monkeypatch.setattr(arpa_reading, "_SHOWN", 4)
    path.write_text(re.sub(r"^-", "?", SMALL, flags=re.MULTILINE), "utf-8")
    with pytest.raises(ModelError) as told:
        read(path)
    assert len(told.value.problems) == 4


@pytest.mark.parametrize("end", ["ngram 1=5", "\\1-grams:", "\ta b", "\tb </s>"])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, end: str) -> None:
    path = small(tmp_path)
    path.write_text(SMALL[: SMALL.index(end) + len(end)], "utf-8")
    with pytest.raises(ModelError, match=r"the file ends before|2 2-grams|0 1-grams"):
        read(path)


def test_an_ngram_whose_beginning_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "three.arpa"
    three = SMALL.replace("ngram 2=3\n", "ngram 2=3\nngram 3=2\n")
    path.write_text(
        three.replace("\\end\\", "\\3-grams:\n-0.1\t<s> a b\n-0.1\tb a b\n\n\\end\\"), "utf-8"
    )
    with pytest.raises(ModelError, match=r":22: no line of the order before"):
        read(path)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.arpa"
    path.write_bytes(b"\\data\\\nngram 1=1\n\n\\1-grams:\n-1\t\xff\n")
    with pytest.raises(ModelError, match="this is not UTF-8 text"):
        read(path)
    packed = tmp_path / "model.arpa.gz"
    packed.write_bytes(gzip.compress(SMALL.encode())[:-20])
    with pytest.raises(ModelError, match="damaged"):
        read(packed)
    packed.write_bytes(b"not compressed")
    with pytest.raises(ModelError, match="damaged"):
        read(packed)


def test_every_id_of_an_alphabet_has_a_word_of_its_own(tiny_base: Path) -> None:
    characters = Characters.of(["a b\n\t고\u3000\u200b"])
    alphabets: list[Alphabet] = [characters, SubwordAlphabet(subwords(tiny_base))]

    for alphabet in alphabets:
        words = alphabet.words()
        assert len(words) == len(set(words)) == alphabet.size
        assert all([word] == word.split() for word in words)
    assert {"<U+0020>", "<U+000A>", "<U+3000>", "<U+200B>", "a", "고"} <= set(characters.words())


def test_a_model_is_a_string_of_lines_without_a_file() -> None:
    vocabulary = Vocabulary(["a"])
    model = NgramModel.fit(vocabulary.encode([["a"]]), vocabulary_size=4, order=2)
    file = io.StringIO()

    arpa.write(model, vocabulary.tokens, file, report=Silent())

    head, unigrams, bigrams, end = file.getvalue().split("\n\n")
    assert head == "\\data\\\nngram 1=4\nngram 2=2"
    assert [line.split("\t")[1] for line in unigrams.splitlines()[1:]] == [*vocabulary.tokens]
    assert [line.split("\t")[1] for line in bigrams.splitlines()[1:]] == ["<s> a", "a </s>"]
    assert {line.count("\t") for line in bigrams.splitlines()[1:]} == {1}
    assert end == "\\end\\\n"
