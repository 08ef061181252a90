"""What files hold, in 64 digits: what was proven is known again by them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pipeline.contracts import Reporter

_BYTES = 1_000_000


def sha256(files: Mapping[str, Path], report: Reporter) -> dict[str, str]:
    """Of each file, by its name.

    Args:
        files: name -> file.
        report: for progress; gigabytes take seconds.
    """
    found = {}
    total = sum(-(-file.stat().st_size // _BYTES) for file in files.values())
    with report.progress("sha256 of the files, MB", total) as advance:
        for name, file in files.items():
            digest = hashlib.sha256()
            with file.open("rb") as stream:
                while piece := stream.read(_BYTES):
                    digest.update(piece)
                    advance(1)
            found[name] = digest.hexdigest()
    return found


def files_in(folder: Path) -> dict[str, Path]:
    """Every file under a folder, by its path there, in order."""
    return {
        file.relative_to(folder).as_posix(): file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
