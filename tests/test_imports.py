"""Imports point down only, component files import nothing heavy, and only the CLI prints."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "pipeline"
FILES = sorted(ROOT.rglob("*.py"))

# From the top down. What stands in one line is side by side and never imports each other.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("commands",),
    ("terminal",),
    ("curving",),
    ("ui",),
    (
        "runner",
        "comparing",
        "checking",
        "predicting",
        "plausibility",
        "generating",
        "showing",
        "arpa",
    ),
    ("proposing",),
    ("opening",),
    ("folding",),
    ("loading",),
    ("exporting",),
    ("contest", "resuming", "forecast"),
    ("creating",),
    ("recipe",),
    ("tasks", "strategies", "baselines", "exporters", "models"),
    ("pushing",),
    ("report",),
    ("training",),
    ("evaluation",),
    ("language",),
    ("networks",),
    ("data",),
    ("tokenisers",),
    ("bases",),
    ("hub",),
    ("weights",),
    ("provenance", "checksums"),
    ("contracts",),
    ("joining",),
    ("examples",),
    ("scratch",),
    ("components", "storage", "ragged", "personal"),
    ("errors",),
    ("__init__",),
)
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
# Folders in which imports point one way too, even those that only type checkers see.
ORDERED = (
    "baselines", "comparing", "contest", "contracts", "curving", "exporting", "hub", "loading",
    "predicting", "recipe",
)  # fmt: skip

FOLDERS = (
    "commands", "tasks", "strategies", "baselines", "exporters", "models", "data/builtin",
)  # fmt: skip
HEAVY = {
    "accelerate", "datasets", "evaluate", "huggingface_hub", "numpy", "pandas", "peft", "pyarrow",
    "safetensors", "scipy", "sklearn", "tokenizers", "torch", "transformers",
}  # fmt: skip


def part_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def names_imported(file: Path) -> Iterator[str]:
    """What a file imports, anywhere in it, as far as a module or a name in one."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def parts_imported(file: Path) -> Iterator[str]:
    """Parts of the package that a file imports."""
    for name in names_imported(file):
        package, _, rest = name.partition(".")
        if package == "pipeline":
            part = rest.partition(".")[0]
            yield part if part in LEVEL else "__init__"


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(file): file for file in FILES}


def modules_imported(file: Path) -> Iterator[str]:
    """Modules of the package that a file imports."""
    for name in names_imported(file):
        module = name if name in MODULES else name.rpartition(".")[0]
        if module in MODULES and module != module_of(file):
            yield module


def at_the_top(statements: list[ast.stmt]) -> Iterator[str]:
    """Packages that are imported when a file is, what only type checkers see left out."""
    for node in statements:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.If):
            if ast.unparse(node.test) != "TYPE_CHECKING":
                yield from at_the_top(node.body)
            yield from at_the_top(node.orelse)
        elif isinstance(node, ast.Try | ast.With):
            yield from at_the_top(node.body)


def test_every_part_has_its_layer() -> None:
    assert {part_of(file) for file in FILES} == set(LEVEL)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_point_down_only(file: Path) -> None:
    part = part_of(file)
    for other in parts_imported(file):
        if part != other:
            assert LEVEL[part] < LEVEL[other], f"{part} imports {other}"


@pytest.mark.parametrize("folder", ORDERED)
def test_no_imports_go_round_in_a_circle(folder: str) -> None:
    files = [file for file in FILES if part_of(file) == folder]
    assert len(files) > 1
    graph = {module_of(file): set(modules_imported(file)) for file in files}
    TopologicalSorter(graph).prepare()  # raises where there is one


def light_files() -> list[Path]:
    folders = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    specs = list(ROOT.rglob("spec.py"))
    typed = ("cli", "checking", "components", "contracts", "errors", "recipe")
    alone = [file for file in FILES if part_of(file) in typed]
    assert len(specs) == 5
    assert all(folder in {name_of(file.parent) for file in folders} for folder in FOLDERS)
    return sorted({*folders, *specs, *alone})


@pytest.mark.parametrize("file", light_files(), ids=name_of)
def test_checking_a_recipe_imports_nothing_heavy(file: Path) -> None:
    assert not HEAVY & set(at_the_top(tree_of(file).body))


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if part_of(file) not in {"cli", "commands", "terminal"}],
    ids=name_of,
)
def test_only_the_command_line_prints(file: Path) -> None:
    said = {
        ast.unparse(node.func)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith(("print", "sys.stdout.", "sys.stderr."))
    }
    assert not said
