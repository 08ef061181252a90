"""A proposal as a commented recipe."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.reader import Reader

from pipeline.proposing.proposal import Proposal

_WIDTH = 100


def to_yaml(proposal: Proposal, *, run: str) -> str:
    """The text of the recipe's file.

    Args:
        proposal: what to write.
        run: the command that runs it.
    """
    lines = [f"# {_said(proposal.title)}  Run: {run}"]
    for key, value in proposal.recipe.items():
        if key == "data":
            lines += _data(proposal, value)
        else:
            lines += _commented(f"{key}: {_flow(value)}", proposal.reasons.get(key, ""), indent="")
            lines += [f"# or {_said(other)}" for other in proposal.also.get(key, ())]
    return "\n".join(lines) + "\n"


def _data(proposal: Proposal, data: dict[str, Any]) -> list[str]:
    lines = ["data:"]
    for key, value in data.items():
        lines += _commented(
            f"  {key}: {_flow(value)}", proposal.reasons.get(f"data.{key}", ""), indent="  "
        )
        if key == "columns":
            whys = {
                ours: why
                for ours, why in proposal.choice.why.items()
                if ours in proposal.choice.columns
            }
            lines += [f"  # {ours}: {_said(why)}" for ours, why in whys.items()]
    return [*lines, *(f"  # {_said(line)}" for line in proposal.also.get("data", ()))]


def _commented(line: str, reason: str, *, indent: str) -> list[str]:
    """The reason behind the line, or above it where it would be too long."""
    reason = _said(reason)
    if not reason:
        return [line]
    if len(line) + len(reason) + 4 <= _WIDTH:
        return [f"{line}  # {reason}"]
    return [f"{indent}# {reason}", line]


def _said(text: str) -> str:
    """A comment of one line: what is quoted from the rows may hold anything."""
    return Reader.NON_PRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.splitlines()))


def _flow(value: Any) -> str:
    """A value on one line."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    )
    return text.removesuffix("\n").removesuffix("\n...")
