from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contracts import Column
from pipeline.data.columns import Asked
from pipeline.data.paths import FORMATS
from pipeline.data.recognition import recognise
from tests.data.reading import LM, NER, QA, write

CLASSES = {"text": Column("text", "it"), "label": Column("label", "its class")}
WORDS = {"words": NER["words"]}
CELLS = "words\ttags\nEU rejects\tB-ORG O\n"
TOKENS = "EU\tB-ORG\nrejects\tO\n\nPeter\tB-PER\n"
BY_PLACE = {"words": 1, "tags": 2}


@pytest.mark.parametrize(
    ("name", "content", "asked", "expected"),
    [
        ("a.tsv", TOKENS, Asked(NER), "conll"),
        ("a.tsv", TOKENS, Asked(NER, BY_PLACE), "conll"),
        ("a.tsv", "EU\tB-ORG\nrejects\tO\n", Asked(NER, BY_PLACE), "conll"),
        ("a.tsv", CELLS, Asked(NER), "tsv"),
        ("a.tsv", CELLS, Asked(NER, BY_PLACE), "tsv"),
        ("a.tsv", CELLS.replace("words", "tokens"), Asked(NER), "tsv"),
        ("a.tsv", CELLS.replace("words", "tokens"), Asked(NER, {"words": "tokens"}), "tsv"),
        ("a.txt", "EU B-ORG\nrejects O\n", Asked(NER), "conll"),
        ("a.txt", "EU B-ORG\n\nrejects O\n", Asked(WORDS), "conll"),
        ("a.txt", "EU\nrejects\n", Asked(WORDS), "conll"),
        ("a.txt", "EU rejects German\nCalls are made\n", Asked(WORDS), "tsv"),
        ("a.csv", TOKENS, Asked(NER), "csv"),
        ("a.txt", TOKENS, Asked(CLASSES), "tsv"),
        ("a.txt", "One.\n\nTwo.\n", Asked(LM), "text"),
        ("a.txt.gz", None, Asked(CLASSES), "tsv"),
        ("a.tsv", "One.\n\nTwo.\n", Asked(LM), "tsv"),
        ("a.txt", "id\ttext\n1\thi\n", Asked(LM), "tsv"),
        ("a.txt", "id\tbody\n1\thi\n", Asked(LM, {"text": "body"}), "tsv"),
        ("a.txt", "text\tlabel\n", Asked(CLASSES), "tsv"),
        ("a.json", '{"version": 2, "data": [{"title": "", "paragraphs": [', Asked(QA), "squad"),
        ("a.json", '[{"question": "", "data": "paragraphs"}]', Asked(QA), "json"),
    ],
)
def test_ending_task_and_content_say_how_to_read(
    tmp_path: Path, name: str, content: str | None, asked: Asked, expected: str
) -> None:
    path = tmp_path / name if content is None else write(tmp_path / name, content)
    assert recognise(path, asked) == expected


@pytest.mark.parametrize(("ending", "expected"), FORMATS.items())
def test_an_ending_decides_where_no_content_could(
    tmp_path: Path, ending: str, expected: str
) -> None:
    assert recognise(write(tmp_path / f"a{ending}", "text\tlabel\n"), Asked(CLASSES)) == expected
