"""A card as the Hub wants it: checked here, since the Hub refuses a wrong one at the very end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pipeline.contracts import HERE
from pipeline.errors import Problem
from pipeline.hub import repositories
from pipeline.pushing.licences import LICENCES
from pipeline.pushing.parcel import CARD, Parcel
from pipeline.pushing.spec import is_repository, near

_FRONT = re.compile(r"\A---\n(.*?)^---$", re.MULTILINE | re.DOTALL)
_DATA_SET = re.compile(r"[A-Za-z0-9_][\w.-]*")
_NEEDED = ("license", "library_name", "pipeline_tag", "tags", "model-index")

UNKNOWN = "unknown"
"""The licence of a model whose base and data do not say theirs."""


def check(parcel: Parcel) -> tuple[list[Problem], list[str]]:
    """Whether the Hub will take the card, and it says what it should.

    Returns:
        What is wrong, and what a person should know though it is not.
    """
    place = str(parcel.folder / CARD)
    found = _FRONT.match(parcel.card)
    try:
        front = yaml.safe_load(found[1]) if found else None
    except yaml.YAMLError as error:
        first = str(error).partition("\n")[0]
        return [Problem(f"the card's YAML cannot be read: {first}", place)], []
    if not isinstance(front, dict):
        hint = "the card begins with YAML between two lines of ---"
        return [Problem("the card says nothing to the Hub", place, hint)], []
    problems = [
        Problem(said, place, hint)
        for said, hint in (
            *_lacking(front),
            *_licence(front),
            *_named(front, _adapted(parcel.folder)),
            *_scores(front),
            *_snippet(parcel.card),
        )
    ]
    unknown = front.get("license") == UNKNOWN
    said = f"the licence is not known; say it in the recipe (hub.license) or in {place}"
    return problems, [said] if unknown else []


Found = Iterator[tuple[str, str]]


def _lacking(front: Mapping[str, Any]) -> Found:
    for key in _NEEDED:
        if not front.get(key):
            yield f"the card lacks '{key}'", "export again, or write it into the card"


def _licence(front: Mapping[str, Any]) -> Found:
    licence = front.get("license")
    for each in licence if isinstance(licence, list) else [licence]:
        if each and each not in LICENCES:
            yield f"the Hub knows no licence '{each}'", near(str(each))


def _adapted(folder: Path) -> str | None:
    """The base that an adapter names, where it does not bring it along."""
    file = folder / repositories.ADAPTER_CONFIG
    if not file.is_file():
        return None
    named = json.loads(file.read_text(encoding="utf-8")).get("base_model_name_or_path")
    return named if isinstance(named, str) and is_repository(named) else None


def _named(front: Mapping[str, Any], adapted: str | None) -> Found:
    bases = _listed(front.get("base_model"))
    for base in bases:
        if not is_repository(base) and not _DATA_SET.fullmatch(base):
            yield f"base_model: '{base}' is no id on the Hub", "name it owner/name, or leave it out"
    if adapted and adapted not in bases:
        yield f"base_model does not name {adapted}, which the adapter needs", "export again"
    for name in _listed(front.get("datasets")):
        if not is_repository(name) and not _DATA_SET.fullmatch(name):
            yield f"datasets: '{name}' is no id on the Hub", "name it owner/name, or leave it out"


def _listed(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each]


def _scores(front: Mapping[str, Any]) -> Found:
    """At least one score, every one a number, the first with its interval."""
    index = front.get("model-index")
    if not index:
        return
    try:
        metrics = [
            metric
            for entry in index
            for result in entry["results"]
            for metric in result["metrics"]
            if result["task"]["type"] and result["dataset"]["type"] and metric["type"]
        ]
    except (KeyError, TypeError) as error:
        yield f"model-index is not as the Hub reads it: {error}", "export again"
        return
    if not metrics:
        yield "model-index holds no score", "export again"
    for metric in metrics:
        if isinstance(metric.get("value"), bool) or not isinstance(
            metric.get("value"), int | float
        ):
            yield f"model-index: the value of {metric['type']} is no number", "export again"
    if metrics and "interval" not in (metrics[0].get("args") or {}):
        yield "model-index: the first score has no interval", "export again"


def _snippet(card: str) -> Found:
    if HERE in card or "snapshot_download(" not in card:
        yield "the card's snippet does not fetch the files from the Hub", "export again"
