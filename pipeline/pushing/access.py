"""Who pushes, where to, and may they? Asked before a run trains, and again before a push."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline import hub
from pipeline.errors import HubError, first_line, suggestion
from pipeline.hub import replies
from pipeline.pushing.spec import HubSpec

_LOGIN = "log in: hf auth login, or set HF_TOKEN to a token that may write"


@dataclass(frozen=True)
class Remote:
    """A repository as it is now.

    Attributes:
        exists: it was made already.
        private: as it is; None where it does not exist.
        head: its newest commit; None likewise.
        files: name -> the content's name there: sha256 of a large file, git's id of a small one.
    """

    repo: str
    exists: bool
    private: bool | None
    head: str | None
    files: Mapping[str, str]


def look(repo: str, *, place: str) -> Remote:
    """The repository, after making sure that this machine's token may write to it.

    The token is the environment's or the Hub's own login; no option and no file of ours
    holds one.

    Args:
        place: for messages: what named the repository.

    Raises:
        HubError: there is no token, it may not write there, or the Hub does not answer.
    """
    import huggingface_hub

    if replies.is_offline():
        raise HubError(
            "HF_HUB_OFFLINE is set, so the Hub was not asked", place=place, hint="unset it to push"
        )
    with told(repo, place=place):
        if huggingface_hub.get_token() is None:
            raise HubError(f"there is no token to push to {repo} with", place=place, hint=_LOGIN)
        # The first question has a limit of time, and so tells what a network without one would.
        remote = _remote(repo)
        if remote.exists:
            huggingface_hub.HfApi().auth_check(repo, write=True)
        _may_write(repo, exists=remote.exists, place=place)
        return remote


def allowed(spec: HubSpec) -> str:
    """Make sure that a push will be possible, before hours of training.

    Returns:
        What was found, for a person.

    Raises:
        HubError: as ``look``; or the repository is public, and the recipe does not say so.
    """
    remote = look(spec.repo, place="hub.repo")
    private = visibility(remote, public=not spec.private, place="hub.private")
    seen = "private" if private else "PUBLIC"
    there = "is there" if remote.exists else "can be made"
    return f"the {seen} repository {spec.repo} {there}, and this token may write to it"


def visibility(remote: Remote, *, public: bool, place: str) -> bool:
    """Whether the repository is, or will be, private; a push never changes what it is.

    Args:
        public: the person said that everybody may see it.

    Raises:
        HubError: it is public, and nobody said so; or it is private, and is said to be public.
    """
    if remote.exists and remote.private and public:
        raise HubError(
            f"{remote.repo} is private, and a push does not change that",
            place=place,
            hint="do not say that it is public, or open it on its page of settings first",
        )
    if remote.exists and not remote.private and not public:
        raise HubError(
            f"{remote.repo} is public: everybody could read what is pushed",
            place=place,
            hint="say that you mean it: graft push --public, or hub: {private: false};"
            " or take another repository",
        )
    return not public


def _remote(repo: str) -> Remote:
    import huggingface_hub
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        info = huggingface_hub.HfApi().model_info(repo, timeout=hub.TIMEOUT_S, files_metadata=True)
    except RepositoryNotFoundError:
        return Remote(repo, exists=False, private=None, head=None, files={})
    files = {
        file.rfilename: file.lfs.sha256 if file.lfs else str(file.blob_id)
        for file in info.siblings or []
    }
    return Remote(repo, exists=True, private=bool(info.private), head=info.sha, files=files)


def _may_write(repo: str, *, exists: bool, place: str) -> None:
    """Whether the token's role and its owner's names allow it, as far as the Hub tells."""
    import huggingface_hub

    account = huggingface_hub.HfApi().whoami()
    token = (account.get("auth") or {}).get("accessToken") or {}
    if token.get("role") == "read":
        raise HubError("this token may only read", place=place, hint=_LOGIN)
    owners = [account["name"], *(each["name"] for each in account.get("orgs") or ())]
    owner = repo.partition("/")[0]
    if not exists and owner not in owners:
        raise HubError(
            f"there is no repository {repo}, and {account['name']} cannot make one for {owner}",
            place=place,
            hint=suggestion(owner, owners),
        )


@contextmanager
def told(repo: str, *, place: str) -> Iterator[None]:
    """Turn what the Hub answers to a push into a message.

    Raises:
        HubError: what it said, whether anything was changed, what to do.
    """
    import huggingface_hub

    try:
        yield
    except huggingface_hub.errors.LocalTokenNotFoundError:
        raise HubError(
            f"there is no token to push to {repo} with", place=place, hint=_LOGIN
        ) from None
    except ValueError as error:
        if "Invalid metadata" not in str(error):
            raise
        found = " ".join(str(error).split("\n")[1:])
        raise HubError(f"the Hub refuses the card: {found}", place=place) from error
    except Exception as error:
        cause = _cause(error)
        if replies.is_final(cause):
            raise _refused(cause, repo, place) from error
        if not replies.is_trouble(cause):
            raise
        raise HubError(
            f"{replies.trouble(cause)}; the repository is as it was",
            place=place,
            hint="push again when it can be reached; files that arrived are not sent again",
        ) from error


def _cause(error: Exception) -> Exception:
    """What befell a large file: the client says no more than that something did."""
    if isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception):
        return error.__cause__
    return error


def _refused(error: Exception, repo: str, place: str) -> HubError:
    code = replies.status(error)
    said = first_line(error)
    if code == 401:
        return HubError(
            "the Hub does not accept this token (it answered 401)",
            place=place,
            hint="it may have expired: log in again (hf auth login), or unset HF_TOKEN",
        )
    if code == 403:
        return HubError(
            f"this token may not write to {repo} (the Hub answered 403)",
            place=place,
            hint="give it the right on the Hub's page of tokens, or take a repository of your own",
        )
    if code == 404:
        return HubError(
            f"{repo} is not there any more (the Hub answered 404)",
            place=place,
            hint="was it deleted or renamed meanwhile? push again to make it anew",
        )
    if code in (409, 412):
        return HubError(
            f"somebody changed {repo} while this was uploaded (the Hub answered {code})",
            place=place,
            hint="look at what they did, then push again; what arrived is not sent again",
        )
    return HubError(
        f"the Hub refused the push: {said} (it answered {code})",
        place=place,
        hint="nothing in the repository was changed",
    )
