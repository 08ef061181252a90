"""The contenders of a run, each loaded when it is first asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline import contest, opening, storage
from pipeline.contracts import FACTS, Fitted, Json, Reporter, RunResult, Silent
from pipeline.data.streams import Stream
from pipeline.errors import Problem, UserError, suggestion
from pipeline.predicting.reading import Reading
from pipeline.report import run_files

if TYPE_CHECKING:
    from pipeline.opening import Trained
    from pipeline.training.inference import Answering

LONGEST = 50_000
"""Characters of one field: models cut what is longer than a few thousand."""

_SHOWN_LABELS = 8


@dataclass(frozen=True)
class Seat:
    """A contender at the board.

    Attributes:
        name: as ``opening.find`` reads it.
        kind: ``fine-tuned``, ``best baseline`` or ``baseline``.
        score: what it reached on the test rows, in words; empty where nobody measured it.
    """

    name: str
    kind: str
    score: str


@dataclass
class Board:
    """Who can be asked, and what the task reads.

    One contender answers at a time: each uses all cores.

    Attributes:
        usual: the columns that the run's own rows had; others are possible and unusual.
    """

    title: str
    description: str
    verdict: str
    seats: Mapping[str, Seat]
    reading: Reading
    usual: Sequence[str]
    _models: dict[str, tuple[Trained, Answering | Fitted]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, path: Path) -> Board:
        """The contenders of a run's folder, or the one of an export's.

        Raises:
            ModelError: there is no such run, or it exported nothing.
        """
        reading = Reading.of(opening.find(str(path), Silent()).task, "", blank=False)
        needed = reading.asked.required or list(reading.asked.columns)[:1]
        if (path / FACTS).is_file() or not storage.is_finished(path):
            seats = {path.name: Seat(str(path), "fine-tuned", "")}
            return cls(path.name, "", "", seats, reading, needed)
        result = run_files.read_result(path)
        return cls(
            result.recipe,
            result.description,
            result.verdict.sentence if result.verdict else "",
            _seats(path, result),
            reading,
            [name for name in result.data.get("inputs", needed) if name != "messages"] or needed,
        )

    def facts(self) -> Json:
        """What the page shows before anything is asked."""
        task = self.reading.task
        columns = [
            {
                "name": name,
                "description": column.description,
                "required": column.required,
                "usual": name in self.usual,
            }
            for name, column in self.reading.asked.columns.items()
            if column.kind != "messages"  # a prompt stands for a conversation of one message
        ]
        seats = [
            {"name": name, "kind": seat.kind, "score": seat.score}
            for name, seat in self.seats.items()
        ]
        return {
            "title": self.title,
            "description": self.description,
            "verdict": self.verdict,
            "task": task.name,
            "columns": columns,
            "contenders": seats,
            "longest": LONGEST,
        }

    def load(self, report: Reporter) -> None:
        """Load the fine-tuned model and the best baseline, which are asked first."""
        for name, seat in self.seats.items():
            if seat.kind != "baseline":
                with self._turn:
                    self._model(name, report)

    def answer(self, name: str, given: Mapping[str, str]) -> Json:
        """What one contender answers to one row.

        Raises:
            UserError: no such contender, a field that is missing or too long.
        """
        if name not in self.seats:
            raise UserError(
                f"there is no contender '{name}' here", hint=suggestion(name, self.seats)
            )
        row = self._row(given)
        stream = Stream("what was typed", lambda: iter([(1, row)]), ours=True)
        (chunk,) = self.reading.chunks(stream, refuse_blank=True)
        with self._turn:
            trained, model = self._model(name, Silent())
            started = time.perf_counter()
            found = model.predict(chunk.table, Silent())
            seconds = time.perf_counter() - started
        (answer,) = trained.task.reported(found, chunk.table, trained.labels).to_pylist()
        reply: Json = {"answer": answer, "seconds": round(seconds, 4)}
        if found.scores is not None:
            scores = found.scores[0]
            order = np.argsort(-scores, kind="stable")[:_SHOWN_LABELS]
            reply["likely"] = [[trained.labels[n], round(float(scores[n]), 4)] for n in order]
            reply["labels"] = len(scores)
        if "words" in chunk.table.column_names:
            reply["words"] = chunk.table["words"][0].as_py()
        return reply

    def _row(self, given: Mapping[str, str]) -> Json:
        columns = self.reading.asked.columns
        problems = [
            Problem(f"'{key}' has {len(text):,} characters, and {LONGEST:,} are read at most")
            for key, text in given.items()
            if len(text) > LONGEST
        ]
        problems += [
            Problem(f"{self.reading.task.name} reads no '{key}'", hint=suggestion(key, columns))
            for key in given
            if key not in columns
        ]
        row = {key: text for key, text in given.items() if text.strip()}
        problems += [
            Problem(f"'{key}' is empty", hint=f"type it: {column.description}")
            for key, column in columns.items()
            if column.required and key not in row
        ]
        if not problems and not row:
            problems.append(Problem("nothing was typed"))
        if problems:
            raise UserError(problems)
        return row

    def _model(self, name: str, report: Reporter) -> tuple[Trained, Answering | Fitted]:
        if name not in self._models:
            trained = opening.find(self.seats[name].name, report)
            self._models[name] = trained, trained.load(report)
        return self._models[name]


def _seats(run: Path, result: RunResult) -> dict[str, Seat]:
    """The fine-tuned model, the best baseline, then the others that the run kept."""
    best = result.verdict.best_baseline if result.verdict else ""
    seats = {}
    for item in result.contenders:
        score = f"{item.scores[result.metric]:,.3f} {result.metric}"
        if item.kind == "fine-tuned":
            seats[item.name] = Seat(str(run), "fine-tuned", score)
        elif (run / contest.BASELINES / item.name / contest.BASELINE).is_file():
            kind = "best baseline" if item.name == best else "baseline"
            seats[item.name] = Seat(f"{run}:{item.name}", kind, score)
    order = ("fine-tuned", "best baseline", "baseline")
    return dict(sorted(seats.items(), key=lambda pair: order.index(pair[1].kind)))
