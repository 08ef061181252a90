"""The ``data:`` block of a recipe: where the rows come from and how they are divided."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.data.builtin._choice import Builtin
from pipeline.data.split_by import DIVIDED_BY, Position, SplitBy
from pipeline.data.streaming_limits import needs_rows_held

TEST_SHARE = 0.2
"""Share of the rows that becomes the test split where the recipe names none."""
VALIDATION_SHARE = 0.15
"""Share of the rows that becomes the validation split where the recipe names none."""

Share = Annotated[float, Field(gt=0, lt=1)]
Unit = Literal["line", "paragraph", "file"]
Name = Annotated[str, Field(min_length=1)]
Files = Name | Annotated[list[str], Field(min_length=1)]
Parallel = Annotated[dict[str, Name], Field(min_length=1)]
"""Our column -> the text file that holds it, a row a line."""


class DataSpec(BaseModel):
    """One source of rows, and how it is divided into training, validation and test rows.

    Test rows are set aside first, then validation rows; ``per_class`` and ``limit`` then
    cut what is left for training, so that the test rows stay the same whatever they say.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    train: Files | Parallel | None = Field(
        default=None,
        description="Training rows: a file, a folder, a glob or a list of files "
        "(CSV, TSV, JSON, JSONL, Parquet, CoNLL, CoNLL-U, SQuAD's JSON, plain text); or each "
        "column's own text file, a row a line, such as {text: a.txt, label: b.txt}; with hub, "
        "the name of a split.",
    )
    validation: Literal["rest"] | Share | Files | Parallel | None = Field(
        default=None,
        description="Validation rows: files as for train, a share of the training rows, or "
        "'rest' for all rows that test and training leave over; "
        f"where absent, {VALIDATION_SHARE:g} of the training rows.",
    )
    test: Share | Files | Parallel | None = Field(
        default=None,
        description="Test rows: files as for train, or a share of the training rows; "
        f"where absent, {TEST_SHARE:g} of the training rows.",
    )
    builtin: Builtin | None = Field(
        default=None,
        description="A data set that comes with Graft and needs no network: its name, or a "
        "mapping of its name and options.",
    )
    hub: str | None = Field(
        default=None, min_length=1, description="Id of a data set on the Hugging Face Hub."
    )
    config: str | None = Field(
        default=None, description="Configuration (subset) of the Hub data set."
    )
    revision: str | None = Field(
        default=None, description="Branch, tag or commit of the Hub data set."
    )
    columns: dict[str, str | Position] = Field(
        default_factory=dict,
        description="Our column names to those in the data, such as labels.score where one lies "
        "inside an object; a number is a position counted from 1 and says that the files have no "
        "header.",
    )
    unit: Unit = Field(
        default="paragraph",
        description="What of a plain text is a row: a line, a paragraph (up to a blank line), "
        "or the whole file.",
    )
    streaming: bool = Field(
        default=False,
        description="Read the rows once, a few thousand at a time, and keep them on the disk, so"
        " that there may be more of them than memory holds; a Hub data set is read as it is"
        " fetched. split: hash is then the default. Of the baselines majority, mean and, above"
        " its hash_rows, tfidf take as little memory; others hold all training rows.",
    )
    per_class: int | None = Field(
        default=None, ge=1, description="Training rows to keep of each class."
    )
    limit: int | None = Field(
        default=None,
        ge=1,
        description="Training rows to keep in all, in proportion to classes; with streaming, the"
        " first ones: no row is read behind the last of them.",
    )
    split: Literal["stratified", "hash"] | SplitBy = Field(
        default="stratified",
        description="How validation and test are carved: by lot, each class in proportion; 'hash':"
        " a row's text decides, so that it stays where it is when rows are added; {group: COLUMN}:"
        " rows that agree there stay together; {time: COLUMN}: the latest rows are set aside.",
    )

    @property
    def source(self) -> Literal["files", "builtin", "hub"]:
        """Where the rows come from."""
        if self.hub is not None:
            return "hub"
        return "builtin" if self.builtin is not None else "files"

    @property
    def named_columns(self) -> frozenset[str]:
        """Our names of the columns, as far as the recipe itself says which there are."""
        return frozenset(self.columns if self.builtin is None else self.builtin.columns)

    @property
    def test_share(self) -> float | None:
        """Share to carve for the test split; None where the recipe names files or a split."""
        return _share(self.test, TEST_SHARE)

    @property
    def validation_share(self) -> float | None:
        """Share to carve for validation; None where the recipe names files, a split or 'rest'."""
        return _share(self.validation, VALIDATION_SHARE)

    @property
    def divided_by(self) -> str | int | None:
        """The column that the training rows are divided by, where there is one."""
        return self.split.column if isinstance(self.split, SplitBy) else None

    def mapping(self, split: str) -> dict[str, str | int]:
        """Our column names to those in the files of a split."""
        found = dict(self.columns)
        if split == "train" and self.divided_by is not None:
            found[DIVIDED_BY] = self.divided_by
        return found

    @property
    def positional(self) -> bool:
        """Columns are given by position: the files have no header."""
        return any(isinstance(theirs, int) for theirs in self.columns.values())

    @model_validator(mode="before")
    @classmethod
    def _streamed_rows_are_divided_by_hash(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("streaming") is True and "split" not in given:
            return {**given, "split": "hash"}
        return given

    @field_validator("validation", "test", mode="before")
    @classmethod
    def _share_in_range(cls, value: object) -> object:
        """Say it once: the union of types would say it for each of them."""
        if isinstance(value, int | float) and (isinstance(value, bool) or not 0 < value < 1):
            raise ValueError(f"a share lies between 0 and 1, such as 0.2; this is {value}")
        return value

    @model_validator(mode="after")
    def _one_source(self) -> DataSpec:
        if self.hub is None:
            given = self.model_fields_set & {"config", "revision"}
            for key in sorted(given):
                if getattr(self, key) is not None:
                    raise ValueError(f"{key} goes with hub, and there is no hub here")
        if self.hub is not None and self.builtin is not None:
            raise ValueError("give one source: builtin or hub, not both")
        if self.builtin is not None and self.train is not None:
            raise ValueError("give one source: train (files) or builtin, not both")
        if self.hub is None and self.builtin is None and self.train is None:
            raise ValueError(
                "there is no source of rows: give train (a file), hub (a data set id) or builtin"
            )
        if self.hub is not None:
            for key in ("train", "validation", "test"):
                if isinstance(getattr(self, key), list | dict):
                    raise ValueError(f"with hub, {key} is the name of one split, not a list")
        return self

    @model_validator(mode="after")
    def _streaming_holds_no_rows(self) -> DataSpec:
        if self.streaming and (found := needs_rows_held(self)):
            raise ValueError(f"streaming holds no rows, so drop {'; '.join(found)}")
        return self

    @model_validator(mode="after")
    def _builtin_is_whole(self) -> DataSpec:
        if self.builtin is None:
            return self
        for key in ("validation", "test"):
            given = getattr(self, key)
            if self.builtin.is_divided and given is not None:
                raise ValueError(f"{self.builtin.name} comes with splits of its own: drop {key}")
            if _is_named(given):
                raise ValueError(f"with builtin, {key} is a share such as 0.2, not a file")
        if self.columns:
            raise ValueError("a built-in data set's columns have our names already: drop columns")
        if self.divided_by is not None:
            raise ValueError("a built-in data set has no column to be divided by: drop split")
        return self

    @model_validator(mode="after")
    def _rest_is_by_lot(self) -> DataSpec:
        by_lot = self.split == "stratified" or (
            isinstance(self.split, SplitBy) and self.split.time is None
        )
        if self.validation == "rest" and not by_lot:
            raise ValueError(
                "validation: rest is what training leaves over, by lot: give a share such as 0.15"
            )
        return self

    @model_validator(mode="after")
    def _shares_leave_training_rows(self) -> DataSpec:
        total = (self.test_share or 0) + (self.validation_share or 0)
        if self.source != "hub" and total >= 1:
            raise ValueError(
                f"test and validation together take {total:g} of the rows: nothing is left to train"
            )
        if self.validation == "rest" and self.per_class is None and self.limit is None:
            raise ValueError(
                "validation: rest leaves no row over unless per_class or limit cuts the training"
                " rows"
            )
        return self

    @model_validator(mode="after")
    def _positions_are_consistent(self) -> DataSpec:
        kinds = {type(theirs) for theirs in self.mapping("train").values()}
        if len(kinds) > 1:
            raise ValueError(
                "columns are either all names or all positions: a position says that the files"
                " have no header"
            )
        if int in kinds and self.source != "files":
            raise ValueError("columns by position are for files; a Hub data set has names")
        return self

    @model_validator(mode="after")
    def _parallel_files_have_our_names(self) -> DataSpec:
        given = [getattr(self, key) for key in ("train", "validation", "test")]
        if self.columns and any(isinstance(one, dict) for one in given):
            raise ValueError(
                "files that hold a column each are named by our columns already: drop columns"
            )
        if isinstance(self.train, dict) and self.divided_by is not None:
            raise ValueError("files that hold a column each have no other to divide the rows by")
        return self

    @model_validator(mode="after")
    def _unit_is_of_files(self) -> DataSpec:
        if self.unit != "paragraph" and self.source != "files":
            raise ValueError(f"unit goes with files of plain text, and {self.source} has rows")
        return self


def _share(given: object, default: float) -> float | None:
    if given is None:
        return default
    return given if isinstance(given, float) else None


def _is_named(given: object) -> bool:
    return isinstance(given, list | dict) or (isinstance(given, str) and given != "rest")
