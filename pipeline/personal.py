"""What tells of a person in a text: counted, and never shown."""

from __future__ import annotations

import re
from collections import Counter

# A particle may follow right behind a number, so that Korean letters are no part of it.
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9][A-Za-z0-9_.+-]*@(?!example\.)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
)
# Korean numbers, mobile ones also without gaps; any country's behind a plus; (212) 555-0100 and
# 212-555-0100.
_PHONE = re.compile(
    r"""(?<![A-Za-z0-9_.+@/-])(?:
        (?:\+82[ .-]?|0)1[016789][ .-]?\d{3,4}[ .-]?\d{4}
        | 0\d{1,2}[ .-]\d{3,4}[ .-]\d{4}
        | \+\d{1,3}(?:[ .-]\(?\d{1,4}\)?){3,4}
        | \+[1-9]\d{9,14}
        | \(\d{3}\)[ ]?\d{3}-\d{4}
        | [2-9]\d{2}[.-][2-9]\d{2}[.-]\d{4}
    )(?![A-Za-z0-9_-]|\.\d)""",
    re.VERBOSE,
)
# Date of birth, then a digit for century and sex, and six more.
_RESIDENT = re.compile(
    r"(?<![A-Za-z0-9_.-])(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(-?)([1-8]\d{6})(?![A-Za-z0-9_-]|\.\d)"
)
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

EMAIL, PHONE, RESIDENT = "an e-mail address", "a telephone number", "a Korean resident number"
KINDS = (EMAIL, PHONE, RESIDENT)

LIKELY = r"@[A-Za-z0-9-]|\+\p{Nd}|\p{Nd}(?:[ .()-]{0,2}\p{Nd}){8}"
"""What every text has in which anything is found (RE2): tells fast that most have none."""


def count(text: str) -> Counter[str]:
    """How many e-mail addresses, phone numbers and Korean resident numbers there are."""
    found = Counter[str]()
    found[RESIDENT] = sum(_is_resident(match) for match in _RESIDENT.finditer(text))
    found[EMAIL] = sum(1 for _ in _EMAIL.finditer(text))
    found[PHONE] = sum(1 for _ in _PHONE.finditer(text))
    return +found


def _is_resident(match: re.Match[str]) -> bool:
    """Thirteen digits without a dash may be anything, such as a time: their check digit tells."""
    if match[2]:
        return True
    digits = [int(digit) for digit in match[1] + match[3]]
    total = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return (11 - total % 11) % 10 == digits[-1]
