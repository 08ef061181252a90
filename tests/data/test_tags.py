"""Every way of writing spans is read as the same spans."""

from __future__ import annotations

import pytest

from pipeline.data.tags import iob2, is_iob1, is_span_tag, names, write_spans

SPANS = ("B-A", "I-A", "I-A", "B-A", "O", "B-B", "B-A")
WRITTEN = {
    "IOB1": ("I-A", "I-A", "I-A", "B-A", "O", "I-B", "I-A"),
    "IOB2": SPANS,
    "IOBES": ("B-A", "I-A", "E-A", "S-A", "O", "S-B", "S-A"),
    "BILOU": ("B-A", "I-A", "L-A", "U-A", "O", "U-B", "U-A"),
    "BMES": ("B-A", "M-A", "E-A", "S-A", "O", "S-B", "S-A"),
}


@pytest.mark.parametrize("scheme", WRITTEN)
def test_each_way_of_writing_gives_the_same_iob2(scheme: str) -> None:
    assert iob2(WRITTEN[scheme]).tags == SPANS


@pytest.mark.parametrize("scheme", sorted(set(WRITTEN) - {"IOB1"}))
def test_nothing_is_mended_where_nothing_is_wrong(scheme: str) -> None:
    assert iob2(WRITTEN[scheme]).begun == ()


@pytest.mark.parametrize(
    ("written", "read", "begun"),
    [
        (("I-A", "O"), ("B-A", "O"), (0,)),
        (("O", "I-A", "I-A"), ("O", "B-A", "I-A"), (1,)),
        (("B-A", "I-B", "I-B"), ("B-A", "B-B", "I-B"), (1,)),
        (("S-A", "E-A"), ("B-A", "B-A"), (1,)),
        (("B-A", "L-A", "I-A"), ("B-A", "I-A", "B-A"), (2,)),
        (("B-A", "O", "E-A"), ("B-A", "O", "B-A"), (2,)),
        ((), (), ()),
    ],
)
def test_a_tag_that_goes_on_with_nothing_begins(
    written: tuple[str, ...], read: tuple[str, ...], begun: tuple[int, ...]
) -> None:
    found = iob2(written)
    assert (found.tags, found.begun) == (read, begun)


def test_types_may_hold_hyphens_and_any_letters() -> None:
    assert iob2(["I-person-artist", "I-person-artist", "B-사람"]).tags == (
        "B-person-artist", "I-person-artist", "B-사람",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ({"O", "B-A"}, True),
        ({"I-A"}, True),
        ({"O"}, False),
        (set(), False),
        ({"NOUN", "O"}, False),
        ({"B-A", "LOC"}, False),
        ({"B-", "O"}, False),
        ({"b-loc", "O"}, False),
    ],
)
def test_spans_are_told_from_plain_classes(tags: set[str], spans: bool) -> None:
    assert write_spans(tags) == spans


def test_a_mark_needs_a_type() -> None:
    assert [is_span_tag(tag) for tag in ("O", "B-A", "B-", "-A", "X-A")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_iob1_is_known_by_how_spans_begin_and_one_slip_does_not_make_it() -> None:
    assert is_iob1([WRITTEN["IOB1"]])
    assert not is_iob1([WRITTEN["IOB2"]])
    assert not is_iob1([WRITTEN["IOBES"]])
    assert not is_iob1([("B-A", "O"), ("B-B",), ("I-A", "O")])
    assert not is_iob1([])


def test_names_put_o_first_and_give_each_type_both_marks() -> None:
    assert names([("I-B", "O"), ("B-A",)], spans=True) == ("O", "B-A", "B-B", "I-A", "I-B")
    assert names([("X", "A"), ("O",)], spans=False) == ("O", "A", "X")
    assert names([("X", "A")], spans=False) == ("A", "X")
