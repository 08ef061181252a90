"""What crosses the wire: requests, answers, and refusals that the client turns into its errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request, as it arrived.

    Attributes:
        target: path still quoted, as routes match it: a branch may hold a quoted slash.
        path: the same, unquoted, for people.
        headers: names in lower case.
        status: what was answered; 0 until then.
    """

    method: str
    target: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int = 0

    @property
    def origin(self) -> str:
        """Address that the client used to get here, such as ``http://127.0.0.1:4711``."""
        return f"http://{self.headers['host']}"

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body or b"{}")


@dataclass(frozen=True)
class Response:
    """One answer.

    Attributes:
        cut: bytes of the body after which the connection is cut; None sends all of it.
        reset: cut with a TCP reset instead of an early end.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    reset: bool = False

    @classmethod
    def of(cls, payload: Any, *, status: int = 200) -> Response:
        """An answer in JSON."""
        return cls(status, json.dumps(payload).encode(), {"Content-Type": "application/json"})


class Refusal(Exception):
    """The Hub says no.

    The client chooses its error by the code, not by the status: ``RepoNotFound``,
    ``RevisionNotFound``, ``EntryNotFound`` and ``GatedRepo`` have classes of their own.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = dict(headers or {})
        self.details = dict(details or {})

    def response(self) -> Response:
        """The refusal as the Hub words it: in the body and in headers, since HEAD has no body."""
        body = json.dumps({"error": self.message, **self.details}).encode()
        headers = {"Content-Type": "application/json", "X-Error-Message": self.message}
        if self.code:
            headers["X-Error-Code"] = self.code
        return Response(self.status, body, headers | self.headers)


Route = tuple[str, str, Callable[..., Response]]
"""Method, regular expression for the quoted path, and what answers.

It is called with the request and, by keyword, the unquoted groups.
"""
