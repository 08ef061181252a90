"""The n-gram model: a true distribution, equal to arithmetic by hand, whichever way it is asked."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.language.counts import count
from pipeline.language.ngram import NgramModel, Text
from pipeline.language.smoothing import (
    FALLBACK_DISCOUNTS,
    AddK,
    KneserNey,
    Smoothing,
    WittenBell,
    discounts,
)
from pipeline.language.units import split
from pipeline.language.vocabulary import BEGIN, END, UNKNOWN, Vocabulary

SENTENCES = [
    "the cat sat on the mat",
    "the dog sat on the log",
    "a cat and a dog ran",
    "the cat ran to the dog and the dog sat",
    "고양이 는 매트 위 에 앉 았 다",
    "개 는 통나무 위 에 앉 았 다",
    "ran",
]
WORDS = [sentence.split() for sentence in SENTENCES]
CLASSES = np.array([0, 0, 0, 0, 1, 1, 0])
VOCABULARY = Vocabulary.build(WORDS)
METHODS: list[Smoothing] = [AddK(0.5), WittenBell(), KneserNey()]
CONTEXTS = [
    [],
    ["the"],
    ["the", "cat"],
    ["the", "dog", "sat"],
    ["never", "seen"],
    ["the", "never"],
    ["mat", "the", "log"],
    ["<s>", "</s>", "<unk>"],
]


def fit(
    sentences: list[list[str]], *, vocabulary: Vocabulary = VOCABULARY, **options: Any
) -> NgramModel:
    encoded = vocabulary.encode(sentences)
    return NgramModel.fit(encoded, vocabulary_size=len(vocabulary), **options)


def scores(
    model: NgramModel, sentences: list[list[str]], *, vocabulary: Vocabulary = VOCABULARY
) -> np.ndarray:
    return model.log_probabilities(model.prepare(vocabulary.encode(sentences)))


@pytest.mark.parametrize("method", METHODS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("root", [0, 1, 2])
def test_every_context_has_a_distribution_over_the_whole_vocabulary(
    method: Smoothing, order: int, root: int
) -> None:
    # Root 2 has no sentence of its own: class 2 is there only by the empty text of the last one.
    model = fit([*WORDS, []], order=order, smoothing=method, roots=np.array([*CLASSES, 2]))

    for context in CONTEXTS:
        p = model.distribution(VOCABULARY.lookup(context), root=root)
        assert p.sum() == pytest.approx(1.0, abs=1e-6)
        assert p[BEGIN] == 0
        assert (np.delete(p, BEGIN) > 0).all()


@pytest.mark.parametrize("method", METHODS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_scoring_a_batch_agrees_with_asking_for_each_distribution(
    method: Smoothing, order: int
) -> None:
    model = fit(WORDS, order=order, smoothing=method, roots=CLASSES)
    unseen = [*WORDS, [], ["unseen"], ["the", "unseen", "cat", "sat", "sat"], ["mat"]]

    text = model.prepare(VOCABULARY.encode(unseen))

    for root in (0, 1):
        scored = iter(model.token_log_probabilities(text, root=root))
        for sentence in unseen:
            assert next(scored) == 0.0
            ids = [*VOCABULARY.lookup(sentence), END]
            for place, id_ in enumerate(ids):
                expected = model.distribution(ids[:place], root=root)[id_]
                assert next(scored) == pytest.approx(math.log(expected), abs=1e-9)


@pytest.mark.parametrize("method", [AddK(0.5), WittenBell()], ids=lambda m: type(m).__name__)
def test_a_class_is_modelled_as_if_it_were_alone(method: Smoothing) -> None:
    together = fit(WORDS, smoothing=method, roots=CLASSES)
    asked = [*WORDS, ["the", "매트"]]

    for root in (0, 1):
        own = [words for words, class_ in zip(WORDS, CLASSES, strict=True) if class_ == root]
        alone = fit(own, smoothing=method)
        np.testing.assert_allclose(
            scores(together, asked)[:, root], scores(alone, asked)[:, 0], rtol=1e-6
        )


def test_add_k_on_single_words_is_lidstones_law() -> None:
    model = fit(WORDS, order=1, smoothing=AddK(0.5))
    counts = Counter(word for words in WORDS for word in words)
    predicted = len(VOCABULARY) - 1
    total = counts.total() + len(WORDS) + 0.5 * predicted

    p = model.distribution()

    assert p[VOCABULARY.lookup(["cat"])[0]] == pytest.approx((counts["cat"] + 0.5) / total)
    assert p[END] == pytest.approx((len(WORDS) + 0.5) / total)
    assert p[UNKNOWN] == pytest.approx(0.5 / total)


def test_witten_bell_bigrams_agree_with_arithmetic_by_hand() -> None:
    # a b </s> twice, a c </s> once; 4 ids can be predicted: <unk>, </s>, a, b, c are 5.
    rows = [["a", "b"], ["a", "b"], ["a", "c"]]
    vocabulary = Vocabulary.build(rows)
    model = fit(rows, vocabulary=vocabulary, order=2, smoothing=WittenBell())
    a, b = vocabulary.lookup(["a", "b"])
    unigram_b = (2 + 4 * (1 / 5)) / (9 + 4)

    assert model.distribution()[b] == pytest.approx((1 / (3 + 1)) * unigram_b)
    assert model.distribution([a])[b] == pytest.approx((2 + 2 * unigram_b) / (3 + 2))


def test_kneser_ney_counts_as_lmplz_does() -> None:
    """Every probability of a small corpus, from the published formulas written as a recursion."""
    order = 3
    model = fit(WORDS, order=order, smoothing=KneserNey())
    expected = RecursiveKneserNey(WORDS, order)

    for context in [[], ["the"], ["the", "dog"], ["cat", "ran"], ["a", "zebra"], ["위", "에"]]:
        p = model.distribution(VOCABULARY.lookup(context))
        for token in ("the", "dog", "sat", "에", "</s>", "<unk>"):
            id_ = {"</s>": END, "<unk>": UNKNOWN}.get(token)
            id_ = VOCABULARY.lookup([token])[0] if id_ is None else id_
            wanted = expected.probability(token, ("<s>", *context)[-(order - 1) :])
            assert p[id_] == pytest.approx(wanted, rel=1e-5), (context, token)


class RecursiveKneserNey:
    """Modified Kneser-Ney with dictionaries and recursion: slow, short, and apart from ours."""

    def __init__(self, sentences: list[list[str]], order: int) -> None:
        raw: Counter[tuple[str, ...]] = Counter()
        for sentence in sentences:
            tokens = ["<s>", *sentence, "</s>"]
            for n in range(1, order + 1):
                raw.update(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
        self.counts: Counter[tuple[str, ...]] = Counter()
        for gram, seen in raw.items():
            if gram == ("<s>",):
                continue
            if len(gram) == order or gram[0] == "<s>":
                self.counts[gram] = seen
            else:
                self.counts[gram] = len({g for g in raw if g[1:] == gram})
        self.discounts = {
            n: (0.0, *discounts(np.array([c for g, c in self.counts.items() if len(g) == n])))
            for n in range(1, order + 1)
        }
        self.predicted = len({g for g in raw if len(g) == 1}) - 1 + 1  # no <s>, but <unk>

    def probability(self, token: str, context: tuple[str, ...]) -> float:
        lower = self.probability(token, context[1:]) if context else 1 / self.predicted
        n = len(context) + 1
        after = {g: c for g, c in self.counts.items() if len(g) == n and g[:-1] == context}
        if not after:
            return lower
        take = self.discounts[n]
        own = after.get((*context, token), 0)
        left = sum(take[min(c, 3)] for c in after.values())
        return (own - take[min(own, 3)] + left * lower) / sum(after.values())


def test_discounts_follow_the_counts_of_counts_and_fall_back_where_they_cannot() -> None:
    counts = np.repeat([1, 2, 3, 4, 9], [40, 20, 10, 5, 3])
    y = 40 / (40 + 2 * 20)

    assert discounts(counts) == pytest.approx((1 - y, 2 - 1.5 * y, 3 - 2 * y))
    assert discounts(np.array([1, 1, 2])) == FALLBACK_DISCOUNTS
    assert discounts(np.repeat([1, 2, 3], [1, 2, 50])) == FALLBACK_DISCOUNTS
    assert discounts(np.array([], dtype=np.int64)) == FALLBACK_DISCOUNTS


def test_counts_of_every_order_are_those_of_a_dictionary() -> None:
    vocabulary = Vocabulary.build(WORDS)
    ngrams, nodes = count(vocabulary.encode(WORDS), order=3, vocabulary_size=len(vocabulary))

    spelled: list[list[tuple[str, ...]]] = [[()]]
    for level in ngrams.levels:
        below = spelled[-1]
        spelled.append(
            [
                (*below[p], vocabulary.tokens[t])
                for p, t in zip(level.prefix, level.token, strict=True)
            ]
        )
    for n, level in enumerate(ngrams.levels, start=1):
        expected: Counter[tuple[str, ...]] = Counter()
        for words in WORDS:
            tokens = ["<s>", *words, "</s>"]
            expected.update(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
        assert dict(zip(spelled[n], level.count, strict=True)) == expected
        for gram, suffix in zip(spelled[n], level.suffix, strict=True):
            assert spelled[n - 1][suffix] == gram[1:]
        assert (nodes[n - 1] >= 0).sum() == expected.total()


def test_a_text_prepared_for_a_high_order_serves_lower_ones() -> None:
    encoded = VOCABULARY.encode(WORDS)
    text = Text.prepare(encoded, vocabulary_size=len(VOCABULARY), order=4)
    ngrams, _ = count(encoded, order=4, vocabulary_size=len(VOCABULARY))

    for order in (1, 2, 4):
        cut = NgramModel.estimate(ngrams.up_to(order), smoothing=KneserNey())
        whole = fit(WORDS, order=order)
        np.testing.assert_array_equal(cut.log_probabilities(text), scores(whole, WORDS))


def test_seen_sentences_are_likelier_than_shuffled_ones() -> None:
    model = fit(WORDS, order=3)

    seen, shuffled = scores(
        model,
        [["the", "cat", "sat", "on", "the", "log"], ["log", "the", "on", "sat", "cat", "the"]],
    )[:, 0]

    assert seen > shuffled + 3


def test_no_sentences_and_sentences_shorter_than_the_order_can_be_scored() -> None:
    model = fit([["a"], []], order=5)

    assert scores(model, []).shape == (0, 1)
    assert np.isfinite(scores(model, [[], ["b"], ["a"] * 9])).all()


def test_a_saved_model_answers_identically_and_holds_no_pickle(tmp_path: Path) -> None:
    model = fit(WORDS, order=3, roots=CLASSES)
    model.save(tmp_path)

    loaded = NgramModel.load(tmp_path)

    np.testing.assert_array_equal(scores(loaded, WORDS), scores(model, WORDS))
    assert {p.suffix for p in tmp_path.iterdir()} == {".npz"}
    assert (loaded.order, loaded.roots, loaded.size) == (3, 2, model.size)


def test_boundaries_spelled_out_in_a_text_are_unknown_words() -> None:
    vocabulary = Vocabulary.build([["<s>", "a", "</s>", "<unk>"]])

    encoded = vocabulary.encode([["<s>", "a"], []])

    assert vocabulary.tokens == ("<unk>", "<s>", "</s>", "a")
    assert encoded.ids.tolist() == [BEGIN, UNKNOWN, 3, END, BEGIN, END]
    assert encoded.starts.tolist() == [0, 4]
    assert encoded.positions.tolist() == [0, 1, 2, 3, 0, 1]


def test_rare_words_can_be_left_out_of_a_vocabulary() -> None:
    vocabulary = Vocabulary.build([["a", "b", "a"]], min_count=2)

    assert "a" in vocabulary
    assert "b" not in vocabulary
    assert len(vocabulary) == 4


def test_texts_are_cut_into_words_and_marks_or_characters() -> None:
    assert split("굳 영화! isn't it", "words") == ["굳", "영화", "!", "isn", "'", "t", "it"]
    assert split(" a  b\n", "characters") == ["a", " ", "b"]
    assert split(" \t", "words") == split(" \t", "characters") == []
