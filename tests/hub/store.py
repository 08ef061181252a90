"""Repositories in memory: files, commits, branches, tags."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from tests.hub.messages import Refusal

Kind = Literal["model", "dataset"]

LARGE_BYTES = 10 * 1024 * 1024
LARGE_SUFFIXES = (".safetensors", ".parquet", ".bin", ".pt", ".onnx", ".onnx.data", ".gguf", ".npz")
"""What the ``.gitattributes`` of a new repository send to large file storage."""


def is_large(path: str, size: int) -> bool:
    """Whether a file of this name and size in bytes goes to large file storage."""
    return path.endswith(LARGE_SUFFIXES) or size > LARGE_BYTES


@dataclass(frozen=True)
class File:
    """A file of a commit; a large one stands in the tree as a pointer to its content."""

    content: bytes
    large: bool

    @cached_property
    def sha256(self) -> str:
        """Name of the content in large file storage."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def pointer(self) -> bytes:
        """What git itself keeps of a large file.

        Source: git-lfs specification, "The Pointer".
        """
        return (
            "version https://git-lfs.github.com/spec/v1\n"
            f"oid sha256:{self.sha256}\nsize {len(self.content)}\n"
        ).encode()

    @cached_property
    def blob_id(self) -> str:
        """Git's name of the blob: SHA-1 over a header and the content."""
        blob = self.pointer if self.large else self.content
        return hashlib.sha1(b"blob %d\0" % len(blob) + blob, usedforsecurity=False).hexdigest()

    @property
    def etag(self) -> str:
        """Name under which clients cache the content."""
        return self.sha256 if self.large else self.blob_id


@dataclass(frozen=True)
class Commit:
    """A state of all files."""

    sha: str
    title: str
    parent: str | None
    files: Mapping[str, File]

    def file(self, path: str) -> File:
        """One file.

        Raises:
            Refusal: 404 ``EntryNotFound``; the commit is still named, so that the
                client can remember that this file does not exist in it.
        """
        if path not in self.files:
            headers = {"X-Repo-Commit": self.sha}
            raise Refusal(404, f"{path} not found", code="EntryNotFound", headers=headers)
        return self.files[path]


@dataclass
class Repository:
    """A repository with its whole history."""

    kind: Kind
    name: str
    private: bool = False
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)

    def commit(
        self,
        title: str,
        files: Mapping[str, File],
        *,
        branch: str = "main",
        sha: str | None = None,
    ) -> Commit:
        """Make these the files of a branch; without a sha, the commit is named by its content."""
        parent = self.branches.get(branch)
        if sha is None:
            tree = {path: file.blob_id for path, file in sorted(files.items())}
            state = json.dumps([self.kind, self.name, len(self.commits), parent, title, tree])
            sha = hashlib.sha1(state.encode(), usedforsecurity=False).hexdigest()
        self.commits[sha] = Commit(sha, title, parent, dict(files))
        self.branches[branch] = sha
        return self.commits[sha]

    def at(self, revision: str) -> Commit:
        """The commit that a branch, a tag or a full sha names.

        Raises:
            Refusal: 404 ``RevisionNotFound``.
        """
        sha = self.branches.get(revision) or self.tags.get(revision) or revision
        if sha not in self.commits:
            raise Refusal(404, f"Invalid rev id: {revision}", code="RevisionNotFound")
        return self.commits[sha]

    def history(self, revision: str) -> Iterator[Commit]:
        """Commits from this one back to the first."""
        commit = self.at(revision)
        yield commit
        while commit.parent is not None:
            commit = self.commits[commit.parent]
            yield commit


@dataclass
class Store:
    """All that the Hub keeps.

    Attributes:
        objects: content in large file storage by SHA-256, shared by all repositories.
    """

    repositories: dict[tuple[Kind, str], Repository] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)

    def create(self, kind: Kind, name: str, *, private: bool = False) -> Repository:
        """An empty repository.

        Raises:
            Refusal: 409, with its address, where it exists.
        """
        if (kind, name) in self.repositories:
            raise Refusal(409, f"You already created this {kind} repo")
        repository = Repository(kind, name, private)
        self.repositories[kind, name] = repository
        return repository

    def file(self, path: str, content: bytes) -> File:
        """A file, its content in large file storage where it belongs there."""
        file = File(content, is_large(path, len(content)))
        if file.large:
            self.objects[file.sha256] = content
        return file
