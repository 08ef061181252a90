"""Answer texts with a run, an export or a baseline."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pipeline.predicting.request import Source, Wanted
    from pipeline.terminal import TerminalReporter


def configure(parser: argparse.ArgumentParser) -> None:
    """What answers, what it answers, and where the answers go."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (
        "Without texts and --input, rows come from standard input; on a terminal they are asked"
        " for.\nWith --output, answers stand beside the input's columns: label and score,"
        " value, tags and\nspans, answer with start and end, or what the task answers with."
    )
    parser.add_argument(
        "model",
        help="a run's folder, an export's, hub:owner/name[@revision], or a baseline such as"
        " runs/x/latest:tfidf",
    )
    parser.add_argument("text", nargs="*", help="texts to answer")
    parser.add_argument(
        "--input", type=Path, help="a CSV, TSV, JSONL or Parquet file, or a text a line (.txt)"
    )
    parser.add_argument("--output", type=Path, help="a CSV, TSV, JSONL or Parquet file")
    parser.add_argument(
        "--columns",
        action="append",
        default=[],
        metavar="OURS=THEIRS,...",
        help="where the input's columns are called otherwise: text=sentence,text_pair=other"
        " (may be given several times)",
    )
    parser.add_argument(
        "--keep",
        default="all",
        metavar="NAMES",
        help="columns of the input that the output keeps: all, none, or a,b (default: all)",
    )
    parser.add_argument(
        "--probabilities", action="store_true", help="those of all classes, a column each"
    )
    parser.add_argument(
        "--blank", action="store_true", help="leave rows without a text without an answer"
    )
    parser.add_argument(
        "--from",
        dest="kind",
        default="text",
        choices=("text", "csv", "tsv", "jsonl"),
        help="how standard input is written (default: a text a line)",
    )
    parser.add_argument(
        "--to",
        dest="form",
        default="lines",
        choices=("lines", "csv", "tsv", "jsonl"),
        help="how answers are printed (default: lines for people)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Answer what was typed, what a file holds, or what comes."""
    from pipeline import predicting
    from pipeline.errors import Interrupted
    from pipeline.predicting.request import Wanted
    from pipeline.terminal import TerminalReporter

    report = TerminalReporter(stderr=True)
    wanted = Wanted(
        columns=",".join(arguments.columns),
        keep=arguments.keep,
        probabilities=arguments.probabilities,
        blank=arguments.blank,
        output=arguments.output,
        form=arguments.form,
    )
    source = _source(arguments)
    try:
        if source is None:
            _ask(arguments.model, wanted, report)
            return 0
        count = predicting.predict(
            arguments.model, source, wanted, report=report, tell=sys.stdout.write
        )
    except KeyboardInterrupt:
        raise Interrupted(
            "interrupted: no answer was written into a file", hint="start it again"
        ) from None
    if arguments.output is not None:
        print(f"{count:,} answer{'s' * (count != 1)}: {arguments.output}")
    return 0


def _source(arguments: argparse.Namespace) -> Source | None:
    """What is to be answered; None where somebody is to be asked.

    Raises:
        UserError: two things at once.
    """
    from pipeline.errors import UserError
    from pipeline.predicting.request import Source

    if arguments.text and arguments.input:
        raise UserError("give either texts or --input FILE", hint='graft predict RUN "some text"')
    if arguments.text:
        return Source(texts=arguments.text)
    if arguments.input and str(arguments.input) != "-":
        return Source(file=arguments.input)
    if sys.stdin.isatty() and arguments.output is None:
        return None
    pipe: BinaryIO = sys.stdin.buffer
    return Source(pipe=pipe, kind=arguments.kind)


def _ask(model: str, wanted: Wanted, report: TerminalReporter) -> None:
    from contextlib import suppress

    from pipeline.predicting import asking

    with suppress(ImportError):
        import readline  # noqa: F401  # lines can then be edited, letters of any width

    def ask(prompt: str) -> str | None:
        try:
            return input(prompt)
        except EOFError:
            print()
            return None

    report.note("a text a line; the end of input (Ctrl-D) ends it")
    with suppress(KeyboardInterrupt):
        asking.answer_each(model, wanted, ask=ask, report=report, tell=sys.stdout.write)
