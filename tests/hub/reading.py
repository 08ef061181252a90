"""Endpoints that read a repository: information, trees, references, files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from tests.hub.accounts import Accounts
from tests.hub.messages import Refusal, Request, Response, Route
from tests.hub.store import Commit, File, Kind, Repository, Store

DATE = "2026-01-01T00:00:00.000Z"
REPOSITORY = r"/api/(?P<kind>model|dataset)s/(?P<name>[^/]+(?:/[^/]+)?)"


class Reading:
    """What anyone may ask who sees the repository."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self.store = store
        self.accounts = accounts

    def routes(self) -> list[Route]:
        """What these endpoints answer; the plain name comes last, since it fits the most."""
        revision = r"(?P<revision>[^/]+)"
        file = rf"/(?:(?P<kind>dataset)s/)?(?P<name>[^/]+(?:/[^/]+)?)/resolve/{revision}"
        return [
            ("GET", r"/api/whoami-v2", self.whoami),
            ("GET", rf"{REPOSITORY}/auth-check", self.may_read),
            ("GET", rf"{REPOSITORY}/auth-check/write", self.may_write),
            ("GET", rf"{file}/(?P<path>.+)", self.resolve),
            ("GET", rf"{REPOSITORY}/tree/{revision}(?:/(?P<folder>.+))?", self.tree),
            ("POST", rf"{REPOSITORY}/paths-info/{revision}", self.paths_info),
            ("GET", rf"{REPOSITORY}/commits/{revision}", self.commits),
            ("GET", rf"{REPOSITORY}/refs", self.references),
            ("GET", rf"{REPOSITORY}/revision/{revision}", self.information),
            ("GET", REPOSITORY, self.information),
        ]

    def whoami(self, request: Request) -> Response:
        """The account behind a token."""
        role = self.accounts.must_be_known(request)
        return Response.of(
            {
                "type": "user",
                "name": self.accounts.user,
                "orgs": [{"name": name} for name in self.accounts.organizations],
                "auth": {"accessToken": {"displayName": role, "role": role}},
            }
        )

    def may_read(self, request: Request, *, kind: Kind, name: str) -> Response:
        """Whether this token sees the repository."""
        self._see(request, kind, name)
        return Response.of({})

    def may_write(self, request: Request, *, kind: Kind, name: str) -> Response:
        """Whether this token may change the repository."""
        self._see(request, kind, name)
        self.accounts.must_write(request, name)
        return Response.of({})

    def information(
        self, request: Request, *, kind: Kind, name: str, revision: str = "main"
    ) -> Response:
        """A repository at a revision; ``?blobs`` adds sizes and hashes."""
        repository = self._see(request, kind, name)
        commit = repository.at(revision)
        siblings = [
            {"rfilename": path, **(_sibling(file) if request.query.get("blobs") else {})}
            for path, file in commit.files.items()
        ]
        return Response.of(
            {
                "_id": "0" * 24,
                "id": name,
                "sha": commit.sha,
                "private": repository.private,
                "gated": False,
                "disabled": False,
                "tags": [],
                "downloads": 0,
                "likes": 0,
                "createdAt": DATE,
                "lastModified": DATE,
                "siblings": siblings,
            }
        )

    def tree(
        self, request: Request, *, kind: Kind, name: str, revision: str, folder: str = ""
    ) -> Response:
        """The entries of a folder, or of everything below it with ``?recursive``."""
        commit = self._see(request, kind, name).at(revision)
        prefix = f"{folder.rstrip('/')}/" if folder else ""
        recursive = request.query.get("recursive", "").lower() in ("true", "1")
        entries = list(_entries(commit, prefix, recursive=recursive))
        if folder and not entries:
            commit.file(folder)
        return Response.of(entries)

    def paths_info(self, request: Request, *, kind: Kind, name: str, revision: str) -> Response:
        """The entries of these names; names that do not exist are left out."""
        commit = self._see(request, kind, name).at(revision)
        if "json" in request.headers.get("content-type", ""):
            asked = request.json()["paths"]
        else:
            asked = parse_qs(request.body.decode()).get("paths", [])
        entries = {entry["path"]: entry for entry in _entries(commit, "", recursive=True)}
        return Response.of([entries[path] for path in asked if path in entries])

    def commits(self, request: Request, *, kind: Kind, name: str, revision: str) -> Response:
        """The history, newest first."""
        repository = self._see(request, kind, name)
        return Response.of(
            [
                {
                    "id": commit.sha,
                    "title": commit.title,
                    "message": "",
                    "date": DATE,
                    "authors": [{"user": self.accounts.user}],
                }
                for commit in repository.history(revision)
            ]
        )

    def references(self, request: Request, *, kind: Kind, name: str) -> Response:
        """Branches and tags."""
        repository = self._see(request, kind, name)

        def listed(prefix: str, references: dict[str, str]) -> list[dict[str, str]]:
            return [
                {"name": name, "ref": f"refs/{prefix}/{name}", "targetCommit": sha}
                for name, sha in references.items()
            ]

        return Response.of(
            {
                "branches": listed("heads", repository.branches),
                "tags": listed("tags", repository.tags),
                "converts": [],
            }
        )

    def resolve(
        self, request: Request, *, name: str, revision: str, path: str, kind: Kind = "model"
    ) -> Response:
        """A file, whole or the range asked for."""
        commit = self._see(request, kind, name).at(revision)
        file = commit.file(path)
        headers = {
            "Content-Type": "application/octet-stream",
            "Accept-Ranges": "bytes",
            "X-Repo-Commit": commit.sha,
            "ETag": f'"{file.etag}"',
        }
        if file.large:
            headers |= {
                "X-Linked-Etag": f'"{file.sha256}"',
                "X-Linked-Size": str(len(file.content)),
            }
        if request.method == "GET" and "range" in request.headers:
            return _part(file, request.headers["range"], headers)
        return Response(200, file.content, headers)

    def _see(self, request: Request, kind: Kind, name: str) -> Repository:
        return self.accounts.must_see(request, self.store, kind, name)


