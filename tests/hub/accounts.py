"""Who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.hub.messages import Refusal, Request
from tests.hub.store import Kind, Repository, Store

Role = Literal["read", "write"]


@dataclass(frozen=True)
class Accounts:
    """One user, their organisations and their tokens.

    Attributes:
        tokens: token to its role.
    """

    user: str
    organizations: tuple[str, ...]
    tokens: dict[str, Role]

    def role(self, request: Request) -> Role | None:
        """The role of the token that came along; None for a stranger.

        Raises:
            Refusal: 401 for a token that nobody issued, whatever was asked for.
        """
        authorization = request.headers.get("authorization", "")
        if not authorization:
            return None
        role = self.tokens.get(authorization.removeprefix("Bearer "))
        if role is None:
            raise Refusal(401, "Invalid credentials in Authorization header")
        return role

    def must_be_known(self, request: Request) -> Role:
        """The role of the token.

        Raises:
            Refusal: 401 for a stranger.
        """
        role = self.role(request)
        if role is None:
            raise Refusal(401, "Invalid username or password.")
        return role

    def must_write(self, request: Request, name: str) -> None:
        """Pass whoever may write to the repository of this name.

        Raises:
            Refusal: 401 for a stranger; 403 for a token that only reads, and for a
                namespace of somebody else.
        """
        if self.must_be_known(request) != "write":
            raise Refusal(403, "Forbidden: pass a token with write access to this repository")
        namespace = name.partition("/")[0]
        if namespace not in (self.user, *self.organizations):
            raise Refusal(
                403, f"You don't have the rights to write under the namespace {namespace}"
            )

    def must_see(self, request: Request, store: Store, kind: Kind, name: str) -> Repository:
        """The repository.

        Raises:
            Refusal: ``RepoNotFound`` where it does not exist or is private: 404 with a
                token, 401 without one, because the Hub does not tell a stranger which.
        """
        known = self.role(request) is not None
        repository = store.repositories.get((kind, name))
        if repository is None or (repository.private and not known):
            raise Refusal(404 if known else 401, "Repository not found", code="RepoNotFound")
        return repository
