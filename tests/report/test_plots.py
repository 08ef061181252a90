from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import plots, square_plots
from pipeline.report.axes import Scale, around, fitted, text_width, tick_words
from pipeline.report.svg import NORMAL, SMALL
from pipeline.report.words import ABSENT

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"name": NORMAL}
NAMES = [
    "bert-lora",
    "tfidf",
    "a name that is much longer than there is room for it here",
    "단어 빈도",
]


def dots(scores: Sequence[float], half: float = 0.02) -> list[plots.Dot]:
    roles: list[plots.Role] = ["fine-tuned", "best-baseline", "baseline", "baseline"]
    return [
        plots.Dot(name, score, (score - half, score + half), role)
        for name, score, role in zip(NAMES, scores, roles, strict=False)
    ]


def boxes(svg: str) -> list[tuple[str, float, float, float, float]]:
    """Text, left, right, top and bottom of all texts, at their greatest."""
    found = []
    for each in ET.fromstring(svg).iter(f"{SVG}text"):  # noqa: S314
        text, x, y = each.text or "", float(each.get("x", 0)), float(each.get("y", 0))
        size = SIZES.get(each.get("class", ""), SMALL)
        width = text_width(text, size)
        left = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[each.get("text-anchor", "")]
        found.append((text, left, left + width, y - size * 0.8, y + size * 0.2))
    return found


def assert_readable(svg: str, width: float) -> None:
    found = boxes(svg)
    height = float(ET.fromstring(svg).get("height", 0))  # noqa: S314
    for text, left, right, top, bottom in found:
        assert left >= -0.5, f"{text} is cut at the left"
        assert right <= width + 0.5, f"{text} is cut at the right"
        assert top >= 0, f"{text} is cut at the top"
        assert bottom <= height, f"{text} is cut at the bottom"
    for index, (text, left, right, top, bottom) in enumerate(found):
        for other, left2, right2, top2, bottom2 in found[index + 1 :]:
            apart = right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
            assert apart, f"{text} lies over {other}"


@pytest.mark.parametrize("width", [340, 560, 960])
@pytest.mark.parametrize(
    "scores",
    [(0.91, 0.87, 0.5, 0.07), (0.9, 0.9, 0.9, 0.9), (1.0, 0.0, 0.5, 0.2), (2.5, 31, 80, 9)],
)
def test_labels_of_the_dot_plot_never_meet_or_leave(width: int, scores: tuple[float, ...]) -> None:
    assert_readable(plots.dot_plot(dots(scores), metric="accuracy", width=width), width)


def test_each_dot_lies_at_its_score_inside_its_interval() -> None:
    svg = ET.fromstring(plots.dot_plot(dots((0.9, 0.8, 0.5)), metric="f", width=960))  # noqa: S314
    groups = [each for each in svg.iter(f"{SVG}g") if "dot" in each.get("class", "")]
    at = [float(circle.get("cx", 0)) for group in groups for circle in group.iter(f"{SVG}circle")]
    assert (at[0] - at[1]) * 3 == pytest.approx(at[1] - at[2], abs=0.1)
    for group, x in zip(groups, at, strict=True):
        line = next(group.iter(f"{SVG}line"))
        low, high = float(line.get("x1", 0)), float(line.get("x2", 0))
        assert x == pytest.approx((low + high) / 2, abs=0.02)
    reference = next(each for each in svg.iter(f"{SVG}line") if each.get("class") == "reference")
    assert float(reference.get("x1", 0)) == at[1]


def test_a_score_that_is_not_a_number_is_told_and_not_drawn() -> None:
    broken = plots.Dot("nan", math.nan, (math.nan, math.nan), "baseline")
    svg = ET.fromstring(plots.dot_plot([*dots((0.9,)), broken], metric="f", width=960))  # noqa: S314
    assert len(list(svg.iter(f"{SVG}circle"))) == 1
    assert any(
        f"{ABSENT}  [{ABSENT}, {ABSENT}]" in (each.text or "") for each in svg.iter(f"{SVG}text")
    )


def test_names_are_escaped() -> None:
    dot = plots.Dot('<a> & "b"', 0.5, (0.4, 0.6), "baseline")
    svg = plots.dot_plot([dot], metric="<m>", width=960)
    assert "<a>" not in svg
    assert [text for text, *_ in boxes(svg)][-1] == "0.500  [0.400, 0.600]"


