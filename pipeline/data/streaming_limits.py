"""What does not go with ``data.streaming``: it would need all rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.data.spec import DataSpec


def needs_rows_held(spec: DataSpec) -> list[str]:
    """The keys of a data block that have to go, each with what there is in its place."""
    files = (spec.train, spec.validation, spec.test)
    found = {
        "builtin (its rows are in memory anyway: drop streaming instead)": spec.builtin is not None,
        "per_class (give limit for fewer rows)": spec.per_class is not None,
        "validation: rest (give a share such as 0.15)": spec.validation == "rest",
        "split (a row's text decides, as with hash; or name files for test and validation)": (
            spec.split != "hash"
        ),
        "a text file for each column (put the columns into one file)": any(
            isinstance(one, dict) for one in files
        ),
        "unit: file (a file would be in memory at once; give line or paragraph)": (
            spec.unit == "file"
        ),
    }
    return [what for what, there in found.items() if there]
