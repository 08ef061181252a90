"""``graft push``: look through an export, show it, ask, upload, tag. It can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import storage
from pipeline.contracts import FACTS, Reporter
from pipeline.errors import Problem, UserError
from pipeline.pushing import access, card_check, leaks, parcel, upload
from pipeline.pushing.access import Remote
from pipeline.pushing.parcel import Parcel
from pipeline.pushing.spec import is_repository
from pipeline.pushing.upload import Item


@dataclass(frozen=True)
class Pushed:
    """A repository after the push.

    Attributes:
        tag: names the commit by the run.
        changed: something was uploaded.
        verb: what such a model is asked to do, as a command.
    """

    repo: str
    commit: str
    tag: str
    changed: bool
    verb: str


def push(
    run: Path,
    *,
    repo: str | None,
    public: bool,
    export: str | None,
    confirm: Callable[[str], bool],
    report: Reporter,
) -> Pushed | None:
    """Take one proven export of a finished run to the Hub.

    Args:
        run: a run's folder.
        repo: ``owner/name``; None where the recipe says it.
        public: a new repository is for everybody; so is one that is public already.
        export: its name; None for the recipe's choice, or else the first.
        confirm: asks the person the question that it is given.

    Returns:
        None where the person said no.

    Raises:
        ModelError: the run did not finish, or the export is not proven.
        UserError: something that must not leave; all of it at once.
        HubError: the Hub said no, or did not answer.
    """
    run = parcel.finished(run)
    wanted = parcel.wanted_by(run)
    repo = _spelled(repo or (wanted.repo if wanted else None))
    report.stage("The export, before anything leaves")
    chosen = export or (wanted.export if wanted else None)
    packed = parcel.pack(run, repo=repo, export=chosen, report=report)
    _look_through(packed, report)
    report.stage(f"The Hub: {repo}")
    remote = access.look(repo, place=upload.PLACE)
    said = public or (wanted is not None and not wanted.private)
    private = access.visibility(remote, public=said, place=upload.PLACE)
    items = upload.compare(packed, remote, report)
    with access.told(repo, place=upload.PLACE):
        if all(item.change == "as it is" for item in items) and remote.head:
            report.note(f"{repo} holds exactly this already: nothing was uploaded")
            tag = upload.tag(repo, run.name, remote.head)
            return Pushed(repo, remote.head, tag, changed=False, verb=packed.verb)
        _show(items, remote, private=private, report=report)
        if not confirm(_question(repo, items, private=private, new=not remote.exists)):
            return None
        commit = upload.send(packed, remote, items, private=private, report=report)
        return Pushed(
            repo, commit, upload.tag(repo, run.name, commit), changed=True, verb=packed.verb
        )


def _spelled(repo: str | None) -> str:
    if repo is None:
        raise UserError(
            "where to? neither the command nor the run's recipe says it",
            hint="graft push RUN --repo owner/name, or in the recipe: hub: {repo: owner/name}",
        )
    if not is_repository(repo):
        raise UserError(
            f"--repo: '{repo}' is no id of a repository", hint="an id looks like owner/name"
        )
    return repo


def _look_through(packed: Parcel, report: Reporter) -> None:
    import huggingface_hub

    problems, notes = card_check.check(packed)
    token = huggingface_hub.get_token()
    base = storage.read_json(packed.folder / FACTS).get("base") or {}
    problems += [
        Problem(item.message, str(packed.folder), item.hint)
        for item in leaks.find(
            packed.files,
            packed.card,
            secrets=[token] if token else [],
            folders=leaks.places(packed.run),
            public_vocabulary=bool(base.get("hub_id")),
            report=report,
        )
    ]
    if problems:
        raise UserError(problems)
    report.note(
        f"{packed.export.name}: {len(packed.files)} files: safetensors and text alone, no token,"
        " no path of this machine, nothing that tells of a person; the card is as the Hub reads it"
    )
    report.note(
        f"proof: reloaded in a fresh process, logits within"
        f" {packed.export.max_logit_difference:.1e}"
    )
    for note in notes:
        report.warn(note)


def _show(items: Sequence[Item], remote: Remote, *, private: bool, report: Reporter) -> None:
    seen = "private" if private else "PUBLIC"
    made = "" if remote.exists else ", to be made"
    rows = [(item.name, f"{item.size / 1e6:,.3f}", item.change) for item in items]
    report.table(f"{remote.repo} ({seen}{made})", ("file", "MB", "change"), rows)


def _question(repo: str, items: Sequence[Item], *, private: bool, new: bool) -> str:
    sent = [item for item in items if item.change in ("new", "changed")]
    megabytes = sum(item.size for item in sent) / 1e6
    where = f"the {'new ' if new else ''}{'private' if private else 'PUBLIC'} repository {repo}"
    return f"Upload {len(sent)} files, {megabytes:,.1f} MB, to {where}?"
