"""What fine-tuning costs beside the best baseline, and what a point of the metric costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.report import words
from pipeline.report.run_files import RunFiles


@dataclass(frozen=True)
class Price:
    """One kind of cost.

    Attributes:
        what: heads the table's row.
        per: what the number is of, as a list has it after the number.
        more: ours less theirs; below zero where the baseline takes more.
        a_point: of ``more``, what goes to a point; None where no point was surely won.
        say: a number of it in words.
    """

    what: str
    per: str
    ours: float
    theirs: float
    more: float
    a_point: float | None
    say: Callable[[float], str]

    @property
    def more_in_words(self) -> str:
        """With its sign."""
        sign = "+" if self.more > 0 else words.MINUS if self.more < 0 else ""
        return sign + self.say(abs(self.more))

    @property
    def a_point_in_words(self) -> str:
        """What fine-tuning does not take more costs a point nothing."""
        if self.a_point is None:
            return words.ABSENT
        return self.say(self.a_point) if self.a_point > 0 else "nothing more"


def table(files: RunFiles) -> Sequence[Price]:
    """Training, answering and keeping; nothing where the run has no verdict that was priced."""
    ours, theirs, verdict = files.fine_tuned, files.best_baseline, files.result.verdict
    if not verdict or not verdict.cost or not ours or not theirs:
        return ()
    # To the unit that is shown, and how both contenders tell it.
    kinds: Sequence[tuple[str, str, str, float, Callable[[float], str], Sequence[float]]] = (
        ("training_minutes", "Training", "of training", 60, words.duration,
         [each.fit_seconds for each in (ours, theirs)]),
        ("milliseconds_a_row", "ms per 1,000 rows", "ms per 1,000 rows", 1_000, words.significant,
         [each.predict_seconds * 1e6 / files.result.test_rows for each in (ours, theirs)]),
        ("megabytes", "MB", "MB", 1, words.significant,
         [words.megabytes(each.size_bytes) for each in (ours, theirs)]),
    )  # fmt: skip
    extra, a_point = verdict.cost["extra"], verdict.cost["a_point"]
    return [
        Price(
            what=what,
            per=per,
            ours=both[0],
            theirs=both[1],
            more=scale * extra[unit],
            a_point=None if a_point is None else scale * a_point[unit],
            say=say,
        )
        for unit, what, per, scale, say, both in kinds
    ]


def in_a_line(prices: Sequence[Price]) -> str:
    """What a point costs, or, where none was surely won, what fine-tuning takes more."""
    if any(each.a_point is None for each in prices):
        return ", ".join(f"{each.more_in_words} {each.per}" for each in prices)
    taken = [f"{each.a_point_in_words} {each.per}" for each in prices if (each.a_point or 0) > 0]
    return ", ".join(taken) or "nothing more"
