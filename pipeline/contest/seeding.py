"""One contender, trained once a seed.

The model of the first seed is the run's: it is trained in the run's own folder, kept, and
exported. Choosing the best of the seeds instead, on whatever rows, would export a model that
reaches more than its recipe does. The other seeds are trained before it, each in a folder of
its own under ``seeds``, and only their answers are kept: a run that is interrupted goes on
with the seed that it was at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import contest
from pipeline.contest import answer_files

if TYPE_CHECKING:
    from pipeline.contest import Entry
    from pipeline.contracts import Baseline, Contender, Splits, Work
    from pipeline.evaluation.spec import EvaluationSpec

FOLDER = "seeds"
"""Folder of a run for what seeds after the first one leave behind."""


@dataclass(frozen=True)
class Entering:
    """How contenders enter a run.

    Attributes:
        seeds: to train with; the first one's model is the run's.
        run: the run's folder.
        work: its seed is that of the resamples.
    """

    seeds: Sequence[int]
    run: Path
    work: Work
    splits: Splits
    spec: EvaluationSpec

    def baseline(self, baseline: Baseline, *, base_bytes: int, keep: Path | None = None) -> Entry:
        """A baseline, trained once where every seed makes it the same.

        Args:
            base_bytes: of the run's base, for a baseline that needs it.
            keep: a folder to save it in; None: it is only weighed.
        """
        seeds = self.seeds if baseline.seeded else self.seeds[:1]
        return replace(self, seeds=seeds).each_seed(
            baseline.called,
            lambda seed, run: baseline,
            base_bytes=base_bytes if baseline.needs_base else 0,
            keep=keep,
        )

    def each_seed(
        self,
        name: str,
        make: Callable[[int, Path], Contender],
        *,
        base_bytes: int = 0,
        keep: Path | None = None,
    ) -> Entry:
        """A contender that is trained with every seed.

        Args:
            name: the contender's.
            make: the contender of a seed, and the folder that it may leave files in.
            base_bytes: of a base that is needed beside what it saves.
            keep: a folder to save the first seed's model in.
        """
        others = [self._other(name, make, seed, base_bytes) for seed in self.seeds[1:]]
        if others:
            self._tell(self.seeds[0])
        first = contest.enter(
            make(self.seeds[0], self.run),
            self._with(self.seeds[0]),
            self.splits,
            spec=self.spec,
            called=name,
            base_bytes=base_bytes,
            keep=keep,
        )
        if not others:
            return first
        return contest.over_seeds(
            [first, *others], self.seeds, self.work, self.splits, spec=self.spec
        )

    def unfinished(self, name: str) -> list[tuple[int, Path]]:
        """Seeds that a contender is still to be trained with, and the folder of each."""
        folders = [(seed, self._folder(seed, name)) for seed in self.seeds[1:]]
        todo = [(seed, folder) for seed, folder in folders if not answer_files.is_kept(folder)]
        return [*todo, (self.seeds[0], self.run)]

    def _other(
        self, name: str, make: Callable[[int, Path], Contender], seed: int, base_bytes: int
    ) -> Entry:
        folder = self._folder(seed, name)
        if answer_files.is_kept(folder):
            self.work.report.note(f"seed {seed}: trained before the run was interrupted")
            return answer_files.kept(folder)
        self._tell(seed)
        folder.mkdir(parents=True, exist_ok=True)
        entry = contest.enter(
            make(seed, folder), self._with(seed), self.splits, spec=self.spec, called=name,
            base_bytes=base_bytes,
        )  # fmt: skip
        answer_files.keep(entry, folder)
        # Its model is of no more use, and may be large.
        return replace(entry, fitted=None)

    def _folder(self, seed: int, name: str) -> Path:
        return self.run / FOLDER / str(seed) / name

    def _with(self, seed: int) -> Work:
        return replace(self.work, seed=seed)

    def _tell(self, seed: int) -> None:
        number = list(self.seeds).index(seed) + 1
        self.work.report.note(f"seed {seed} ({number} of {len(self.seeds)})")
