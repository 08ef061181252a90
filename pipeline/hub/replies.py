"""What the Hugging Face Hub answers, in the words of a recipe: a no, or no answer at all."""

from __future__ import annotations

from typing import Literal

from pipeline.errors import HubError, first_line

Kind = Literal["model", "data set"]

_BUSY = 429
_BROKEN = 500


def is_final(error: Exception) -> bool:
    """Whether the Hub understood and said no, so that asking again will not help."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    if isinstance(error, HFValidationError):
        return True
    code = status(error)
    return isinstance(error, HfHubHTTPError) and code is not None and _is_no(code)


def _is_no(code: int) -> bool:
    return code < _BROKEN and code != _BUSY


def is_trouble(error: Exception) -> bool:
    """Whether this is about the way to the Hub: a network, a proxy, a server that fell over."""
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        XetDownloadError,
    )

    known = (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        XetDownloadError,
        ConnectionError,
        TimeoutError,
    )
    # The client's HTTP library is not ours to import.
    return isinstance(error, known) or type(error).__module__.startswith(("httpx", "httpcore"))


def trouble(error: Exception) -> str:
    """Why the Hub gave no answer of use, as the beginning of a sentence."""
    from huggingface_hub import constants

    if is_offline():
        return "HF_HUB_OFFLINE is set, so the Hub was not asked"
    code = status(error)
    if code is not None:
        return f"the Hub at {constants.ENDPOINT} answered {code}"
    return f"the Hub at {constants.ENDPOINT} cannot be reached ({type(error).__name__})"


def is_offline() -> bool:
    """Whether the person said not to ask the Hub."""
    from huggingface_hub import constants

    return bool(constants.HF_HUB_OFFLINE)


def refusal(error: Exception, *, kind: Kind, name: str, revision: str | None) -> HubError:
    """A final answer of the Hub in the words of a recipe: what it said, and what to do."""
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    place = "model" if kind == "model" else "data.hub"
    said = f"(the Hub answered {status(error)})"
    if isinstance(error, HFValidationError):
        return HubError(
            f"'{name}' is no id of a {kind}", place=place, hint="an id looks like owner/name"
        )
    if isinstance(error, RevisionNotFoundError):
        return HubError(
            f"'{name}' has no revision '{revision}' {said}",
            place=place.replace(".hub", "") + ".revision",
            hint="give a branch, a tag or a commit; without it the newest is taken",
        )
    if isinstance(error, GatedRepoError):
        return gated(name, kind=kind, said=said)
    if isinstance(error, RepositoryNotFoundError):
        return HubError(
            f"there is no {kind} '{name}' on the Hub, or it is private {said}",
            place=place,
            hint="look at the spelling (owner/name); for a private one log in: hf auth login",
        )
    return HubError(
        f"the Hub refused '{name}': {first_line(error)} {said}",
        place=place,
        hint="if it is about the token, log in again: hf auth login, or unset HF_TOKEN",
    )


def gated(name: str, *, kind: Kind, said: str = "") -> HubError:
    """The refusal of a repository whose owner wants to be asked."""
    from huggingface_hub import constants

    place, folder = ("model", "") if kind == "model" else ("data.hub", "datasets/")
    return HubError(
        f"'{name}' is gated: its owner lets in only those who asked {said}".rstrip(),
        place=place,
        hint=f"ask on {constants.ENDPOINT}/{folder}{name}, then log in: hf auth login",
    )


def status(error: Exception) -> int | None:
    """The Hub's status, also where the client wrapped it in another error."""
    cause: BaseException | None = error
    while cause is not None:
        code = getattr(getattr(cause, "response", None), "status_code", None)
        if code is not None:
            return int(code)
        cause = cause.__cause__
    return None
