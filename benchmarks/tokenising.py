"""Our flat tokens against the tokenizer's own call."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.timing import Pair
from benchmarks.work import docs_topics
from pipeline.data.tokens import tokenise
from pipeline.examples import Codec
from pipeline.training.tokenizer import load_tokenizer

_COPIES = 10


def pairs() -> Iterator[Pair]:
    """All texts of docs-topics, several times over."""
    import pyarrow as pa

    _, base, splits = docs_topics()
    table = pa.concat_tables([splits.train] * _COPIES)
    texts = table["text"].to_pylist()
    tokenizer = load_tokenizer(base)
    codec = Codec(tokenizer, max_length=512, shape="encoder")

    def ours() -> object:
        return tokenise([(text,) for text in texts], codec)

    def theirs() -> object:
        return tokenizer(texts, truncation=True, max_length=512)

    yield Pair(f"tokenise {len(texts):,} texts", ("flat", ours), ("tokenizer()", theirs))
