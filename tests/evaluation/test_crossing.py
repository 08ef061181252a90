"""Where curves cross: nothing is claimed that no point decided."""

from __future__ import annotations

import pytest

from pipeline.evaluation.crossing import Advantage, about, find

Shape = tuple[int, float, bool | None]


def points(*shapes: Shape) -> list[Advantage]:
    return [Advantage(*shape) for shape in shapes]


def test_a_crossing_between_two_decided_points() -> None:
    found = find(points((100, 0.1, True), (200, 0.05, None), (800, -0.05, False)))
    assert found.rows == pytest.approx(400)
    assert (found.pays_to, found.lost_from) == (100, 800)
    assert found.sentence == (
        "Transfer pays below about 400 labels: it is better up to 100 and worse from 800 on."
    )


def test_undecided_points_at_the_end_are_said_to_be_so() -> None:
    found = find(points((16, 0.1, True), (64, 0.04, True), (256, -0.01, None)))
    assert found.lost_from is None
    assert "Transfer pays up to 64 labels; from 256 to 256 these test rows cannot tell" in (
        found.sentence
    )
    assert "the curves meet at about 190" in found.sentence
    apart = find(points((16, 0.1, True), (64, 0.04, None)))
    assert apart.rows is None
    assert apart.sentence.endswith("the curves do not cross.")


def test_a_curve_that_never_crosses() -> None:
    found = find(points((16, 0.1, True), (1_000, 0.04, True)))
    assert found.rows is None
    assert found.sentence == (
        "Transfer pays at 16 to 1,000 labels: the curves do not cross up to there."
    )


def test_nothing_decided_says_nothing_of_pay() -> None:
    found = find(points((16, 0.1, None), (64, -0.1, None)), unit="rows")
    assert found.sentence.startswith("Nothing is decided at 16 to 64 rows")


def test_a_baseline_that_wins_throughout() -> None:
    found = find(points((16, -0.01, None), (64, -0.1, False)))
    assert found.rows is None
    assert "not shown to pay at any of 16 to 64 labels; from 64 on the baseline is" in (
        found.sentence
    )


def test_curves_that_cross_back_have_no_crossing() -> None:
    found = find(points((16, -0.1, False), (64, 0.1, True), (256, -0.1, False)))
    assert found.rows is None
    assert "no single point" in found.sentence
    twice = find(points((16, 0.1, True), (32, -0.01, None), (64, 0.01, None), (99, -0.1, False)))
    assert twice.rows is None
    assert twice.sentence == "Transfer pays up to 16 labels, and no more from 99 on."


@pytest.mark.parametrize(("rows", "words"), [(17.4, "17"), (432.0, "430"), (1_960.0, "2,000")])
def test_a_crossing_is_told_to_two_digits(rows: float, words: str) -> None:
    assert about(rows) == words