def _part(file: File, wanted: str, headers: dict[str, str]) -> Response:
    size = len(file.content)
    bounds = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if bounds is None or int(bounds[1]) >= size:
        raise Refusal(416, "Range not satisfiable", headers={"Content-Range": f"bytes */{size}"})
    first, last = int(bounds[1]), min(int(bounds[2] or size - 1), size - 1)
    headers = headers | {"Content-Range": f"bytes {first}-{last}/{size}"}
    return Response(206, file.content[first : last + 1], headers)


def _sibling(file: File) -> dict[str, Any]:
    described: dict[str, Any] = {"size": len(file.content), "blobId": file.blob_id}
    if file.large:
        described["lfs"] = {
            "sha256": file.sha256,
            "size": len(file.content),
            "pointerSize": len(file.pointer),
        }
    return described


def _entries(commit: Commit, prefix: str, *, recursive: bool) -> Iterator[dict[str, Any]]:
    folders: set[str] = set()
    for path, file in sorted(commit.files.items()):
        if not path.startswith(prefix):
            continue
        inner = path.removeprefix(prefix).split("/")
        for depth in range(1, len(inner) if recursive else min(len(inner), 2)):
            folder = prefix + "/".join(inner[:depth])
            if folder not in folders:
                folders.add(folder)
                oid = File(folder.encode(), large=False).blob_id
                yield {"type": "directory", "path": folder, "size": 0, "oid": oid}
        if recursive or len(inner) == 1:
            yield _file_entry(path, file)


def _file_entry(path: str, file: File) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": "file",
        "path": path,
        "size": len(file.content),
        "oid": file.blob_id,
    }
    if file.large:
        entry["lfs"] = {
            "oid": file.sha256,
            "size": len(file.content),
            "pointerSize": len(file.pointer),
        }
    return entry
