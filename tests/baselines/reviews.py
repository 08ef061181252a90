"""A small two-language data set, and the work that a baseline gets from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from pipeline import components
from pipeline.contracts import Task, Work

POSITIVE = [
    "The film is a quiet joy from its first scene to its last.",
    "I loved the cast, and the songs are wonderful!",
    "A warm, funny and wonderful story about two brothers.",
    "Great pacing; the ending made me smile for days.",
    "One of the best films of the year, go and see it!",
    "Her best role yet, and a great script.",
    "정말 재미있고 감동적인 영화였어요.",
    "배우들의 연기가 최고예요! 또 보고 싶어요.",
    "음악이 아름답고 이야기가 감동적이에요.",
    "올해 본 영화 중 최고였어요.",
]
NEGATIVE = [
    "The film is dull from its first scene to its last.",
    "I hated the plot, and the jokes are terrible.",
    "A cold, boring and terrible story about nobody.",
    "Poor pacing; the ending made me angry for days.",
    "One of the worst films of the year, stay away!",
    "His worst role yet, and a lazy script.",
    "정말 지루하고 재미없는 영화였어요.",
    "배우들의 연기가 최악이에요. 돈이 아까워요.",
    "음악이 시끄럽고 이야기가 지루해요.",
    "올해 본 영화 중 최악이었어요.",
]
NEUTRAL = [
    "When does the late show start on Friday?",
    "Is there a student price for the morning show?",
    "Where can I park near the cinema?",
    "How long is the film with the adverts?",
    "금요일 상영 시간이 언제인가요?",
    "학생 할인이 되나요?",
    "극장 근처에 주차할 수 있나요?",
    "광고까지 몇 분인가요?",
]
HELD_OUT = [
    ("A wonderful cast and a great ending!", "positive"),
    ("감동적이고 아름다운 영화예요.", "positive"),
    ("Terrible jokes and a boring script.", "negative"),
    ("지루하고 돈이 아까운 영화.", "negative"),
    ("When is the student show?", "question"),
    ("주차 할인이 되나요?", "question"),
]
CLASSES = {"positive": POSITIVE, "negative": NEGATIVE, "question": NEUTRAL}


def task() -> Task:
    found: Task = components.load("tasks", "text-classification")()
    return found


def table(rows: Sequence[tuple[str, str]]) -> pa.Table:
    return pa.table(
        {
            "row_id": [f"made.csv:{n}" for n in range(2, len(rows) + 2)],
            "text": [text for text, _ in rows],
            "label": [label for _, label in rows],
        }
    )


def reviews(classes: Sequence[str]) -> list[tuple[str, str]]:
    """Training rows, the classes in turns so that a slice holds all of them."""
    longest = max(len(CLASSES[name]) for name in classes)
    return [
        (CLASSES[name][n], name)
        for n in range(longest)
        for name in classes
        if n < len(CLASSES[name])
    ]


def work(
    classes: Sequence[str] = ("positive", "negative", "question"),
    *,
    train: Sequence[tuple[str, str]] | None = None,
    **changes: Any,
) -> Work:
    rows = table(train or reviews(classes))
    facts: dict[str, Any] = {
        "task": task(),
        "labels": task().labels(rows),
        "train": rows,
        "validation": table([row for row in HELD_OUT if row[1] in classes]),
        "metric": "accuracy",
        "seed": 0,
    }
    return Work(**{**facts, **changes})
