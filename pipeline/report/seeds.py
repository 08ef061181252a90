"""What each seed's training reached, of contenders that were trained with several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.contracts import ContenderResult
from pipeline.report.run_files import RunFiles


@dataclass(frozen=True)
class Seeds:
    """Scores a seed.

    Attributes:
        numbers: the seeds; the model of the first one is the run's.
        rows: contender, its score with each seed, the lowest and the highest of them.
        without: contenders that do not depend on a seed.
    """

    numbers: Sequence[int]
    rows: Sequence[tuple[ContenderResult, Sequence[float], tuple[float, float]]]
    without: Sequence[str]

    @property
    def listed(self) -> str:
        """The seeds in words."""
        *most, last = map(str, self.numbers)
        return f"{', '.join(most)} and {last}"


def find(files: RunFiles) -> Seeds | None:
    """Nothing where every contender was trained once; the best contender comes first."""
    metric = files.result.metric
    rows = [
        (each, [seed.scores[metric] for seed in each.seeds], spread)
        for each in files.ranked
        if (spread := each.spread(metric))
    ]
    if not rows:
        return None
    return Seeds(
        numbers=[seed.seed for seed in rows[0][0].seeds],
        rows=rows,
        without=[each.name for each in files.ranked if not each.seeds],
    )
