from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Literal

import pytest

from pipeline.report import page
from tests import browser
from tests.report import example

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

# The page stands in a frame of a phone's or a desk's width; the outer page measures it.
OUTER = """<!doctype html><iframe id="f" style="border:0;width:{width}px;height:900px"></iframe>
<pre id="out"></pre><script>
const frame = document.getElementById("f");
frame.onload = () => {{
  const page = frame.contentDocument, lost = [];
  for (const svg of page.querySelectorAll("svg")) {{
    if (!svg.getClientRects().length) continue;
    const {{width, height}} = svg.viewBox.baseVal;
    for (const text of svg.querySelectorAll("text")) {{
      const box = text.getBBox();
      if (box.x < -1 || box.x + box.width > width + 1 || box.y + box.height > height + 1)
        lost.push(text.textContent);
    }}
  }}
  document.getElementById("out").textContent = JSON.stringify(
    {{over: page.documentElement.scrollWidth - page.documentElement.clientWidth,
     drawn: page.querySelectorAll("svg").length, lost}});
}};
frame.srcdoc = {page};
</script>"""


@pytest.mark.skipif(not BROWSER, reason="no Chromium was found: layout is not measured")
@pytest.mark.parametrize("width", [390, 900, 1280])
def test_nothing_is_clipped_and_the_page_never_scrolls_sideways(
    run: Path, tmp_path: Path, width: int
) -> None:
    example.build(run, seeds=(0, 1, 2))
    # "<" as an escape keeps the page's own tags from ending the script.
    text = json.dumps(page.render(run)).replace("<", "\\u003c")
    outer = tmp_path / "outer.html"
    outer.write_text(OUTER.format(width=width, page=text), encoding="utf-8")
    command = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=3000", "--dump-dom",
        outer.as_uri(),
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    found = re.search(r'<pre id="out">(.*?)</pre>', shown)
    assert found, shown[-500:]
    measured = json.loads(html.unescape(found[1]))
    assert measured["drawn"] >= 5
    assert measured["over"] == 0
    assert measured["lost"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rows_are_filtered_by_words_and_class(run: Path, scheme: Literal["light", "dark"]) -> None:
    path = page.write(run)
    with browser.opened(path.as_uri(), width=browser.PHONE, scheme=scheme) as seen:
        assert seen.overflow() == 0
        rows = seen.page.locator("#rows tbody tr:visible")
        status = seen.page.locator("#rows output")
        before = rows.count()
        seen.page.get_by_label("Words").fill("카드를 정지")
        assert rows.count() > 0
        assert all("카드를" in text for text in rows.all_inner_texts())
        assert status.inner_text().endswith("rows")
        seen.page.get_by_label("Gold class").select_option("other")
        assert {row.get_attribute("data-gold") for row in rows.all()} <= {"other"}
        seen.page.get_by_role("button", name="Clear").click()
        seen.page.wait_for_function("document.querySelector('#rows output').textContent === ''")
        assert seen.page.locator("#rows tbody tr[hidden]").count() == 0
        assert before > 0
        assert seen.errors == []
        assert seen.asked == [path.as_uri()]
