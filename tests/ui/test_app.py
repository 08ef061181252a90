"""What the server answers, to its page and to others."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.errors import UserError
from pipeline.runner import Finished
from pipeline.ui import serving
from pipeline.ui.board import LONGEST, Board

JSON = {"Content-Type": "application/json"}


def asked(
    address: str,
    body: Any = None,
    *,
    path: str = "/answer",
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> tuple[int, Any, dict[str, str]]:
    """Status, content and headers of what comes back."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    try:
        sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection.request(method, path, sent, JSON if headers is None else headers)
        reply = connection.getresponse()
        content = reply.read()
    finally:
        connection.close()
    found = json.loads(content) if content.startswith(b"{") else content.decode()
    return reply.status, found, {name.lower(): value for name, value in reply.getheaders()}


def question(text: str, contender: str = "tfidf") -> dict[str, Any]:
    return {"contender": contender, "given": {"text": text}}


def test_contenders_answer_as_they_do_on_the_command_line(
    address: str, finished_run: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    status, facts, _ = asked(address, path="/run.json", method="GET")
    assert status == 200
    assert [one["kind"] for one in facts["contenders"]] == [
        "fine-tuned",
        "best baseline",
        "baseline",
    ]
    assert [one["name"] for one in facts["columns"] if one["usual"]] == ["text"]
    for name in (f"{finished_run.folder}", f"{finished_run.folder}:tfidf"):
        assert main(["predict", name, "이 영화는 dull", "--to", "jsonl"]) == 0
        expected = json.loads(capsys.readouterr().out)
        contender = "tfidf" if name.endswith(":tfidf") else "lora"
        status, found, _ = asked(address, question("이 영화는 dull", contender))
        assert status == 200
        assert found["answer"]["label"] == expected["label"]
        assert found["answer"]["score"] == pytest.approx(expected["score"], abs=1e-5)
        assert sum(share for _, share in found["likely"]) == pytest.approx(1, abs=1e-3)


def test_what_is_wrong_with_a_question_is_told(address: str) -> None:
    for body, status, said in (
        (question("  "), 400, "'text' is empty"),
        (question("x", "tfdif"), 400, "there is no contender 'tfdif'"),
        ({"contender": "tfidf", "given": {"txt": "x", "text": "y"}}, 400, "reads no 'txt'"),
        (question("x" * (LONGEST + 1)), 400, "are read at most"),
        (question("x" * LONGEST * 9), 413, "too long"),
        (b"[" * 100_000, 400, "a question is"),
        ([], 400, "a question is"),
        ({"contender": "tfidf", "given": {"text": 1}}, 400, "a question is"),
    ):
        found = asked(address, body)
        assert found[0] == status, body
        assert said in found[1]["problems"][0]["message"]


def test_nobody_but_the_page_itself_may_ask(address: str) -> None:
    host = address.removeprefix("http://")
    fine = question("a dull film")
    for headers, status in (
        ({**JSON, "Host": "evil.example"}, 400),  # DNS rebinding
        ({**JSON, "Host": f"evil.example:{host.partition(':')[2]}"}, 400),
        ({**JSON, "Origin": "http://evil.example"}, 403),
        ({**JSON, "Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 415),  # what a form of another site can send
        ({**JSON, "Origin": address}, 200),
    ):
        assert asked(address, fine, headers=headers)[0] == status, headers
    assert asked(address, path="/answer", method="GET")[0] == 405
    assert asked(address, path="/../pyproject.toml", method="GET")[0] == 404


def test_the_page_asks_nothing_of_the_network_and_runs_no_other_script(address: str) -> None:
    for path in ("/", "/page.css", "/page.js"):
        status, content, headers = asked(address, path=path, method="GET")
        assert status == 200
        assert "//" not in content.replace("// ", "")
        assert "default-src 'none'; script-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_fault_of_a_contender_is_told_without_its_insides(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("/home/someone/secret")

    monkeypatch.setattr(Board, "answer", fail)
    status, found, _ = asked(address, question("x"))
    assert status == 500
    assert found["problems"][0]["message"] == "the contender failed: RuntimeError"


def test_ports_that_cannot_be_had_are_told() -> None:
    with serving.listen(serving.LOOPBACK, 0) as taken:
        assert taken.getsockname()[0] == "127.0.0.1"
        with pytest.raises(UserError, match="cannot listen"):
            serving.listen(serving.LOOPBACK, taken.getsockname()[1])
    for host, port in (("0.0.0.0", 0), (serving.LOOPBACK, 99_999), ("no.such.host.invalid", 0)):  # noqa: S104
        with pytest.raises(UserError):
            serving.listen(host, port)


def test_the_command_says_its_address_and_stops_on_ctrl_c(finished_run: Finished) -> None:
    command = [sys.executable, "-m", "pipeline", "ui", str(finished_run.folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = next(line for line in process.stdout if "http://127.0.0.1:" in line)
        address = line.partition(": ")[2].partition(" ")[0]
        assert "Graft" in asked(address, path="/", method="GET")[1]
        port = int(address.rpartition(":")[2])
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert "stopped" in process.stdout.read()
    with socket.socket() as other:
        other.bind((serving.LOOPBACK, port))
