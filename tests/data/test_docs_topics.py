from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contracts import Silent
from pipeline.data.builtin import docs_topics
from pipeline.data.builtin.docs_topics import DocsTopics
from pipeline.data.sources import load
from pipeline.data.spec import DataSpec
from pipeline.tasks.text_classification import TextClassification


class Warnings(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []

    def warn(self, message: str) -> None:
        self.said.append(message)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        DocsTopics().read()
    return folder


@pytest.fixture(autouse=True)
def _own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


def test_rows_are_distinct_summaries_of_thirteen_topics() -> None:
    table = DocsTopics().read()
    texts = [text.casefold() for text in table["text"].to_pylist()]
    assert set(table["label"].to_pylist()) == set(docs_topics.TOPICS)
    assert len(docs_topics.TOPICS) == 13
    assert table.num_rows > 2000
    assert len(set(texts)) == len(texts)
    assert len(set(table["row_id"].to_pylist())) == len(texts)
    assert min(len(text.split()) for text in texts) >= 3
    assert not any("`" in text or "\n" in text for text in texts)


def test_functions_methods_and_compiled_functions_are_there() -> None:
    ids = DocsTopics().read()["row_id"].to_pylist()
    assert "scipy.optimize._minimize:minimize" in ids
    assert "scipy.spatial.transform._rotation:Rotation" in ids
    assert "scipy.special._add_newdocs:bdtr" in ids


def test_the_tried_version_has_the_tried_rows_and_another_is_warned_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = Warnings()
    table = DocsTopics().read(report)
    as_tried = DocsTopics().version == docs_topics.EXPECTED_VERSION
    assert (report.said == []) == as_tried
    if as_tried:
        assert DocsTopics().fingerprint == docs_topics.EXPECTED_FINGERPRINT
    monkeypatch.setattr(docs_topics, "EXPECTED_FINGERPRINT", "of another version")
    assert DocsTopics().read(report).equals(table)
    assert "SciPy" in report.said[-1]


def test_a_damaged_cache_is_built_anew(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = DocsTopics().read()
    monkeypatch.setattr(docs_topics, "_build", lambda: table)
    (file,) = (cache / "graft").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert DocsTopics().read().equals(table)
    monkeypatch.setattr(docs_topics, "_build", lambda: pytest.fail("it was kept"))
    assert DocsTopics().read().equals(table)
    assert [one.name for one in (cache / "graft").iterdir()] == [file.name]


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = DocsTopics().read()
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(docs_topics, "_build", lambda: table)
    assert DocsTopics().read().equals(table)


def test_it_loads_as_a_recipe_names_it() -> None:
    spec = DataSpec(builtin="docs-topics", per_class=16, validation="rest", test=0.35)
    splits = load(spec, TextClassification(), seed=0, report=Silent())
    total = splits.train.num_rows + splits.validation.num_rows + splits.test.num_rows
    assert splits.train.num_rows == 16 * 13
    assert total == DocsTopics().read().num_rows
    assert splits.source["fingerprint"] == DocsTopics().fingerprint
