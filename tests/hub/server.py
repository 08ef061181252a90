"""HTTP on the loopback interface: reads requests, finds the route, sends answers."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hub.failures import Failures
from tests.hub.messages import Refusal, Request, Response, Route

CLOSING_SECONDS = 5.0


class HubServer(ThreadingHTTPServer):
    """A server whose every request is answered under one lock, so that endpoints need none.

    Attributes:
        requests: what was asked, in the order of the answers.
        unknown: those among them that no route knows.
        crashes: errors of our own making, as opposed to refusals.
    """

    daemon_threads = True

    def __init__(self, routes: Sequence[Route], failures: Failures) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Request] = []
        self.unknown: list[Request] = []
        self.crashes: list[Exception] = []
        self._routes = [(method, re.compile(path), answer) for method, path, answer in routes]
        self._failures = failures
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._quiet = threading.Condition()

    def answer(self, request: Request) -> Response:
        """The answer to a request; it is logged before it is sent."""
        with self._lock:
            try:
                self._failures.before(request)
                response = self._failures.after(request, self._dispatch(request))
            except Refusal as refusal:
                response = refusal.response()
            except Exception as error:  # must reach the test, not a thread's log
                self.crashes.append(error)
                response = Refusal(500, f"The stand-in failed: {error!r}").response()
            self.requests.append(replace(request, status=response.status))
            return response

    def heard_of(self, request: Request, length: int) -> int | None:
        """Bytes of its body after which to hang up; the request is then logged unanswered."""
        with self._lock:
            cut = self._failures.heard_of(request, length)
            if cut is not None:
                self.requests.append(request)
            return cut

    def _dispatch(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        for known, path, answer in self._routes:
            found = path.fullmatch(request.target)
            if found and known == method:
                groups = {key: unquote(text) for key, text in found.groupdict().items() if text}
                return answer(request, **groups)
        self.unknown.append(request)
        raise Refusal(404, f"No route for {request.method} {request.path}")

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection over, known to `close` from here on."""
        with self._quiet:
            self._connections.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection until its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._quiet:
                self._connections.discard(request)
                self._quiet.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is not our error."""

    def close(self) -> None:
        """Stop, hang up on clients that keep their connection open, and wait for the threads."""
        self.shutdown()
        self.server_close()
        with self._quiet:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the client was faster
                    continue
            self._quiet.wait_for(lambda: not self._connections, CLOSING_SECONDS)


class _Handler(BaseHTTPRequestHandler):
    server: HubServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        request = self._head()
        cut = self.server.heard_of(request, int(self.headers.get("Content-Length") or 0))
        if cut is not None:
            self.rfile.read(cut)
            self._hang_up()
            return
        self._send(self.server.answer(replace(request, body=self._body())))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Keep quiet: the requests are in the server's log."""

    def _head(self) -> Request:
        address = urlsplit(self.path)
        return Request(
            method=self.command,
            target=address.path,
            path=unquote(address.path),
            query={key: values[-1] for key, values in parse_qs(address.query).items()},
            headers={key.lower(): value for key, value in self.headers.items()},
            body=b"",
        )

    def _hang_up(self) -> None:
        """End the connection with a TCP reset: a linger of zero seconds turns a close into one."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(body)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for key, value in response.headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(response.body[: response.cut])
        if response.cut is not None:
            self.close_connection = True
            if response.reset:
                self._hang_up()
