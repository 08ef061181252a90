"""What Graft pushed to the Hub, or anybody an adapter: fetched to be used again.

``hub:owner/name`` is the newest of a repository, ``hub:owner/name@revision`` what a branch, a
tag or a commit names. Only safetensors and text are fetched; no code from a repository runs.
"""

from __future__ import annotations

from pathlib import Path

from pipeline import hub, weights
from pipeline.contracts import BASE_FOLDER, FACTS, Reporter
from pipeline.errors import ModelError

PREFIX = "hub:"
ADAPTER_CONFIG = "adapter_config.json"
ADAPTER = "adapter_model.safetensors"

_FILES = (
    "*.json", "*.txt", "*.model", "*.jinja", ADAPTER, weights.ONE_FILE, "model-*.safetensors",
    f"{BASE_FOLDER}/*.safetensors",
)  # fmt: skip


def is_named(name: str) -> bool:
    """Whether this says that it lies on the Hub."""
    return name.startswith(PREFIX)


def fetch(name: str, report: Reporter, *, facts: bool) -> tuple[Path, str]:
    """The files of a repository in the Hub's own cache.

    Args:
        name: with or without ``hub:``.
        facts: refuse what Graft did not push: it lacks labels, task and longest input.

    Returns:
        The folder and its commit.

    Raises:
        ModelError: it holds no model that is safe to load, or none that Graft pushed.
        HubError: the Hub said no, or did not answer.
    """
    repo, _, revision = name.removeprefix(PREFIX).partition("@")
    return hub.fetch(
        repo,
        revision or None,
        files=_FILES,
        check=lambda names: _check(names, repo, facts=facts),
        whole=lambda folder: _is_whole(folder, facts=facts),
        otherwise="try again when it can be reached; what was fetched before works without it",
        report=report,
        subfolders=True,
    )


def _check(names: list[str], repo: str, *, facts: bool) -> None:
    if ADAPTER_CONFIG in names and ADAPTER not in names:
        weights.refuse_without_weights(names, repo)
    if ADAPTER_CONFIG not in names:
        weights.check_names(names, repo)
    if facts and FACTS not in names:
        raise ModelError(
            f"there is no {FACTS} in this repository: Graft did not push it",
            place=repo,
            hint="a recipe may start from any adapter: model: {id: ITS BASE, adapter: "
            f"{repo}}}; a base model is named without {PREFIX}",
        )


def _is_whole(folder: Path, *, facts: bool) -> bool:
    if facts and not (folder / FACTS).is_file():
        return False
    if (folder / ADAPTER_CONFIG).is_file():
        return (folder / ADAPTER).is_file()
    return weights.is_whole(folder)
