"""The page as people see it, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.contracts import Silent
from pipeline.runner import Finished
from pipeline.ui.board import Board
from tests import browser
from tests.ui.conftest import served

KOREAN = "이 영화는 정말 지루하다 <b>not bold</b>"


@pytest.mark.parametrize(("width", "scheme"), [(browser.PHONE, "dark"), (browser.DESK, "light")])
def test_a_typed_text_is_answered_side_by_side(address: str, width: int, scheme: str) -> None:
    with browser.opened(address, width=width, scheme=scheme) as seen:  # type: ignore[arg-type]
        page = seen.page
        # The first field has the focus: a person types at once, and never needs the mouse.
        page.wait_for_selector("textarea:focus")
        page.keyboard.insert_text(KOREAN)
        page.keyboard.press("Control+Enter")
        page.get_by_text("2 answers").wait_for()
        cards = page.locator("article")
        assert cards.locator("h2").all_text_contents() == ["lora", "tfidf"]
        for said in cards.locator(".said").all_text_contents():
            assert said in ("negative", "positive")
        assert cards.locator("meter").count() == 4
        assert page.locator("textarea").first.input_value() == KOREAN
        assert seen.overflow() == 0
        lefts = {box["x"] for card in cards.all() if (box := card.bounding_box())}
        assert len(lefts) == (2 if width == browser.DESK else 1)
        assert seen.errors == []
        assert all(url.startswith(address) for url in seen.asked)


def test_other_baselines_answer_on_request_and_all_is_reached_by_keys(address: str) -> None:
    with browser.opened(address) as seen:
        page = seen.page
        page.wait_for_selector("textarea:focus")
        page.keyboard.insert_text("a charming film")
        for _ in range(2):  # past what else can be read
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("3 answers").wait_for()
        names = page.locator("article h2").all_text_contents()
        assert sorted(names) == ["lora", "majority", "tfidf"]
        assert seen.errors == []


def test_what_is_wrong_is_said_on_the_page(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    with browser.opened(address) as seen:
        page = seen.page
        page.wait_for_selector("textarea:focus")
        page.get_by_role("button", name="Answer").click()
        assert page.get_by_role("alert").text_content() == "Type something into “text” first."
        assert seen.errors == []
        monkeypatch.setattr(Board, "answer", fail)
        page.locator("textarea").first.fill("x")
        page.keyboard.press("Control+Enter")
        page.locator("article .failed").first.wait_for()
        assert "the contender failed: RuntimeError" in page.locator("article").first.inner_text()


@pytest.fixture
def closed(finished_run: Finished) -> Iterator[tuple[str, Path]]:
    with served(Board.open(finished_run.folder / "adapter")) as found:
        yield found, finished_run.folder


def test_an_export_alone_is_asked_too(closed: tuple[str, Path]) -> None:
    with browser.opened(closed[0]) as seen:
        seen.page.wait_for_selector("textarea:focus")
        assert seen.page.locator("fieldset").is_hidden()
        assert seen.page.title() == "adapter: Graft"


def test_the_first_two_are_loaded_before_the_address_is_said(finished_run: Finished) -> None:
    board = Board.open(finished_run.folder)
    board.load(Silent())
    assert list(board._models) == ["lora", "tfidf"]
