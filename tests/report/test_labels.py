"""Names beside points: none over another, none over a point, all of them in the drawing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.report import labels, log_plots
from pipeline.report.axes import text_width
from pipeline.report.labels import Box
from pipeline.report.svg import SMALL
from tests.report.test_plots import SVG, assert_readable

NAMES = (
    "lora", "tfidf-morphemes", "bag-of-words", "ngram", "tfidf", "majority", "from-scratch",
    "most-frequent-tag", "단어 빈도",
)  # fmt: skip
ROOM = Box(40, 400, 18, 240)

spots = st.lists(st.tuples(st.floats(40, 400), st.floats(20, 240)), min_size=1, max_size=len(NAMES))
# Few costs and scores, so that many contenders are near or alike.
contenders = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0, 1.01, 1.2, 300.0]), st.floats(0.78, 0.82)),
    min_size=2,
    max_size=len(NAMES),
)


@settings(deadline=None)
@given(spots)
def test_labels_meet_neither_each_other_nor_a_point(found: list[tuple[float, float]]) -> None:
    placed = labels.placed(NAMES[: len(found)], found, room=ROOM)
    boxes = [each.box for each in placed if each]
    assert len(boxes) == len(found)
    assert all(ROOM.holds(box) for box in boxes)
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    for x, y in found:
        assert not any(box.meets(Box(x - 5, x + 5, y - 5, y + 5)) for box in boxes)
    for each, name in zip(placed, NAMES, strict=False):
        assert each
        assert each.box.right - each.box.left == pytest.approx(text_width(name, SMALL))


def test_a_lone_point_has_its_name_at_its_right_and_one_at_the_edge_at_its_left() -> None:
    (right,) = labels.placed(["a"], [(200, 100)], room=ROOM)
    (left,) = labels.placed(["a"], [(395, 100)], room=ROOM)
    assert right
    assert left
    assert (right.side, right.leader) == ("start", None)
    assert (left.side, left.leader) == ("end", None)
    assert right.box.left > 200
    assert left.box.right < 395


def test_a_name_moves_off_a_line() -> None:
    across = ((40.0, 100.0), (400.0, 100.0))
    (label,) = labels.placed(["a"], [(200, 100)], room=ROOM, lines=[across])
    assert label
    assert not label.box.crossed(*across)


def test_where_all_sides_are_taken_a_leader_goes_to_the_name() -> None:
    crowd = [(200.0 + 14 * x, 120.0 + 14 * y) for x in range(-2, 3) for y in range(-2, 3)]
    crowd.sort(key=lambda spot: spot != (200.0, 120.0))
    label = labels.placed(["middle", *[""] * 24], crowd, room=ROOM)[0]
    assert label
    assert label.leader


def test_a_full_plot_leaves_a_name_out() -> None:
    assert labels.placed(["too wide for it"], [(10, 10)], room=Box(0, 50, 0, 50)) == [None]


@pytest.mark.parametrize(
    ("start", "end", "crossed"),
    [
        ((0, 5), (10, 5), True),
        ((5, 0), (5, 10), True),
        ((0, 0), (10, 10), True),
        ((0, 0), (3, 3), False),
        ((0, 4), (10, 4), False),
        ((0, 9), (9, 0), True),
        ((0, 7), (7, 0), False),
        ((5, 5), (5, 5), True),
    ],
)
def test_a_line_crosses_a_box(
    start: tuple[float, float], end: tuple[float, float], crossed: bool
) -> None:
    assert Box(4, 6, 4, 6).crossed(start, end) == crossed


@pytest.mark.parametrize("width", [340, 400])
@settings(deadline=None)
@given(found=contenders)
def test_labels_of_the_plot_of_costs_never_meet_or_leave(
    width: int, found: list[tuple[float, float]]
) -> None:
    points = [
        log_plots.Point(name, cost, score, (score - 0.02, score + 0.02), ours=not at, front=at < 3)
        for at, ((cost, score), name) in enumerate(zip(found, NAMES, strict=False))
    ]
    svg = log_plots.scatter(points, cost="seconds", metric="accuracy", width=width)
    assert_readable(svg, width)
    texts = {each.text for each in ET.fromstring(svg).iter(f"{SVG}text")}  # noqa: S314
    assert {point.name for point in points} <= texts
