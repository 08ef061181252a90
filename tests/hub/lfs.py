"""Large file storage: negotiate, take the bytes in one piece or in parts, verify."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.hub.accounts import Accounts
from tests.hub.messages import Refusal, Request, Response, Route
from tests.hub.store import Store


class LargeFiles:
    """The storage's endpoints.

    Uploads carry no token: on the real Hub they go to signed addresses elsewhere.

    Args:
        part_bytes: files above this size are asked for in parts of it; None asks for
            every file in one piece.

    Source: git-lfs specification, "Batch API"; the multipart transfer is the Hub's own.
    """

    def __init__(self, store: Store, accounts: Accounts, *, part_bytes: int | None = None) -> None:
        self.store = store
        self.accounts = accounts
        self.part_bytes = part_bytes
        self._parts: dict[tuple[str, int], bytes] = {}

    def routes(self) -> list[Route]:
        """What this storage answers."""
        name = r"(?:datasets/)?(?P<name>[^/]+(?:/[^/]+)?)"
        return [
            ("POST", rf"/{name}\.git/info/lfs/objects/batch", self.negotiate),
            ("PUT", r"/lfs/objects/(?P<oid>[0-9a-f]{64})", self.take),
            ("PUT", r"/lfs/objects/(?P<oid>[0-9a-f]{64})/parts/(?P<number>\d+)", self.take_part),
            ("POST", r"/lfs/objects/(?P<oid>[0-9a-f]{64})/complete", self.complete),
            ("POST", r"/lfs/verify", self.verify),
        ]

    def negotiate(self, request: Request, *, name: str) -> Response:
        """Say, for each object, where to send it, or nothing where it is here already."""
        self.accounts.must_write(request, name)
        objects = [self._instructions(request.origin, asked) for asked in request.json()["objects"]]
        return Response.of({"transfer": "basic", "objects": objects})

    def _instructions(self, origin: str, asked: dict[str, Any]) -> dict[str, Any]:
        oid, size = asked["oid"], asked["size"]
        answer: dict[str, Any] = {"oid": oid, "size": size}
        if oid in self.store.objects:
            return answer
        here = f"{origin}/lfs/objects/{oid}"
        upload: dict[str, Any] = {"href": here}
        if self.part_bytes is not None and size > self.part_bytes:
            count = -(-size // self.part_bytes)
            parts = {str(number): f"{here}/parts/{number}" for number in range(1, count + 1)}
            upload = {
                "href": f"{here}/complete",
                "header": {"chunk_size": str(self.part_bytes), **parts},
            }
        answer["actions"] = {"upload": upload, "verify": {"href": f"{origin}/lfs/verify"}}
        return answer

    def take(self, request: Request, *, oid: str) -> Response:
        """Keep a whole object."""
        self._keep(oid, request.body)
        return Response()

    def take_part(self, request: Request, *, oid: str, number: str) -> Response:
        """Keep one part; its ETag comes back when the client completes the upload."""
        self._parts[oid, int(number)] = request.body
        return Response(headers={"ETag": f'"{hashlib.sha256(request.body).hexdigest()}"'})

    def complete(self, request: Request, *, oid: str) -> Response:
        """Join the parts that the client lists."""
        numbers = [part["partNumber"] for part in request.json()["parts"]]
        if any((oid, number) not in self._parts for number in numbers):
            raise Refusal(400, "A part of the upload is missing")
        self._keep(oid, b"".join(self._parts.pop((oid, number)) for number in numbers))
        return Response.of({})

    def verify(self, request: Request) -> Response:
        """Confirm that an object arrived whole."""
        claim = request.json()
        content = self.store.objects.get(claim["oid"])
        if content is None or len(content) != claim["size"]:
            raise Refusal(404, "Object not found")
        return Response.of({})

    def _keep(self, oid: str, content: bytes) -> None:
        if hashlib.sha256(content).hexdigest() != oid:
            raise Refusal(400, "The content does not have the SHA-256 that names it")
        self.store.objects[oid] = content
