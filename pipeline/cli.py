"""The command line: parse, call one function, print. Imports nothing heavy by itself."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from pipeline import __version__
from pipeline.errors import GraftError, Interrupted

RECIPES = Path("recipes")
RUNS = Path("runs")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0 done, 1 a fault of ours, 2 a mistake that the person can mend, 130 interrupted.
    """
    parsed = _parse(arguments)
    _quiet_libraries()
    try:
        return int(parsed.function(parsed) or 0)
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


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Words may follow options: ``graft run x.yaml --runs r train.epochs=1``."""
    parser = _parser()
    parsed, rest = parser.parse_known_args(arguments)
    words: list[str] | None = getattr(parsed, "overrides", getattr(parsed, "text", None))
    if rest and (words is None or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if words is not None:
        words += rest
    return parsed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="graft",
        description="Transfer learning by recipe, measured against classic baselines.",
    )
    parser.add_argument("--version", action="version", version=f"graft {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="fine-tune, compare, judge, export")
    _recipe_arguments(run)
    run.add_argument("--runs", type=Path, default=RUNS, help="folder of all runs (default: runs)")
    run.add_argument("--resume", action="store_true", help="go on with the unfinished run")
    run.set_defaults(function=_run)

    check = commands.add_parser("check", help="check a recipe and its data; train nothing")
    _recipe_arguments(check)
    check.set_defaults(function=_check)

    listing = commands.add_parser("list", help="the recipes, a line each")
    listing.add_argument("folder", nargs="?", type=Path, default=RECIPES)
    listing.set_defaults(function=_list)

    schema = commands.add_parser("schema", help="the JSON schema of a recipe, for editors")
    schema.set_defaults(function=_schema)

    predict = commands.add_parser("predict", help="answer texts with a run or an adapter")
    predict.add_argument("model", type=Path, help="a run's folder, or an export's")
    predict.add_argument("text", nargs="*", help="texts to answer")
    predict.add_argument("--input", type=Path, help="a CSV, TSV, JSONL or Parquet file")
    predict.add_argument("--output", type=Path, help="a CSV, JSONL or Parquet file")
    predict.add_argument(
        "--columns",
        default="",
        help="where the input's columns are called otherwise: text=sentence,text_pair=other",
    )
    predict.set_defaults(function=_predict)
    _score_arguments(commands.add_parser("score", help="how plausible sentences are"))
    _generate_arguments(commands.add_parser("generate", help="go on from a prompt, or answer it"))
    return parser


_MODEL = "a run's folder, an export's, a baseline such as runs/x/latest:ngram-lm, or a base model"


def _score_arguments(score: argparse.ArgumentParser) -> None:
    score.add_argument("model", help=_MODEL)
    score.add_argument("text", nargs="*", help="sentences; read from standard input without any")
    score.add_argument("--input", type=Path, help="a text file, one sentence a line")
    score.add_argument("--output", type=Path, help="a CSV, TSV or JSONL file")
    score.add_argument("--rank", action="store_true", help="the most plausible first")
    score.set_defaults(function=_score)


def _generate_arguments(generate: argparse.ArgumentParser) -> None:
    generate.add_argument("model", help=_MODEL)
    generate.add_argument("prompt", nargs="?", help="read from standard input without one")
    generate.add_argument("--max-tokens", type=int, default=100, help="at most (default: 100)")
    generate.add_argument("--temperature", type=float, help="draw tokens; 1: as likely as they are")
    generate.add_argument("--top-p", type=float, help="draw among the likeliest tokens alone")
    generate.add_argument("--seed", type=int, default=0, help="of drawing (default: 0)")
    generate.add_argument("--beams", type=int, default=1, help="search so many beams")
    generate.set_defaults(function=_generate)


def _recipe_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", type=Path, help="a recipe's file, such as recipes/demo.yaml")
    parser.add_argument(
        "overrides", nargs="*", metavar="key=value", help="such as train.epochs=1 data.limit=200"
    )


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
        _show_paths(finished.folder, finished.result.exports, report)
    return 0


def _typed(arguments: argparse.Namespace) -> str:
    recipe = arguments.recipe
    name = recipe if not recipe.is_absolute() else recipe.name
    return " ".join(["graft run", str(name), *arguments.overrides])


def _show_paths(folder: Path, exports: Sequence[object], report: object) -> None:
    from pipeline.contracts import ExportResult

    lines = [("report", folder / "report.html")]
    if (folder / "README.md").is_file():
        lines.append(("model card", folder / "README.md"))
    first = next((item for item in exports if isinstance(item, ExportResult)), None)
    if first:
        lines.insert(1, (first.name, folder / first.path))
    for title, path in lines:
        print(f"{title + ':':12} {path}")
    if first:
        print(f'\nnext:        graft predict {folder} "a text of your own"')


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
