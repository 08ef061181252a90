"""Counting each distinct word once gives the counts of scikit-learn's ``char_wb``."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer

from pipeline.baselines._features import counter

TEXTS = st.lists(
    st.text(st.sampled_from("aABß İΣς가나 \t\n\x1c\x85\u3000.x")), min_size=1, max_size=6
)


@given(TEXTS, TEXTS)
def test_counts_are_those_of_scikit_learn(texts: list[str], others: list[str]) -> None:
    theirs = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    ours = counter(CountVectorizer, "characters", (2, 5))
    try:
        expected = theirs.fit_transform(texts)
    except ValueError:
        with pytest.raises(ValueError, match="empty vocabulary"):
            ours.fit_transform(texts)
        return

    found = ours.fit_transform(texts)

    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    np.testing.assert_array_equal(found.toarray(), expected.toarray())
    np.testing.assert_array_equal(
        ours.transform(others).toarray(), theirs.transform(others).toarray()
    )


@given(TEXTS)
def test_hashed_counts_are_those_of_scikit_learn(texts: list[str]) -> None:
    options = {"n_features": 64, "norm": None, "alternate_sign": False}
    theirs = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 4), **options)
    ours = counter(HashingVectorizer, "characters", (2, 4), **options)

    found = ours.transform(texts)

    np.testing.assert_array_equal(found.toarray(), theirs.transform(texts).toarray())
