"""All contenders of a recipe over the same rows, ready to be trained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.contest.assembling import Assembly
from pipeline.contest.seeding import Entering

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.contest import Entry
    from pipeline.contracts import Baseline, Reporter, Splits, Work
    from pipeline.training.contender import FineTuned
    from pipeline.training.model import Prepared
    from pipeline.training.probe import Seen


@dataclass(frozen=True)
class Lineup:
    """What learns, what it learns from, and how it enters.

    Attributes:
        ready: the base as the strategy lets it learn, with the first seed.
        fine_tuned: the contender that learns from it.
        folder: for checkpoints and logs; it is there.
        seen: by seed, what the frozen base made of rows that other lineups share; None: they
            share none.
    """

    assembly: Assembly
    ready: Prepared
    fine_tuned: FineTuned
    work: Work
    splits: Splits
    folder: Path
    seen: dict[int, Seen] | None = None

    @classmethod
    def of(
        cls,
        assembly: Assembly,
        splits: Splits,
        *,
        folder: Path,
        report: Reporter,
        seen: dict[int, Seen] | None = None,
    ) -> Lineup:
        """Load the base and put a head on it; nothing is trained yet."""
        ready = assembly.prepared(assembly.recipe.training_seeds[0])
        fine_tuned = assembly.fine_tuned(ready, run=folder)
        work = assembly.work(
            fine_tuned, train=splits.train, validation=splits.validation, report=report
        )
        return cls(assembly, ready, fine_tuned, work, splits, folder, seen)

    def of_seed(self, seed: int, run: Path) -> FineTuned:
        """The fine-tuned contender of a seed; its checkpoints and log lie in ``run``."""
        first = seed == self.assembly.recipe.training_seeds[0]
        ready = self.ready if first else self.assembly.prepared(seed)
        contender = self.assembly.fine_tuned(ready, run=run)
        if self.seen is None:
            return contender
        from pipeline.training.probe import Seen

        return replace(contender, seen=self.seen.setdefault(seed, Seen()))

    def baseline(self, baseline: Baseline, *, keep: Path | None = None) -> Entry:
        """A baseline, fitted and with its answers to the test rows.

        Args:
            keep: a folder to save it in; None: it is only weighed.
        """
        size = self.assembly.base.size_bytes
        return self._entering.baseline(baseline, base_bytes=size, keep=keep)

    def enter(self) -> Entry:
        """The fine-tuned contender, trained with every seed, and its answers."""
        size = self.assembly.base.size_bytes
        return self._entering.each_seed(self.fine_tuned.name, self.of_seed, base_bytes=size)

    def help(self) -> None:
        """What a process does that is not the first: its part of the training and answering."""
        for seed, run in self._entering.unfinished(self.fine_tuned.name):
            work = replace(self.work, seed=seed)
            fitted = self.of_seed(seed, run).fit(work)
            fitted.predict(self.splits.validation, work.report)
            fitted.predict(self.splits.test, work.report)

    @property
    def _entering(self) -> Entering:
        recipe = self.assembly.recipe
        return Entering(
            recipe.training_seeds, self.folder, self.work, self.splits, recipe.evaluation
        )
