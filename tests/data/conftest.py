"""Docstrings of three small packages in place of all, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.data.builtin import _corpus, _of_docstrings

FEW = ("evaluate", "joblib", "networkx")


@pytest.fixture(scope="session")
def docs_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder of the tests' own."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def few_packages(docs_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data sets of docstrings read three packages; gives the cache folder."""
    monkeypatch.setattr(_corpus, "TRIED", {name: _corpus.TRIED[name] for name in FEW})
    monkeypatch.setattr(_of_docstrings, "PACKAGES", FEW)
    monkeypatch.setenv("XDG_CACHE_HOME", str(docs_cache))
    return docs_cache


@pytest.fixture
def as_tried(few_packages: Path) -> bool:
    """The three packages have the versions that published results were made of."""
    versions = _corpus.versions(FEW)
    return all(_corpus.TRIED[name].version == found for name, found in versions.items())
