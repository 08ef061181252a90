"""Weights in a folder, or among a repository's files: safetensors that are all there."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NoReturn

from pipeline.errors import ModelError, nearest
from pipeline.storage import read_json

ONE_FILE = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")


def check_folder(folder: Path, name: str) -> None:
    """Refuse a folder that is no base model with weights that are safe to load.

    Args:
        name: of the base, as the person spelled it.

    Raises:
        ModelError: what is missing and how to get it.
    """
    if not folder.is_dir():
        parent = folder.parent if folder.parent.is_dir() else Path()
        near = nearest(folder.name, [item.name for item in parent.iterdir() if item.is_dir()])
        hint = f"did you mean {parent / near}?" if near else "a Hub id is written owner/name"
        raise ModelError("there is no such folder", place=name, hint=hint)
    if (folder / "adapter_config.json").is_file():
        raise ModelError(
            "this folder is an adapter, not a base model",
            place=name,
            hint="name the base that it was trained on, or merge the two first",
        )
    if not (folder / "config.json").is_file():
        raise ModelError(
            "this folder has no config.json",
            place=name,
            hint="point at a folder that save_pretrained wrote",
        )
    files = [file.name for file in folder.iterdir()]
    if not any(file.endswith(".safetensors") for file in files):
        refuse_without_weights(files, name)


def check_names(names: list[str], repo: str) -> None:
    """The same of a repository, before anything of it is fetched.

    Args:
        names: of its files.

    Raises:
        ModelError: it is an adapter, or has no safetensors.
    """
    if "adapter_config.json" in names and "config.json" not in names:
        raise ModelError("this repository is an adapter, not a base model", place=repo)
    if not {ONE_FILE, _INDEX} & set(names):
        refuse_without_weights(names, repo)


def refuse_without_weights(files: list[str], name: str) -> NoReturn:
    """Say why, where none of the files can be loaded: a pickle is not, whoever made it.

    Args:
        name: of what holds the files, as the person spelled it.
    """
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


def found_in(folder: Path) -> list[Path]:
    """The files of a folder's weights, in order.

    Raises:
        ModelError: the index names one that is not there.
    """
    index = folder / _INDEX
    if index.is_file():
        names = sorted(set(read_json(index)["weight_map"].values()))
        missing = [name for name in names if not (folder / name).is_file()]
        if missing:
            raise ModelError(
                f"weights are missing: {', '.join(missing[:3])}",
                place=str(index),
                hint="the index names them; copy or download the whole folder again",
            )
        return [folder / name for name in names]
    if (folder / ONE_FILE).is_file():
        return [folder / ONE_FILE]
    return sorted(folder.glob("*.safetensors"))


def sha256(file: Path) -> str:
    """Of a file's bytes, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_whole(folder: Path) -> bool:
    """Whether what an earlier download left is enough, whoever made it."""
    try:
        files = found_in(folder)
    except ModelError:  # a shard is missing: the download was cut short
        return False
    configured = (folder / "config.json").is_file() and any(folder.glob("tokenizer*"))
    return configured and bool(files)
