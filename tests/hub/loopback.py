"""The Hub that tests start: add repositories, break things, see what was asked."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from tests.hub.accounts import Accounts, Role
from tests.hub.failures import Failures
from tests.hub.lfs import LargeFiles
from tests.hub.messages import Refusal, Request
from tests.hub.reading import Reading
from tests.hub.server import HubServer
from tests.hub.store import Kind, Repository, Store
from tests.hub.writing import Writing

WRITE_TOKEN = "hf_write"
READ_TOKEN = "hf_read"
INVALID_TOKEN = "hf_nobody_issued_this"


class LoopbackHub:
    """A Hugging Face Hub in memory, at an address of this machine alone.

    ```python
    with LoopbackHub() as hub:
        hub.add_model("google-bert/bert-base-uncased", folder, revision="86b5e09...")
        subprocess.run([...], env=hub.environment(tmp_path / "home"))
    ```

    It speaks what huggingface_hub 2.4 speaks without Xet: models and data sets, large file
    storage, commits, branches, tags, private repositories. It has no pull requests and no
    search. A route that it lacks answers 404 and is kept in `unknown`; an error of its own
    is raised when the context ends.

    Args:
        user: whose tokens these are, and the namespace they may write to.
        organizations: further namespaces that they may write to.
        part_bytes: uploads above this size are asked for in parts.
    """

    def __init__(
        self,
        *,
        user: str = "tester",
        organizations: tuple[str, ...] = (),
        part_bytes: int | None = None,
    ) -> None:
        tokens: dict[str, Role] = {WRITE_TOKEN: "write", READ_TOKEN: "read"}
        accounts = Accounts(user, organizations, tokens)
        self.store = Store()
        self._failures = Failures()
        endpoints = (
            LargeFiles(self.store, accounts, part_bytes=part_bytes),
            Writing(self.store, accounts),
            Reading(self.store, accounts),
        )
        routes = [route for endpoint in endpoints for route in endpoint.routes()]
        self._server = HubServer(routes, self._failures)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True, name="loopback-hub"
        )

    def __enter__(self) -> LoopbackHub:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self._thread.join()
        if self._server.crashes and error is None:
            raise ExceptionGroup("the stand-in failed", self._server.crashes)

    # ------------------------------------------------------------- for clients

    @property
    def url(self) -> str:
        """Address of the Hub, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def environment(self, home: Path, *, token: str | None = WRITE_TOKEN) -> dict[str, str]:
        """Environment for a subprocess that shall take this for the Hub.

        The client reads it when it is imported, so that it is of no use to a process that
        has imported the client already. None of the caller's own settings come through.

        Args:
            home: folder for everything that the clients cache.
            token: None for a client without one.
        """
        foreign = ("HF_", "HUGGING", "TRANSFORMERS_")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        settings = {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(home),
            # Whether to use Xet is the client's choice alone, and its storage is not here.
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        return kept | settings | ({} if token is None else {"HF_TOKEN": token})

    # ------------------------------------------------------------ what it holds

    def add_model(
        self,
        repo_id: str,
        folder: Path,
        *,
        private: bool = False,
        revision: str | None = None,
        branch: str = "main",
    ) -> str:
        """Put a folder's files into a model repository, as the next commit of a branch.

        Args:
            revision: the sha that the commit shall have, as a recipe pins it.
            branch: its whole name where it is none of a person's, such as ``refs/pr/3``.

        Returns: sha of the commit.
        """
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        return self._add("model", repo_id, files, private=private, revision=revision, branch=branch)

    def add_dataset(
        self,
        repo_id: str,
        files: Mapping[str, bytes],
        *,
        private: bool = False,
        revision: str | None = None,
        branch: str = "main",
    ) -> str:
        """The same for a data set, from contents by path."""
        return self._add(
            "dataset", repo_id, files, private=private, revision=revision, branch=branch
        )

    def _add(
        self,
        kind: Kind,
        repo_id: str,
        files: Mapping[str, bytes],
        *,
        private: bool,
        revision: str | None,
        branch: str,
    ) -> str:
        if (kind, repo_id) not in self.store.repositories:
            self.store.create(kind, repo_id)
        repository = self.repository(repo_id, kind=kind)
        repository.private = private
        stored = {path: self.store.file(path, content) for path, content in files.items()}
        return repository.commit("Add files", stored, branch=branch, sha=revision).sha

    def repository(self, repo_id: str, *, kind: Kind = "model") -> Repository:
        """A repository; KeyError where there is none."""
        return self.store.repositories[kind, repo_id]

    def files(
        self, repo_id: str, *, kind: Kind = "model", revision: str = "main"
    ) -> dict[str, bytes]:
        """Contents by path at a revision."""
        commit = self.repository(repo_id, kind=kind).at(revision)
        return {path: file.content for path, file in commit.files.items()}

    # ---------------------------------------------------------- what goes wrong

    def fail(
        self,
        status: int,
        path_pattern: str,
        times: int | None = 1,
        *,
        method: str | None = None,
        code: str = "",
        retry_after: int | None = None,
    ) -> None:
        """Answer with a status instead of doing what is asked.

        Args:
            path_pattern: regular expression, searched in the unquoted path.
            times: how often; None for good.
            method: only for this one.
            code: ``X-Error-Code``, such as ``GatedRepo``; it decides the client's error.
            retry_after: seconds, as a header; the client waits one second more than that.
        """
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        refusal = Refusal(status, f"Failure on purpose: {status}", code=code, headers=headers)
        self._failures.refuse(refusal, path_pattern, times=times, method=method)

    def cut_after(
        self,
        count: int,
        path_pattern: str = "/resolve/",
        times: int | None = 1,
        *,
        reset: bool = False,
    ) -> None:
        """Cut the connection after this many bytes of a file that is longer.

        Args:
            times: how often; None for good.
            reset: with a TCP reset, which the client takes worse than an early end.
        """
        self._failures.cut(count, path_pattern, times=times, reset=reset)

    def cut_upload_after(self, count: int, path_pattern: str, times: int | None = 1) -> None:
        """Hang up on who sends a file that is longer than this many bytes.

        Args:
            times: how often; None for good.
        """
        self._failures.cut_upload(count, path_pattern, times=times)

    def mend(self) -> None:
        """Let nothing go wrong any more."""
        self._failures.clear()

    # ------------------------------------------------------------ what happened

    @property
    def requests(self) -> list[Request]:
        """What was asked so far, each with the status answered."""
        return list(self._server.requests)

    @property
    def unknown(self) -> list[Request]:
        """What was asked so far that has no route here."""
        return list(self._server.unknown)
