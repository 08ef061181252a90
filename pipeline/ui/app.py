"""The page and the one question that it asks, over HTTP.

The server listens on this machine alone and answers to its own name alone: a page of another
site that a browser on this machine has open can neither reach it under a name of its own (the
Host header is checked) nor ask it anything (the Origin header is checked, and only JSON is
read). Nothing that is asked changes anything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.contracts import Json, Reporter
from pipeline.errors import GraftError
from pipeline.ui.board import LONGEST, Board

_PAGE = Path(__file__).parent / "page"
_FILES = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_MOST_BYTES = 8 * LONGEST
"""Of a question: two fields of the longest texts, in letters of three or four bytes."""


class _Refused(Exception):
    """A request that no page of ours makes."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def make(board: Board, *, hosts: Sequence[str], report: Reporter) -> Starlette:
    """The application.

    Args:
        hosts: names and addresses under which it may be asked.
        report: told of faults, which the page shows without their insides.
    """

    async def answer(request: Request) -> Response:
        try:
            _refuse_other_origins(request)
            asked = _question(await _body(request))
            found = await run_in_threadpool(board.answer, asked["contender"], asked["given"])
        except _Refused as refused:
            return _failed(refused.status, [{"message": str(refused), "hint": ""}])
        except GraftError as error:
            told = [{"message": one.message, "hint": one.hint} for one in error.problems]
            return _failed(400, told)
        except Exception as error:  # whatever it is, the page must hear of it
            report.warn(f"a contender failed: {type(error).__name__}: {error}")
            message = f"the contender failed: {type(error).__name__}"
            return _failed(500, [{"message": message, "hint": "the terminal says more"}])
        return JSONResponse(found, headers=_HEADERS)

    async def facts(request: Request) -> Response:
        del request
        return JSONResponse(board.facts(), headers=_HEADERS)

    async def file(request: Request) -> Response:
        name, kind = _FILES[request.url.path]
        return Response((_PAGE / name).read_bytes(), media_type=kind, headers=_HEADERS)

    routes = [Route(path, file, methods=["GET"]) for path in _FILES]
    routes += [
        Route("/run.json", facts, methods=["GET"]),
        Route("/answer", answer, methods=["POST"]),
    ]
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    return Starlette(routes=routes, middleware=[guard])


def _refuse_other_origins(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and origin != f"http://{request.headers.get('host')}":
        raise _Refused(403, "another site asked; only this page may")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _Refused(415, "a question is JSON")


async def _body(request: Request) -> bytes:
    """What was sent, up to a bound."""
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > _MOST_BYTES:
            raise _Refused(413, f"this is too long: {LONGEST:,} characters a field are read")
    return bytes(found)


def _question(body: bytes) -> Json:
    """``{"contender": name, "given": {column: text}}``."""
    try:
        asked: Any = json.loads(body)
    except (ValueError, RecursionError):
        asked = None
    given = asked.get("given") if isinstance(asked, dict) else None
    if (
        not isinstance(given, dict)
        or not isinstance(asked.get("contender"), str)
        or not all(isinstance(text, str) for text in given.values())
    ):
        raise _Refused(400, 'a question is {"contender": NAME, "given": {COLUMN: TEXT}}')
    return {"contender": asked["contender"], "given": given}


def _failed(status: int, problems: list[dict[str, str]]) -> Response:
    return JSONResponse({"problems": problems}, status_code=status, headers=_HEADERS)
