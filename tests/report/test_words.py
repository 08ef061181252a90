from __future__ import annotations

import math

import pytest

from pipeline.report import words
from pipeline.report.words import ABSENT, MINUS


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (words.number(0.81249), "0.812"), (words.number(-0.5), MINUS + "0.500"),
        (words.number(23.456), "23.5"),
        (words.number(math.nan), ABSENT), (words.number(None), ABSENT),
        (words.signed(0.03), "+0.030"),
        (words.signed(-0.03), MINUS + "0.030"), (words.signed(0), "0.000"),
        (words.count(1234567), "1,234,567"), (words.share(0.0042), "0.4 %"),
        (words.significant(0.000412), "0.000412"), (words.significant(23778.4), "23,778"),
        (words.significant(0), "0"), (words.tiny(3.14e-6), f"3.1e{MINUS}06"), (words.tiny(0), "0"),
        (words.duration(0.0004), "< 1 ms"), (words.duration(1.84), "1.8 s"),
        (words.duration(59.7), "1 min 00 s"), (words.duration(412.6), "6 min 53 s"),
        (words.duration(3600 * 26 + 61), "26 h 01 min"), (words.p_value(0.00001), "< 0.0001"),
        (words.p_value(0.0312), "0.0312"), (words.short(["a", 1]), "a, 1"),
        (words.short({"a": 1}), '{"a": 1}'), (words.short("x" * 99, 10), "x" * 9 + "…"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_read_them(shown: str, expected: str) -> None:
    assert shown == expected


def test_the_exact_number_travels_with_the_rounded_one() -> None:
    assert words.exact(0.123456789, "0.123") == '<data value="0.123456789">0.123</data>'
    assert words.exact(None, "<x>") == "&lt;x&gt;"
