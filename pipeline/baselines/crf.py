"""A conditional random field over hand-made features: the best there was before networks."""

from __future__ import annotations

import importlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work
from pipeline.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_FILE = "crf.npz"
_FACTS = "crf.json"
_AFFIX = 4
"""Letters of the longest beginning and ending of a word that are features."""

Penalty = tuple[float, float]
"""Strength of the L1 and of the L2 penalty."""


class Crf(Baseline):
    """A linear chain over words, their shapes, beginnings, endings and neighbours (CRFsuite).

    Source: Lafferty et al. 2001; the features follow Ratinov and Roth 2009 (W09-1119), section
    3, without lists of names and clusters.
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"token-classification"})

    penalties: tuple[Penalty, ...] = Field(
        ((0.05, 0.01), (0.5, 0.01), (0.0, 1.0)),
        min_length=1,
        description="L1 and L2 penalties to choose from on validation",
    )
    max_iterations: int = Field(
        100, ge=1, le=10_000, description="steps of L-BFGS for each penalty, at the most"
    )

    def fit(self, work: Work) -> FittedCrf:
        """Train with each penalty, and keep the model that is best on validation.

        Raises:
            UserError: python-crfsuite is not installed.
        """
        from pipeline.evaluation.scoring import higher_is_better, score

        crfsuite = _crfsuite()
        rows = [list(_features(words)) for words in work.train["words"].to_pylist()]
        tags = work.task.references(work.train, work.labels)
        gold = work.task.references(work.validation, work.labels)
        sign = 1 if higher_is_better(work.metric) else -1
        best: tuple[float, FittedCrf] | None = None
        with work.report.progress("crf", len(self.penalties)) as done:
            for l1, l2 in self.penalties:
                fitted = FittedCrf(
                    model=self._train(crfsuite, rows, tags, l1, l2),
                    spans="span_f1" in work.task.metrics,
                    notes={"c1": l1, "c2": l2},
                )
                answers = fitted.predict(work.validation, work.report)
                quality = sign * score(work.metric, gold, answers, work.labels)
                if best is None or quality > best[0]:
                    best = quality, fitted
                done(1)
        assert best is not None  # noqa: S101
        return best[1]

    def _train(
        self, crfsuite: Any, rows: Sequence[Any], tags: np.ndarray, l1: float, l2: float
    ) -> bytes:
        trainer = crfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params({"c1": l1, "c2": l2, "max_iterations": self.max_iterations})
        for words, row in zip(rows, tags, strict=True):
            trainer.append(words, list(row))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            trainer.train(str(path))
            return path.read_bytes()

    @staticmethod
    def load(folder: Path, task: Task) -> FittedCrf:
        """Read back what ``save`` wrote."""
        import numpy as np

        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        with np.load(folder / _FILE, allow_pickle=False) as arrays:
            return FittedCrf(model=arrays["model"].tobytes(), **facts)


@dataclass
class FittedCrf:
    """A trained chain.

    Attributes:
        model: as CRFsuite writes it.
        spans: tags write spans, and answers are to be IOB2.
    """

    model: bytes
    spans: bool
    notes: Json
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self._tagger = _crfsuite().Tagger()
        self._tagger.open_inmemory(self.model)
        info = self._tagger.info()
        size = len(info.transitions) + len(info.state_features)
        self.trainable_parameters = self.total_parameters = size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """The likeliest chain of tags of each row, by Viterbi's algorithm."""
        from pipeline.data.tags import iob2
        from pipeline.ragged import objects

        rows = [
            tuple(self._tagger.tag(list(_features(words)))) for words in table["words"].to_pylist()
        ]
        answers = [iob2(row).tags for row in rows] if self.spans else rows
        return Predictions(answers=objects(answers))

    def save(self, folder: Path) -> None:
        """Write CRFsuite's bytes in an array, and what they are for as JSON."""
        import numpy as np

        np.savez(folder / _FILE, allow_pickle=False, model=np.frombuffer(self.model, np.uint8))
        facts = {"spans": self.spans, "notes": self.notes}
        (folder / _FACTS).write_text(json.dumps(facts), "utf-8")


def _crfsuite() -> Any:
    try:
        return importlib.import_module("pycrfsuite")
    except ImportError:
        raise UserError(
            "baselines: crf needs the package python-crfsuite",
            hint="pip install 'graft[crf]', or: pip install python-crfsuite",
        ) from None


def _features(words: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """What the chain sees of each word: itself, and less of its two neighbours on each side."""
    seen = [_of_word(word) for word in words]
    for place in range(len(words)):
        features: dict[str, Any] = {"bias": 1.0, **seen[place][0]}
        for step in (-2, -1, 1, 2):
            other = place + step
            if 0 <= other < len(words):
                features |= {f"{step}{key}": value for key, value in seen[other][1].items()}
            else:
                features[f"{step}none"] = True
        yield features


def _of_word(word: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Features of a word where it stands, and those that its neighbours see."""
    lower = word.lower()
    near: dict[str, Any] = {"word": lower, "shape": _shape(word)}
    own: dict[str, Any] = {**near, "exact": word}
    for length in range(1, min(_AFFIX, len(word)) + 1):
        own[f"begins{length}"] = lower[:length]
        own[f"ends{length}"] = lower[-length:]
    return own, near


def _shape(word: str) -> str:
    """``Iowa-12`` -> ``Aa-9``: kinds of characters, repeated ones once."""
    found = ""
    for character in word:
        if character.isdigit():
            kind = "9"
        elif character.isalpha():
            kind = "A" if character.isupper() else "a"
        else:
            kind = character
        found += kind if found[-1:] != kind else ""
    return found
