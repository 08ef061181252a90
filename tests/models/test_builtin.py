"""Every built-in base names bytes that anybody can fetch and check."""

from __future__ import annotations

import re

import pytest

from pipeline import components

NAMES = components.available("models/builtin")


def test_the_folder_holds_what_we_know() -> None:
    assert "minilm" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_builtin_base_is_pinned(name: str) -> None:
    found = components.load("models/builtin", name)
    assert re.fullmatch("[0-9a-f]{64}", found.sha256)
    assert re.fullmatch("[0-9a-f]{40}", found.revision)
    assert found.hub_id.count("/") == 1
    assert found.license
    assert found.summary()
