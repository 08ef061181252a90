"""Endpoints that change something: repositories, commits, branches, tags."""

from __future__ import annotations

import base64
import json
from typing import Any

import yaml

from tests.hub.accounts import Accounts
from tests.hub.messages import Refusal, Request, Response, Route
from tests.hub.reading import REPOSITORY
from tests.hub.store import File, Kind, Repository, Store, is_large


class Writing:
    """What a token with the role ``write`` may ask in its own namespaces."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self.store = store
        self.accounts = accounts

    def routes(self) -> list[Route]:
        """What these endpoints answer."""
        revision = r"(?P<revision>[^/]+)"
        return [
            ("POST", r"/api/repos/create", self.create),
            ("POST", r"/api/validate-yaml", self.validate_card),
            ("POST", rf"{REPOSITORY}/preupload/{revision}", self.preupload),
            ("POST", rf"{REPOSITORY}/commit/{revision}", self.commit),
            ("POST", rf"{REPOSITORY}/branch/(?P<branch>[^/]+)", self.branch),
            ("POST", rf"{REPOSITORY}/tag/{revision}", self.tag),
        ]

    def create(self, request: Request) -> Response:
        """A new repository with a first commit."""
        asked = request.json()
        kind: Kind = asked.get("type") or "model"
        name = f"{asked.get('organization') or self.accounts.user}/{asked['name']}"
        self.accounts.must_write(request, name)
        url = f"{request.origin}/{'datasets/' if kind == 'dataset' else ''}{name}"
        try:
            repository = self.store.create(kind, name, private=asked.get("visibility") == "private")
        except Refusal as refusal:
            # The client goes on with exist_ok, and reads the address from the refusal.
            refusal.details["url"] = url
            raise
        attributes = b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"
        repository.commit("initial commit", {".gitattributes": File(attributes, large=False)})
        return Response.of({"url": url, "name": name, "id": "0" * 24})

    def validate_card(self, request: Request) -> Response:
        """Whether the YAML at the head of a card can be read as a mapping."""
        content: str = request.json()["content"]
        errors: list[dict[str, str]] = []
        _, fence, rest = content.partition("---\n")
        if fence:
            try:
                header = yaml.safe_load(rest.partition("\n---")[0])
            except yaml.YAMLError as error:
                errors.append({"message": str(error)})
            else:
                if not isinstance(header, dict | None):
                    errors.append({"message": "the metadata must be a mapping"})
        return Response.of({"errors": errors, "warnings": []}, status=400 if errors else 200)

    def preupload(self, request: Request, *, kind: Kind, name: str, revision: str) -> Response:
        """How each file shall be sent, and what the repository has under its name now."""
        files = self._change(request, kind, name).at(revision).files

        def advice(asked: dict[str, Any]) -> dict[str, Any]:
            here = files.get(asked["path"])
            return {
                "path": asked["path"],
                "uploadMode": "lfs" if is_large(asked["path"], asked["size"]) else "regular",
                "shouldIgnore": False,
                # The client leaves out files whose name has not changed.
                "oid": here.etag if here else None,
            }

        return Response.of({"files": [advice(asked) for asked in request.json()["files"]]})

    def commit(self, request: Request, *, kind: Kind, name: str, revision: str) -> Response:
        """Apply a list of operations, one JSON object a line, to the head of a branch."""
        repository = self._change(request, kind, name)
        if request.query.get("create_pr"):
            raise Refusal(400, "Pull requests are not offered here")
        if revision not in repository.branches:
            raise Refusal(404, f"Invalid rev id: {revision}", code="RevisionNotFound")
        lines = [json.loads(line) for line in request.body.splitlines() if line.strip()]
        header, operations = lines[0]["value"], lines[1:]
        head = repository.at(revision)
        if header.get("parentCommit") not in (None, head.sha):
            raise Refusal(412, "A commit has happened since. Please refresh and try again.")
        files = dict(head.files)
        for operation in operations:
            self._apply(files, operation["key"], operation["value"])
        commit = repository.commit(header["summary"], files, branch=revision)
        return Response.of(
            {
                "success": True,
                "commitOid": commit.sha,
                "commitUrl": f"{request.origin}/{name}/commit/{commit.sha}",
                "hookOutput": "",
            }
        )

    def _apply(self, files: dict[str, File], key: str, value: dict[str, str]) -> None:
        path = value["path"]
        if key == "file":
            files[path] = File(base64.b64decode(value["content"]), large=False)
        elif key == "lfsFile":
            if value["oid"] not in self.store.objects:
                raise Refusal(400, f"The content of {path} was never uploaded")
            files[path] = File(self.store.objects[value["oid"]], large=True)
        elif key == "deletedFile":
            if files.pop(path, None) is None:
                raise Refusal(404, f"{path} not found", code="EntryNotFound")
        elif key == "deletedFolder":
            for inside in [name for name in files if name.startswith(f"{path.rstrip('/')}/")]:
                del files[inside]
        else:
            raise Refusal(400, f"Unknown operation {key}")

    def branch(self, request: Request, *, kind: Kind, name: str, branch: str) -> Response:
        """A new branch."""
        repository = self._change(request, kind, name)
        if branch in repository.branches:
            raise Refusal(409, f"Reference refs/heads/{branch} already exists")
        start = repository.at(request.json().get("startingPoint") or "main")
        repository.branches[branch] = start.sha
        return Response.of({})

    def tag(self, request: Request, *, kind: Kind, name: str, revision: str) -> Response:
        """A new tag."""
        repository = self._change(request, kind, name)
        tag = request.json()["tag"]
        if tag in repository.tags:
            raise Refusal(409, f"Reference refs/tags/{tag} already exists")
        repository.tags[tag] = repository.at(revision).sha
        return Response.of({})

    def _change(self, request: Request, kind: Kind, name: str) -> Repository:
        repository = self.accounts.must_see(request, self.store, kind, name)
        self.accounts.must_write(request, name)
        return repository
