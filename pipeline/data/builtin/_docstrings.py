"""Documented objects of an installed package, read from its sources without importing it."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import sysconfig
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

STANDARD_LIBRARY = "python"
"""What the standard library is called where a package is asked for."""

Kind = Literal["module", "class", "function", "attached"]

_TESTS = frozenset({"test", "tests", "testing", "_testing", "idle_test"})
_NOT_ITS_OWN = frozenset(
    {"site-packages", "dist-packages", "_vendor", "_bundled", "_external", "externals", "lib2to3"}
)
_ATTACHING = ("add_newdoc", "add_docstr")


@dataclass(frozen=True, slots=True)
class Documented:
    """An object with a docstring, or one that could have one.

    Attributes:
        name: inside its module, such as ``Rotation.apply``; empty for the module itself. Of a
            docstring that a call attaches to a compiled object: as the call names it.
        kind: ``attached`` where a call such as ``add_newdoc`` gives the docstring.
        doc: cleaned of indentation; empty where there is none.
    """

    name: str
    kind: Kind
    doc: str


def sources(package: str, *, under: str = "") -> list[tuple[str, Path]]:
    """Modules of a package with their files, sorted by path; without tests and vendored code.

    Args:
        package: import name of a top-level package, or ``STANDARD_LIBRARY``.
        under: a folder inside the package; all of it where empty.

    Returns:
        Pairs such as ``("scipy.fft._basic", Path(...))``; none where it is not installed.
    """
    root = _root(package)
    if root is None:
        return []
    found = []
    for path in (root / under).rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        is_test = parts[-1].startswith("test_") or parts[-1] == "conftest"
        if is_test or not (_TESTS | _NOT_ITS_OWN).isdisjoint(parts):
            continue
        lead = () if package == STANDARD_LIBRARY else (package,)
        named = [part for part in (*lead, *parts) if part != "__init__"]
        found.append((parts, ".".join(named), path))
    return [(module, path) for _, module, path in sorted(found)]


def _root(package: str) -> Path | None:
    if package == STANDARD_LIBRARY:
        return Path(sysconfig.get_path("stdlib"))
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def documented(path: Path) -> Iterator[Documented]:
    """Everything in a file that has or could have a docstring, in the order of its lines.

    Objects inside functions are left out. A file that this Python cannot parse, such as a
    template, has none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of theirs: invalid escapes in their strings
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return
    yield Documented("", "module", ast.get_docstring(tree) or "")
    yield from _inside(tree.body, "")


def _inside(body: Iterable[ast.stmt], prefix: str) -> Iterator[Documented]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield Documented(prefix + name, "function", ast.get_docstring(node) or "")
            case ast.ClassDef(name=name):
                yield Documented(prefix + name, "class", ast.get_docstring(node) or "")
                yield from _inside(node.body, f"{prefix}{name}.")
            case ast.If() | ast.Try():
                yield from _inside((*node.body, *node.orelse), prefix)
            case (
                ast.Expr(value=ast.Call() as call)
                | ast.Assign(value=ast.Call() as call)
                | ast.AnnAssign(value=ast.Call() as call)
            ):
                yield from _attached(call)


def _attached(call: ast.Call) -> Iterator[Documented]:
    """``add_newdoc("module", "name", "doc")`` and its like.

    NumPy also gives ``("method", "doc")`` or a list of such pairs in place of a docstring.
    """
    if not call.args or not ast.unparse(call.func).rpartition(".")[2].lstrip("_").startswith(
        _ATTACHING
    ):
        return
    *owners, last = call.args
    pairs = last.elts if isinstance(last, ast.List) else [last]
    for given in pairs:
        own: list[ast.expr] = [given]
        if isinstance(given, ast.Tuple):
            own = given.elts
        *names, node = [*owners, *own]
        doc = _text(node)
        if doc is not None:
            name = ".".join(part for part in map(_spelled, names) if part)
            yield Documented(name, "attached", inspect.cleandoc(doc))


def _spelled(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def _text(node: ast.expr) -> str | None:
    """The string that an expression is known to be; the fields of a template stay as they are."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _text(left), _text(right)
            return None if first is None or second is None else first + second
        case ast.Call(func=ast.Attribute(value=template, attr="format")):
            filled = _text(template)
            return filled and filled.replace("{{", "{").replace("}}", "}")
    return None