@given(
    difference=st.floats(-0.9, 0.9), half=st.floats(0.0001, 0.5), detectable=st.floats(0.0001, 0.5)
)
def test_the_difference_plot_holds_zero_and_its_interval(
    difference: float, half: float, detectable: float
) -> None:
    svg = plots.difference_plot(
        difference, (difference - half, difference + half), detectable=detectable, width=340
    )
    assert_readable(svg, 340)
    tree = ET.fromstring(svg)  # noqa: S314
    lines = {each.get("class"): each for each in tree.iter(f"{SVG}line")}
    zero = float(lines["zero"].get("x1", 0))
    dot = float(next(tree.iter(f"{SVG}circle")).get("cx", 0))
    assert 20 < zero < 320
    assert dot >= zero if difference >= 0 else dot <= zero


def test_lower_is_better_turns_the_sides_of_the_difference() -> None:
    texts = {}
    for higher in (True, False):
        svg = plots.difference_plot(
            0.1, (0.0, 0.2), detectable=0.1, width=340, higher_is_better=higher
        )
        texts[higher] = [text for text, *_ in boxes(svg) if "better" in text]
    assert texts[True] == ["← baseline better", "fine-tuned better →"]
    assert texts[False] == ["← fine-tuned better", "baseline better →"]


@given(st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=40))
def test_labels_of_a_line_plot_never_meet_or_leave(values: list[float]) -> None:
    points = [(step * 125.0, value) for step, value in enumerate(values, start=1)]
    svg = plots.line_plot(
        [plots.Series("training", points, "train")], title="Loss", width=400, best=points[-1]
    )
    assert_readable(svg, 400)


def test_a_line_goes_through_what_is_a_number_only() -> None:
    points = [(1.0, 2.0), (2.0, math.nan), (3.0, 1.0), (4.0, math.inf)]
    svg = plots.line_plot([plots.Series("a", points, "train")], title="t", width=400)
    line = next(ET.fromstring(svg).iter(f"{SVG}polyline"))  # noqa: S314
    assert len((line.get("points") or "").split()) == 2


def test_labels_of_the_reliability_plot_never_meet_or_leave() -> None:
    bins = [{"rows": 9, "confidence": part / 10, "right": part / 10} for part in range(1, 11)]
    assert_readable(square_plots.reliability_plot(bins, width=340), 340)


@pytest.mark.parametrize("classes", [2, 21, 77, 300])
@pytest.mark.parametrize("width", [340, 640])
def test_labels_of_the_heat_map_never_meet_or_leave(classes: int, width: int) -> None:
    eye = [[int(row == column) for column in range(classes)] for row in range(classes)]
    svg = square_plots.heat_map(eye, width=width)
    assert_readable(svg, width)
    (path,) = ET.fromstring(svg).iter(f"{SVG}path")  # noqa: S314
    assert (path.get("class"), (path.get("d") or "").count("M")) == ("shade-5", classes)


def test_shades_grow_with_the_share_of_the_gold_rows() -> None:
    assert [square_plots.shade(found, 100) for found in (0, 1, 6, 21, 41, 71, 100)] == [
        0,
        1,
        2,
        3,
        4,
        5,
        5,
    ]
    assert square_plots.shade(0, 0) == 0


@given(st.floats(-1e6, 1e6), st.floats(1e-4, 1e6), st.integers(20, 200))
def test_ticks_are_round_inside_and_far_enough_apart(low: float, span: float, gap: int) -> None:
    scale = Scale(low, low + span, 0, 600)
    ticks = scale.ticks(pixels=gap)
    assert all(low - span * 1e-6 <= tick <= low + span * (1 + 1e-6) for tick in ticks)
    at = [scale(tick) for tick in ticks]
    assert all(after - before >= gap * 0.9 for before, after in pairwise(at))
    assert len(set(tick_words(ticks))) == len(ticks)


def test_a_scale_of_shares_ends_at_nought_and_one() -> None:
    assert (around([0.01, 0.99], 0, 1).low, around([0.01, 0.99], 0, 1).high) == (0.0, 1.0)
    assert around([0.5], 0, 1).low < 0.5 < around([0.5], 0, 1).high
    assert around([-0.2, 0.2], 0, 1).low < -0.2


def test_text_is_cut_to_the_room_it_has() -> None:
    assert fitted("short", 12, 100) == "short"
    cut = fitted("카드 배송이 늦어지고 있습니다", 12, 80)
    assert cut.endswith("…")
    assert text_width(cut, 12) <= 80
