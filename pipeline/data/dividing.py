"""From the rows that were given to training, validation and test rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from pipeline.contracts import SplitName
from pipeline.data import splitting
from pipeline.data.doctor.findings import counted
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.doctor.treatment import not_conflicting, not_repeated, not_shared
from pipeline.data.policies import by_hash, by_time
from pipeline.data.spec import DataSpec
from pipeline.data.split_by import DIVIDED_BY, SplitBy
from pipeline.data.splitting import Roles
from pipeline.errors import DataError

_Treatment = Callable[[pa.Table, Sequence[str], Sequence[str]], np.ndarray]


def in_memory(table: pa.Table, mask: np.ndarray) -> pa.Table:
    """The rows that a mask (N,) chooses."""
    return table.filter(pa.array(mask))


@dataclass
class Dividing:
    """The rows on their way to splits, and what is said about it.

    Attributes:
        given: the splits that there are already. Streamed rows come with all of them, ``limit``
            included.
        answers: columns that hold what is to be answered.
        carved: those of ``given`` that were training rows, and are treated as such.
        keep: gives the rows that a mask chooses.
    """

    given: dict[SplitName, pa.Table]
    roles: Roles
    answers: tuple[str, ...]
    spec: DataSpec
    doctor: DoctorSpec
    seed: int
    notes: list[str] = field(default_factory=list)
    carved: Sequence[SplitName] = ()
    keep: Callable[[pa.Table, np.ndarray], pa.Table] = in_memory

    def divide(self) -> dict[SplitName, pa.Table]:
        """Test rows first, then validation rows, then what training keeps of the rest.

        Raises:
            DataError: too few rows, or none left.
        """
        spec = self.spec
        pool = self.given["train"]
        validation, test = self.given.get("validation"), self.given.get("test")
        whole = pool.num_rows
        carves_validation = validation is None and spec.validation != "rest"
        if test is None:
            share = spec.test_share or 0.0
            test, pool = self._carve(
                pool, share, of=whole, split="test", reserve=1 + carves_validation
            )
        if self.doctor.duplicates == "drop":
            if validation is not None:
                validation = self._without_shared("validation", validation, {"test": test})
            others: dict[SplitName, pa.Table] = {"test": test}
            if validation is not None:
                others["validation"] = validation
            pool = self._without_shared("train", pool, others)
        pool = self._treated("train", pool)
        if validation is not None and "validation" in self.carved:
            validation = self._treated("validation", validation)
        if carves_validation:
            share = spec.validation_share or 0.0
            validation, pool = self._carve(pool, share, of=whole, split="validation", reserve=1)
        # What is left over validates, so groups must not be cut in two where the rest does.
        together = self._grouped.group if spec.validation == "rest" else self.roles.group
        limit = None if spec.streaming else spec.limit
        train, spared = pool, pool.slice(0, 0)
        if spec.per_class is not None or limit is not None:
            train, spared, notes = splitting.cut(
                pool,
                per_class=spec.per_class,
                limit=limit,
                roles=replace(self.roles, group=together),
                seed=self.seed,
            )
            self.notes += notes
        if validation is None:
            validation = spared
            self.notes.append(
                f"validation: the {spared.num_rows} rows that test and training leave over"
            )
            _refuse_empty(spared)
        unused = pool.num_rows - train.num_rows - (spared.num_rows if validation is spared else 0)
        if unused:
            self.notes.append(_unused(unused, spec))
        tables: dict[SplitName, pa.Table] = {
            "train": train, "validation": validation, "test": test,
        }  # fmt: skip
        return {
            name: table.drop_columns([DIVIDED_BY]) if DIVIDED_BY in table.column_names else table
            for name, table in tables.items()
        }

    @property
    def _grouped(self) -> Roles:
        """The roles, with rows kept together by what the recipe names, where it does."""
        policy = self.spec.split
        by_group = isinstance(policy, SplitBy) and policy.group is not None
        # Rows of one group are of many classes: there is nothing to stratify by.
        return replace(self.roles, group=(DIVIDED_BY,), label=None) if by_group else self.roles

    def _carve(
        self, pool: pa.Table, share: float, *, of: int, split: SplitName, reserve: int
    ) -> tuple[pa.Table, pa.Table]:
        """Set a share aside, by the policy that the recipe names."""
        policy, roles = self.spec.split, self._grouped
        if policy == "hash":
            taken = by_hash(pool, share, split=split, roles=roles)
            how = "fixed by their texts"
        elif isinstance(policy, SplitBy) and policy.time is not None:
            taken = by_time(pool, share, of=of, split=split, column=DIVIDED_BY)
            how = f"the latest by '{policy.time}'"
        else:
            taken = splitting.by_lot(
                pool, share, of=of, split=split, reserve=reserve, roles=roles, seed=self.seed
            )
            how = "stratified and seeded" if roles.label else "seeded"
            if isinstance(policy, SplitBy):
                how += f", whole groups of '{policy.group}'"
        carved = self.keep(pool, taken)
        self.notes.append(f"{split}: {carved.num_rows} of {of} rows carved ({share:g}), {how}")
        return carved, self.keep(pool, ~taken)

    def _treated(self, split: SplitName, pool: pa.Table) -> pa.Table:
        """Without the rows that the recipe wants dropped from training."""
        ways: tuple[tuple[str, _Treatment, str], ...] = (
            (self.doctor.repeats, not_repeated, "that stood there before"),
            (self.doctor.conflicts, not_conflicting, "whose text has two answers"),
        )
        for action, treat, what in ways:
            if action == "drop":
                kept = self.keep(pool, treat(pool, self.roles.texts, self.answers))
                self._say_dropped(split, pool.num_rows - kept.num_rows, what)
                pool = kept
        return pool

    def _without_shared(
        self, name: SplitName, table: pa.Table, others: Mapping[SplitName, pa.Table]
    ) -> pa.Table:
        for other, rival in others.items():
            kept = self.keep(table, not_shared(table, rival, self.roles.texts))
            self._say_dropped(name, table.num_rows - kept.num_rows, f"whose text is in {other} too")
            table = kept
        if not table.num_rows:
            raise DataError(
                f"nothing is left of {name}: every text is in another split",
                place="doctor.duplicates",
                hint="give other rows",
            )
        return table

    def _say_dropped(self, split: SplitName, count: int, what: str) -> None:
        if count:
            self.notes.append(f"{split}: dropped {counted(count)} {what}")


def _refuse_empty(spared: pa.Table) -> None:
    if not spared.num_rows:
        raise DataError(
            "no row is left over for validation",
            place="data.validation",
            hint="lower per_class, or give validation a share such as 0.15",
        )


def _unused(count: int, spec: DataSpec) -> str:
    keys: Sequence[str] = [key for key in ("per_class", "limit") if getattr(spec, key) is not None]
    rows = "1 row is" if count == 1 else f"{count} rows are"
    return f"train: {rows} not used, by {' and '.join(keys)}"
