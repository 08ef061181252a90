"""What tells of a person is found in English and Korean spellings, and other numbers are not."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipeline import personal

# Made up: no such person, the check digit of the last one fits by calculation.
CASES = [
    ("write to kim.minsu+news@mail.example-corp.kr soon", {personal.EMAIL: 1}),
    ("a@b.co, c@d.org", {personal.EMAIL: 2}),
    ("연락처는 010-1234-5678입니다", {personal.PHONE: 1}),
    ("메일은kim@mail.kr로", {personal.EMAIL: 1}),
    ("연락처: 010-1234-5678, 또는 01098765432", {personal.PHONE: 2}),
    ("+82 10 1234 5678", {personal.PHONE: 1}),
    ("02-345-6789 / 031-345-6789", {personal.PHONE: 2}),
    ("call (212) 555-0100", {personal.PHONE: 1}),
    ("212-555-0100 or 212.555.0100", {personal.PHONE: 2}),
    ("+12125550100", {personal.PHONE: 1}),
    ("+44 20 7946 0958", {personal.PHONE: 1}),
    ("주민번호 900101-1234567", {personal.RESIDENT: 1}),
    ("9001011234568", {personal.RESIDENT: 1}),
]
HARMLESS = [
    "someone@example.com",
    "name@host",
    "@decorator.property",
    "1711251234567",  # a time in milliseconds whose last digit does not fit
    "-0.01012345678",
    "0.010123456789012",
    "3f010123456789abc",
    "991301-1234567",  # no thirteenth month
    "2026-01-02 10:20:30",
    "192.168.100.2001",
    "x + 1234567890",
    "banking77, 13,083 rows; 77 intents",
    "sha256 9001011234567890123456789",
    "google-bert/bert-base-uncased@86b5e09",
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_what_tells_of_a_person_is_counted(text: str, expected: dict[str, int]) -> None:
    assert personal.count(text) == expected
    assert pc.match_substring_regex(pa.array([text]), personal.LIKELY).to_pylist() == [True]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not_is_left_alone(text: str) -> None:
    assert not personal.count(text)
