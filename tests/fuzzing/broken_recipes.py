"""Recipes that something is wrong with: a good one, changed as people and editors change it."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from hypothesis import strategies as st

GOOD: list[dict[str, Any]] = [
    {
        "model": "someone/some-base",
        "task": "text-classification",
        "data": {"train": "ROWS", "columns": {"text": "text", "label": "label"}, "test": 0.2},
        "strategy": {"name": "lora", "r": 8, "alpha": 16},
        "train": {"epochs": 3, "learning_rate": 5.0e-4, "batch_size": 32},
        "baselines": ["majority", {"name": "tfidf", "min_df": 2}],
        "evaluation": {"metric": "macro_f1"},
        "export": ["adapter"],
        "seed": 0,
    },
    {
        "model": {"new": "bert", "layers": 2, "hidden": 32, "heads": 2},
        "task": {"name": "text-classification", "multi_label": True, "thresholds": {"a": 0.5}},
        "data": {"train": ["ROWS"], "validation": 0.1, "limit": 10},
        "strategy": "full",
        "export": "merged",
    },
    {
        "model": "builtin:minilm",
        "task": {"name": "seq2seq", "decoding": {"beams": 4}},
        "data": {"train": {"text": "ROWS", "target": "ROWS"}, "limit": 9},
        "doctor": {"duplicates": "drop", "missing": "drop"},
        "baselines": [],
    },
]
_SPECIAL = [
    "", " ", "no", "null", "~", "1e999", "-1", "0x", "auto", "none", "all", "NaN", "[", "{", "..",
    "/", "/dev/null", "builtin:", "builtin:minilm", "a/b", "../x", "*", "**/*", "\ud83d\ude00",
    "한국어", "a: b", "#", "&a", "!!python/object:os.system", "x" * 5000, "text", "label", "lora",
]  # fmt: skip
_WORDS = st.sampled_from(_SPECIAL) | st.text(max_size=12)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | _WORDS
    | st.dates().map(str)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=6,
)
_PIECES = st.sampled_from(
    ["\t", ":", ": ", "- ", "\n", "\n  ", "'", '"', "{", "}", "[", "]", "&a ", "*a", "!!str ", "|",
     ">", "%", "@", "`", "---\n", "...\n", "? ", "#", "\0", "\x07", "\ufeff", "\u2028", "<<: *a",
     "12:30:45", "0o9", "1_000", "é", "\r"]
)  # fmt: skip


@st.composite
def broken_recipes(draw: st.DrawFn) -> bytes:
    """The bytes of a recipe's file; ``ROWS`` stands for a file of rows."""
    tree = copy.deepcopy(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(0, 3))):
        _change(draw, tree)
    text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 8))
        text = text[:at] + draw(_PIECES | st.just("")) + text[at + cut :]
    content = text.encode(errors="surrogatepass")
    if draw(st.integers(0, 19)) == 0:
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(max_size=6)) + content[at:]
    return content


def _change(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    """One key of the tree, or of a mapping within it, gets another value, another name or goes."""
    node: Any = tree
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        deeper = isinstance(node[key], dict | list) and draw(st.booleans())
        if not deeper:
            break
        node = node[key]
    what = draw(st.sampled_from(["value", "value", "rename", "remove", "add"]))
    if what == "value":
        node[key] = draw(_VALUES)
    elif what == "remove":
        del node[key]
    elif isinstance(node, dict):
        name = draw(_WORDS | st.sampled_from([f"{key}s", str(key)[:-1], str(key).upper()]))
        node[name] = node.pop(key) if what == "rename" else draw(_VALUES)
    else:
        node.append(draw(_VALUES))
