"""The upload: what differs, one commit, and a tag with the run's name."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeVar

from pipeline.contracts import Reporter
from pipeline.hub import replies
from pipeline.pushing import access
from pipeline.pushing.access import Remote
from pipeline.pushing.parcel import CARD, Parcel

T = TypeVar("T")

Change = Literal["new", "changed", "as it is", "removed"]

_OURS = (".safetensors", ".onnx", ".data", ".json", ".jinja", ".model", "vocab.txt", "merges.txt")
"""What an earlier push may have left; a licence or a picture that somebody added stays."""

PLACE = "push"
"""What messages name where the command is at fault, and no line of a recipe."""

_WAITS_S = (1, 2, 4)
"""Before asking a Hub again that stumbled; what is longer is for the person to decide."""
_BYTES = 1_000_000


@dataclass(frozen=True)
class Item:
    """One file of the repository, and what the push does to it; bytes where it is sent."""

    name: str
    size: int
    change: Change


def compare(parcel: Parcel, remote: Remote, report: Reporter) -> list[Item]:
    """Every file of the export beside what the repository has, and what would be removed there."""
    items = []
    sizes = {name: _content(parcel, name)[1] for name in parcel.files}
    with report.progress("comparing, MB", sum(sizes.values()) // _BYTES + 1) as advance:
        for name in parcel.files:
            there = remote.files.get(name)
            change: Change = "new"
            if there is not None:
                change = "as it is" if there == _name(parcel, name, there) else "changed"
            items.append(Item(name, sizes[name], change))
            advance(sizes[name] // _BYTES)
    left = [name for name in remote.files if name not in parcel.files and name.endswith(_OURS)]
    return items + [Item(name, 0, "removed") for name in left]


def _content(parcel: Parcel, name: str) -> tuple[Path | bytes, int]:
    """What is sent under a name, and its size in bytes."""
    if name == CARD:
        card = parcel.card.encode()
        return card, len(card)
    return parcel.files[name], parcel.files[name].stat().st_size


def _name(parcel: Parcel, name: str, like: str) -> str:
    """What the Hub would call this content, in the way in which it called the other."""
    content, size = _content(parcel, name)
    whole = len(like) == 64
    digest = hashlib.sha256() if whole else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as stream:
        while piece := stream.read(_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def send(
    parcel: Parcel, remote: Remote, items: Sequence[Item], *, private: bool, report: Reporter
) -> str:
    """Make the repository if need be, send what differs, commit all of it at once.

    Large files are sent first, and those that the Hub has are not sent again, so that a push
    which was cut goes on where it stopped. Nobody sees any of it before the commit.

    Returns:
        The commit.
    """
    import huggingface_hub

    api, repo = huggingface_hub.HfApi(), remote.repo
    if not remote.exists:
        patiently(lambda: api.create_repo(repo, private=private, exist_ok=True))
        remote = access.look(repo, place=PLACE)
    removed = [
        huggingface_hub.CommitOperationDelete(item.name)
        for item in items
        if item.change == "removed"
    ]
    sent = [item for item in items if item.change in ("new", "changed")]
    with report.progress("uploading, MB", sum(item.size for item in sent) // _BYTES + 1) as advance:
        added = [_addition(parcel, item.name, advance) for item in sent]
        # One after the other: a file that arrived is not sent again, whatever comes later.
        for operation in added:
            api.preupload_lfs_files(repo, [operation], num_threads=1, free_memory=False)
        done = patiently(
            lambda: api.create_commit(
                repo,
                [*added, *removed],
                commit_message=f"Graft run {parcel.run.name}, {parcel.export.name}",
                parent_commit=remote.head,
            )
        )
    return str(done.oid)


def _addition(parcel: Parcel, name: str, advance: Callable[[int], None]) -> Any:
    """A file to be added, which tells how much of it was sent."""
    from huggingface_hub import CommitOperationAdd

    class Counted(CommitOperationAdd):  # the client's own bars go to the terminal
        @contextmanager
        def as_file(self, with_tqdm: bool = False) -> Iterator[BinaryIO]:
            with super().as_file() as file:
                if with_tqdm:
                    file.read = _counting(file.read, advance)
                yield file

    return Counted(name, _content(parcel, name)[0])


def _counting(
    read: Callable[[int], bytes], advance: Callable[[int], None]
) -> Callable[[int], bytes]:
    count = told = 0

    def reading(size: int = -1) -> bytes:
        nonlocal count, told
        piece = read(size)
        count += len(piece)
        if step := count // _BYTES - told:
            told += step
            advance(step)
        return piece

    return reading


def tag(repo: str, name: str, commit: str) -> str:
    """Let the run's name stand for the commit; a tag that names another is never moved.

    Returns:
        The tag: the name, or the name with a number where another push of the run has it.
    """
    import huggingface_hub

    api = huggingface_hub.HfApi()
    known = {each.name: each.target_commit for each in patiently(api.list_repo_refs, repo).tags}
    number = 1
    while (spelled := name if number == 1 else f"{name}-{number}") in known:
        if known[spelled] == commit:
            return spelled
        number += 1
    patiently(lambda: api.create_tag(repo, tag=spelled, revision=commit, exist_ok=True))
    return spelled


def patiently(action: Callable[..., T], *arguments: Any) -> T:
    """Do it again, a few times, where the Hub stumbled and did not say no."""
    for wait in _WAITS_S:
        try:
            return action(*arguments)
        except Exception as error:
            if replies.is_final(error) or not replies.is_trouble(error):
                raise
            time.sleep(wait)
    return action(*arguments)
