"""What a path may be beside a file: a link, a pipe, a device.

``key`` is the recipe's key, such as ``data.train``, for messages; all raise DataError.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import DataError, Problem


def refuse_devices(path: Path, key: str) -> None:
    """What would be waited for, perhaps without an end."""
    if not path.is_file():
        raise DataError(
            f"'{path}' is no file of its own but a pipe, a socket or a device",
            place=key,
            hint="write what it gives into a file, and name that",
        )


def refuse_broken_link(path: Path, key: str) -> None:
    """A link that leads nowhere is told from a file that is not there."""
    if path.is_symlink():
        raise DataError(
            f"'{path}' is a link to '{path.readlink()}', which is not there",
            place=key,
            hint="name the file itself, or make the link anew",
        )


def refuse_links_out(files: Sequence[Path], folder: Path, key: str) -> None:
    """A folder stands for what is in it; what lies elsewhere is read where it is named."""
    home = folder.resolve()
    out = [path for path in files if not path.resolve().is_relative_to(home)]
    if out:
        raise DataError(
            [
                Problem(
                    f"'{path}' is a link out of the folder, to '{path.resolve()}'",
                    place=key,
                    hint=f"if you mean it, name the files: {folder / ('*' + path.suffix)}",
                )
                for path in out
            ]
        )
