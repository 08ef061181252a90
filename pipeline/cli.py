"""The command line: parse, call one function, print. Imports nothing heavy by itself."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.arguments import parse
from pipeline.errors import GraftError, Interrupted

if TYPE_CHECKING:
    from pipeline.contracts import RunResult


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0 done, 1 a fault of ours, 2 a mistake that the person can mend, 130 interrupted.
    """
    parsed = parse(arguments)
    _quiet_libraries()
    try:
        return _COMMANDS[parsed.command](parsed)
    except GraftError as error:
        from pipeline.terminal import show_error

        show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("\ninterrupted; nothing had been trained yet, so start it again", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Somebody closed the pipe, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(arguments: argparse.Namespace) -> int:
    from pipeline import recipe as recipes

    recipe = recipes.load(arguments.recipe, arguments.overrides)
    from pipeline import checking

    checking.glance(recipe)
    from pipeline import runner
    from pipeline.contracts import Silent
    from pipeline.terminal import TerminalReporter, show_result
    from pipeline.training.processes import is_main

    signal.signal(signal.SIGTERM, _as_keyboard_interrupt)
    report = TerminalReporter() if is_main() else Silent()
    try:
        finished = runner.run(
            recipe,
            runs=arguments.runs,
            resume=arguments.resume,
            command=_typed(arguments),
            report=report,
        )
    except Interrupted as error:
        again = f"graft run {arguments.recipe} {' '.join(arguments.overrides)}".strip()
        raise Interrupted(str(error), hint=f"go on with: {again} --resume") from None
    if finished is not None and isinstance(report, TerminalReporter):
        show_result(finished.result, report.console)
        _show_paths(finished.folder, finished.result)
    return 0


def _typed(arguments: argparse.Namespace) -> str:
    recipe = arguments.recipe
    name = recipe if not recipe.is_absolute() else recipe.name
    return " ".join(["graft run", str(name), *arguments.overrides])


def _show_paths(folder: Path, result: RunResult) -> None:
    lines = [("report", folder / "report.html")]
    if (folder / "README.md").is_file():
        lines.append(("model card", folder / "README.md"))
    first = next(iter(result.exports), None)
    if first:
        lines.insert(1, (first.name, folder / first.path))
    for title, path in lines:
        print(f"{title + ':':12} {path}")
    if first:
        verb = "generate" if result.model.get("pipeline_tag") == "text-generation" else "predict"
        print(f'\nnext:        graft {verb} {folder} "a text of your own"')


def _as_keyboard_interrupt(number: int, frame: object) -> None:
    del number, frame
    raise KeyboardInterrupt


def _check(arguments: argparse.Namespace) -> int:
    from pipeline import checking
    from pipeline import recipe as recipes
    from pipeline.terminal import TerminalReporter

    recipe = recipes.load(arguments.recipe, arguments.overrides)
    checking.check(recipe, report=TerminalReporter())
    print(f"{arguments.recipe}: ready to run with: graft run {arguments.recipe}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from pipeline import recipe as recipes
    from pipeline.errors import StorageError

    if not arguments.folder.is_dir():
        raise StorageError(
            "there is no such folder",
            place=str(arguments.folder),
            hint="name the folder of your recipes: graft list FOLDER",
        )
    files = sorted(arguments.folder.rglob("*.yaml"))
    if not files:
        raise StorageError(
            "there are no recipes in this folder: no file ends in .yaml",
            place=str(arguments.folder),
        )
    names = [str(file.relative_to(arguments.folder).with_suffix("")) for file in files]
    width = max(map(len, names))
    for name, file in zip(names, files, strict=True):
        print(f"{name:{width}}  {recipes.describe(file)}".rstrip())
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    del arguments
    import json

    from pipeline import recipe_blocks

    print(json.dumps(recipe_blocks.schema(), indent=2))
    return 0


def _predict(arguments: argparse.Namespace) -> int:
    from pipeline import predicting
    from pipeline.terminal import TerminalReporter

    predicting.predict(
        arguments.model,
        texts=arguments.text,
        source=arguments.input,
        output=arguments.output,
        columns=arguments.columns,
        report=TerminalReporter(stderr=True),
        show=print,
    )
    return 0


def _score(arguments: argparse.Namespace) -> int:
    from pipeline import plausibility
    from pipeline.errors import DataError, UserError
    from pipeline.terminal import TerminalReporter

    if arguments.text and arguments.input:
        raise UserError("give either sentences or --input FILE")
    if arguments.input and not arguments.input.is_file():
        raise DataError("there is no such file", place=str(arguments.input))
    with (
        arguments.input.open(encoding="utf-8") if arguments.input else nullcontext(sys.stdin)
    ) as lines:
        plausibility.score(
            arguments.model,
            sentences=arguments.text or lines,
            ranked=arguments.rank,
            output=arguments.output,
            interactive=not arguments.text and not arguments.input and sys.stdin.isatty(),
            report=TerminalReporter(stderr=True),
            show=print,
        )
    return 0


def _generate(arguments: argparse.Namespace) -> int:
    from pipeline import generating
    from pipeline.terminal import TerminalReporter

    prompt = sys.stdin.read().rstrip("\n") if arguments.prompt is None else arguments.prompt
    generating.generate(
        arguments.model,
        prompt,
        max_tokens=arguments.max_tokens,
        temperature=arguments.temperature,
        top_p=arguments.top_p,
        seed=arguments.seed,
        beams=arguments.beams,
        report=TerminalReporter(stderr=True),
        show=lambda piece: print(piece, end="", flush=True),
    )
    print()
    return 0


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "check": _check,
    "list": _list,
    "schema": _schema,
    "predict": _predict,
    "score": _score,
    "generate": _generate,
}


def _quiet_libraries() -> None:
    """Libraries speak in their own logs; Graft says what matters itself."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("DATASETS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    # What one library will want of another some day is not for the person who runs a recipe.
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers|peft|datasets")


if __name__ == "__main__":
    sys.exit(main())
