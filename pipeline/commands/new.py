"""Look at data and propose a recipe for it.

A file, a folder or a data set of the Hub goes in; a commented recipe comes out, with a line of
reason for each of its parts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RecipeError, UserError, nearest, suggestion

if TYPE_CHECKING:
    from pipeline.contracts import Reporter
    from pipeline.proposing.proposal import Proposal
    from pipeline.proposing.source import Source

_FOLDER = Path("recipes")
_SHOWN = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Where the data is, and what a person knows better."""
    parser.add_argument("path", help="a file, a folder, or hub:ID for a data set on the Hub")
    parser.add_argument("--yes", action="store_true", help="ask nothing, take what is proposed")
    parser.add_argument("--task", help="the task, where another one is meant")
    parser.add_argument("--model", help="the base model: a Hub id, a folder or builtin:NAME")
    parser.add_argument("--config", help="with hub:ID, its configuration")
    parser.add_argument("--name", help="what the recipe is called (default: as the data)")
    parser.add_argument("--output", type=Path, help="its file (default: recipes/NAME.yaml)")
    parser.add_argument("--force", action="store_true", help="replace a recipe of that name")


def run(arguments: argparse.Namespace) -> int:
    """Propose, ask, write, and look whether the recipe would run."""
    from pipeline import storage
    from pipeline.proposing import proposal as proposals
    from pipeline.proposing import writing
    from pipeline.terminal import TerminalReporter

    if not arguments.yes and not sys.stdin.isatty():
        raise UserError(
            "there is no terminal to ask on", hint="to take what is proposed, add --yes"
        )
    _refuse_unknown_task(arguments.task)
    report = TerminalReporter()
    report.stage(f"Looking at {arguments.path}")
    source = _look(arguments, report)
    proposal = proposals.propose(source, task=arguments.task, model=arguments.model)
    for one in proposal.profiles:
        report.note(f"{one.name}: {one.shown}")
    if not arguments.yes:
        proposal = _confirmed(proposal, source, arguments)
    name = arguments.name or (arguments.output.stem if arguments.output else proposal.name)
    output = arguments.output or _FOLDER / f"{name}.yaml"
    _refuse_existing(output, force=arguments.force)
    command = _command(output)
    storage.write_text(output, writing.to_yaml(proposal, run=command))
    report.stage(f"{output}")
    print(output.read_text(encoding="utf-8"))
    _verify(output, report)
    if proposal.also.get("model") and not str(proposal.recipe["model"]).startswith("builtin:"):
        report.note(f"the base is fetched from the Hub; {proposal.also['model'][0]}")
    print(f"check it:    graft check {output}")
    print(f"run it:      {command}")
    return 0


def _look(arguments: argparse.Namespace, report: Reporter) -> Source:
    from pipeline.proposing import source

    path: str = arguments.path
    if path.startswith("hub:"):
        return source.of_hub(path.removeprefix("hub:"), arguments.config, report=report)
    if arguments.config:
        raise UserError("--config is of a data set on the Hub: hub:ID")
    return source.of_files(Path(path).expanduser(), report=report)


def _refuse_unknown_task(task: str | None) -> None:
    from pipeline import components

    known = components.available("tasks")
    if task is not None and task not in known:
        raise UserError(f"there is no task '{task}'", hint=suggestion(task, known))


def _refuse_existing(output: Path, *, force: bool) -> None:
    if output.exists() and not force:
        raise RecipeError(
            "there is a recipe of this name already",
            place=str(output),
            hint="choose another name with --name, or replace it with --force",
        )


def _command(output: Path) -> str:
    """``make NAME`` where the Makefile finds the recipe, else the command itself."""
    in_recipes = output.parent == _FOLDER and Path("Makefile").is_file()
    return f"make {output.stem}" if in_recipes else f"graft run {output}"


def _verify(output: Path, report: Reporter) -> None:
    """Say what ``graft check`` would say of recipe and data."""
    from pipeline import recipe as recipes
    from pipeline.contracts import Silent
    from pipeline.data import sources

    report.stage("Whether it would run")
    recipe = recipes.load(output)
    if recipe.data.hub is not None:
        return
    try:
        splits = sources.load(
            recipe.data, recipe.task, doctor=recipe.doctor, seed=recipe.seed, report=Silent()
        )
    except UserError as error:
        report.warn("the recipe is written, but the data has to be mended before it can run:")
        for problem in error.problems[:_SHOWN]:
            report.warn(str(problem))
        if len(error.problems) > _SHOWN:
            report.warn(f"and {len(error.problems) - _SHOWN} more; graft check says them all")
        return
    for note in splits.notes:
        report.note(note)
    report.note(
        f"{splits.train.num_rows:,} training, {splits.validation.num_rows:,} validation and"
        f" {splits.test.num_rows:,} test rows"
    )


# ------------------------------------------------------------------------- asking


def _confirmed(proposal: Proposal, source: Source, arguments: argparse.Namespace) -> Proposal:
    """What a person makes of the proposal: each part confirmed or changed."""
    from pipeline import components
    from pipeline.proposing import proposal as proposals

    task = _ask("task", proposal.choice.task, proposal.choice.reason, components.available("tasks"))
    if task != proposal.choice.task:
        proposal = proposals.propose(source, task=task, model=arguments.model)
    names = [one.name for one in proposal.profiles]
    columns = {
        ours: _ask(f"column {ours}", theirs, proposal.choice.why.get(ours, ""), names or [theirs])
        for ours, theirs in proposal.choice.columns.items()
    }
    proposal = proposals.with_columns(source, proposal, columns)
    model = proposal.recipe["model"]
    spelled = model if isinstance(model, str) else model["id"]
    answer = _ask("model", spelled, proposal.reasons["model"])
    metrics = proposals.metrics_of(proposal)
    metric = _ask(
        "metric", proposal.recipe["evaluation"]["metric"], proposal.reasons["evaluation"], metrics
    )
    strategies = components.available("strategies")
    strategy = _ask(
        "strategy", proposal.recipe["strategy"], proposal.reasons["strategy"], strategies
    )
    return proposals.changed(
        proposal, model=None if answer == spelled else answer, metric=metric, strategy=strategy
    )


def _ask(what: str, proposed: str, reason: str, choices: Iterable[str] | None = None) -> str:
    """Return takes what is proposed; a wrong word is asked again, with the nearest right one."""
    print(f"{what}: {proposed}" + (f"  ({reason})" if reason else ""))
    while True:
        try:
            answer = input("  Return takes it, or type another: ").strip() or proposed
        except EOFError:
            raise KeyboardInterrupt from None
        if choices is None or answer in choices:
            return answer
        near = nearest(answer, choices)
        print(f"  there is no '{answer}'" + (f"; did you mean '{near}'?" if near else ""))
