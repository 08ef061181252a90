"""``graft check``: what a run would work on, what is wrong with it, and what it would take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import bases, folding
from pipeline.bases import Base
from pipeline.contracts import SPLITS, Reporter, Splits
from pipeline.errors import Problem, UserError
from pipeline.pushing import access
from pipeline.recipe import Recipe

if TYPE_CHECKING:
    from pipeline.data.doctor.rows import Rows
    from pipeline.examples import Codec

_COUNTED_ROWS = 2_000
_SHOWN_ROWS = 2
_SHOWN_CHARACTERS = 600


def glance(recipe: Recipe) -> None:
    """Is the base there, do the data files have the columns? Takes no time, reads no row.

    Raises:
        UserError: what is wrong with base and data, all of it.
    """
    from pipeline.data.sources import inspect

    problems: list[Problem] = []
    try:
        if recipe.model.id:
            bases.present(recipe.model.id)
    except UserError as error:
        problems += error.problems
    problems += inspect(recipe.data, recipe.task)
    if problems:
        raise UserError(problems)


def check(recipe: Recipe, *, fast: bool = False, report: Reporter) -> None:
    """Base, rows and their doctor, rows as the model sees them, and a few steps of training.

    The Hub is not asked: what is neither built in nor on this disk is taken at its word.

    Args:
        fast: take no step, load no weights.

    Raises:
        UserError: what is wrong with base and data, all of it.
    """
    problems: list[Problem] = []
    base: Base | None = None
    splits: Splits | None = None
    try:
        base = _check_base(recipe, report)
    except UserError as error:
        problems += error.problems
    try:
        splits = _check_data(recipe, report)
    except UserError as error:
        problems += error.problems
    if recipe.hub is not None:
        report.stage("The Hub")
        try:
            report.note(access.allowed(recipe.hub))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)
    if splits is None:
        return
    recipe = recipe.settled(splits.train)
    codec = None if base is None else _codec(recipe, base)
    _examine(recipe, splits, codec, report)
    if base is None or codec is None:
        return
    _show_rows(recipe, codec, splits, report)
    if not fast:
        from pipeline import forecast

        report.stage("What fine-tuning would take")
        forecast.tell(forecast.measure(recipe, base, splits, report=report), report)


def _check_base(recipe: Recipe, report: Reporter) -> Base | None:
    """The base, where it lies on this machine."""
    report.stage("Base model")
    model = recipe.model
    if model.new:
        report.note(f"a new {model.new}; its tokenizer and weights are made by the run")
        return None
    base = bases.at_hand(model.id, revision=model.revision, sha256=model.sha256)
    if base is None:
        report.note(
            f"{model.id} will be fetched from the Hub; what it makes of the rows, and how long it"
            " trains, can be said once it is on this disk"
        )
        return None
    if model.adapter:
        found = folding.find(model.adapter, base, report)
        report.note(f"the adapter {found.name} belongs to it, and will be folded in")
    family = bases.family_of(base, recipe.task)
    as_asked = ", weights as expected" if base.origin == "builtin" or model.sha256 else ""
    report.note(f"{model.id}: {family.name}, {base.size_bytes / 1e6:.0f} MB{as_asked}")
    return base


def _check_data(recipe: Recipe, report: Reporter) -> Splits | None:
    """The rows, where they lie on this machine."""
    report.stage("Data")
    if recipe.data.hub is not None:
        report.note(f"{recipe.data.hub} will be fetched from the Hub, or its local cache")
        return None
    from pipeline.data.sources import load

    splits = load(recipe.data, recipe.task, doctor=recipe.doctor, seed=recipe.seed, report=report)
    recipe = recipe.settled(splits.train)
    from pipeline.evaluation import oddities

    for note in oddities.too_few(splits.test.num_rows, confidence=recipe.evaluation.confidence):
        report.warn(note)
    labels = recipe.task.labels(splits.train)
    report.table(
        f"{len(labels)} labels: {_shortened(labels)}" if labels else "Rows",
        ("split", "rows"),
        [
            ("train", f"{splits.train.num_rows:,}"),
            ("validation", f"{splits.validation.num_rows:,}"),
            ("test", f"{splits.test.num_rows:,}"),
        ],
    )
    return splits


def _codec(recipe: Recipe, base: Base) -> Codec:
    from pipeline.training.model import read_codec

    family = bases.family_of(base, recipe.task)
    return read_codec(base, family=family, max_length=recipe.train.max_length)


def _examine(recipe: Recipe, splits: Splits, codec: Codec | None, report: Reporter) -> None:
    """The doctor's findings, and what the tokenizer makes of the rows."""
    from pipeline.data.doctor.examination import examine
    from pipeline.data.doctor.findings import tell
    from pipeline.data.doctor.rows import Rows

    rows = Rows.of(splits, recipe.task)
    findings = examine(rows, recipe.doctor, report=report)
    if codec is not None:
        findings += examine(replace(rows, codec=codec), recipe.doctor, report=report)
    tell(findings, len(rows), report)
    if codec is not None:
        _count_tokens(recipe, rows, codec, report)


def _count_tokens(recipe: Recipe, rows: Rows, codec: Codec, report: Reporter) -> None:
    """How long rows are in tokens, and how much of them is cut; of some rows of each split."""
    from pipeline.training.encoding import encoded

    lines = []
    for split in SPLITS:
        sample = rows.sample(split, _COUNTED_ROWS)
        examples = encoded(
            recipe.task, sample, rows.labels, codec, purpose="learn", report=report,
            title=f"tokenising {split} rows",
        )  # fmt: skip
        facts = examples.facts()
        cut_rows = facts["cut_rows"] / max(sample.num_rows, 1)
        lines.append(
            (
                split,
                f"{sample.num_rows:,}",
                f"{facts['mean']:,}",
                f"{facts['longest']:,}",
                f"{cut_rows:.1%}",
                f"{facts['cut_share']:.1%}",
            )
        )
        if facts["cut_rows"] and recipe.train.too_long != "truncate":
            report.warn(
                f"{split}: {cut_rows:.1%} of the rows are longer than {codec.max_length} tokens"
                f" and would be {'refused' if recipe.train.too_long == 'error' else 'cut'}"
            )
    report.table(
        f"Tokens; the longest input is {codec.max_length}",
        ("split", "rows looked at", "mean", "longest", "rows cut", "tokens cut"),
        lines,
    )


def _show_rows(recipe: Recipe, codec: Codec, splits: Splits, report: Reporter) -> None:
    """A few training rows as the model will see them, and what is asked of them there."""
    report.stage("Rows as the model sees them")
    task = recipe.task
    examples = task.encode(
        splits.train.slice(0, _SHOWN_ROWS),
        task.labels(splits.train),
        codec,
        purpose="learn",
    )
    drawn = task.draw(examples, codec, seed=(recipe.seed, 0))
    for number in range(min(len(drawn), _SHOWN_ROWS)):
        report.note(_without_middle(task.shown(drawn, codec, number)).replace("\n", "\n    "))


def _without_middle(text: str) -> str:
    """A long text's beginning and end: a prompt begins there, and what is asked ends there."""
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    half = _SHOWN_CHARACTERS // 2
    return f"{text[:half]} [...] {text[-half:]}"


def _shortened(labels: tuple[str, ...]) -> str:
    shown = ", ".join(labels[:8])
    return f"{shown}, ..." if len(labels) > 8 else shown
