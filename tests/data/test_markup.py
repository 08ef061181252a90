from __future__ import annotations

import pytest

from pipeline.data.builtin._markup import tagged


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Sum of ``x`` and y.", "Sum of [x] and y ."),
        ("See :func:`~a.b.solve`, or :class:`.Graph`.", "See [solve] , or [Graph] ."),
        ("Use :py:meth:`all nodes <G.nodes>` here!", "Use [all nodes] here !"),
        (
            "If ``x > 0 and y`` holds (see `G`), stop.",
            "If [x > 0 and y] holds ( see [G] ) , stop .",
        ),
        ("Call ``f(x, y)`` for **all** *the* nodes [1]_.", "Call [f(x , y )] for all the nodes ."),
        ("Pass *args* or ``**kwargs`` on.", "Pass args or [**kwargs] on ."),
        ("A plain sentence, e.g. f(x).", "A plain sentence , e.g . f(x) ."),
    ],
)
def test_words_are_what_a_reader_sees_and_tags_what_was_marked(sentence: str, shown: str) -> None:
    words, tags = tagged(sentence) or ([], [])
    text = ""
    for word, tag in zip(words, tags, strict=True):
        if tag != "I-CODE" and text.count("[") > text.count("]"):
            text += "]"
        text += (" " if text else "") + ("[" if tag == "B-CODE" else "") + word
    closed = text + "]" * (text.count("[") - text.count("]"))
    assert closed == shown


@pytest.mark.parametrize(
    "sentence",
    [
        "The power :math:`x^2` of ``x`` is here.",
        "Some `DataFrame`s and ``x``.",
        "See `the page <https://example.org>`_ on ``x``.",
        "See `NumPy`_ on ``x``.",
        "An unclosed `quote and ``x`` here.",
        "The angle $\\phi$ of ``x``.",
        "A [link](page) to ``x``.",
        "Use |name| for ``x``.",
    ],
)
def test_what_a_reader_sees_must_be_certain(sentence: str) -> None:
    assert tagged(sentence) is None


def test_words_are_cut_the_same_way_marked_or_not() -> None:
    for code in ("f(x, y)", "'a'", "G.nodes()", "x[0]:", "(n,)", "*args", "{a: b}"):
        marked, plain = tagged(f"Pass ``{code}`` to it."), tagged(f"Pass {code} to it.")
        assert marked is not None
        assert plain is not None
        assert marked[0] == plain[0]
        assert "B-CODE" in marked[1]
        assert set(plain[1]) == {"O"}
