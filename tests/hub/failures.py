"""Failures on purpose: statuses instead of answers, connections cut in the middle."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tests.hub.messages import Refusal, Request, Response


@dataclass
class _Plan:
    pattern: str
    method: str | None
    left: int | None

    def strikes(self, request: Request) -> bool:
        """Whether this request is one of those meant, and count it."""
        if self.left == 0 or self.method not in (None, request.method):
            return False
        if not re.search(self.pattern, request.path):
            return False
        if self.left is not None:
            self.left -= 1
        return True


@dataclass
class _Status(_Plan):
    refusal: Refusal


@dataclass
class _Cut(_Plan):
    count: int
    reset: bool


class Failures:
    """What shall go wrong, and how often."""

    def __init__(self) -> None:
        self._statuses: list[_Status] = []
        self._cuts: list[_Cut] = []
        self._upload_cuts: list[_Cut] = []

    def refuse(
        self, refusal: Refusal, pattern: str, *, times: int | None, method: str | None
    ) -> None:
        """Plan a refusal for paths that the regular expression finds; None: for good."""
        self._statuses.append(_Status(pattern, method, times, refusal))

    def cut(self, count: int, pattern: str, *, times: int | None, reset: bool) -> None:
        """Plan a cut for files longer than this many bytes."""
        self._cuts.append(_Cut(pattern, "GET", times, count, reset))

    def cut_upload(self, count: int, pattern: str, *, times: int | None) -> None:
        """Plan to hang up on who sends more than this many bytes."""
        self._upload_cuts.append(_Cut(pattern, "PUT", times, count, reset=True))

    def heard_of(self, request: Request, length: int) -> int | None:
        """Bytes of a body after which the connection is cut; None reads all of it.

        Args:
            request: without its body.
            length: bytes that the body will have.
        """
        for plan in self._upload_cuts:
            if length > plan.count and plan.strikes(request):
                return plan.count
        return None

    def clear(self) -> None:
        """Forget every plan."""
        self._statuses.clear()
        self._cuts.clear()
        self._upload_cuts.clear()

    def before(self, request: Request) -> None:
        """Strike before anything is done.

        Raises:
            Refusal: the planned one.
        """
        for plan in self._statuses:
            if plan.strikes(request):
                raise plan.refusal

    def after(self, request: Request, response: Response) -> Response:
        """The answer, to be cut if so planned."""
        for plan in self._cuts:
            if len(response.body) > plan.count and plan.strikes(request):
                return replace(response, cut=plan.count, reset=plan.reset)
        return response
