"""What must not leave this machine: tokens, where files lie, what tells of a person."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import personal
from pipeline.contracts import Reporter
from pipeline.errors import Problem
from pipeline.pushing.parcel import CARD

_SECRETS = {
    "a token of the Hub": re.compile(rb"\bhf_[A-Za-z0-9]{16,}"),
    "a token of GitHub": re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})"),
    "a key of a model's API": re.compile(rb"\bsk-[A-Za-z0-9_-]{24,}"),
    "an access key of AWS": re.compile(rb"\bA(?:KIA|SIA)[0-9A-Z]{16}\b"),
    "a token of Slack": re.compile(rb"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "a private key": re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
}
_WORDS = (".json", ".txt", ".md", ".jinja")
_VOCABULARIES = ("tokenizer.json", "vocab.json", "vocab.txt", "merges.txt", ".model")
"""Files that hold a base's vocabulary, in which a path or a number may stand for anything."""
_CHUNK = 1 << 20
_OVERLAP = 1 << 10

_PATH_VALUE = re.compile(r"(?:file://|~[\\/]|[A-Za-z]:[\\/]|/[^/\s]+/|\\\\)")
_PATH_IN_TEXT = re.compile(
    r"""(?<![\w:/\\.<])
        (?:file://\S|~[\\/]\S|[A-Za-z]:[\\/]\S|/[^\s/\\:*?"'<>|,;()\[\]{}`]+/[^\s/])""",
    re.VERBOSE,
)
_HINT = "it is not pushed; take it out where it comes from, and export again"


def find(
    files: Mapping[str, Path],
    card: str,
    *,
    secrets: Sequence[str],
    folders: Sequence[Path],
    public_vocabulary: bool,
    report: Reporter,
) -> list[Problem]:
    """Look through everything that would be uploaded.

    A message never repeats what was found, only where and how many.

    Args:
        files: name in the repository -> file; the card among them is not read.
        card: the card's text, which takes that file's place.
        secrets: tokens that this machine holds.
        folders: places on this machine that no file may name.
        public_vocabulary: the tokenizer is a published base's, so that nobody is in it whom the
            world does not know already.
        report: for progress; weights of some gigabytes take a while.
    """
    needles = {secret.encode(): "the token of this machine" for secret in secrets}
    needles |= {f"{folder}/".encode(): "a folder of this machine" for folder in folders}
    problems: list[Problem] = []
    total = sum(file.stat().st_size for file in files.values()) // _CHUNK + len(files)
    with report.progress("looking through the files, MB", total) as advance:
        for name, file in files.items():
            content = card.encode() if name == CARD else None
            found = Counter[str]()
            for chunk in [content] if content is not None else _chunks(file):
                found |= _bytes(chunk, needles)
                advance(1)
            if name.endswith(_WORDS):
                text = card if content is not None else file.read_text("utf-8", "replace")
                found += _words(name, text, public_vocabulary=public_vocabulary)
            problems += [
                Problem(f"{name} holds {said}" + (f", {count} times" if count > 1 else ""),
                        hint=_HINT)
                for said, count in found.items()
            ]  # fmt: skip
    return problems


def _chunks(file: Path) -> Iterator[bytes]:
    """A file in pieces that overlap, so that nothing is cut in two."""
    with file.open("rb") as stream:
        before = b""
        while piece := stream.read(_CHUNK):
            yield before + piece
            before = piece[-_OVERLAP:]


def _bytes(chunk: bytes, needles: Mapping[bytes, str]) -> Counter[str]:
    found = Counter[str]()
    for needle, said in needles.items():
        if needle in chunk:
            found[said] = 1
    for said, pattern in _SECRETS.items():
        if pattern.search(chunk):
            found[said] = 1
    return found


def _words(name: str, text: str, *, public_vocabulary: bool) -> Counter[str]:
    vocabulary = name.endswith(_VOCABULARIES)
    found = Counter[str]()
    if not vocabulary and (paths := _paths(name, text)):
        found["a path of a machine"] = paths
    if not (vocabulary and public_vocabulary):
        found += personal.count(text)
    return found


def _paths(name: str, text: str) -> int:
    if not name.endswith(".json"):
        return len(_PATH_IN_TEXT.findall(text)) if name.endswith(".md") else 0
    try:
        return sum(bool(_PATH_VALUE.match(value)) for value in _strings(json.loads(text)))
    except json.JSONDecodeError:
        return 0


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


def places(run: Path) -> list[Path]:
    """Folders of this machine that tell who runs it, or where."""
    found = {Path.home(), Path.cwd(), run.resolve(), Path(sys.prefix)}
    return sorted(path for path in found if len(path.parts) > 1)
