"""The system's Chromium, driven by tests: pages as people see them.

Playwright drives it and brings no browser of its own. Where one of the two is missing, tests
that ask for a page are skipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

PHONE, DESK = 390, 1280
"""Widths in CSS pixels."""

# The page asks for nothing but what it is given: a browser that phones home hides what does.
_SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass
class Seen:
    """A page, and what went wrong on it.

    Attributes:
        errors: of the console, of scripts, and of requests that failed.
        asked: every address that was asked for.
    """

    page: Page
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


@contextmanager
def opened(
    url: str, *, width: int = DESK, height: int = 900, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Seen]:
    """A page in a browser of its own, watched from its first request on.

    Skips the test where there is no browser.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium was found")
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with driver.sync_playwright() as playing:
        browser: Any = playing.chromium.launch(executable_path=CHROMIUM, args=_SWITCHES)
        try:
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page.set_default_timeout(30_000)
            seen = Seen(page)
            page.on("console", lambda said: _note(seen, said))
            page.on("pageerror", lambda error: seen.errors.append(str(error)))
            page.on("requestfailed", lambda request: seen.errors.append(f"failed: {request.url}"))
            page.on("request", lambda request: seen.asked.append(request.url))
            page.goto(url)
            yield seen
        finally:
            browser.close()


def _note(seen: Seen, said: Any) -> None:
    if said.type in ("error", "warning"):
        seen.errors.append(said.text)
