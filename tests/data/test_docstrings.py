from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.data.builtin import _docstrings
from pipeline.data.builtin._docstrings import STANDARD_LIBRARY, documented, sources
from pipeline.data.builtin._prose import clean, is_prose, without_repeats
from pipeline.data.builtin._sentences import summary

SOURCE = '''
"""Of the module."""
import torch
from x import add_newdoc, _add_docstr

class Outer:
    """Of the class."""
    class Inner:
        def method(self):
            """Of a method."""
            def hidden():
                """Of something inside."""

if torch:
    async def late():
        """Of a function under a condition."""
else:
    def bare(): ...

add_newdoc("numpy", "ndarray", ("flat", """Of a pair."""))
add_newdoc("numpy", "dtype", [("str", """One."""), ("num", "Two" + ".")])
special = _add_docstr(torch.i0, r"""Of a {{template}} with {field}.""".format(field=1))
add_newdoc("name", computed)
print("no docstring")
'''


def test_documented_objects_are_found_by_name(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(SOURCE)
    assert {one.name: (one.kind, one.doc) for one in documented(file)} == {
        "": ("module", "Of the module."),
        "Outer": ("class", "Of the class."),
        "Outer.Inner": ("class", ""),
        "Outer.Inner.method": ("function", "Of a method."),
        "late": ("function", "Of a function under a condition."),
        "bare": ("function", ""),
        "numpy.ndarray.flat": ("attached", "Of a pair."),
        "numpy.dtype.str": ("attached", "One."),
        "numpy.dtype.num": ("attached", "Two."),
        "torch.i0": ("attached", "Of a {template} with {field}."),
    }


@pytest.mark.parametrize("broken", [b"def (", b"\0", b"# coding: no-such-coding\n"])
def test_a_file_that_cannot_be_parsed_has_no_docstrings(tmp_path: Path, broken: bytes) -> None:
    file = tmp_path / "broken.py"
    file.write_bytes(broken)
    assert list(documented(file)) == []


def test_tests_and_vendored_code_are_no_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [
        "__init__.py", "b.py", "a/z.py", "a/__init__.py", "a/tests/t.py", "test_x.py",
        "conftest.py", "_vendor/v.py", "data.txt",
    ]  # fmt: skip
    for name in names:
        file = tmp_path / "package" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    assert [module for module, _ in sources("package")] == [
        "package", "package.a", "package.a.z", "package.b",
    ]  # fmt: skip
    assert [module for module, _ in sources("package", under="a")] == ["package.a", "package.a.z"]
    assert sources("no_such_package") == []


def test_the_standard_library_is_read_without_what_is_installed_into_it() -> None:
    modules = {module for module, _ in sources(STANDARD_LIBRARY)}
    assert {"json.decoder", "argparse", "asyncio.events"} <= modules
    assert not any({"test", "site-packages", "pytest"} & set(name.split(".")) for name in modules)
    assert _docstrings._root("json") is not None


def test_cleaning_keeps_the_layout_and_drops_what_is_not_text() -> None:
    doc = "Sum.  \n\n    Args:\n    {input}\n%(axes)s\n        x: of {input}.\n\n\n\n\n\nEnd.\n"
    assert clean(doc) == "Sum.\n\n    Args:\n        x: of {input}.\n\n\nEnd."


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("A sentence that says what a function is good for.", True),
        ("Größe der Wörter, die nicht nur aus ASCII bestehen.", True),
        ("Too short.", False),
        ("1.0 | 2.0 | 3.0 | 4.0 | 5.0 | and 6.0 | 7.0 | 8.0 | 9.0", False),
        ("A terminal's escape \x1b[0m stands in the middle of this text.", False),
        ("Half of a pair of surrogates \ud800 stands in the middle of this.", False),
        ("word " * 250, False),
    ],
)
def test_prose_is_mostly_letters_in_lines(text: str, right: bool) -> None:
    assert is_prose(text) is right


def test_a_text_that_mostly_repeats_earlier_ones_goes() -> None:
    shared = "This line of boilerplate stands in very many docstrings."
    rows = [
        ("a", f"{shared}\nThe first one adds a line of its own that is longer than theirs."),
        ("b", f"{shared}\nThe second one adds a line of its own that is longer than theirs."),
        ("c", f"    {shared}\nThird"),
        ("d", "Short\nlines\nonly"),
        ("e", "Short\nlines\nonly"),
    ]
    assert [row for row, _ in without_repeats(rows)] == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("Solve it. Then more.", "Solve it."),
        ("f(x, y)\n\nSum of\n `x` and ``y``::\n\n  code", "Sum of x and y"),
        ("Same as :func:`~scipy.fft.fft` here.", "Same as scipy.fft.fft here."),
        ("Parameters\n----------\nx : int", ""),
        ("", ""),
    ],
)
def test_a_summary_is_the_first_sentence_without_markup(doc: str, expected: str) -> None:
    assert summary(doc) == expected
