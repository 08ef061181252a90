"""Whatever is wrong with a recipe or a file, a person reads a message and no traceback."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import recipe as recipes
from pipeline.cli import main
from tests.fuzzing.broken_files import File, broken_files
from tests.fuzzing.broken_recipes import broken_recipes

FEW, MANY = 60, 2000


def tried(count: int) -> settings:
    """The same examples each time, so that what fails today fails tomorrow."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def asked(arguments: Sequence[str]) -> tuple[int, str]:
    """The exit code of a command, and what it says of what is wrong; exceptions come through."""
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        code = main(arguments)
    return code, said.getvalue()


def understood(arguments: Sequence[str]) -> int:
    """Done, or refused in words with what to do."""
    code, said = asked(arguments)
    assert code in (0, 2), said
    assert "Traceback" not in said
    assert (code == 2) == said.startswith("error:")
    return code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def check_recipe(folder: Path, rows_csv: Path) -> Callable[[bytes], int]:
    path = folder / "mine.yaml"

    def check(content: bytes) -> int:
        path.write_bytes(content.replace(b"ROWS", str(rows_csv).encode()))
        return understood(["check", str(path)])

    return check


@pytest.fixture(scope="module")
def check_file(folder: Path) -> Callable[[File], int]:
    def check(file: File) -> int:
        path = folder / file.name
        path.write_bytes(file.content)
        recipe = folder / "of_file.yaml"
        recipe.write_text(
            f"model: someone/some-base\ntask: {file.task}\n"
            f"data: {{train: {path}, columns: {file.columns}, test: 0.2, validation: 0.2}}\n"
        )
        return understood(["check", str(recipe)])

    return check


@pytest.fixture(scope="module")
def propose(folder: Path) -> Callable[[File], int]:
    def new(file: File) -> int:
        path = folder / file.name
        path.write_bytes(file.content)
        output = folder / "proposed.yaml"
        output.unlink(missing_ok=True)
        code = understood(["new", "--yes", "--force", "--output", str(output), str(path)])
        assert (code == 0) == output.exists()
        if code == 0:
            recipes.load(output)
        assert not list(folder.glob(".*.part"))
        return code

    return new


def outcomes(check: Callable[..., int], broken: st.SearchStrategy[object], count: int) -> set[int]:
    """What came of so many broken things: a test in which all are fine would test nothing."""
    found: set[int] = set()

    @tried(count)
    @given(broken)
    def all_of_them(one: object) -> None:
        found.add(check(one))

    all_of_them()
    return found


def test_a_few_broken_recipes(check_recipe: Callable[[bytes], int]) -> None:
    assert 2 in outcomes(check_recipe, broken_recipes(), FEW)


def test_a_few_broken_files(check_file: Callable[[File], int]) -> None:
    assert outcomes(check_file, broken_files(), FEW) == {0, 2}


def test_a_few_recipes_for_broken_files(propose: Callable[[File], int]) -> None:
    assert outcomes(propose, broken_files(), FEW) == {0, 2}


@pytest.mark.slow
def test_two_thousand_broken_recipes(check_recipe: Callable[[bytes], int]) -> None:
    assert outcomes(check_recipe, broken_recipes(), MANY) == {0, 2}


@pytest.mark.slow
def test_two_thousand_broken_files(check_file: Callable[[File], int]) -> None:
    assert outcomes(check_file, broken_files(), MANY) == {0, 2}


@pytest.mark.slow
def test_recipes_for_two_thousand_broken_files(propose: Callable[[File], int]) -> None:
    assert outcomes(propose, broken_files(), MANY) == {0, 2}
