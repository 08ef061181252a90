"""The server itself, asked without the client's good manners."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import LoopbackHub
from tests.hub.loopback import INVALID_TOKEN, READ_TOKEN, WRITE_TOKEN
from tests.hub.messages import Response
from tests.hub.store import File

CONTENT = b"0123456789"


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub() as hub:
        hub.add_dataset("tester/data", {"a.txt": CONTENT, "deep/er/b.txt": b"b", "c d.txt": b"c"})
        yield hub


def ask(
    hub: LoopbackHub,
    method: str,
    path: str,
    body: bytes | None = None,
    *,
    token: str | None = WRITE_TOKEN,
    **headers: str,
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(hub.url.removeprefix("http://"), timeout=10)
    try:
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_it_listens_on_the_loopback_interface_alone(hub: LoopbackHub) -> None:
    assert hub._server.server_address[0] == "127.0.0.1"
    assert hub._server.server_port > 0


def test_closing_hangs_up_on_idle_clients_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with LoopbackHub() as hub:
        idle = socket.create_connection(("127.0.0.1", hub._server.server_port), timeout=10)
        idle.sendall(b"GET /api/whoami-v2 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 401"
    with idle:
        while idle.recv(4096):
            pass
    late = [thread for thread in threading.enumerate() if thread not in before]
    for thread in late:
        thread.join(5)
    assert not any(thread.is_alive() for thread in late)


def test_an_error_of_its_own_is_raised_when_it_closes() -> None:
    def crash(request: object, **groups: str) -> Response:
        raise ZeroDivisionError("ours")

    def provoke() -> None:
        with LoopbackHub() as hub:
            hub._server._routes[0] = ("GET", hub._server._routes[-1][1], crash)
            assert ask(hub, "GET", "/api/models/a/b")[0] == 500

    with pytest.raises(ExceptionGroup) as caught:
        provoke()
    assert isinstance(caught.value.exceptions[0], ZeroDivisionError)


def test_what_has_no_route_is_kept(hub: LoopbackHub) -> None:
    assert ask(hub, "GET", "/api/agent-harnesses")[0] == 404
    assert ask(hub, "DELETE", "/api/models/tester/data")[0] == 404
    assert [(request.method, request.path) for request in hub.unknown] == [
        ("GET", "/api/agent-harnesses"),
        ("DELETE", "/api/models/tester/data"),
    ]


@pytest.mark.parametrize(
    ("wanted", "status", "body", "content_range"),
    [
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
    ],
)
def test_a_range_is_the_bytes_asked_for(
    hub: LoopbackHub, wanted: str, status: int, body: bytes, content_range: str
) -> None:
    path = "/datasets/tester/data/resolve/main/a.txt"
    found = ask(hub, "GET", path, Range=wanted)
    assert (found[0], found[2], found[1]["Content-Range"]) == (status, body, content_range)


def test_a_range_behind_the_end_is_refused(hub: LoopbackHub) -> None:
    path = "/datasets/tester/data/resolve/main/a.txt"
    status, headers, _ = ask(hub, "GET", path, Range="bytes=10-")
    assert (status, headers["Content-Range"]) == (416, "bytes */10")


def test_head_gives_the_length_and_no_body(hub: LoopbackHub) -> None:
    status, headers, body = ask(hub, "HEAD", "/datasets/tester/data/resolve/main/c%20d.txt")
    assert (status, headers["Content-Length"], body) == (200, "1", b"")


def test_a_missing_file_still_names_the_commit(hub: LoopbackHub) -> None:
    _, headers, _ = ask(hub, "HEAD", "/datasets/tester/data/resolve/main/missing.txt")
    assert headers["X-Error-Code"] == "EntryNotFound"
    assert headers["X-Repo-Commit"] == hub.repository("tester/data", kind="dataset").at("main").sha


def test_a_tree_lists_one_level_or_all(hub: LoopbackHub) -> None:
    def paths(suffix: str) -> list[str]:
        found = ask(hub, "GET", f"/api/datasets/tester/data/tree/main{suffix}")[2]
        return [entry["path"] for entry in json.loads(found)]

    assert paths("") == ["a.txt", "c d.txt", "deep"]
    assert paths("?recursive=true") == ["a.txt", "c d.txt", "deep", "deep/er", "deep/er/b.txt"]
    assert paths("/deep") == ["deep/er"]
    assert paths("/deep/er") == ["deep/er/b.txt"]


@pytest.mark.parametrize(
    ("token", "status"), [(None, 401), (INVALID_TOKEN, 401), (READ_TOKEN, 403), (WRITE_TOKEN, 200)]
)
def test_only_a_token_that_writes_may_tag(hub: LoopbackHub, token: str | None, status: int) -> None:
    path = "/api/datasets/tester/data/tag/main"
    assert ask(hub, "POST", path, b'{"tag": "v1"}', token=token)[0] == status
    assert ("v1" in hub.repository("tester/data", kind="dataset").tags) == (status == 200)


@pytest.mark.parametrize("token", [READ_TOKEN, WRITE_TOKEN])
def test_whoami_tells_the_role_of_the_token(hub: LoopbackHub, token: str) -> None:
    found = json.loads(ask(hub, "GET", "/api/whoami-v2", token=token)[2])
    assert found["name"] == "tester"
    assert found["auth"]["accessToken"]["role"] == token.removeprefix("hf_")


def test_an_organization_is_written_to_like_ones_own() -> None:
    with LoopbackHub(organizations=("acme",)) as hub:
        body = json.dumps({"name": "tiny", "organization": "acme"}).encode()
        assert ask(hub, "POST", "/api/repos/create", body)[0] == 200
        status, _, answer = ask(hub, "POST", "/api/repos/create", body)
    assert status == 409
    assert json.loads(answer)["url"] == f"{hub.url}/acme/tiny"


def test_content_that_is_not_what_its_name_says_is_refused(hub: LoopbackHub) -> None:
    oid = "0" * 64
    assert ask(hub, "PUT", f"/lfs/objects/{oid}", b"other")[0] == 400
    claim = json.dumps({"oid": oid, "size": 5}).encode()
    assert ask(hub, "POST", "/lfs/verify", claim)[0] == 404
    assert ask(hub, "POST", f"/lfs/objects/{oid}/complete", b'{"parts": [{"partNumber": 1}]}')[
        0
    ] == 400  # fmt: skip


def test_a_commit_needs_the_content_it_points_to(hub: LoopbackHub) -> None:
    lines = [
        {"key": "header", "value": {"summary": "x"}},
        {"key": "lfsFile", "value": {"path": "w.bin", "oid": "0" * 64}},
    ]
    body = "\n".join(map(json.dumps, lines)).encode()
    assert ask(hub, "POST", "/api/datasets/tester/data/commit/main", body)[0] == 400
    assert "w.bin" not in hub.files("tester/data", kind="dataset")


def test_a_body_in_chunks_is_read_whole(hub: LoopbackHub) -> None:
    connection = http.client.HTTPConnection(hub.url.removeprefix("http://"), timeout=10)
    connection.request(
        "POST",
        "/api/datasets/tester/data/tag/main",
        iter([b'{"tag":', b' "chunked"}']),
        {"Authorization": f"Bearer {WRITE_TOKEN}"},
        encode_chunked=True,
    )
    assert connection.getresponse().status == 200
    connection.close()
    assert "chunked" in hub.repository("tester/data", kind="dataset").tags


def test_a_failure_strikes_as_often_as_asked_and_only_where_meant(hub: LoopbackHub) -> None:
    hub.fail(503, r"resolve/main/a\.txt$", 2, method="GET", retry_after=7)
    path = "/datasets/tester/data/resolve/main/"
    assert ask(hub, "HEAD", f"{path}a.txt")[0] == 200
    assert ask(hub, "GET", f"{path}c%20d.txt")[0] == 200
    status, headers, _ = ask(hub, "GET", f"{path}a.txt")
    assert (status, headers["Retry-After"]) == (503, "7")
    assert [ask(hub, "GET", f"{path}a.txt")[0] for _ in range(2)] == [503, 200]
    assert [request.status for request in hub.requests] == [200, 200, 503, 503, 200]


def test_a_cut_ends_the_connection_after_so_many_bytes(hub: LoopbackHub) -> None:
    hub.cut_after(4)
    path = "/datasets/tester/data/resolve/main/a.txt"
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(hub, "GET", path)
    assert caught.value.partial == b"0123"
    assert ask(hub, "GET", path)[2] == CONTENT


def test_adding_again_is_a_new_commit_and_the_old_one_stays(
    hub: LoopbackHub, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text("1")
    pinned = hub.add_model("gpt2", tmp_path, revision="a" * 40)
    (tmp_path / "config.json").write_text("2")
    later = hub.add_model("gpt2", tmp_path, private=True)
    assert pinned == "a" * 40 != later
    assert hub.files("gpt2", revision=pinned) == {"config.json": b"1"}
    assert ask(hub, "GET", f"/gpt2/resolve/{later}/config.json")[2] == b"2"
    assert ask(hub, "GET", f"/gpt2/resolve/{later}/config.json", token=None)[0] == 401
    history = json.loads(ask(hub, "GET", "/api/models/gpt2/commits/main")[2])
    assert [commit["id"] for commit in history] == [later, pinned]


def test_a_blob_has_the_name_that_git_gives_it() -> None:
    # printf 'hello\n' | git hash-object --stdin
    assert File(b"hello\n", large=False).blob_id == "ce013625030ba8dba906f756967f9e9ca394464a"
