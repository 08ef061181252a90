from __future__ import annotations

import math
from typing import Any

import pytest

from pipeline.errors import RecipeError
from pipeline.recipe.yaml_places import parse, parse_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5e-4", 5e-4),
        ("1E3", 1000.0),
        (".5", 0.5),
        ("3.", 3.0),
        ("0123", 123),
        ("0x1f", 31),
        ("0o17", 15),
        ("1_000", 1000),
        ("-7", -7),
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("2026-01-01", "2026-01-01"),
        ("12:30", "12:30"),
        ("1.2.3", "1.2.3"),
        ("'5'", "5"),
        ("-.inf", -math.inf),
        ("한국어", "한국어"),
        ("[a, 1]", ["a", 1]),
        ("{a: {b: no}}", {"a": {"b": "no"}}),
    ],
)
def test_a_value_is_what_a_person_means(text: str, value: Any) -> None:
    found = parse_scalar(text)
    assert found == value
    assert type(found) is type(value)


def test_a_number_that_is_none_stays_one() -> None:
    assert math.isnan(parse_scalar(".nan"))


def test_every_key_and_item_knows_its_line() -> None:
    tree, places = parse("a: 1\nb:\n  c: 2\n  d:\n    - x\n    - y: 3\n", "f.yaml")
    assert tree == {"a": 1, "b": {"c": 2, "d": ["x", {"y": 3}]}}
    lines: dict[tuple[str | int, ...], int] = {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 3,
        ("b", "d"): 4,
        ("b", "d", 0): 5,
        ("b", "d", 1, "y"): 6,
    }
    assert {path: places.of(path) for path in lines} == {
        path: f"f.yaml:{line}" for path, line in lines.items()
    }


def test_what_is_not_there_has_the_place_of_what_is_above_it() -> None:
    _, places = parse("a:\n  b: 1\n", "f.yaml")
    assert places.of(("a", "z", 3)) == "f.yaml:1"
    assert places.of(("z",)) == "f.yaml"


def test_an_override_hides_the_lines_of_all_below_it() -> None:
    _, places = parse("a:\n  b:\n    c: 1\n", "f.yaml")
    places.override(("a", "b"), "command line: a.b=2")
    assert places.of(("a", "b", "c")) == "command line: a.b=2"
    assert places.of(("a",)) == "f.yaml:1"
    places.override(("a",), "command line: a=3")
    assert places.of(("a", "b")) == "command line: a=3"


def test_all_repeated_keys_and_tags_are_reported_at_once() -> None:
    with pytest.raises(RecipeError) as caught:
        parse("a: 1\na: 2\nb: {c: 1, c: !!int x}\n? [x]\n: 1\n", "f.yaml")
    found = [(problem.place, problem.message) for problem in caught.value.problems]
    assert found == [
        ("f.yaml:2", "the key 'a' is written twice"),
        ("f.yaml:3", "the key 'c' is written twice"),
        ("f.yaml:3", "the tag '!!int' is not allowed"),
        ("f.yaml:4", "a key should be a plain word"),
    ]


def test_a_tag_never_makes_an_object() -> None:
    with pytest.raises(RecipeError, match=r"!!python/name:os\.getcwd"):
        parse("a: !!python/name:os.getcwd\n", "f.yaml")


def test_aliases_cannot_blow_a_recipe_up() -> None:
    text = "a: &a [x, x]\n" + "".join(f"k{n}: [*a, *a]\n" for n in range(3))
    with pytest.raises(RecipeError, match="the alias \\*a is not allowed"):
        parse(text, "f.yaml")
